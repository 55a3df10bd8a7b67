"""Thumbs under an answer: counted once a person, passed on to the owner, kept as a case that the evals can ask."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from slack_blocks import Plain, Shown
from slack_members import Member
from slack_office import NOW, Office

from bot.slack.showing.feedback_views import GONE, NOTED, PASSED_ON, THANKS
from bot.store.answers import Answers
from evals.own import read
from tests.conftest import Seller

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
QUESTION = "where is the yearly summit of our customers?"


@pytest.fixture
def pages(office: Office, tmp_path: Path) -> Office:
    """An office with a page that Omar looks after."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "events.md").write_text(
        "---\nowner: omar@example.test\n---\n# Events\n\nThe yearly summit of our customers is in May in Lisbon.\n",
        encoding="utf-8",
    )
    office.app.library.ingest([folder])
    _ = office.omar
    return office


def answered(office: Office, question: str = QUESTION) -> Shown:
    office.mia.say(question)
    return office.mia.sees("Lisbon")


def counts(office: Office) -> dict[str, int]:
    """How the page was used and judged."""
    (page,) = office.app.library.documents()
    return office.app.library.uses.counts()[page.id]


def cases(office: Office) -> list[Plain]:
    file = office.settings.home / "feedback" / "cases.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def complain(office: Office, member: Member, answer: Shown, says: str, **given: str) -> None:
    """Judge an answer down and say why."""
    before = len(office.slack.modals)
    member.thumb(answer, "negative")
    form = office.slack.wait(lambda: office.slack.modals[before:], "the form")[0]
    ack = member.submit(form, given)
    assert ack.payload in (None, "")
    member.sees(says)


def test_a_thumb_up_counts_once(pages: Office) -> None:
    answer = answered(pages)
    pages.mia.thumb(answer, "positive")
    pages.mia.sees(THANKS)
    pages.mia.thumb(answer, "positive")
    pages.slack.wait(lambda: len([m for m in pages.slack.shown if m.text == THANKS]) == 2)
    assert counts(pages) == {"cited": 1, "up": 1}
    [case] = cases(pages)
    assert (case["question"], case["asker"], case["verdict"]) == (QUESTION, "U-MIA", "up")
    assert [Path(source).name for source in case["source"]] == ["events.md"]
    assert pages.slack.errors == []


def test_who_changes_their_mind_counts_once(pages: Office) -> None:
    answer = answered(pages)
    pages.mia.thumb(answer, "positive")
    pages.mia.sees(THANKS)
    complain(pages, pages.mia, answer, NOTED, reason="too long")
    assert counts(pages) == {"cited": 1, "down": 1}
    assert [(case["verdict"], case["reason"]) for case in cases(pages)] == [("down", "too long")]
    pages.mia.thumb(answer, "positive")
    pages.slack.wait(lambda: len([m for m in pages.slack.shown if m.text == THANKS]) == 2)
    assert counts(pages) == {"cited": 1, "up": 1}


def test_a_thumb_down_counts_without_the_form(pages: Office) -> None:
    answer = answered(pages)
    pages.mia.thumb(answer, "negative")
    form = pages.slack.wait(lambda: pages.slack.modals, "the form")[0]
    assert [block["block_id"] for block in form["blocks"]] == ["reason", "comment"]
    assert counts(pages) == {"cited": 1, "down": 1}


def test_the_thumb_counts_where_the_form_does_not_open(pages: Office) -> None:
    answer = answered(pages)
    pages.slack.fail("views.open", 404)
    pages.mia.thumb(answer, "negative")
    pages.mia.sees(NOTED)
    assert counts(pages) == {"cited": 1, "down": 1}


@pytest.mark.parametrize("reason", ["wrong", "outdated", "missing source"])
def test_the_owner_hears_of_what_is_not_right(pages: Office, reason: str) -> None:
    answer = answered(pages)
    complain(pages, pages.mia, answer, PASSED_ON, reason=reason, comment="It is in June.")
    inquiry = pages.omar.sees("A colleague judged the answer to this")
    assert inquiry.words.startswith(f"A colleague judged the answer to this ({reason}):\n• {QUESTION}")
    assert "Events" in inquiry.words
    assert [(gap.question, gap.asker, gap.status) for gap in pages.app.library.gaps()] == [(QUESTION, "U-MIA", "asked")]
    complain(pages, pages.mia, answer, PASSED_ON, reason="wrong")
    assert len(pages.app.library.gaps()) == 1
    assert len([m for m in pages.slack.shown if "A colleague judged" in m.words]) == 1


def test_other_reasons_leave_the_owner_alone(pages: Office) -> None:
    complain(pages, pages.mia, answered(pages), NOTED, reason="not what I asked")
    assert pages.app.library.gaps() == []
    assert [Path(source).name for source in cases(pages)[0]["avoid"]] == ["events.md"]


def test_in_a_channel_everybody_may_judge(pages: Office) -> None:
    nia = pages.member("UNIA", "nia@example.test")
    pages.slack.channel("C7", "UMIA", "UOMAR", nia.id)
    pages.mia.mention(QUESTION, "C7")
    answer = pages.slack.wait(lambda: next((m for m in pages.slack.shown if "Lisbon" in m.words), None))
    for member, side, words in ((pages.omar, "positive", THANKS), (nia, "positive", THANKS)):
        member.thumb(answer, side)
        assert member.sees(words).user == member.id
    assert counts(pages) == {"cited": 1, "up": 2}
    assert sorted(case["id"].partition(":")[2] for case in cases(pages)) == ["U-OMAR", "slack:UNIA"]


def test_a_guest_is_told_that_it_is_not_for_them(pages: Office) -> None:
    answer = answered(pages)
    guest = pages.member("UGUEST", "guest@example.test", is_restricted=True)
    guest.thumb(answer, "positive")
    guest.sees("Only members of this Slack workspace may use the assistant")
    assert counts(pages) == {"cited": 1}


def test_an_answer_that_is_gone_is_not_judged(pages: Office) -> None:
    answer = answered(pages)
    Answers(pages.app.engine).forget_old(NOW + timedelta(days=1))
    for side in ("positive", "negative"):
        before = len(pages.slack.shown)
        pages.mia.thumb(answer, side)
        pages.slack.wait(lambda before=before: pages.slack.shown[before:])  # type: ignore[misc]
        assert [m.text for m in pages.slack.shown[before:]] == [GONE]
    assert (counts(pages), pages.slack.modals) == ({"cited": 1}, [])


def test_the_cases_can_be_asked_again_and_leave_no_trace(pages: Office, seller: Seller) -> None:
    answer = answered(pages)
    pages.mia.thumb(answer, "positive")
    pages.mia.sees(THANKS)
    complain(pages, pages.omar, answer, PASSED_ON, reason="wrong")
    file = pages.settings.home / "feedback" / "cases.jsonl"
    assert [case.must_not for case in read(file)] == [(), ("The yearly summit of our customers is in May in Lisbon.",)]
    with file.open("a", encoding="utf-8") as more:
        more.write('{"id": "left", "question": "who?", "asker": "U-GONE"}\n')
    before = counts(pages), pages.app.library.gaps()
    pages.stop()
    ran = seller("eval", "--cases", str(file), "--json")
    found = json.loads(ran.out)
    assert (ran.code, [row["metrics"]["sourced"] for row in found["results"]]) == (1, [1.0])
    assert [failure.partition(": ")[0].partition(":")[2] for failure in found["failures"]] == ["", "U-OMAR"]
    assert found["failures"][0].startswith("left: There is no user called “U-GONE”")
    pages.start()
    assert (counts(pages), pages.app.library.gaps()) == before


@pytest.mark.parametrize("way", ["direct", "channel", "command"])
def test_where_slack_does_not_know_thumbs_the_answer_has_plain_buttons(pages: Office, way: str) -> None:
    pages.slack.unknown_blocks.add("context_actions")
    if way == "direct":
        pages.mia.say(QUESTION)
    elif way == "channel":
        pages.mia.mention(QUESTION)
    else:
        pages.mia.command("/brief", "Northwick Dairy")
    answer = pages.mia.sees("Bottom line" if way == "command" else "Lisbon")
    assert answer.buttons == ["feedback:up", "feedback:down"]
    pages.mia.click(answer, "feedback:up")
    pages.mia.sees(THANKS)
    assert [case["verdict"] for case in cases(pages)] == ["up"]


def test_who_is_erased_goes_from_the_cases_too(pages: Office, seller: Seller) -> None:
    answer = answered(pages)
    complain(pages, pages.mia, answer, PASSED_ON, reason="wrong", comment="Jane Holt says that it is in June.")
    pages.stop()
    ran = seller("erase", "Jane Holt", "--yes")
    assert ran.code == 0, ran.err
    pages.start()
    assert [case["comment"] for case in cases(pages)] == ["[erased] says that it is in June."]
