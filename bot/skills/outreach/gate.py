"""May this person be written to or called? Decided before anything is drafted (pure; the rows stand in `rules`).

An engineering default and no legal advice. It is on the safe side: where the records leave a doubt, nothing is drafted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

from bot.skills.outreach.countries import Regime, regimes_of
from bot.skills.outreach.recipient import Recipient, Refusal
from bot.skills.outreach.rules import (
    ALTERNATIVES,
    RULES,
    SEVERITY,
    STRICTEST_FIRST,
    TABLE,
    UNKNOWN,
    Decision,
    Place,
    Rule,
    must,
)  # fmt: skip
from bot.skills.outreach.spec import Channel, Purpose

__all__ = ["TABLE", "Decision", "Recipient", "Refusal", "Verdict", "decide", "inputs"]

CHANNELS: Mapping[Channel, str] = {
    "email": "e-mail", "linkedin": "LinkedIn messages", "call": "calls", "voicemail": "voicemail",
}  # fmt: skip
ONE: Mapping[Channel, str] = {
    "email": "an e-mail", "linkedin": "a LinkedIn message", "call": "a call", "voicemail": "a voicemail",
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What the gate says: only ALLOW and FOOTER let a draft be written."""

    decision: Decision
    rule: str
    why: str
    unblock: str = ""
    """what would have to be on record"""
    alternatives: tuple[str, ...] = ()
    """what may be done instead, where this is not allowed"""
    must: tuple[str, ...] = ()
    """what the message has to carry: sender, address, opt_out, source"""
    rules: tuple[str, ...] = ()
    """the rows it rests on"""

    @property
    def allowed(self) -> bool:
        """Whether a draft may be written."""
        return self.decision in ("ALLOW", "FOOTER")


def decide(to: Recipient, channel: Channel = "email", purpose: Purpose = "first") -> Verdict:
    """Judge a message to this person: what holds everywhere first, then the strictest place that could apply."""
    verdict, rule = _judged(to, channel, purpose)
    if verdict.allowed:
        return verdict
    others = tuple(_other_channels(to, channel, purpose)) if rule.instead else ()
    return replace(verdict, alternatives=(*others, *(ALTERNATIVES[key] for key in rule.instead)))


def inputs(to: Recipient, channel: Channel, purpose: Purpose) -> str:
    """All that a verdict rests on, as one text to be hashed: ids and facts, no name and no address."""
    facts = sorted(name for name, holds in _Facts(to, channel, purpose).all.items() if holds)
    told = {"contact": to.contact.id, "places": sorted(regimes_of(to.codes)), "facts": facts, "day": str(to.today)}
    return json.dumps({**told, "channel": channel, "purpose": purpose, "table": TABLE}, sort_keys=True)


def _judged(to: Recipient, channel: Channel, purpose: Purpose) -> tuple[Verdict, Rule]:
    facts = _Facts(to, channel, purpose)
    everywhere = _first(facts, "ALL", channel)
    if everywhere:
        return _verdict(to, everywhere, channel), everywhere
    rows = {place: row for place in STRICTEST_FIRST if (row := _first(facts, place, channel))}
    places = regimes_of(to.codes)
    possible = {place: row for place, row in rows.items() if place in places}
    # `max` keeps the first of equals, and so the order in which the places stand.
    strictest = max(possible, key=lambda place: SEVERITY[possible[place].decision])
    rule = possible[strictest]
    verdict = _verdict(to, rule, channel)
    carried = dict.fromkeys(what for place in possible for what in must(place, channel, first=not to.known))
    if verdict.allowed:
        verdict = replace(verdict, must=tuple(carried))
    return (verdict if len(possible) == 1 else _of_several(to, channel, verdict, possible)), rule


def _first(facts: "_Facts", place: Place, channel: Channel) -> Rule | None:
    return next((r for r in RULES if r.place == place and channel in r.channels and facts.fit(r.when)), None)


def _of_several(to: Recipient, channel: Channel, verdict: Verdict, possible: Mapping[Regime, Rule]) -> Verdict:
    """The verdict where no one country is known: the strictest row's, by an id of its own."""
    rule = next(row for row in possible.values() if row.id == verdict.rule)
    lead = f"{to.unsure}, so the strictest rule that could apply counts: {_plain(rule, channel)}"
    ids = (UNKNOWN[rule.decision], *(row.id for row in possible.values()))
    ask = "say where they are, like “she is in Norway”"
    unblock = verdict.unblock if to.place_known or verdict.allowed else f"{verdict.unblock}; or {ask}"
    return replace(verdict, rule=ids[0], why=f"{lead}; on record: {to.recorded}", unblock=unblock, rules=ids)


def _verdict(to: Recipient, rule: Rule, channel: Channel) -> Verdict:
    words = {"name": to.contact.name, "channel": CHANNELS[channel], "refused": to.refused(channel)}
    why = rule.why.format(**words)
    if rule.place != "ALL":
        why = f"{to.told}: {_plain(rule, channel)}; on record: {to.recorded}"
    return Verdict(rule.decision, rule.id, why, rule.unblock.format(**words), rules=(rule.id,))


def _plain(rule: Rule, channel: Channel) -> str:
    """A row's reason as a clause: those that begin with what is needed are about the message."""
    return f"{ONE[channel]} {rule.why}" if rule.why.startswith(("needs ", "must ", "is ")) else rule.why


def _other_channels(to: Recipient, channel: Channel, purpose: Purpose) -> list[str]:
    found = []
    for other in get_args(Channel):
        if other in (channel, "voicemail") or {other, channel} == {"call", "voicemail"}:
            continue
        verdict = _judged(to, other, purpose)[0]
        if verdict.allowed:
            found.append(f"{ONE[other]} is allowed by rule {verdict.rule}")
    return found


class _Facts:
    """What a row may ask for (`rules.FACTS`), as it is of one person, channel and purpose."""

    def __init__(self, to: Recipient, channel: Channel, purpose: Purpose) -> None:
        self._to, self._channel, self._purpose = to, channel, purpose

    @cached_property
    def all(self) -> Mapping[str, bool]:
        """Each fact by its name."""
        to, contact = self._to, self._to.contact
        return {
            "erased": to.erased,
            "do_not_contact": contact.do_not_contact,
            "opted_out": to.opted_out(self._channel),
            "opted_out_elsewhere": to.opted_out("email"),
            "withdrawn": to.withdrawn,
            "left": to.left,
            "no_address": "@" not in (contact.email or ""),
            "proven": to.proven,
            "customer": to.customer,
            "contract": to.customer and self._purpose == "renewal",
            "bought": to.bought_lately,
            "asked": to.asked_lately,
            "published": to.published,
            "answer": self._purpose == "follow_up" and to.waits_for_answer,
            "sole": to.sole,
            "job": bool((contact.title or "").strip()),
            "implied": to.basis in ("implied", "contract"),
            "basis": bool(to.basis),
            "met": to.met is not None,
            "first": not to.known,
            "sourced": bool((contact.consent_source or "").strip()),
            "screened": to.screened,
        }

    def fit(self, when: str) -> bool:
        """Whether all facts that a row asks for hold."""
        return all(self._term(term) for term in when.split())

    def _term(self, term: str) -> bool:
        if term.startswith("-"):
            return not self.all[term[1:]]
        return any(self.all[name] for name in term.split("|"))
