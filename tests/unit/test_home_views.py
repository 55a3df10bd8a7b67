"""App Home, digests and prompts as data: within Slack's limits, on anybody's clock, fitting the person."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import skills
from bot.crm.records import Account, Activity, Contact, Opportunity, Task, User
from bot.errors import BotError
from bot.pipeline.signal import Signal
from bot.settings import Role
from bot.skills import Card
from bot.skills.agenda import Day
from bot.skills.appointments import Meeting
from bot.skills.stakes import REMEDY, Due, Needy
from bot.slack.home import suggestions
from bot.slack.home.digests import due_day
from bot.slack.showing import home_views
from bot.slack.showing.home_views import Queue, Shown, Waiting, read_time
from bot.slack.showing.views import MOST_BLOCKS, MOST_MESSAGE, Block
from bot.store.preferences import Preference
from knowledge.documents import Document

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("08:00", "08:00"), ("8", "08:00"), (" 8:05 ", "08:05"), ("8.30", "08:30"), ("0745", "07:45"), ("7h15", "07:15"),
        ("8am", "08:00"), ("8 AM", "08:00"), ("6:30 pm", "18:30"), ("12am", "00:00"), ("12 p.m.", "12:00"),
        ("8 Uhr", "08:00"), ("00:00", "00:00"), ("23:59", "23:59"), ("", None), ("  ", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed: str, read: str | None) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize(
    "typed", ["25:00", "24:00", "8:60", "13pm", "0am", "soon", "8:5", "-1", "08:00:00", "٠٨:٠٠x", "1" * 50]
)
def test_what_is_no_time_is_said_in_a_sentence(typed: str) -> None:
    with pytest.raises(BotError) as said:
        read_time(typed)
    assert str(said.value) == f"“{typed}” is no time of day; write it like 08:00, or leave it empty for no digest."


@settings(deadline=None)
@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.times().map(lambda t: t.strftime("%H:%M")),
)
def test_each_day_has_its_digest_once_and_not_before_its_time(zone: str, day: date, at: str) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    minutes = [start + timedelta(minutes=n) for n in range(48 * 60)]
    due = [moment for moment in minutes if due_day(at, zone, moment) == day]
    # Two hours without a gap: whoever looks once a minute finds it, and a claim of the day keeps it to one.
    assert [later - due[0] for later in due] == [timedelta(minutes=n) for n in range(120)]
    wall = due[0].astimezone(ZoneInfo(zone))
    assert (wall.date(), wall.strftime("%H:%M") >= at) == (day, True)
    existed = wall.strftime("%H:%M") == at
    back = (
        datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    )
    assert existed == (back.strftime("%H:%M") == at)


def huge() -> Shown:
    """More of everything, and longer, than anybody has."""
    user, long = User(id="U1", name="Mia", time_zone="Europe/Berlin"), "Wörter & <Zeichen> " * 13
    account = Account(id="A1", name=long)
    people = tuple(Contact(id=f"C{n}", name=long, title=long) for n in range(30))
    signal = tuple(Signal(name, "red", long) for name in REMEDY)
    needy = Needy(Opportunity(id="O1", name=long, stage="Proposal"), account, user, signal, 0.5, Decimal(1))
    tasks = [Due(Task(id=f"T{n}", subject=long), account, NOW.date()) for n in range(90)]
    meetings = [Meeting(Activity(id=f"M{n}", kind="meeting", at=NOW, subject=long), account, people) for n in range(40)]
    deals = [
        needy.__class__(**{**needy.__dict__, "deal": needy.deal.model_copy(update={"id": f"O{n}"})}) for n in range(5)
    ]
    day = Day(user, NOW, NOW, tuple(meetings), tuple(tasks), tuple(tasks), tuple(deals), tuple(deals), leads=True)
    pages = [Document(id=f"P{n}", uri="x", title=long) for n in range(60)]
    drafts = [Document(id=f"D{n}", uri="x", title=long) for n in range(60)]
    waiting = [Waiting(f"W{n}", long, long) for n in range(60)]
    return Shown(
        day, Preference(user_id="U1"), lambda kind, key: f"https://crm.example/{key}", waiting, Queue(pages, drafts)
    )


def trouble(blocks: list[Block], most: int) -> list[str]:
    """What Slack would refuse."""
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    found += [key for key in ids if ids.count(key) > 1 or len(key) > 255]
    return found + [text for text in texts if not 0 < len(text) <= 3000]


def test_the_fullest_day_fits_a_tab_and_its_settings_stay_in_reach() -> None:
    view = home_views.home(huge(), "D1")
    assert trouble(view["blocks"], 100) == []
    verbs = [e["action_id"] for b in view["blocks"][-4:] if b["type"] == "actions" for e in b["elements"]]
    assert verbs == ["home:settings", "home:refresh"]


def test_the_fullest_digest_fits_a_message_and_says_where_the_rest_is() -> None:
    message = home_views.digest(huge())
    assert trouble(message.blocks, MOST_BLOCKS) == []
    assert sum(len(block["text"]["text"]) for block in message.blocks if "text" in block) <= MOST_MESSAGE
    assert message.blocks[-2]["elements"][0]["text"] == "The rest is in the Home tab."


def test_a_record_is_a_link_where_a_browser_opens_it() -> None:
    shown = Shown(
        Day(User(id="U1", name="Mia"), NOW, NOW, due=(Due(Task(id="T1", subject="A <b>"), None, NOW.date()),)),
        Preference(user_id="U1"), lambda kind, key: f"https://crm.example/{kind}/{key}",
    )  # fmt: skip
    texts = [b["text"]["text"] for b in home_views.home(shown, "D1")["blocks"] if b["type"] == "section"]
    assert texts[:2] == ["*Due*", "• <https://crm.example/task/T1|A &lt;b&gt;>, due today"]


MET = Meeting(
    Activity(id="M1", kind="meeting", at=NOW + timedelta(hours=5), subject="Review"),
    Account(id="A1", name="Pellworm"),
    (),
)
CARDS = {
    "pipeline": Card("pipeline", "", ("how does the quarter look?",)),
    "deal": Card("deal", "", ("where is the Globex deal?",)),
    "draft": Card("draft", "", ("draft a note to their CFO", "write a mail to Ingrid Solheim")),
    "log": Card("log", "", ("log that I spoke to their CFO",)),
    "brief": Card("brief", "", ("brief me on Northwick Dairy",)),
    "ask": Card("ask", "", ("what do we say when they call us expensive?",)),
}


@pytest.mark.parametrize(
    ("role", "meetings", "offered"),
    [
        ("seller", (MET,), ["Brief me on Pellworm", "What needs me today?", "Draft a note to Pellworm's CFO",
                            "What do we say when they call us expensive?"]),
        ("seller", (), ["What needs me today?", "What do we say when they call us expensive?"]),
        ("manager", (MET,), ["Brief me on Pellworm", "What needs me today?", "How does the quarter look?",
                             "Where is the Pellworm deal?"]),
        ("manager", (), ["What needs me today?", "How does the quarter look?", "What do we say when they call us expensive?"]),
        ("enablement", (), ["What is due?", "What do we say when they call us expensive?"]),
        ("admin", (), ["What needs me today?", "How does the quarter look?", "What do we say when they call us expensive?"]),
    ],
)  # fmt: skip
def test_prompts_fit_the_role_and_name_the_persons_own_accounts(
    role: Role, meetings: tuple[Meeting, ...], offered: list[str]
) -> None:
    user = User(id="U1", name="Mia", role=role)
    found = suggestions.prompts(user, Day(user, NOW, NOW, meetings=meetings), CARDS)
    assert [prompt["message"] for prompt in found] == offered


@pytest.mark.parametrize("role", ["seller", "manager", "enablement", "admin"])
def test_prompts_of_the_registry_are_few_and_short(role: Role) -> None:
    user = User(id="U1", name="Mia", role=role)
    account = Account(
        id="A1", name="An account with a name that is much longer than anybody would ever choose to write"
    )
    day = Day(user, NOW, NOW, meetings=(Meeting(MET.activity, account, ()),))
    found = suggestions.prompts(user, day, skills.cards())
    assert 0 < len(found) <= 4
    assert [prompt for prompt in found if len(prompt["title"]) > 75] == []
    assert len({prompt["message"] for prompt in found}) == len(found)
