"""Names and words that others wrote: in no message, form, tab or picture do they become a mention, link or markup."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.charts import png
from bot.crm.records import Account, Activity, Contact, Opportunity, Task, User
from bot.curating import Topic
from bot.pipeline.signal import Signal
from bot.proposals import Chart, Series
from bot.skills import cards
from bot.skills.agenda import Day
from bot.skills.appointments import Meeting
from bot.skills.stakes import Due, Needy
from bot.slack.sending.outbox import above
from bot.slack.showing import (
    card_views,
    command_views,
    curation_views,
    day_views,
    file_views,
    home_views,
    request_forms,
    views,
)
from bot.slack.showing.blocks import Message, notice, with_note
from bot.slack.showing.card_views import CardView, ChangeView
from bot.slack.showing.file_views import Dropped
from bot.store.preferences import Preference
from knowledge.documents import Document, Gap

EVIL = "<!channel> <@U1> <#C1> <!subteam^S1> <https://evil.example|click> <slack://user?id=U1|x>"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNT = Account(id="A1", name=EVIL, type="prospect", owner_id="U1", created_at=NOW)
OURS = re.compile(r"<https://crm\.example/[a-z]+/\w+\|[^<>]*>")


def page() -> Document:
    return Document(id="p1", title=EVIL, uri=EVIL, owner=EVIL, author=EVIL, origin=EVIL, questions=(EVIL,))


def topic() -> Topic:
    asked = [Gap(n, f"{EVIL} {n}", f"u{n}", NOW.isoformat(), None, ()) for n in (1, 2)]
    return Topic(id=1, title=EVIL, gaps=tuple(asked))


def day() -> Day:
    user = User(id="U1", name=EVIL, email="a@b.example", role="seller")
    deal = Opportunity(id="O1", name=EVIL, account_id="A1", owner_id="U1", stage=EVIL, next_step=EVIL, created_at=NOW)
    task = Task(id="T1", subject=EVIL, due=NOW.date(), owner_id="U1", account_id="A1", created_at=NOW)
    met = Activity(id="M1", kind="meeting", at=NOW, subject=EVIL, account_id="A1", owner_id="U1")
    person = Contact(id="C1", account_id="A1", name=EVIL, title=EVIL)
    signal = Signal(name="no next step", severity="amber", text=EVIL)
    needy = Needy(deal, ACCOUNT, user, (signal,), None, Decimal(1))
    return Day(
        user=user, now=NOW, as_of=NOW, meetings=(Meeting(met, ACCOUNT, (person,)),), due=(Due(task, ACCOUNT, NOW.date()),),
        deals=(needy,), team=(needy,),
    )  # fmt: skip


def messages() -> Iterator[Message]:
    """A message of each kind."""
    yield from (notice(EVIL), with_note(notice("x"), EVIL), above("x", notice(EVIL)))
    change = ChangeView(1, "create_task", EVIL, [(EVIL, EVIL, EVIL)], EVIL, 0.5, "failed", EVIL, EVIL, [EVIL])
    yield card_views.card(CardView("ABCD", 1, "pending", [change]))
    yield command_views.which_account("brief", cards()["brief"], [ACCOUNT])
    yield from (file_views.question(Dropped("F1", EVIL, EVIL, call, "A1", EVIL, EVIL)) for call in (True, False))
    yield file_views.done(EVIL, [EVIL])
    yield curation_views.draft(page(), EVIL, may_publish=True, own=True)
    yield curation_views.drafts([page()])
    yield curation_views.due([page()], NOW.date())
    yield curation_views.answered(page(), EVIL, [EVIL])
    yield curation_views.inquiry(topic(), [page()])
    yield curation_views.gaps([topic()], [EVIL])
    yield day_views.heads_up(day().meetings[0], NOW)
    yield home_views.digest(shown())
    chart = Chart(
        kind="bar", title=EVIL, alt=EVIL, labels=(EVIL,), series=(Series(name=EVIL, values=(1.0,)),), unit=EVIL
    )
    yield from (views.chart(chart), views.chart_words(chart))


def shown() -> home_views.Shown:
    queue = home_views.Queue([page()], [page()], [topic()], EVIL)
    waiting = [home_views.Waiting("ABCD", EVIL, "pending")]
    return home_views.Shown(
        day(), Preference(user_id="U1"), lambda kind, key: f"https://crm.example/{kind}/{key}", waiting, queue, EVIL
    )


def marked(value: Any) -> Iterator[str]:
    """All texts in which Slack reads markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value["verbatim"] is True
            yield value["text"]
        for inner in value.values():
            yield from marked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from marked(inner)


@pytest.mark.parametrize("message", list(messages()), ids=lambda message: re.sub(r"\W+", " ", message.text)[:30])
def test_no_message_mentions_or_links_what_others_wrote(message: Message) -> None:
    texts = [message.text, *marked(message.blocks)]
    assert [text for text in texts if "<" in OURS.sub("", text)] == []
    assert "evil.example" in json.dumps(message.blocks) + message.text


def test_no_tab_or_form_does_either() -> None:
    tab = home_views.home(shown(), "D1")
    forms = [
        tab,
        home_views.log_form(EVIL, "A1", "D1"),
        request_forms.log_form(request_forms.Kept("C1"), NOW.date(), EVIL, account=("A1", EVIL)),
        file_views.form("about", Dropped("F1", EVIL, EVIL, True, "A1", EVIL), "{}"),
        curation_views.page_form("kb_add", "Add", curation_views.new_page(EVIL, EVIL, EVIL), {}),
    ]
    assert [text for form in forms for text in marked(form) if "<" in OURS.sub("", text)] == []


@pytest.mark.parametrize("kind", ["bar", "barh", "line", "waterfall"])
def test_formulas_in_labels_are_drawn_as_they_are(kind: Any) -> None:
    label = r"$\frac{1}{0} \undefined$ x_1"
    chart = Chart(
        kind=kind,
        title=label,
        alt="x",
        labels=(label, label),
        series=(Series(name=label, values=(1.0, 2.0)),),
        unit=label,
    )
    assert png(chart)[:8] == b"\x89PNG\r\n\x1a\n"


def test_small_print_is_escaped_once() -> None:
    note = "The brief on Pellworm & Sons comes."
    tab = home_views.home(home_views.Shown(day(), Preference(user_id="U1"), lambda kind, key: "", note=note), "D1")
    assert "The brief on Pellworm &amp; Sons comes." in list(marked(tab))
    assert list(marked(file_views.done("Done.", ["A & B"]).blocks))[1:] == ["A &amp; B"]
