"""JSON transcripts: a list of turns with a speaker and words, as meeting recorders write them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.errors import NotAPage, NotReadable
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import read_lines
from knowledge.loaders.turns import Turn, turn_units

LISTS = ("turns", "segments", "utterances", "transcript", "sentences", "monologues", "results")
SPEAKERS = ("speaker", "speaker_name", "speakerName", "name", "who", "user", "participant")
WORDS = ("text", "words", "content", "sentence", "transcript", "utterance")
TIMES = ("start", "start_time", "startTime", "time", "timestamp", "begin", "offset")
NO_TURNS = "it is JSON, but no transcript: there is no list of turns with a speaker and a text"


def load(source: Path | bytes) -> Parsed:
    """Read the turns; NotReadable for broken JSON, or JSON that is no transcript."""
    try:
        data = json.loads("\n".join(read_lines(source)))
    except json.JSONDecodeError as error:
        raise NotReadable(f"it is broken JSON ({error.msg})", error.lineno) from error
    turns = [turn for entry in _list(data) if isinstance(entry, Mapping) and (turn := _turn(entry))]
    if not turns or not any(turn.who for turn in turns):
        raise NotAPage(NO_TURNS)
    said = data if isinstance(data, Mapping) else {}
    title = said.get("title") or said.get("subject")
    front = {"date": str(said["date"])} if isinstance(said.get("date"), str) else {}
    return Parsed(str(title) if title else None, (Section((), tuple(turn_units(turns))),), front, {}, "transcript")


def _list(data: Any) -> list[Any]:
    if isinstance(data, list):
        return data
    if isinstance(data, Mapping):
        return next((data[name] for name in LISTS if isinstance(data.get(name), list)), [])
    return []


def _turn(entry: Mapping[str, Any]) -> Turn | None:
    words = next((entry[name] for name in WORDS if isinstance(entry.get(name), str)), "")
    who = next((entry[name] for name in SPEAKERS if entry.get(name)), "")
    if isinstance(who, Mapping):
        who = who.get("name") or who.get("display_name") or ""
    time = next((entry[name] for name in TIMES if entry.get(name) is not None), "")
    return Turn(str(who).strip(), " ".join(words.split()), _clock(time)) if words.strip() else None


def _clock(value: object) -> str:
    """Give seconds (or a time already written) as 12:05 or 1:02:05."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).split(".")[0].removeprefix("00:")
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"
