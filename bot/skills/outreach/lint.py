"""The check of a written message, by us or by the seller: what it must carry, and what must not stand in it (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.crm.match import fold
from bot.crm.records import User
from bot.skills import Policy
from bot.skills.outreach.gate import Verdict
from bot.skills.outreach.lint_words import (
    ADDRESS_BLANK,
    CLAIMS,
    FALSE_REPLY,
    MUTUAL,
    OPT_OUT,
    SOURCE,
    SOURCE_BLANK,
    SPECIAL,
    URGENCY,
)  # fmt: skip
from bot.skills.outreach.spec import Language

_POSSESSIVE = re.compile("['’]s\\b")
BLOCKING = frozenset("L-ADDRESS L-OPT-OUT L-SENDER L-SOURCE L-REPLY L-SPECIAL L-THIRD".split())
"""rules of law, which stay also where the seller wrote the text; the others are told, and the seller decides"""
RULES = {
    "L-ADDRESS": "the postal address of the sender stands in it, where the verdict asks for it",
    "L-OPT-OUT": "a way to object stands in it, in the language of the message",
    "L-SENDER": "the sender's name stands in it",
    "L-SOURCE": "it says where the address comes from, where the verdict asks for it",
    "L-REPLY": "no subject of a first touch looks like a reply or a forward",
    "L-URGENCY": "no false urgency",
    "L-CLAIM": "no superlative and no guarantee that stands on no released page",
    "L-SPECIAL": "nothing is inferred on health, family, politics, religion, a union or sexual orientation",
    "L-THIRD": "no other person and no other company is named",
    "L-MUTUAL": "no mutual contact is claimed",
}


@dataclass(frozen=True)
class Fault:
    """A rule that a message breaks, and the words by which it does; empty words where something is missing."""

    rule: str
    text: str
    words: str = ""

    @property
    def blocks(self) -> bool:
        """Whether it is no matter of taste."""
        return self.rule in BLOCKING


def lint(
    body: str,
    subjects: Sequence[str] = (),
    *,
    verdict: Verdict,
    language: Language = "en",
    sender: User | None = None,
    policy: Policy = Policy(),  # noqa: B008 (frozen)
    first_touch: bool = True,
    known_names: Sequence[str] = (),
    cleared: Sequence[str] = (),
) -> tuple[Fault, ...]:
    """All that is wrong with a message.

    `known_names`: other people and companies that the records know, none of which may be named; `cleared`: sentences word
    for word from released pages, in which a name or a claim may stand.
    """
    said = _without(f"{chr(10).join(subjects)}\n{body}", cleared)
    missing = _missing(body, verdict, language, sender, policy)
    return (*missing, *_subjects(subjects, first_touch), *_words(said), *_third(said, known_names))


def _missing(body: str, verdict: Verdict, language: Language, sender: User | None, policy: Policy) -> Iterator[Fault]:
    """What the verdict asks for and the message does not carry."""
    plain = fold(body)
    address = fold(policy.postal_address)
    there = {
        "address": bool(address and address in plain) or (not address and bool(ADDRESS_BLANK.search(body))),
        "opt_out": bool(OPT_OUT[language].search(body)),
        "sender": sender is None or fold(sender.name) in plain,
        "source": bool(SOURCE[language].search(body) or SOURCE_BLANK.search(body)),
    }
    told = {
        "address": ("L-ADDRESS", "the postal address of your company is missing"),
        "opt_out": ("L-OPT-OUT", f"no way to object stands in it in the language of the message ({language})"),
        "sender": ("L-SENDER", "it does not say who writes"),
        "source": ("L-SOURCE", "it does not say where you have the address from"),
    }
    for what in verdict.must:
        if not there[what]:
            yield Fault(*told[what])


def _subjects(subjects: Sequence[str], first_touch: bool) -> Iterator[Fault]:
    for subject in subjects:
        if first_touch and FALSE_REPLY.match(subject):
            yield Fault("L-REPLY", "the subject looks like a reply to something that was never sent", subject)


def _words(said: str) -> Iterator[Fault]:
    """What stands in it in any of the four languages: a seller may mix them."""
    for rule, text, pattern in (
        ("L-URGENCY", "it presses with a haste that nothing supports", URGENCY),
        ("L-CLAIM", "it claims what no released page supports", CLAIMS),
        ("L-SPECIAL", "it is about somebody's private life, health or convictions", SPECIAL),
        ("L-MUTUAL", "it claims a contact that you have in common", MUTUAL),
    ):
        found = dict.fromkeys(match[0].strip() for match in pattern.finditer(said))
        yield from (Fault(rule, text, words) for words in found)


def _third(said: str, names: Sequence[str]) -> Iterator[Fault]:
    plain = f" {fold(_POSSESSIVE.sub(' ', said))} "
    for name in dict.fromkeys(names):
        if len(fold(name)) > 2 and f" {fold(name)} " in plain:
            yield Fault("L-THIRD", "it names somebody else, whose data are none of the recipient's business", name)


def _without(text: str, cleared: Sequence[str]) -> str:
    for sentence in filter(None, cleared):
        text = text.replace(sentence, " ")
    return text
