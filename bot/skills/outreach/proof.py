"""The one proof point of a letter: word for word from a page that is verified and may be quoted to customers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import mentions
from bot.crm.records import Account, Contact
from bot.skills import Context
from bot.skills.extract import stems, units
from knowledge.documents import Kind, Passage, Scope

PLAYBOOK: tuple[Kind, ...] = ("playbook",)
STANDING = ("verified", "due")
RESULTS = re.compile(r"\b(?:proof|results?|references?|case stud(?:y|ies)|customer stor(?:y|ies))\b", re.IGNORECASE)
QUOTED = re.compile(r"[\"\u201c\u00ab]([^\"\u201c\u201d\u00ab\u00bb]{20,160})[\"\u201d\u00bb]")
SHARED_WORD, SAME_CONCERN = 0.1, 0.3
"""what a shared word, and a problem that the person's job is concerned with, add to a row's cosine"""
CONCERNS = {
    "service level": "operations supply chain logistics planning planner demand coo plant production warehouse",
    "finance": "cfo financial controller treasurer chief finance",
}
"""what a job is concerned with, beside the words of its title"""


@dataclass(frozen=True)
class Proof:
    """A sentence, the page it stands on, and the problems that it speaks to."""

    sentence: str
    passage: Passage
    problems: Sequence[str] = ()


def pick_proof(context: Context, contact: Contact, account: Account, topic: str) -> Proof | None:
    """The cleared result that fits the person best; None where no verified page for customers has one.

    Raises KnowledgeError where the knowledge base is out of reach.
    """
    about = " ".join(filter(None, (contact.title, _concerns(contact.title or ""), account.industry, topic)))
    scope = Scope.shared(teams=context.teams, audience="customer")
    words = f"customer results and proof points: {about}"
    found = context.library.search(words, scope=scope, kinds=PLAYBOOK, k=8, now=context.now)
    cleared = [p for p in found if p.document.quotable and p.status in STANDING and RESULTS.search(p.document.title)]
    rows = [
        row for passage in cleared for row in _rows(passage) if not mentions(row.sentence, [(account.id, account.name)])
    ]
    if not rows:
        return None
    texts = [f"{row.sentence}; {'; '.join(row.problems)}" for row in rows]
    wanted, concerns = stems(about), stems(_concerns(contact.title or ""))
    scores = [
        cosine + SHARED_WORD * len(wanted & stems(text)) + SAME_CONCERN * bool(concerns & stems(text))
        for cosine, text in zip(context.library.rank(about, texts), texts, strict=True)
    ]
    return max(zip(scores, rows, strict=True), key=lambda pair: pair[0])[1]


def _rows(passage: Passage) -> list[Proof]:
    """The quoted sentences of a page, each with what stands behind it in its row."""
    found = []
    for unit in units(passage.chunk.text):
        if match := QUOTED.search(unit):
            behind = unit[match.end() :].strip(" ;|,.")
            problems = [part.strip() for part in behind.split(",") if 2 < len(part.strip()) <= 40]
            found.append(Proof(match[1].strip().rstrip("."), passage, problems))
    return found


def _concerns(title: str) -> str:
    low = title.casefold()
    return " ".join(what for what, jobs in CONCERNS.items() if any(re.search(rf"\b{job}", low) for job in jobs.split()))
