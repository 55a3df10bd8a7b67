"""A call of three hours without a model: what was talked about, what to check, in seconds."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.proposals import Draft
from tests.conftest import TODAY

WORDS = 60_000
SUBJECTS = ("the cold store", "the price list", "the loading dock", "the spring catalogue", "the truck drivers")
SAYS = (
    "I think {0} is the main problem at the moment, because {1} came much later than {0} did.",
    "Um, we we looked at {0} last month, and nobody in the group was happy with {0}.",
    "Yeah, okay.",
    "The people who work with {0} every day say that {1} takes too much of their time.",
)


def long_call(words: int = WORDS) -> str:
    """Subject after subject, each for its share of the call; one request that nobody takes on."""
    lines, said = ["Date: 2026-11-13"], 0
    while said < words:
        at = min(len(SUBJECTS) - 1, said * len(SUBJECTS) // words)
        text = SAYS[len(lines) % len(SAYS)].format(SUBJECTS[at], SUBJECTS[(at + 1) % len(SUBJECTS)])
        lines.append(f"{('Per Aune', 'Maya Lindqvist')[len(lines) % 2]}: {text}")
        said += len(text.split())
    lines.append("Per Aune: Could you please prepare the figures for the loading dock?")
    lines.append("Maya Lindqvist: The figures are old.")
    return "\n".join(lines)


def summarised(sample: App, path: Path, text: str) -> Draft:
    """What Maya gets for the file."""
    path.write_text(text, encoding="utf-8")
    request = Request(
        "summarise this call for Northwick Dairy (Everybody agreed)", sample.user("u-maya"), TODAY, "t1", file=path
    )
    return sample.assistant.answer(request).draft


def lines(draft: Draft, title: str) -> list[str]:
    """The lines of one section."""
    return next(([line.text for line in part.lines] for part in draft.sections if part.title == title), [])


@pytest.mark.slow
def test_a_call_of_three_hours_is_told_by_topic(sample: App, tmp_path: Path) -> None:
    text = long_call()
    draft = summarised(sample, tmp_path / "call.txt", text)
    topics = lines(draft, "What was talked about")
    assert len(topics) == 8
    spans = [tuple(map(int, re.findall(r"\d+", line.split(":")[0]))) for line in topics]
    assert (spans[0][0], spans[-1][1]) == (2, len(text.splitlines()) - 1)  # the last is too short to tell anything
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(any(one in line for one in SUBJECTS) for line in topics)
    assert lines(draft, "Bottom line")[:1] == ["No decision and no promise was found in so many words."]
    assert lines(draft, "Bottom line")[1].startswith("They talked about the ")
    assert all(line.cites for part in draft.sections for line in part.lines if part.title == "What was talked about")


def test_what_nobody_took_on_is_to_be_checked_and_is_no_next_step(sample: App, tmp_path: Path) -> None:
    draft = summarised(sample, tmp_path / "call.txt", long_call(400))
    assert lines(draft, "Asks and offers without an owner or date: check these") == [
        "Per Aune: “Could you please prepare the figures for the loading dock?” (line 26)"
    ]
    assert (lines(draft, "Next steps, ours"), lines(draft, "What was talked about")) == ([], [])
    assert draft.data is not None
    assert [one["quote"] for one in draft.data["to_check"]] == [
        "Could you please prepare the figures for the loading dock?"
    ]
