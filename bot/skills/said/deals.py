"""Which deal a change is about: named, the only open one, or a question; never a guess (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import fold
from bot.crm.records import Opportunity
from bot.errors import Ambiguous
from bot.money import find_money
from bot.pipeline.deal import labels
from bot.skills.view import AccountView

_PLAIN = {
    "for",
    "the",
    "and",
    "of",
    "with",
    "in",
    "on",
    "at",
    "to",
    "a",
    "new",
    "deal",
    "two",
    "three",
    "four",
    "sites",
    "years",
    "back",
    "win",
}


def offered(view: AccountView, deals: Sequence[Opportunity]) -> list[str]:
    """The first five of these deals as choices."""
    told = labels(view.opportunities)
    return [told[deal.id] for deal in deals[:5]]


def chosen(view: AccountView, text: str) -> Opportunity | None:
    """The deal that the seller chose when asked: its label stands behind the words."""
    told = labels(view.opportunities)
    return next((o for o in view.opportunities if f" ({told[o.id]})" in text), None)


def without_label(text: str, view: AccountView) -> str:
    """The words without the deal that was put behind them."""
    for label in labels(view.opportunities).values():
        text = text.replace(f" ({label})", "")
    return text


@dataclass(frozen=True)
class Deals:
    """Finds the deal that words of one request mean."""

    view: AccountView
    text: str
    """all the seller's own words"""
    picked: Opportunity | None = None
    """what the seller chose when asked"""
    before: str = ""
    """what we said last in this conversation"""

    def of(self, words: str) -> Opportunity:
        """The deal a change is about; Ambiguous where the seller must say."""
        found = self.named(words) or self._closed(words)
        if not found and not self._all_named(self.text, self.view.open):
            self._closed(self.text)  # another clause may name a closed deal, which the open one must not stand in for
        found = found or self.usual()
        if found is None:
            raise self._which()
        return found

    @property
    def aliases(self) -> tuple[str, ...]:
        """Words that stand for one deal: what its name tells beyond the others', and its amount."""
        deals = list(self.view.opportunities)
        words = {word for o in deals for word in self._telling(o, deals)}
        words |= {word for o in self.view.open for word in self._telling(o, self.view.open)}
        names = {o.name.split(" - ", 1)[1] for o in deals if " - " in o.name}
        amounts = {
            self.text[m.start : m.end]
            for m in find_money(self.text)
            if any(_by_amount(self.text[m.start :], o) for o in self.view.open)
        }
        return (*words, *names, *amounts)

    def likely(self, words: str) -> Opportunity:
        """The deal to read words against, before it is known whether they change one; an empty one where there is none."""
        closed = [o for o in self.view.opportunities if o.is_closed and fold(o.name) in fold(words)]
        first = next(iter([*closed, *self.view.open, *self.view.opportunities]), None)
        nothing = Opportunity(id="", name="", stage="", currency=self.view.account.currency)
        return self.named(words) or (closed and closed[0]) or self.usual() or first or nothing

    def usual(self) -> Opportunity | None:
        """The deal of the whole request: chosen, named once, the only open one, or that of the conversation."""
        if self.picked:
            return self.picked
        named = self._all_named(self.text, self.view.open)
        if len(named) == 1:
            return named[0]
        if len(self.view.open) == 1 and not named:
            return self.view.open[0]
        talked = [o for o in self.view.open if o.name in self.before] if not named else []
        return talked[0] if len(talked) == 1 else None

    def named(self, words: str) -> Opportunity | None:
        """The one open deal that these words name."""
        found = self._all_named(words, self.view.open)
        return found[0] if len(found) == 1 else None

    def _all_named(self, words: str, deals: Sequence[Opportunity]) -> list[Opportunity]:
        whole = [o for o in deals if fold(o.name) in fold(words)]
        longest = [o for o in whole if not any(fold(o.name) in fold(p.name) and o.id != p.id for p in whole)]
        if longest:
            return longest
        said = set(fold(words).split())
        by_word = [o for o in deals if self._telling(o, deals) & said]
        return by_word or [o for o in deals if _by_amount(words, o)]

    def _telling(self, deal: Opportunity, deals: Sequence[Opportunity]) -> set[str]:
        """Words of the deal's name that no other of the deals, nor the account, has."""
        others = [o.name for o in deals if o.id != deal.id] + [self.view.account.name]
        people = {word for contact in self.view.contacts for word in fold(contact.name).split()}
        shared = {word for name in others for word in fold(name).split()}
        return {w for w in fold(deal.name).split() if len(w) > 2 and not w.isdigit()} - shared - people - _PLAIN

    def _closed(self, words: str) -> Opportunity | None:
        """A closed deal that is named in full; asked about where only a word of it is named."""
        closed = [o for o in self.view.opportunities if o.is_closed]
        whole = [o for o in closed if fold(o.name) in fold(words)]
        if len(whole) == 1:
            return whole[0]
        said = set(fold(words).split())
        hinted = [o for o in closed if self._telling(o, [o, *self.view.open]) & said]
        if hinted and not self.picked:
            raise Ambiguous(
                f"{hinted[0].name} is closed; which deal do you mean?",
                candidates=offered(self.view, [*hinted, *self.view.open]),
            )
        return None

    def _which(self) -> Ambiguous:
        if self.view.open:
            return Ambiguous("Which deal is to be changed?", candidates=offered(self.view, self.view.open))
        closed = offered(self.view, self.view.opportunities)
        return Ambiguous(f"{self.view.account.name} has no open deal; do you mean a closed one?", candidates=closed)


def _by_amount(words: str, deal: Opportunity) -> bool:
    """Whether the words name the deal by its amount: "the 36k deal"."""
    return any(
        money.value == deal.amount and re.match(r"\s*(?:deal|one|opp)", words[money.end :], re.IGNORECASE)
        for money in find_money(words)
        if deal.amount
    )
