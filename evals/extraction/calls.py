"""Calls with the truth about them, as they stand in the data files, and the transcripts made of them (pure)."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

from docx import Document

FILLER = (
    "So this is the screen that most people open first.", "Okay.", "On the left there is the list.", "I see it.",
    "And the colours are only for orientation.", "Right.", "This one opens with a double click.", "Mm-hm.",
    "You can sort the columns as you like.", "Nice.", "The same list is there on the phone.", "Yes, I see.",
    "Here is the log of the last few hours.", "Okay, got it.", "The next tab looks the same.", "Fine.",
    "It loads a bit slowly over the hotel network.", "No problem.", "The numbers are made up, of course.", "Sure.",
)  # fmt: skip
"""what is said in a long demo and means nothing for a summary"""
_TAG = re.compile(
    r"(?P<kind>C|D|S|Q|O[+-]|O|P|K|B|T|L|E|R|N|AI|consent|m:\w+)(?:#(?P<key>\w+))?(?P<maybe>\?)?(?:=(?P<name>[^?]+))?(?P<late>\?)?"
    r"(?:\s+(?P<args>.+))?"
)


@dataclass
class Truth:
    """One thing that a reader marks."""

    kind: str
    turns: set[int]
    """any of them may be cited"""
    who: str = ""
    due: date | None = None
    name: str = ""
    must: bool = True
    """False: right where it is shown, and no loss where it is not"""


@dataclass
class Call:
    """A call and what a reader marks in it."""

    id: str
    head: dict[str, str]
    names: dict[str, str]
    """letter → name as the transcript writes it"""
    titles: dict[str, str]
    ours: list[str]
    turns: list[tuple[str, str]] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day of the call."""
        return date.fromisoformat(self.head["day"])

    @property
    def framework(self) -> str:
        """The method by which it is read."""
        return self.head.get("framework", "meddpicc")


def read_calls(text: str) -> list[Call]:
    """Read a data file."""
    return [_call(block) for block in re.split(r"^== ", text, flags=re.MULTILINE)[1:]]


def _call(block: str) -> Call:
    top, _, body = block.partition("\n--\n")
    name, *lines = top.splitlines()
    head = dict(line.split(" ", 1) for line in lines)
    people = {side: _people(head.get(side, "")) for side in ("us", "them", "other")}
    everybody = [one for group in people.values() for one in group]
    names = {letter: who for letter, who, _ in everybody}
    titles = {letter: title for letter, _, title in everybody}
    call = Call(name.strip(), head, names, titles, [letter for letter, _, _ in people["us"]])
    keyed: dict[str, Truth] = {}
    for line in body.strip().splitlines():
        _turn(call, keyed, line)
    return _filled(call, int(head["fill"])) if "fill" in head else call


def _people(words: str) -> list[tuple[str, str, str]]:
    rows = [part.strip().partition("=") for part in words.split(",") if part.strip()]
    return [(letter, *_titled(rest)) for letter, _, rest in rows]


def _titled(words: str) -> tuple[str, str]:
    name, _, title = words.partition(":")
    return name, title


def _turn(call: Call, keyed: dict[str, Truth], line: str) -> None:
    letter, _, words = line.partition(": ")
    said, _, tags = words.rstrip().removesuffix("}").partition("{")
    at = len(call.turns)
    call.turns.append((letter, said.strip()))
    for tag in filter(None, (one.strip() for one in tags.split(";"))):
        if tag.startswith("+"):
            keyed[tag[1:]].turns.add(at)
        else:
            _mark(call, keyed, tag, at)


def _mark(call: Call, keyed: dict[str, Truth], tag: str, at: int) -> None:
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"{call.id}: {tag}")
    kind, args = match["kind"], (match["args"] or "").split()
    truth = Truth(kind, {at}, name=match["name"] or "", must=not (match["maybe"] or match["late"]))
    if kind == "C":
        truth.who, truth.due = call.names.get(args[0], ""), _day(call, args[1])
    elif kind == "N":
        truth.due = _day(call, args[0])
    call.truths.append(truth)
    if match["key"]:
        keyed[match["key"]] = truth


def _day(call: Call, word: str) -> date | None:
    return None if word == "-" else date.fromisoformat(f"{call.day.year}-{word}")


def _filled(call: Call, count: int) -> Call:
    """The call drawn out by talk that means nothing, set between turns by chance that is always the same."""
    chance = random.Random(call.id)
    # An answer follows its question, so that talk goes only where a statement closed the one before.
    ends = [at for at, (_, words) in enumerate(call.turns) if words.endswith(".") and not _is_bound(call, at)]
    letters, places = list(call.names), sorted(chance.choices(ends, k=count))
    turns: list[tuple[str, str]] = []
    moved: dict[int, int] = {}
    for at, turn in enumerate(call.turns):
        moved[at] = len(turns)
        turns.append(turn)
        for k in range(places.count(at)):
            turns.append((letters[k % len(letters)], FILLER[k % len(FILLER)]))
    call.turns = turns
    for truth in call.truths:
        truth.turns = {moved[at] for at in truth.turns}
    return call


def _is_bound(call: Call, at: int) -> bool:
    """Whether what follows belongs to the same thing."""
    spans = [(min(one.turns), max(one.turns)) for one in call.truths if len(one.turns) > 1]
    return any(first <= at < last <= first + 3 for first, last in spans)


@dataclass(frozen=True)
class Written:
    """A transcript in its format, and which turn stands in which line (or is which number)."""

    name: str
    text: str
    turn_of: dict[int, int]
    data: bytes = b""
    """of a format that is no text"""


def written(call: Call) -> Written:
    """Write the call in the format that it asks for."""
    rows = [(call.names[letter], words) for letter, words in call.turns]
    form = call.head["format"]
    if form == "docx":
        return Written(f"{call.id}.docx", "", {at + 1: at for at in range(len(rows))}, _docx(rows))
    if form == "json":
        text = json.dumps({"segments": [{"speaker": who, "text": words} for who, words in rows]})
        return Written(f"{call.id}.json", text, {at + 1: at for at in range(len(rows))})
    lines = list({"vtt": _vtt, "srt": _srt}.get(form, _txt)(call, rows))
    text = "\n".join(line for line, _ in lines) + "\n"
    places = {number: at for number, (_, at) in enumerate(lines, 1) if at is not None}
    return Written(f"{call.id}.{'txt' if form == 'pasted' else form}", text, places)


Lines = Iterator[tuple[str, int | None]]


def _txt(call: Call, rows: Sequence[tuple[str, str]]) -> Lines:
    if call.head["format"] == "txt":
        yield from ((f"Call with {call.head['account']}", None), (f"Date: {call.day}", None), ("", None))
    else:
        # What is pasted cannot be followed by what was chosen: the text itself says that all agreed.
        yield from (("Consent: all", None), ("", None))
    for at, (who, words) in enumerate(rows):
        yield f"{who}: {words}", at


def _vtt(call: Call, rows: Sequence[tuple[str, str]]) -> Lines:
    yield from (("WEBVTT", None), ("", None))
    for at, (who, words) in enumerate(rows):
        yield f"{_clock(at, '.')} --> {_clock(at + 1, '.')}", None
        yield f"<v {who}>{words}</v>", at
        yield "", None


def _srt(call: Call, rows: Sequence[tuple[str, str]]) -> Lines:
    for at, (who, words) in enumerate(rows):
        yield str(at + 1), None
        yield f"{_clock(at, ',')} --> {_clock(at + 1, ',')}", None
        half = words.find(" ", len(words) // 2) if len(words) > 60 else -1
        yield f"{who}: {words if half < 0 else words[:half]}", at
        if half >= 0:
            yield words[half + 1 :], at
        yield "", None


def _docx(rows: Sequence[tuple[str, str]]) -> bytes:
    """A turn a paragraph, as people save what they copied."""
    document, held = Document(), BytesIO()
    for who, words in rows:
        document.add_paragraph(f"{who}: {words}")
    document.save(held)
    return held.getvalue()


def _clock(at: int, sign: str) -> str:
    seconds = at * 7
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{sign}000"
