"""The proof points of a letter: word for word from pages that are verified and may be quoted to customers."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.crm.match import mentions
from bot.crm.records import Account, Contact
from bot.skills import Context
from bot.skills.extract import stems, units
from bot.skills.outreach.phrases import language_of
from bot.skills.outreach.spec import Language
from knowledge.documents import Kind, Passage, Scope

PLAYBOOK: tuple[Kind, ...] = ("playbook",)
STANDING = ("verified", "due")
RESULTS = re.compile(
    r"\b(?:proof|results?|references?|case stud(?:y|ies)|customer stor(?:y|ies)|"
    r"referenzen?|ergebnisse?|kundenstimmen?|fallstudien?|références?|résultats?|études? de cas|"
    r"referencias?|resultados?|casos? de (?:éxito|estudio))\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"\u201c\u201e\u00ab]\s*([^\"\u201c\u201d\u201e\u00ab\u00bb]{20,160}?)\s*[\"\u201d\u201c\u00bb]")
SHARED_WORD, SAME_CONCERN = 0.1, 0.3
"""what a shared word, and a problem that the person's job is concerned with, add to a row's cosine"""
CONCERNS = {
    "service level stock-outs inventory planning lead times": r"operations|supply chain|logisti\w+|plann\w+|demand|coo|plant|producti\w+|warehouse|produktion\w*|betriebs?leit\w+|opérations|operaciones",
    "finance working capital cash costs": r"cfo|financ\w*|controll\w+|treasur\w+|finanz\w*|kaufmänn\w+|buchhalt\w+|contable|finanzas",
    "security data compliance integration downtime software": r"it|cio|cto|ciso|information|security|systems?|digital|data|software|technolog\w+|informati\w+|sistemas",
    "costs suppliers lead times procurement inventory": r"procurement|purchas\w+|buyer|sourcing|einkauf\w*|achats|compras",
    "quality waste scrap complaints": r"quality|qualität\w*|qualité|calidad",
    "training turnover hiring onboarding people": r"hr|people|talent|human|personal\w*|ressources|recursos",
    "sales revenue churn pipeline customers": r"sales|revenue|commercial|customer|vertrieb\w*|marketing|ventas",
}
"""what a job is concerned with, beside the words of its title, by the words that titles have"""
EVERYTHING = re.compile(
    r"\b(?:ceo|president|owner|founder|partner|(?:managing|general) (?:director|manager)|geschäftsführ\w+|inhaber\w*|gérante?|directeur général|directrice générale|director[a]? general|gerente general)\b",
    re.IGNORECASE,
)
"""jobs that every problem of a company concerns"""


@dataclass(frozen=True)
class Proof:
    """A sentence, the page it stands on, and the problems that it speaks to."""

    sentence: str
    passage: Passage
    problems: Sequence[str] = ()
    language: Language = "en"
    fits: bool = True
    """whether it speaks to this person's job or to what the letter is about"""

    @property
    def key(self) -> str:
        """The same for the same sentence, whatever else is found beside it."""
        return f"proof-{hashlib.sha256(self.sentence.encode()).hexdigest()[:8]}"


def proofs(context: Context, contact: Contact, account: Account, topic: str) -> list[Proof]:
    """The cleared results, the one that fits the person best first; none where no verified page for customers has one.

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
        return []
    texts = [f"{row.sentence}; {'; '.join(row.problems)}" for row in rows]
    wanted, concerns = stems(about), stems(_concerns(contact.title or ""))
    theirs = concerns | stems(f"{contact.title or ''} {topic}")
    every = EVERYTHING.search(contact.title or "") is not None
    rows = [replace(row, fits=every or bool(theirs & stems(text))) for row, text in zip(rows, texts, strict=True)]
    scores = [
        cosine + SHARED_WORD * len(wanted & stems(text)) + SAME_CONCERN * bool(concerns & stems(text))
        for cosine, text in zip(context.library.rank(about, texts), texts, strict=True)
    ]
    ranked = sorted(zip(scores, rows, strict=True), key=lambda pair: pair[0], reverse=True)
    return list({row.key: row for _, row in reversed(ranked)}.values())[::-1]


def _rows(passage: Passage) -> list[Proof]:
    """The quoted sentences of a page, each with what stands behind it in its row."""
    found = []
    page = language_of(f"{passage.document.title} {passage.chunk.text}") or "en"
    for unit in units(passage.chunk.text):
        if match := QUOTED.search(unit):
            behind = unit[match.end() :].strip(" ;|,.")
            problems = [part.strip() for part in behind.split(",") if 2 < len(part.strip()) <= 40]
            found.append(Proof(match[1].strip().rstrip("."), passage, problems, page))
    return found


def _concerns(title: str) -> str:
    return " ".join(what for what, job in CONCERNS.items() if re.search(rf"\b(?:{job})\b", title, re.IGNORECASE))
