"""What hangs on a record, the frame of a question over records, and plain spellings: read without any CRM."""

import pytest

from bot.skills.asking.framing import framed
from bot.skills.asking.query import split
from bot.skills.asking.tying import Clause, clauses, turned
from bot.skills.asking.words import Text


@pytest.mark.parametrize(
    ("question", "outer", "parts"),
    [
        (
            "which accounts have an open deal but no meeting planned?",
            "which accounts",
            [Clause("open deal"), Clause("meeting planned?", 0, 0)],
        ),
        ("accounts with more than one open deal", "accounts", [Clause("open deal", 2)]),
        ("deals with fewer than 2 contacts", "deals", [Clause("contacts", 0, 1)]),
        ("customers with exactly one task", "customers", [Clause("task", 1, 1)]),
    ],
)
def test_what_hangs_on_a_record_is_parted(question: str, outer: str, parts: list[Clause]) -> None:
    assert (outer, parts) in [(words.strip(), found) for words, found in clauses(question)]


@pytest.mark.parametrize(
    ("question", "outer", "parts"),
    [
        ("accounts where we never lost a deal", "accounts ", [Clause("lost a deal", 0, 0)]),
        ("accounts where we lost more than two deals", "accounts ", [Clause("we lost deals", 3)]),
        ("deals with two contacts and no champion", "deals and no champion", [Clause("contacts", 2, 2)]),
        ("buyers on open deals over 100k", "buyers", [Clause("open deals over 100k")]),
    ],
)
def test_a_clause_may_be_taken_out_of_the_middle(question: str, outer: str, parts: list[Clause]) -> None:
    assert (outer.strip(), parts) in [(words.strip(), found) for words, found in clauses(question)]


def test_a_turned_condition_is_as_long_as_it_can_be_read() -> None:
    assert list(turned("deals that are not at risk, mine"))[:2] == [
        ("deals", "at risk, mine"),
        ("deals  mine", "at risk"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "economic buyers on open deals whom nobody has met",
        "number of overdue tasks on our side, by owner",
        "german contacts that have a phone number on file",
        "how many minutes has Priya spent in calls with Quillon?",
        "contacts in Germany who may not be called",
        "total amount per month of deals closing this year",
        "what is the average deal size in manufacturing?",
        "how long is our sales cycle?",
        "open deals where Brightquay is in and nobody is down as economic buyer",
        "who owns the biggest deal in EMEA?",
        "biggest three open deals in EMEA that are not in commit",
        "whats closing b4 christmas, my stuff only",
        "the last mail that Harrowgate sent us",
    ],
)
def test_the_frame_of_a_question_over_records(words: str) -> None:
    assert framed(words)


@pytest.mark.parametrize(
    "words",
    [
        "how do renewals work?",
        "which deals need legal review?",
        "what do we say when they call us expensive?",
        "we lost Castellane to Brightquay on price",
        "remind me to call Katrin on Monday",
        "what should I ask a CFO?",
        "can customers see the price list?",
    ],
)
def test_what_pages_answer_or_what_is_told_has_no_such_frame(words: str) -> None:
    assert not framed(words)


@pytest.mark.parametrize(
    ("question", "pages"),
    [
        ("list all deals over 50k with Brightquay and tell me how to beat them", "tell me how to beat them"),
        ("which deals are late, and what should I do about them?", "what should I do about them?"),
        ("which deals did we lose and why", ""),
    ],
)
def test_a_clause_that_asks_what_to_do_goes_to_the_pages(question: str, pages: str) -> None:
    assert split(question)[1] == pages


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("open renewels above seventy grand", "open renewals above 70k"),
        ("my custmers w/o any open deal", "my customers without any open deal"),
        ("contract value", "contract value"),
        ("open deals, whoever owns them", "open deals"),
        ("is there any rep without deals?", "is there any rep without deals?"),
        ("my tasks, only the ones on our side", "my tasks, on our side"),
        ("contacts with neither e-mail nor phone", "contacts with no e-mail and no phone"),
        ("deals that nobody has called, met or mailed since May", "deals no call or meeting or e-mail since May"),
        ("economic buyers whom nobody has had a call with", "economic buyers not had a call with"),
        ("accounts that nobody called since May", "accounts not called since May"),
        ("calls since the beginning of November", "calls since November"),
    ],
)
def test_plain_spellings_are_mended_and_words_of_their_own_are_not(written: str, plain: str) -> None:
    assert Text(written).left == plain


def test_nouns_of_another_kind_and_words_that_turn_the_sense_stay_unread() -> None:
    assert Text("which deals are only with accounts out of tasks").unread() == ["only", "accounts out", "tasks"]
