"""Maya may see her own accounts alone: whatever she asks, nothing of another account comes back, and nothing of hers is missing."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local import upsert_all
from bot.crm.match import nearest
from bot.crm.records import Account, Opportunity
from bot.crm.writes import CreateTask, UpdateOpportunity
from bot.errors import BotError
from bot.proposals import ProposedWrite
from bot.settings import Settings
from bot.store.threads import Thread
from bot.text import answer_text, proposal_text
from knowledge.errors import KnowledgeError
from tests.conftest import TODAY, Seller
from tests.fake_model import FakeModel
from tests.integration.approvals_world import Inline

OWN = ("Northwick Dairy", "Harrowgate Foods", "Castellane Ceramics", "Velden Bicycles", "Tarn & Vale Outdoor")
HIDDEN = {
    "a-pellworm": "Pellworm Tools", "a-quillon": "Quillon Medical Supply", "a-ostermark": "Ostermark Fasteners",
    "a-bramblewood": "Bramblewood Paper", "a-juniper": "Juniper Lane Cosmetics", "a-corrigan": "Corrigan Hydraulics",
    "a-sableridge": "Sable Ridge Coffee", "a-meridale": "Meridale Pharma", "a-lindenau": "Lindenau Lighting",
    "a-ashcombe": "Ashcombe Furniture", "a-kittering": "Kittering Glass", "a-rosario": "Rosario Textiles",
    "a-stonebeck": "Stonebeck Brewing", "a-halvorsen": "Halvorsen Marine", "a-wexcombe": "Wexcombe Pumps",
    "a-aldermoor-uk": "Aldermoor Group",
}  # fmt: skip
MAYA, TOMAS, DANA, LENA = "u-maya", "u-tomas", "u-dana", "u-lena"
ASK = Callable[..., str]


@pytest.fixture(scope="module")
def home(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leaks") / "home"
    shutil.copytree(sample_master, folder, ignore=shutil.ignore_patterns("*.lock"))
    return folder


@pytest.fixture(scope="module")
def own(home: Path) -> Iterator[App]:
    """The home in which everybody sees their own accounts."""
    with App(Settings(home=home, model="offline", crm_sees="own"), lambda: TODAY) as app:
        app.approvals.runner = Inline(app.approvals)
        yield app


@pytest.fixture(scope="module")
def secrets(own: App) -> list[str]:
    """What is of hidden accounts alone: their names, ids, people, deals, and the titles of their notes."""
    crm, shared = own.reader, [page for page in own.library.documents() if page.account is None]
    told = " ".join(chunk.text for page in shared for chunk in own.library.chunks(page.id))
    hidden = [account.id for account in crm.accounts() if account.owner_id != MAYA]
    names = [a.name for a in crm.accounts() if a.id in hidden]
    people = [c.name for key in hidden for c in crm.contacts(key)]
    deals = [d.name for key in hidden for d in crm.opportunities(key)] + [
        d.id for k in hidden for d in crm.opportunities(k)
    ]
    notes = [page.title for page in own.library.documents() if page.account in hidden]
    mine = {c.name for a in crm.accounts() if a.id not in hidden for c in crm.contacts(a.id)}
    return [word for word in {*hidden, *names, *people, *deals, *notes} if word not in told and word not in mine]


def said_by(app: App, text: str, by: str, thread: str, **more: str) -> str:
    """All that a person is shown for a question."""
    try:
        reply = app.assistant.answer(Request(text, app.user(by), TODAY, thread, **more))  # type: ignore[arg-type]
    except (BotError, KnowledgeError) as error:
        return f"{error} {getattr(error, 'candidates', ())}"
    card = proposal_text(reply.proposal, app.rights.reader_for(app.user(by))) if reply.proposal else ""
    return f"{answer_text(reply.draft)} {reply.draft.unknowns} {reply.draft.dropped} {reply.draft.numbers} {card}"


@pytest.fixture
def ask(own: App, request: pytest.FixtureRequest) -> ASK:
    def run(text: str, thread: str = "t", by: str = MAYA, **more: str) -> str:
        return said_by(own, text, by, f"{request.node.name}:{thread}", **more)

    return run


def leaks(shown: str, secrets: list[str], typed: str) -> list[str]:
    """What of the hidden stands in a text, but for what the person typed."""
    left = re.sub(re.escape(typed), "", shown, flags=re.IGNORECASE)
    return [word for word in secrets if word in left]


def typo(name: str) -> str:
    """The name with two letters swapped."""
    return name[:3] + name[4] + name[3] + name[5:]


FORMS = (
    "brief me on {}", "{}", "tell me about {}", "who is the champion at {}?", "log that I called {}, follow up Friday",
    "what is the amount of the open deal at {}?",
)  # fmt: skip


@pytest.mark.parametrize("account", HIDDEN)
def test_no_way_of_naming_an_account_shows_it(ask: ASK, secrets: list[str], account: str) -> None:
    name = HIDDEN[account]
    for written in (name, name.split()[0], typo(name), account):
        for form in FORMS if written == name else FORMS[:3]:
            text = form.format(written)
            assert leaks(ask(text, thread=text), secrets, written) == [], text
        assert leaks(ask("what do they worry about?", thread=written, account=written), secrets, written) == []


def test_a_hidden_name_gets_the_words_of_an_unknown_one(own: App, ask: ASK) -> None:
    mine = [(a.id, a.name) for a in own.reader.accounts() if a.owner_id == MAYA]
    for written in (*HIDDEN, *HIDDEN.values(), "Xyloq Zzyzx", "a-nobody"):
        near = nearest(written, sorted(mine, key=lambda name: name[::-1]))
        sentence = f"There is no account called “{written}”; the nearest are {', '.join(near)}."
        assert ask(f"brief me on {written}", thread=written) == f"{sentence} {near}"


def test_two_of_one_name_are_no_question_where_one_is_hidden(own: App, ask: ASK, secrets: list[str]) -> None:
    upsert_all(own.engine, [Account(id="a-mine", name="Halvorsen Bakery", owner_id=MAYA)], as_of=TODAY)
    shown = ask("brief me on Halvorsen")
    assert "Halvorsen Bakery" in shown
    assert leaks(shown, secrets, "brief me on") == []
    assert "Halvorsen Bakery" in ask("brief me on Halvorsen Marin", thread="typo")


def test_which_account_offers_only_what_is_seen(ask: ASK, secrets: list[str]) -> None:
    assert leaks(ask("log that I called their CFO"), secrets, "-") == []
    offered = ask("log that I called their CFO", by="u-sam")
    assert offered.startswith("Which account is this about?")
    none = ask("log that I called their CFO", by=LENA)
    assert none.startswith("You see no account in the CRM, so ask your admin for access.")


@pytest.fixture
def before(home: Path, own: App) -> Callable[[str, str], Reply]:
    """Talk in the same home while everybody sees everything, as it was before, but for figures over many deals."""
    open_ = App(Settings(home=home, model="offline"), lambda: TODAY)
    open_.__dict__.update(library=own.library, engine=own.engine)
    # Medians and rates are those of the deals that she sees, which is to be the one difference.
    helper = replace(open_.assistant, benchmarks=own.benchmarks, chances=own.chances)

    def run(text: str, thread: str) -> Reply:
        return helper.answer(Request(text, open_.user(MAYA), TODAY, thread))

    return run


FOLLOW_UPS = (
    "and their CFO?", "what is the next step of the deal?", "who is their economic buyer?", "log that I called them",
    "brief me on it", "1", "what did they say?", "when does it close?", "approve", "undo", "edit due=Friday",
    "remind me to call them on Friday", "how much is it worth?",
)  # fmt: skip


@pytest.mark.parametrize("follow_up", FOLLOW_UPS)
def test_a_thread_on_an_account_that_is_hidden_by_now_does_not_go_on(
    own: App, before: Callable[[str, str], Reply], ask: ASK, secrets: list[str], follow_up: str
) -> None:
    thread = f"lost-{follow_up}"
    first = before("brief me on Pellworm Tools", thread)
    assert first.draft.account_id == "a-pellworm"
    if follow_up in ("approve", "undo", "edit due=Friday"):
        before("log that I called Pellworm Tools, follow up Friday", thread)
    for text in (follow_up, "and who is the champion?", "what did you say before?"):
        assert leaks(said_by(own, text, MAYA, thread), secrets, text) == []
    kept = own.threads.get(thread)
    assert kept is None or kept.account_id in (None, "a-pellworm")
    turns = " ".join(turn.text for turn in own.threads.turns(thread))
    if follow_up not in ("approve", "undo", "edit due=Friday"):
        assert leaks(turns, secrets, "-") == []


def test_what_was_said_of_a_hidden_account_before_the_thread_moved_on_is_no_context(
    own: App, before: Callable[[str, str], Reply], secrets: list[str]
) -> None:
    before("brief me on Pellworm Tools", "moved-on")
    before("brief me on Northwick Dairy", "moved-on")
    model = FakeModel({"ask": {"sentences": []}})
    helper = replace(own.assistant, model=model)
    helper.answer(Request("and what worries their CFO most?", own.user(MAYA), TODAY, "moved-on"))
    [prompt] = model.sent
    assert "brief me on Northwick Dairy" in prompt.user
    assert leaks(prompt.user, secrets, "-") == []


def test_a_list_that_was_answered_before_is_not_sent_to_a_model(
    own: App, before: Callable[[str, str], Reply], secrets: list[str]
) -> None:
    told = before("which deals are open?", "listed").text
    assert leaks(told, secrets, "-") != []
    model = FakeModel({"ask": {"sentences": []}})
    helper = replace(own.assistant, model=model)
    helper.answer(Request("what do we say when they call us expensive?", own.user(MAYA), TODAY, "listed"))
    [prompt] = model.sent
    assert "seller: which deals are open?" in prompt.user
    assert leaks(prompt.user, secrets, "-") == []


def test_an_offered_choice_that_is_hidden_by_now_is_none(
    own: App, before: Callable[[str, str], Reply], secrets: list[str]
) -> None:
    before("brief me on Aldermoor Group", "choice")
    asked = said_by(own, "1", MAYA, "choice")
    assert asked.startswith("There is no account called “Aldermoor Group”; the nearest are ")
    assert leaks(asked, secrets, "“Aldermoor Group”") == []
    for text in ("the german one", "a-aldermoor-uk", "2"):
        assert leaks(said_by(own, text, MAYA, "choice"), secrets, text) == []


def test_a_contact_asked_back_about_an_account_that_is_hidden_by_now(
    own: App, before: Callable[[str, str], Reply]
) -> None:
    before("log that I called Pellworm Tools", "back")
    thread = own.threads.get("back")
    assert thread
    pending = {
        "text": "log that I met Anna",
        "skill": "log",
        "rest": "x",
        "account_id": "a-pellworm",
        "candidates": ["Anna Berg"],
    }
    own.threads.save(thread.model_copy(update={"pending": pending, "account_id": None}))
    shown = said_by(own, "1", MAYA, "back")
    assert shown == "The account that this was about is not in the CRM any more; name another one. ()"


@pytest.mark.parametrize("name", OWN)
def test_what_she_may_see_is_what_it_was(own: App, before: Callable[[str, str], Reply], name: str) -> None:
    for n, text in enumerate((
        f"brief me on {name}", f"who is the economic buyer at {name}?", f"log that I called {name}, follow up Friday",
        f"what are the open deals at {name}?", name, typo(name),
    )):  # fmt: skip
        now = own.assistant.answer(Request(text, own.user(MAYA), TODAY, f"now-{name}-{n}"))
        then = before(text, f"then-{name}-{n}")
        # Beside who asked, whose deals the figures over many rest on is kept where not everybody sees the same.
        records = tuple(one for one in now.draft.records if one != f"basis:{MAYA}")
        same = {"model_ms": 0, "records": records}
        assert now.draft.model_copy(update=same) == then.draft.model_copy(update=same)
        assert then.draft.records == records
        assert now.draft.skill in ("brief", "ask", "log")


# The command line

LISTS = ("accounts", "contacts", "opportunities", "tasks", "activities")


@pytest.fixture
def cli(home: Path, own: App, seller: Seller, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command in the home as somebody; gives all that it prints."""
    own.library.close()
    monkeypatch.setenv("SELLER_HOME", str(home))
    monkeypatch.setenv("SELLER_CRM_SEES", "own")
    monkeypatch.setenv("SELLER_MODEL", "offline")

    def run(*words: str, by: str = MAYA, stdin: str = "") -> str:
        ran = seller(*words, "--as", by, "--now", TODAY.isoformat(), stdin=stdin)
        return f"{ran.out}{ran.err}"

    return run


@pytest.mark.parametrize("kind", LISTS)
def test_lists_hold_what_is_seen_and_count_that(
    own: App, cli: Callable[..., str], secrets: list[str], kind: str
) -> None:
    for more in ((), ("--json",)):
        shown = cli("crm", kind, *more)
        assert leaks(shown, secrets, "-") == []
    mine = {a.id for a in own.reader.accounts() if a.owner_id == MAYA}
    raw = own.reader.accounts() if kind == "accounts" else getattr(own.reader, kind)()
    wanted = [row.id for row in raw if (row.id if kind == "accounts" else row.account_id) in mine]
    assert [row["id"] for row in json.loads(cli("crm", kind, "--json"))] == wanted
    assert cli("crm", kind).rstrip().splitlines()[-1].startswith(f"{len(wanted):,} {kind}; CRM as of ")


@pytest.mark.parametrize(
    "written", ["Pellworm Tools", "a-pellworm", "Pelworm", "Juniper Lane Cosmetics", "Aldermoor Group"]
)
def test_no_command_takes_a_hidden_account(cli: Callable[..., str], secrets: list[str], written: str) -> None:
    commands = [("crm", kind) for kind in LISTS]
    commands += [
        ("search", "open questions"),
        ("kb", "list"),
        ("ask", "what do they worry about?"),
        ("search", "prices", "--json"),
    ]
    for command in commands:
        shown = cli(*command, "--account", written)
        assert shown.startswith(f"There is no account called “{written}”; the nearest are "), command
        assert leaks(shown, secrets, written) == []


def test_a_batch_of_searches_refuses_line_by_line(cli: Callable[..., str], secrets: list[str]) -> None:
    lines = [
        {"id": 1, "query": "open questions on sign-on", "account": "Pellworm Tools"},
        {"id": 2, "query": "open questions on sign-on", "account": "Northwick Dairy"},
        {"id": 3, "query": "notes and calls with Pellworm Tools", "account": "Pellworm Tools", "as": TOMAS},
        {"id": 4, "query": "what worries them at Pellworm Tools"},
    ]
    shown = cli("search", "--batch", "-", stdin="".join(f"{json.dumps(line)}\n" for line in lines))
    rows = {row["id"]: row for row in map(json.loads, shown.splitlines()[:4])}
    assert rows[1]["passages"] == []
    assert "There is no account called “Pellworm Tools”" in rows[1]["error"]
    assert {p["account"] for p in rows[2]["passages"]} >= {"a-northwick"}
    assert {p["account"] for p in rows[3]["passages"]} >= {"a-pellworm"}
    assert {p["account"] for p in rows[4]["passages"]} == {None}
    assert leaks(json.dumps([rows[1], rows[2], rows[4]]), secrets, "Pellworm Tools") == []


def test_proposals_are_for_who_made_them_and_those_above(own: App, cli: Callable[..., str], secrets: list[str]) -> None:
    write = CreateTask(subject="Call Pellworm about prices", account_id="a-pellworm", owner_id=TOMAS)
    made = own.approvals.propose(
        [ProposedWrite(write=write, evidence="Tomas said so")], requester=TOMAS, account_id="a-pellworm", skill="log"
    )
    gone = re.sub(r"[A-Z0-9]+;", "XXXX;", cli("proposals", "show", "ZZZZ"))
    assert gone == "There is no proposal XXXX; `seller proposals list` shows yours.\n"
    for command in (("show",), ("approve",), ("reject",), ("undo",)):
        assert re.sub(r"[A-Z0-9]+;", "XXXX;", cli("proposals", *command, made.id)) == gone
    assert re.sub(r"[A-Z0-9]+;", "XXXX;", cli("proposals", "edit", made.id, "due=2026-12-01")) == gone
    for more in ((), ("--all",), ("--json",)):
        assert leaks(cli("proposals", "list", *more), secrets, "-") == []
        assert made.id not in cli("proposals", "list", *more)
    for who in (TOMAS, DANA, "u-sam"):
        assert "Call Pellworm about prices" in cli("proposals", "show", made.id, by=who)
    assert made.id not in cli("proposals", "show", made.id, by="u-ruth").replace(f"proposal {made.id};", "")
    assert cli("proposals", "show", made.id, by=LENA).startswith("There is no proposal")


def test_who_lost_an_account_decides_no_more_on_it_but_by_a_no(own: App, cli: Callable[..., str]) -> None:
    upsert_all(own.engine, [Account(id="a-moving", name="Moving Sands", owner_id=MAYA)], as_of=TODAY)
    write = CreateTask(subject="Call them", account_id="a-moving", owner_id=MAYA)
    made = own.approvals.propose([ProposedWrite(write=write, evidence="x")], requester=MAYA, account_id="a-moving")
    assert "Call them" in cli("proposals", "show", made.id)
    upsert_all(own.engine, [Account(id="a-moving", name="Moving Sands", owner_id=TOMAS)], as_of=TODAY)
    thread = "moved"
    own.threads.save(own.threads.get(thread) or _thread(thread, made.id))
    shown = said_by(own, "approve", MAYA, thread)
    assert shown == (
        f"{made.id} is about records that you cannot see in the CRM, so all you may do is reject your own; "
        "ask your admin, or the account's owner. ()"
    )
    assert own.rights.may_write(own.user(MAYA), write) == (
        "This change is about a record that you cannot see in the CRM; somebody who can has to decide on it."
    )
    assert [task.subject for task in own.reader.tasks("a-moving")] == []
    assert f"{made.id}.1 rejected" in said_by(own, "reject", MAYA, thread)


def test_nobody_approves_a_change_that_they_may_not_make(own: App, cli: Callable[..., str]) -> None:
    deal = Opportunity(id="o-shared", name="Shared Sands", stage="Proposal", account_id="a-shared", owner_id=TOMAS)
    hers = deal.model_copy(update={"id": "o-hers", "name": "Hers", "owner_id": MAYA})
    upsert_all(own.engine, [Account(id="a-shared", name="Sharing Sands", owner_id=TOMAS), deal, hers], as_of=TODAY)
    write = UpdateOpportunity(opportunity_id="o-shared", field="next_step", old=None, new="Call Ann")
    made = own.approvals.propose([ProposedWrite(write=write, evidence="x")], requester=MAYA, account_id="a-shared")
    refusal = "You may not change Shared Sands in the CRM; ask its owner Tomas Okafor to approve it.\n"
    assert "next step: nothing → Call Ann" in cli("proposals", "show", made.id)
    assert cli("proposals", "approve", made.id) == refusal
    assert cli("proposals", "edit", made.id, "next_step=Call Bo") == refusal
    held = own.reader.opportunity("o-shared")
    assert (own.approvals.get(made.id), held and held.next_step) == (made, None)
    assert "in the CRM" in cli("proposals", "approve", made.id, by="u-sam")
    changed = own.reader.opportunity("o-shared")
    assert changed and changed.next_step == "Call Ann"


def test_gaps_about_a_hidden_account_are_in_no_list_and_no_count(
    own: App, cli: Callable[..., str], secrets: list[str]
) -> None:
    question = "which Zanzibar warehouse does Pellworm Tools rent?"
    said_by(own, question, TOMAS, "gap")
    own.library.close()
    assert "Zanzibar" in cli("kb", "gaps", "-n", "500", by=TOMAS)
    before = cli("kb", "stats", "--json")
    for who in (MAYA, LENA, "u-priya"):
        assert "Zanzibar" not in cli("kb", "gaps", "-n", "500", by=who)
    assert json.loads(before)["gaps"] == len(json.loads(cli("kb", "gaps", "-n", "500", "--json")))
    [gap] = [
        topic["id"]
        for topic in json.loads(cli("kb", "gaps", "-n", "500", "--json", by=TOMAS))
        if "Zanzibar" in topic["title"]
    ]
    for verb in ("answer", "dismiss"):
        assert f'There is no open question "{gap}"' in cli("kb", verb, gap, by=LENA, stdin="In Zanzibar.")


def test_notes_of_a_hidden_account_are_in_no_list(own: App, cli: Callable[..., str], secrets: list[str]) -> None:
    titles = [page.title for page in own.library.documents() if page.account == "a-pellworm"]
    own.library.close()
    assert titles
    for title in titles:
        assert leaks(cli("kb", "show", title), secrets, title) == []
    assert leaks(cli("kb", "list"), secrets, "-") == []
    assert titles[0] in cli("kb", "list", "--account", "Pellworm Tools", by=TOMAS)
    assert titles[0] in cli("kb", "list", "--account", "Pellworm Tools", by=DANA)


def _thread(key: str, proposal: str) -> Thread:
    return Thread(id=key, skill="log", proposal_id=proposal, updated_at=TODAY)
