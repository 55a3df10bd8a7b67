"""Words of sellers become proposals: the right record, people, day and task, or a question."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.crm.local import LocalReader
from bot.crm.records import Opportunity
from bot.crm.writes import CreateTask, LogActivity
from bot.errors import Ambiguous, BotError
from bot.proposals import Draft
from bot.router import route
from bot.skills import Ask, cards, log
from bot.skills.said.clauses import Clause, read
from bot.skills.said.touch import is_task
from tests.small_crm import NOW, context, reader

Log = Callable[..., Draft]
TASKS = {"task"}


def clauses(text: str) -> Sequence[Clause]:
    """The seller's own words, cut."""
    return read(text).clauses


@pytest.fixture
def crm(tmp_path: Path) -> LocalReader:
    return reader(tmp_path)


@pytest.fixture
def say(crm: LocalReader) -> Log:
    """Log these words on Northwick Dairy."""

    def run(words: str, now: datetime = NOW, account: str = "a1") -> Draft:
        return log.run(context(crm, now=now), Ask(words, account, named=False))

    return run


def brief(draft: Draft) -> list[tuple[str, ...]]:
    """Each write in short: kind, people, day; or task, subject, day, person."""
    rows: list[tuple[str, ...]] = []
    for write in (proposed.write for proposed in draft.writes):
        if isinstance(write, LogActivity):
            rows.append((write.activity, *write.contact_ids, write.at.date().isoformat()))
        elif isinstance(write, CreateTask):
            rows.append(("task", write.subject, str(write.due), *([write.contact_id] if write.contact_id else [])))
    return rows


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("emailed Ingrid", [("email", "c-ingrid", "2026-11-16")]),
        ("log that I spoke to their CFO, follow up Tuesday",
         [("call", "c-ingrid", "2026-11-16"),
          ("task", "Follow up with Ingrid Solheim (CFO)", "2026-11-17", "c-ingrid")]),
        ("had lunch with Per yesterday and need to send the price by the 30th",
         [("meeting", "c-per", "2026-11-15"), ("task", "Send the price", "2026-11-30", "c-per")]),
        ("remind me to call Ingrid next Monday", [("task", "Call Ingrid", "2026-11-23", "c-ingrid")]),
        ("met the champion, she wants SOC 2; follow up in two weeks",
         [("meeting", "c-per", "2026-11-16"),
          ("task", "Follow up with Per Aune (Supply Chain Director)", "2026-11-30", "c-per")]),
        ("spoke to Ingrid and Per about pricing, they will decide next week",
         [("call", "c-ingrid", "c-per", "2026-11-16")]),
        ("spoke to Ingrid Solheim and Per", [("call", "c-ingrid", "c-per", "2026-11-16")]),
        ("called Per, send Ingrid the quote tomorrow",
         [("call", "c-per", "2026-11-16"), ("task", "Send Ingrid the quote", "2026-11-17", "c-ingrid")]),
        ("I need to call Ingrid on Friday", [("task", "Call Ingrid", "2026-11-20", "c-ingrid")]),
        ("met Ingrid on Friday", [("meeting", "c-ingrid", "2026-11-13")]),
        ("met Ingrid and scheduled a demo for Tuesday", [("meeting", "c-ingrid", "2026-11-16")]),
        ("called Ingrid on 3 November about the contract of 1 January", [("call", "c-ingrid", "2026-11-03")]),
        ("log a call with Ingrid and create a task to send pricing by Dec 4, 2026",
         [("call", "c-ingrid", "2026-11-16"), ("task", "Send pricing", "2026-12-04", "c-ingrid")]),
        ("I talked to Per this morning and will send pricing tomorrow",
         [("call", "c-per", "2026-11-16"), ("task", "Send pricing", "2026-11-17", "c-per")]),
        ("Just got off the phone with Ingrid. She will send the redlines by Thursday. I have to prepare the DPA.",
         [("call", "c-ingrid", "2026-11-16"), ("task", "Prepare the DPA", "2026-11-18", "c-ingrid"),
          ("task", "Ingrid Solheim: send the redlines", "2026-11-19", "c-ingrid")]),
        ("spoke to Per, he promised us the figures by Friday and wants me to bring a reference",
         [("call", "c-per", "2026-11-16"), ("task", "Bring a reference", "2026-11-18", "c-per"),
          ("task", "Per Aune: the figures", "2026-11-20", "c-per")]),
        ("met Per, we agreed that I send the report on Monday and Per will probably look at it by Friday",
         [("meeting", "c-per", "2026-11-16"), ("task", "Send the report", "2026-11-23", "c-per")]),
        ("called Per. Per won't send the figures by Friday", [("call", "c-per", "2026-11-16")]),
        ("called Per, he will be away until Friday", [("call", "c-per", "2026-11-16")]),
        ("todo: send SOC 2 report on Friday", [("task", "Send SOC 2 report", "2026-11-20")]),
        ("add a task to send the order form by Friday, 4 December", [("task", "Send the order form", "2026-12-04")]),
        ("create task: check in with Per in two weeks", [("task", "Check in with Per", "2026-11-30", "c-per")]),
        ("don't forget to call Ingrid tomorrow", [("task", "Call Ingrid", "2026-11-17", "c-ingrid")]),
        ("chase Per on the redlines Friday", [("task", "Chase Per on the redlines", "2026-11-20", "c-per")]),
        ("call Ingrid tomorrow", [("task", "Call Ingrid", "2026-11-17", "c-ingrid")]),
        ("schedule a demo with Per next Tuesday", [("task", "Schedule a demo with Per", "2026-11-24", "c-per")]),
        ("I'll send Per the SOC 2 report tomorrow", [("task", "Send Per the SOC 2 report", "2026-11-17", "c-per")]),
        ("got an email from Ingrid, Ingrid will sign on Friday",
         [("email", "c-ingrid", "2026-11-16"), ("task", "Ingrid Solheim: sign", "2026-11-20", "c-ingrid")]),
        ("left a voicemail for Per", [("call", "c-per", "2026-11-16")]),
        ("I sent the proposal to Per yesterday", [("email", "c-per", "2026-11-15")]),
        ("note: the budget is frozen, price per seat must not rise above 1,200", [("note", "2026-11-16")]),
        ("visited the plant at Northwick Dairy last week", [("meeting", "2026-11-09")]),
        ("had a great chat with Ingrid, sending her the deck on Friday",
         [("call", "c-ingrid", "2026-11-16"), ("task", "Sending her the deck", "2026-11-20", "c-ingrid")]),
        ("ping Per on Thursday", [("task", "Ping Per", "2026-11-19", "c-per")]),
        ("heard from Per; must call Ingrid on the 1st",
         [("email", "c-per", "2026-11-16"), ("task", "Call Ingrid", "2026-12-01", "c-ingrid")]),
        ("log meeting with Ingrid (CFO, their new one) yesterday, remind me Friday",
         [("meeting", "c-ingrid", "2026-11-15"),
          ("task", "Follow up with Ingrid Solheim (CFO)", "2026-11-20", "c-ingrid")]),
    ],
)  # fmt: skip
def test_words_go_to_log_and_become_the_right_changes(say: Log, words: str, expected: list[tuple[str, ...]]) -> None:
    assert route(words, cards(), lambda name: False).skill == "log"
    assert brief(say(words)) == expected


@pytest.mark.parametrize(
    "words",
    ["call them expensive: what do we say?", "send me the battlecard", "I need to know the discount limits",
     "what did I log yesterday?", "met the CFO before?", "how do I prepare the demo?", "we will not discount, will we?"],
)  # fmt: skip
def test_questions_are_not_logged(words: str) -> None:
    assert route(words, cards(), lambda name: False).skill == "ask"


def test_the_call_is_logged_as_it_was_said(say: Log) -> None:
    [proposed] = say("log that Ingrid called me, she wants a lower price").writes
    write = proposed.write
    assert isinstance(write, LogActivity)
    assert (write.subject, write.body) == (
        "Call with Ingrid Solheim (CFO)", "Ingrid called me, she wants a lower price.",
    )  # fmt: skip
    assert (write.direction, write.account_id, write.opportunity_id, write.owner_id) == ("inbound", "a1", "o1", "u1")
    assert proposed.evidence == "Ingrid called me, she wants a lower price"


def test_a_day_is_the_sellers_own_day(say: Log) -> None:
    # Still Sunday evening in Los Angeles, Monday morning in UTC.
    sunday = datetime(2026, 11, 16, 3, tzinfo=UTC)
    assert brief(say("call Ingrid tomorrow", sunday)) == [("task", "Call Ingrid", "2026-11-16", "c-ingrid")]
    [yesterday] = say("called Ingrid yesterday", sunday).writes
    assert isinstance(yesterday.write, LogActivity)
    assert yesterday.write.at == datetime(2026, 11, 14, 20, tzinfo=UTC)
    [now] = say("called Ingrid", sunday).writes
    assert isinstance(now.write, LogActivity)
    assert now.write.at == sunday


def test_a_task_without_a_date_is_due_in_two_working_days_and_says_so(say: Log) -> None:
    thursday = datetime(2026, 11, 19, 17, tzinfo=UTC)
    draft = say("remind me to send the price", thursday)
    [proposed] = draft.writes
    assert isinstance(proposed.write, CreateTask)
    assert (proposed.write.due, proposed.confidence) == (date(2026, 11, 23), 0.6)
    assert (proposed.evidence, draft.unknowns) == (
        "remind me to send the price",
        ("“remind me to send the price” names no day; Monday, 23 November 2026, is proposed.",),
    )


def test_two_people_of_one_first_name_are_asked_about_and_the_answer_counts(say: Log) -> None:
    words = "spoke to Anna, follow up Friday"
    with pytest.raises(Ambiguous) as asked:
        say(words)
    assert str(asked.value) == "Several people are called “Anna”: which one do you mean?"
    assert asked.value.candidates == ("Anna Berg, Planner", "Anna Lie, Lawyer")
    assert brief(say(f"{words} (Anna Lie, Lawyer)")) == [
        ("call", "c-anna2", "2026-11-16"), ("task", "Follow up with Anna Lie (Lawyer)", "2026-11-20", "c-anna2"),
    ]  # fmt: skip
    assert brief(say("spoke to Anna Berg")) == [("call", "c-anna1", "2026-11-16")]


def test_an_unknown_title_or_role_is_said_and_nobody_is_guessed(say: Log) -> None:
    draft = say("spoke to their CTO and the economic buyer")
    assert brief(draft) == [("call", "2026-11-16")]
    assert draft.unknowns == (
        "No economic buyer is on record at Northwick Dairy; logged without.",
        "No CTO is on record at Northwick Dairy; logged without.",
    )


def test_a_company_named_after_a_person_is_the_company(say: Log) -> None:
    assert brief(say("called Halvorsen Marine", account="a2")) == [("call", "2026-11-16")]
    assert brief(say("called Eirik Halvorsen", account="a2")) == [("call", "c-eirik", "2026-11-16")]
    assert brief(say("met the COO of Halvorsen", account="a2")) == [("meeting", "c-eirik", "2026-11-16")]


def test_several_deals_are_not_guessed_between(tmp_path: Path) -> None:
    second = Opportunity(id="o2", name="Northwick - Insight", account_id="a1", stage="Discovery")
    crm = reader(tmp_path, second)
    unsaid = log.run(context(crm), Ask("called Ingrid", "a1"))
    assert [getattr(proposed.write, "opportunity_id") for proposed in unsaid.writes] == [None]  # noqa: B009
    assert unsaid.unknowns == ("Which of the 2 open deals it belongs to; logged on the account.",)
    said = log.run(context(crm), Ask("called Ingrid about Northwick - Insight", "a1"))
    assert [getattr(proposed.write, "opportunity_id") for proposed in said.writes] == ["o2"]  # noqa: B009
    assert said.unknowns == ()


@pytest.mark.parametrize("words", ["log", "log:", "please log that", "note ...", "log this."])
def test_log_alone_says_what_is_missing(say: Log, words: str) -> None:
    with pytest.raises(BotError) as refused:
        say(words)
    assert str(refused.value) == (
        "There is nothing to log yet; say what happened, like “log that I called Ingrid, follow up Friday”."
    )


def test_commas_inside_amounts_dates_and_brackets_do_not_cut() -> None:
    assert [clause.text for clause in clauses("offered 1,200 (list, net) until Dec 4, 2026, all fine")] == [
        "offered 1,200 (list, net) until Dec 4, 2026", "all fine",
    ]  # fmt: skip


def test_a_very_long_touch_fits_the_crms_fields(say: Log) -> None:
    draft = say("remind me to " + "send it " * 200)
    assert [len(getattr(proposed.write, "subject")) for proposed in draft.writes] == [255]  # noqa: B009


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        ("log call w/ CFO northwick, follow up Tuesday", [False, True]),
        ("log a meeting with Per", [False]),
        ("log call back to Per on Friday", [True]),
    ],
)
def test_what_is_logged_has_happened(words: str, tasks: list[bool]) -> None:
    assert [is_task(clause) for clause in clauses(words)] == tasks


def test_a_person_who_is_no_contact_is_named(say: Log) -> None:
    assert (
        say("log that I called Helen on Friday").unknowns[0]
        == "No Helen is on record at Northwick Dairy; logged without. "
        "The nearest names there are Anna Lie, Ingrid Solheim, Per Aune."
    )
    assert [text for text in say("log call with Ingrid on Monday").unknowns if "on record" in text] == []


def test_a_promise_of_theirs_is_watched_as_theirs_and_one_of_nobody_is_asked_about(say: Log) -> None:
    draft = say("spoke to Ingrid and Per, she will send the NDA by Friday, Per will check SSO tomorrow")
    tasks = [one.write for one in draft.writes if isinstance(one.write, CreateTask)]
    assert [(task.side, task.subject, task.contact_id) for task in tasks] == [
        ("theirs", "Per Aune: check SSO", "c-per")
    ]
    assert draft.unknowns == (
        "“she will send the NDA by Friday” is a promise of theirs; say by name whose it is to have it watched.",
    )
