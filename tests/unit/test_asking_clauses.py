"""What hangs on a record, the frame of a question over records, and plain spellings: read without any CRM."""

import pytest

from bot.skills.asking.framing import framed
from bot.skills.asking.query import split
from bot.skills.asking.tying import Clause, clauses
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
    "words",
    [
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
        ("accounts that nobody called since May", "accounts not called since May"),
        ("calls since the beginning of November", "calls since November"),
    ],
)
def test_plain_spellings_are_mended_and_words_of_their_own_are_not(written: str, plain: str) -> None:
    assert Text(written).left == plain


def test_nouns_of_another_kind_and_words_that_turn_the_sense_stay_unread() -> None:
    assert Text("which deals are only with accounts out of tasks").unread() == ["only", "accounts out", "tasks"]
