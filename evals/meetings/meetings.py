"""Meetings, what people wrote of them, and the spans of turns that answer questions to them (QMSum, MIT)."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.skills.summarising.transcript import Transcript, read
from evals.measuring import DATA

FILE = DATA / "meetings" / "val.jsonl"
SEED = 0
TUNED_ON = 11
"""meetings on which the summary's weights were set; the figures are of the others"""


@dataclass(frozen=True)
class Asked:
    """A question to a meeting and the turns that answer it, by number."""

    text: str
    spans: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Meeting:
    """A meeting with a person's summary of it."""

    name: str
    turns: Sequence[Mapping[str, str]]
    summary: str
    questions: Sequence[Asked]

    @property
    def transcript(self) -> Transcript:
        """As the product reads it."""
        rows = [{"speaker": turn["speaker"], "text": turn["content"]} for turn in self.turns]
        return read(f"{self.name}.json", json.dumps(rows).encode())


def load() -> tuple[list[Meeting], list[Meeting]] | None:
    """(the meetings that something was set on, the others); None where they are not there."""
    if not FILE.is_file():
        return None
    lines = FILE.read_text(encoding="utf-8").splitlines()
    every = [_meeting(f"meeting-{i:02}", json.loads(line)) for i, line in enumerate(lines)]
    tuned = set(random.Random(SEED).sample(range(len(every)), min(TUNED_ON, len(every))))
    return [one for i, one in enumerate(every) if i in tuned], [one for i, one in enumerate(every) if i not in tuned]


def _meeting(name: str, row: Mapping[str, Any]) -> Meeting:
    asked = [
        Asked(one["query"], [(int(first), int(last)) for first, last in one["relevant_text_span"]])
        for one in row["specific_query_list"]
    ]
    return Meeting(name, row["meeting_transcripts"], row["general_query_list"][0]["answer"], asked)
