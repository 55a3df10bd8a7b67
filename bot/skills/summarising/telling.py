"""A summary in the making: what the rules found, what a model adds to it, and how a model is shown both."""

from collections.abc import Sequence
from dataclasses import replace

from bot.grounding import Source
from bot.llm.outside import Discretion
from bot.proposals import Dropped, Line, Section
from bot.skills.ledger import Ledger
from bot.skills.summarising.clearing import Cleared
from bot.skills.summarising.finding import Read
from bot.skills.summarising.nominated import Missed, merged
from bot.skills.summarising.quarantine import is_absence
from bot.skills.summarising.showing import Shown


class Telling:
    """The sources of a wording, numbered as the lines of the call are: a model that reads both meets one number for one thing."""

    def __init__(self, read: Read, ledger: Ledger, link: str, cleared: Cleared | None) -> None:
        self.read, self.dropped = read, list[Dropped]()
        self._ledger, self._link, self._cleared = ledger, link, cleared
        self._shown = Shown(read, ledger, link, cleared)
        self.sections = self._shown.sections(self._shown.bottom())

    def take(self, claims: Sequence[Missed]) -> bool:
        """Add what a model found beyond the rules, as far as code finds it said; whether anything was."""
        if not claims:
            return False
        before = self.read.call
        call, dropped = merged(self.read.call, claims, self.read.framework)
        self.dropped += dropped
        self.read = replace(self.read, call=call)
        self._shown = Shown(self.read, self._ledger, self._link, self._cleared)
        self.sections = self._shown.sections(self._shown.bottom())
        return call != before

    def sources(self) -> dict[int, Source]:
        """What was found, by the line where it begins."""
        known, texts = self._ledger.sources(), dict[int, list[str]]()
        for n, line in sorted(self._shown.first_line.items(), key=lambda pair: pair[1]):
            if not is_absence(known[n].text):
                texts.setdefault(line, []).append(known[n].text)
        name = self.read.call.transcript.name
        return {line: Source(n=line, title=name, text="\n".join(found)) for line, found in texts.items()}

    def shown(self, discretion: Discretion) -> tuple[dict[int, Source], int]:
        """The same: a call that may not be shown is not worded at all."""
        return self.sources(), 0

    def facts(self) -> dict[str, float | str]:
        """What code vouches for."""
        return self._ledger.facts()

    def word(self, lines: Sequence[Line]) -> None:
        """Put a model's sentences at the top, with the numbers of the ledger."""
        if lines:
            self.sections[1] = Section(title=self.sections[1].title, lines=tuple(self._cited(one) for one in lines))

    def _cited(self, line: Line) -> Line:
        cites = (n for n, first in self._shown.first_line.items() if first in line.cites)
        return line.model_copy(update={"cites": tuple(sorted(cites))})
