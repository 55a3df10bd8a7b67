"""Columns set by hand: `accounts.Firma=name`, or `Kunden=accounts` for what a file holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.crm.files.columns import FILES, fields_of, header, kind_of
from bot.crm.records import Record
from bot.errors import BotError, UsageError

HOW = "write it like accounts.Firma=name, or Kunden=accounts for what the file Kunden.csv holds"


@dataclass(frozen=True)
class ByHand:
    """What a person said of files and columns."""

    kinds: Mapping[str, type[Record]] = field(default_factory=dict)
    """file (its name without ending, as `header` writes it) → what it holds"""
    columns: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    """the same or a kind's own name → column → field, None for a column to leave out"""

    def kind(self, path: Path) -> type[Record] | None:
        """What a file holds: as said, else as its name promises."""
        return self.kinds.get(header(path.stem)) or kind_of(path.stem)

    def of(self, path: Path, kind: type[Record]) -> Mapping[str, str | None]:
        """The columns that were set for a file, under its own name or its kind's."""
        return {**self.columns.get(FILES[kind], {}), **self.columns.get(header(path.stem), {})}

    def check(self, files: Mapping[Path, type[Record] | None]) -> None:
        """UsageError where a file was meant that the folder does not hold, or a field that its kind does not have."""
        known = {header(path.stem) for path in files} | {FILES[kind] for kind in files.values() if kind}
        for name in [*self.kinds, *self.columns]:
            if name not in known:
                there = ", ".join(path.stem for path in files)
                raise UsageError(f"--map names {name}, and the folder holds no such file; it holds {there}.")
        for path, kind in files.items():
            for column, wanted in (self.of(path, kind) if kind else {}).items():
                _check(path, kind, column, wanted)


def read(written: Iterable[str]) -> ByHand:
    """Read what `--map` gave: pairs, or files with a pair a line."""
    kinds: dict[str, type[Record]] = {}
    columns: dict[str, dict[str, str | None]] = {}
    for pair in _pairs(written):
        left, sign, right = pair.rpartition("=")
        if not sign or not left.strip():
            raise UsageError(f"--map {pair} is no mapping; {HOW}.")
        name, dot, column = left.partition(".")
        if dot:
            columns.setdefault(header(name), {})[column.strip()] = right.strip() or None
        else:
            kinds[header(name)] = _kind(right.strip())
    return ByHand(kinds, columns)


def _pairs(written: Iterable[str]) -> Iterable[str]:
    for text in written:
        path = Path(text)
        if path.is_file():
            yield from _lines(path)
        elif "=" not in text:
            raise UsageError(f"--map {text} is neither a file nor a mapping; {HOW}.")
        else:
            yield text


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"The file {path} cannot be read ({error}); save it as UTF-8 text, a mapping a line.") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _kind(name: str) -> type[Record]:
    for kind, called in FILES.items():
        if called == header(name):
            return kind
    raise UsageError(f"{name} is no kind of record; choose one of {', '.join(FILES.values())}.")


def _check(path: Path, kind: type[Record] | None, column: str, wanted: str | None) -> None:
    if kind and wanted and wanted not in fields_of(kind):
        raise UsageError(
            f"--map {path.stem}.{column}={wanted}: {FILES[kind]} have no field {wanted}; "
            f"choose one of {', '.join(fields_of(kind))}."
        )
