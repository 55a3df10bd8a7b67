"""Whether the audit trail is whole: a line changed, missing, added or moved is named (pure)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.store.audit import REDACTED
from bot.store.sealing import NOTHING, Keys, Row, hash_detail, hash_line

Kind = Literal["changed", "detail", "missing", "added", "moved", "head", "key"]
MOST = 25
"""lines that do not fit of which is told what happened to them; further ones are counted"""


@dataclass(frozen=True)
class Head:
    """The last line of a trail, as it was at some time."""

    line: int
    hash: str


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the trail."""

    line: int
    kind: Kind
    says: str


@dataclass
class Verdict:
    """What a look over the whole trail came to."""

    lines: int = 0
    head: Head = field(default_factory=lambda: Head(0, NOTHING))
    redacted: int = 0
    """lines of which a part was redacted, each named by a line that says so"""
    sealed: int = 0
    """lines that are sealed with a key of the company"""
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


class Verifier:
    """Reads a trail once; only where lines do not fit, those around them are looked at again."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._verdict = Verdict()
        self._before = NOTHING
        self._torn: list[tuple[int, int]] = []
        """(line, line before it) where a line does not fit to the one before"""
        self._other: dict[int, str] = {}
        """lines whose detail is another, with the hash of what it is now"""
        self._claims: dict[int, str] = {}
        self._unsealed: list[int] = []
        self._strange: list[int] = []

    def run(self, rows: Iterable[Row], around: Callable[[Sequence[int]], Sequence[Row]], head: Head | None) -> Verdict:
        """Judge all lines, oldest first; `around` reads the lines with these numbers, `head` is what the database keeps."""
        for row in rows:
            self._take(row)
        self._details()
        if self._torn:
            numbers = sorted({n + d for n, _ in self._torn[: MOST + 1] for d in (-2, -1, 0, 1, 2)})
            said = explained(self._torn, {row.id: row for row in around(numbers)}, self._keys)
            self._verdict.faults += said or [_unexplained(self._torn[0][0], None)]
        self._sealing()
        self._end(head)
        self._verdict.faults.sort(key=lambda fault: fault.line)
        return self._verdict

    def _take(self, row: Row) -> None:
        if row.seal not in self._keys:
            self._strange.append(row.id)
        elif hash_line(self._before, row, self._keys.get(row.seal)) != row.hash:
            self._torn.append((row.id, self._verdict.head.line))
        if row.seal is None and self._verdict.sealed:
            self._unsealed.append(row.id)
        present = hash_detail(row.salt, row.detail)
        if present != row.detail_hash:
            self._other[row.id] = present
        if row.verb == REDACTED:
            self._claims |= _claimed(row.detail)
        self._verdict.sealed += row.seal is not None
        self._verdict.lines += 1
        self._verdict.head, self._before = Head(row.id, row.hash), row.hash

    def _details(self) -> None:
        for number, present in self._other.items():
            if self._claims.get(number) == present:
                self._verdict.redacted += 1
            else:
                said = f"Line {number}: its detail was changed, and no redaction says so."
                self._verdict.faults.append(Fault(number, "detail", said))

    def _sealing(self) -> None:
        if self._strange:
            said = f"{_lines(self._strange)} sealed with a key that is not set here, and cannot be checked; set SELLER_AUDIT_KEY."
            self._verdict.faults.append(Fault(self._strange[0], "key", said))
        if self._unsealed:
            said = f"{_lines(self._unsealed)} not sealed with a key, though earlier ones are: this may be forged."
            self._verdict.faults.append(Fault(self._unsealed[0], "key", said))

    def _end(self, head: Head | None) -> None:
        """Hold the last line against what the database says that it is."""
        last = self._verdict.head
        if head == last:
            return
        if head is None:
            said = "The database does not keep any more which line is the last."
            self._verdict.faults.append(Fault(last.line, "head", said))
        elif head.line > last.line:
            said = f"{_span(last.line + 1, head.line)} missing at the end."
            self._verdict.faults.append(Fault(last.line + 1, "missing", said))
        elif head.line < last.line:
            said = f"{_span(head.line + 1, last.line)} behind the last one that the database knows of."
            self._verdict.faults.append(Fault(head.line + 1, "added", said))
        else:
            said = f"Line {last.line} is the last, but not the one that the database knows as the last."
            self._verdict.faults.append(Fault(last.line, "head", said))


def held_against(verdict: Verdict, known: Head, hash_of: Callable[[int], str | None], whence: str) -> None:
    """Add a fault where a head that was noted before is not in the trail any more."""
    found = NOTHING if known.line == 0 else hash_of(known.line)
    if found is None:
        said = (
            f"The trail ends with line {verdict.head.line}, but {whence} it had line {known.line}: "
            "lines are missing, or an older backup was restored."
        )
        verdict.faults.append(Fault(known.line, "missing", said))
    elif found != known.hash:
        said = f"Line {known.line} is not the one that it was {whence}: the trail was written anew up to there."
        verdict.faults.append(Fault(known.line, "changed", said))


def explained(torn: Sequence[tuple[int, int]], rows: Mapping[int, Row], keys: Keys) -> list[Fault]:
    """What happened where lines do not fit; one fault for lines that follow each other and were moved alike."""
    found: list[Fault] = []
    places = _Places(torn[:MOST], rows, keys)
    moved: tuple[int, int] | None = None
    for number, before in torn[:MOST]:
        place = places.of(number)
        by = None if place is None else place - number
        if before + 1 < number and not place:
            found.append(Fault(number, "missing", f"{_span(before + 1, number - 1)} missing before line {number}."))
        elif by is None:
            found.append(_unexplained(number, places.of(number + 1)))
        elif by and moved != (number - 1, by) and not _told(found, number, by):
            found.append(Fault(number, "moved", f"Line {number} was line {place}."))
        moved = (number, by) if by else None
    if len(torn) > MOST:
        found.append(
            Fault(torn[MOST][0], "changed", f"{len(torn) - MOST:,} further lines do not fit to those before them.")
        )
    return found


def _told(found: Sequence[Fault], number: int, by: int) -> bool:
    """Whether the fault of the line before says already why this one moved."""
    return bool(found) and found[-1].line == number - 1 and found[-1].kind in ("added", "missing")


def _unexplained(number: int, following: int | None) -> Fault:
    """A line with contents of its own: added, put in where one went, or changed."""
    if following == number:
        return Fault(number, "added", f"Line {number} was added; those after it were numbered anew.")
    if following is not None and following > number + 1:
        return Fault(number, "missing", f"{_span(number, following - 2)} missing; those after were numbered anew.")
    return Fault(number, "changed", f"Line {number} was changed.")


class _Places:
    """Finds the place that a line was written for, among those around."""

    def __init__(self, torn: Sequence[tuple[int, int]], rows: Mapping[int, Row], keys: Keys) -> None:
        self._rows, self._keys = rows, keys
        self._torn = dict(torn)
        self._numbers = sorted({n + d for n, _ in torn for d in (-1, 0, 1)})
        before = [NOTHING, *(row.hash for row in rows.values())]
        # What a changed line's hash was before it was changed as well.
        self._hashes = [*before, *filter(None, (self._own(number) for number, _ in torn))]

    def _own(self, number: int) -> str | None:
        before = self._rows.get(self._torn[number])
        row = self._rows[number]
        return hash_line(before.hash if before else NOTHING, row, self._keys.get(row.seal))

    def of(self, number: int) -> int | None:
        """The number that a line was written under; None where no place among those around fits."""
        row = self._rows.get(number)
        if row is None or number not in self._torn:
            return None
        key = self._keys.get(row.seal)
        near = sorted(self._numbers, key=lambda place: abs(place - number))
        fits = (p for p in near for before in self._hashes if p > 0 and hash_line(before, row, key, p) == row.hash)
        return next(fits, None)


def _claimed(detail: object) -> dict[int, str]:
    """The lines that a redaction names, with the hash of what was left; whatever else stands there is nobody's claim."""
    named = detail.get("lines") if isinstance(detail, dict) else None
    pairs = named.items() if isinstance(named, dict) else ()
    return {int(number): str(kept) for number, kept in pairs if str(number).isdecimal()}


def _span(first: int, last: int) -> str:
    return f"Line {first} is" if first == last else f"Lines {first} to {last} are"


def _lines(numbers: Sequence[int]) -> str:
    return f"Line {numbers[0]} is" if len(numbers) == 1 else f"{len(numbers):,} lines from line {numbers[0]} on are"
