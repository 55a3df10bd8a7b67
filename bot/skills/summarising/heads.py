"""What a file tells of its call beside the turns: its first lines, and what a recorder wrote around them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from knowledge.loaders.source import day_of, read_lines
from knowledge.whole import whole

HEADS = frozenset(
    "date day attendees participants present account customer company subject title location duration recording recorded "
    "meeting call topic agenda consent time from to cc opportunity deal host organizer organiser status name type of the by "
    "zustimmung einwilligung aufzeichnung datum teilnehmer thema kunde firma consentement enregistrement sujet client société "
    "consentimiento grabación fecha participantes asunto cliente empresa language platform source id link url product team owner "
    "note notes legal basis permission given start started end ended".split()
)
"""words of what stands before a colon at the top and is nobody's name"""
_SMALL = frozenset(
    "of the by name type status id given legal basis from to end start owner team product source".split()
)
"""words that alone may be a name or say nothing"""
_AGREES = re.compile(r"consent|permission|einwilligung|zustimmung|einverst|autorisation|autorización|acuerdo")
"""no name begins so: "Consent to record", "Einwilligung zur Aufnahme" """
_WRAPS = (
    "data",
    "meeting",
    "metadata",
    "metaData",
    "meta",
    "call",
    "transcript",
    "recording",
    "info",
    "meeting_info",
    "callTranscripts",
    "results",
)
_DAYS = ("date", "started", "start time", "start", "scheduled", "meeting date", "date string", "created at")
_LONGEST = 200
_NOTE = re.compile(r"^NOTE\b\s*")
_NAMED = re.compile(r"^([^\W\d][\w -]{1,40}):\s*(\S.*)$")


def is_head(who: str) -> bool:
    """Whether what stands before a colon names a fact of the call and nobody who speaks."""
    words = re.findall(r"[^\W_]+", who.casefold())
    if any(_AGREES.match(word) for word in words):
        return True
    return bool(words) and all(word in HEADS for word in words) and any(word not in _SMALL for word in words)


def metadata(name: str, source: Path | bytes) -> tuple[dict[str, Any], list[str]]:
    """(named values, unnamed lines) that stand beside the turns of a recorder's file."""
    suffix = Path(name).suffix.lower()
    if suffix == ".json":
        told = dict(_of_json(whole(json.loads("\n".join(read_lines(source)))), 4))
        day = next((found for key in _DAYS if (found := _day(told.get(key)))), None)
        return {**told, "date": day} if day else {key: value for key, value in told.items() if key != "date"}, []
    return _of_cues(read_lines(source)) if suffix in (".vtt", ".srt") else ({}, [])


def _of_json(data: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(data, Sequence) and not isinstance(data, str):
        data = data[0] if len(data) == 1 else None
    if not isinstance(data, Mapping) or not depth:
        return
    for wrap in _WRAPS:
        yield from _of_json(data.get(wrap), depth - 1)
    for key, value in data.items():
        if _is_plain(value) or (re.search("consent", str(key), re.IGNORECASE) and isinstance(value, Mapping | list)):
            yield _spaced(str(key)), value
        elif isinstance(value, Mapping) and _spaced(str(key)) in ("host", "organizer", "organiser", "owner"):
            yield (
                _spaced(str(key)),
                " ".join(str(value[n]) for n in ("name", "displayName", "email", "emailAddress") if value.get(n)),
            )
    # Each participant may have a word of their own.
    for people in (data.get(key) for key in ("participants", "attendees", "parties", "speakers")):
        for at, person in enumerate(people if isinstance(people, list) else []):
            yield from ((f"{_spaced(k)} {at}", v) for k, v in _own(person) if "consent" in k.casefold())


def _day(value: Any) -> date | None:
    """A day as recorders write it: ISO, or seconds or milliseconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 1e8:
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC).date()
    return day_of(value) if isinstance(value, str) else None


def _own(person: Any) -> Iterator[tuple[str, Any]]:
    yield from ((str(k), v) for k, v in person.items() if _is_plain(v)) if isinstance(person, Mapping) else ()


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST)


def _spaced(key: str) -> str:
    """`recordingConsent` and `recording_consent` as "recording consent"."""
    return re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)).casefold().strip()


def _of_cues(lines: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """The head of a subtitle file, and its notes wherever they stand."""
    told: dict[str, Any] = {}
    notes: list[str] = []
    first = next((i for i, line in enumerate(lines) if not line.strip()), len(lines))
    inside = False
    for at, line in enumerate(lines):
        inside = bool(_NOTE.match(line)) or (inside and bool(line.strip()))
        if at and (at < first or inside):
            text = _NOTE.sub("", line).strip()
            named = _NAMED.match(text)
            if named and is_head(named[1]):
                told.setdefault(named[1].casefold(), named[2])
            elif text and not text.isdecimal() and "-->" not in text:
                notes.append(text)
    return told, notes
