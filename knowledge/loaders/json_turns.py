"""JSON transcripts: turns with a speaker and words, wherever a meeting recorder puts them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge.errors import NotAPage, NotReadable
from knowledge.loaders import text
from knowledge.loaders.parsed import Parsed, Section
from knowledge.loaders.source import day_of, read_lines
from knowledge.loaders.turns import Turn, turn_units

LISTS = (
    "turns segments utterances audio_segments transcript sentences monologues phrases messages results data "
    "callTranscripts entries lines transcriptEntries transcripts speech captions dialogue conversation payload items".split()
)
"""where turns are looked for, the better place first"""
SPEAKERS = "speaker speaker_name speakerName speaker_label speakerId speaker_id participant name who user role channel userName author from".split()
WORDS = "text content sentence transcript utterance spokenText sentences elements words raw_text caption".split()
PIECES = ("text", "value", "word")
TIMES = "start start_time startTime start_timestamp start_offset startDateTime relative start_ms time timestamp begin offset offset_seconds ts".split()
ROSTERS = ("parties", "participants", "speakers", "attendees", "users", "people")
NAMES = ("speaker_name", "speakerName", "displayName", "display_name", "name")
IDS = ("speakerId", "speaker_id", "participantId", "id", "name")
MILLISECONDS = ("start_ms", "startMs", "offset_ms")
MOST_SECONDS = 36 * 3600
USUAL_SECONDS = 1000
"""more than the turns of a meeting take on average"""
DEPTH = 5
_BEFORE_MARK = re.compile(r" ([.,;:!?])")
NO_TURNS = "it is JSON, but no transcript: there is no list of turns with a speaker and a text"


def load(source: Path | bytes) -> Parsed:
    """Read the turns; NotReadable for broken JSON, or JSON that is no transcript."""
    data = _parsed(read_lines(source))
    said = next((part for part in _mappings(data) if part.get("title") or part.get("subject")), {})
    title = said.get("title") or said.get("subject")
    date = next((day for part in _mappings(data) if (day := day_of(str(part.get("date") or "")))), None)
    front = {"date": date} if date else {}
    roster = dict(_roster(data, DEPTH))
    turns = [replace(turn, who=_who(turn.who, roster)) for turn in _turns(data, DEPTH)]
    if not turns or not (any(turn.who for turn in turns) or all(turn.time for turn in turns)):
        return _written(data, str(title) if title else None, front)
    return Parsed(str(title) if title else None, (Section((), tuple(turn_units(turns))),), front, {}, "transcript")


def _roster(data: Any, depth: int) -> Iterator[tuple[str, str]]:
    """Yield (id, name) of those whom a recorder lists beside the turns, which name speakers by id alone."""
    if not isinstance(data, Mapping) or not depth:
        return
    for key in ROSTERS:
        for person in data[key] if isinstance(data.get(key), list) else ():
            # A recorder may tell of the person one level further in.
            parts = (
                [person, *(value for value in person.values() if isinstance(value, Mapping))]
                if isinstance(person, Mapping)
                else []
            )
            name = next((str(part[n]) for n in NAMES for part in reversed(parts) if part.get(n)), "")
            ids = {str(person[n]) for n in IDS if parts and person.get(n) not in (None, "")}
            yield from ((one, name) for one in ids if name)
    for value in data.values():
        yield from _roster(value, depth - 1)


def _who(label: str, roster: Mapping[str, str]) -> str:
    bare = label.removeprefix("Speaker ")
    return roster.get(bare) or roster.get(label) or label


def _parsed(lines: list[str]) -> Any:
    try:
        return json.loads("\n".join(lines))
    except json.JSONDecodeError as error:
        raise NotReadable(f"it is broken JSON ({error.msg})", error.lineno) from error


def _mappings(data: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the object, and those that it wraps, in which a recorder tells of the meeting."""
    for _ in range(DEPTH):
        if not isinstance(data, Mapping):
            return
        yield data
        data = next((data[name] for name in LISTS if isinstance(data.get(name), Mapping)), None)


def _turns(data: Any, depth: int) -> list[Turn]:
    """Give the turns of the first list that has any with a speaker."""
    if isinstance(data, list):
        entries = [entry for entry in data if isinstance(entry, Mapping)]
        turns = _in_seconds([found for entry in entries if (found := _turn(entry))])
        nested = [turn for entry in entries for turn in _turns(entry, depth - 1)] if depth else []
        return turns if any(turn.who for turn in turns) or not nested else nested
    if isinstance(data, Mapping) and depth:
        below = [_turns(data[name], depth - 1) for name in LISTS if isinstance(data.get(name), list | Mapping)]
        named = next((turns for turns in below if any(turn.who for turn in turns)), [])
        return named or next((turns for turns in below if turns and all(turn.time for turn in turns)), [])
    return []


Found = tuple[str, str, object]


def _turn(entry: Mapping[str, Any]) -> Found | None:
    words = next((said for name in WORDS if (said := _said(entry.get(name)))), "")
    named = next((entry[name] for name in SPEAKERS if entry.get(name) not in (None, "")), "")
    if isinstance(named, Mapping):
        named = next((named[name] for name in ("name", "display_name", "displayName", "id") if named.get(name)), "")
    who = f"Speaker {named}" if str(named).isdecimal() else str(named).strip()
    return (who, words, _time(entry)) if words else None


def _said(value: object) -> str:
    """Give what was said: a text, or its words or sentences, each a text or an object with one."""
    if isinstance(value, str):
        return " ".join(value.split())
    if not isinstance(value, Sequence):
        return ""
    pieces = [str(p.get(n) or "") for p in value if isinstance(p, Mapping) for n in PIECES if p.get(n) is not None]
    return _BEFORE_MARK.sub(r"\1", " ".join(" ".join(pieces).split()))


def _time(entry: Mapping[str, Any]) -> object:
    value = next((entry[name] for name in TIMES if entry.get(name) is not None), None)
    if isinstance(value, Mapping):
        return _time(value)
    if value is None:
        first = next((entry[name][0] for name in WORDS if isinstance(entry.get(name), list) and entry[name]), None)
        return _time(first) if isinstance(first, Mapping) else None
    if any(entry.get(name) is value for name in MILLISECONDS):
        return value / 1000 if isinstance(value, int | float) else value
    return value


def _in_seconds(found: Sequence[Found]) -> list[Turn]:
    """Make turns; times too large for seconds are milliseconds."""
    numbers = [_number(time) for _, _, time in found]
    last = max((number for number in numbers if number is not None), default=0.0)
    whole = all(number is None or number.is_integer() for number in numbers)
    scale = 1000 if last > MOST_SECONDS or (whole and last > USUAL_SECONDS * len(found)) else 1
    times = [time if number is None else number / scale for number, (_, _, time) in zip(numbers, found, strict=True)]
    return [Turn(who, words, _clock(time)) for (who, words, _), time in zip(found, times, strict=True)]


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None


def _clock(value: object) -> str:
    """Give seconds (or a time already written) as 12:05 or 1:02:05."""
    if isinstance(value, float) and not 0 <= value <= MOST_SECONDS:
        return ""
    if not isinstance(value, float):
        return str(value or "").split(".")[0].removeprefix("00:")
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _written(data: Any, title: str | None, front: Mapping[str, Any]) -> Parsed:
    """Read a transcript that is one text, or lines of text, with "Name: words"; NotAPage where there is none."""
    value = next((part["transcript"] for part in _mappings(data) if part.get("transcript")), None)
    lines = [line for line in (value if isinstance(value, list) else [value]) if isinstance(line, str)]
    if lines:
        parsed = text.load("\n".join(lines).encode())
        if parsed.kind == "transcript":
            return Parsed(title, parsed.sections, front, {}, "transcript")
    raise NotAPage(NO_TURNS)
