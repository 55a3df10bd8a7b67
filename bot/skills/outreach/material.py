"""What a letter may be made from: read once, for one person, in one language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.crm.records import User
from bot.skills import Context, Policy
from bot.skills.ledger import Ledger
from bot.skills.outreach.gate import Recipient
from bot.skills.outreach.occasion import STALE, Occasion, occasions
from bot.skills.outreach.phrases import phrases
from bot.skills.outreach.phrases.book import Phrases
from bot.skills.outreach.proof import Proof, proofs
from bot.skills.outreach.spec import Spec
from bot.skills.outreach.topic import said_in
from bot.skills.view import AccountView
from knowledge.errors import KnowledgeError

MOST_PROOFS = 3
TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|dame|herr|frau|fr|hr|mme|mlle|m|sr|sra|srta|señora?|señorita|monsieur|madame|mademoiselle|don|doña|dipl|ing|mag|lic)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Material:
    """Reasons, problems, proofs and the topic, each with the number of its source."""

    to: Recipient
    asker: User
    policy: Policy
    words: Phrases
    occasions: Sequence[Occasion] = ()
    problems: Sequence[tuple[str, str, int]] = ()
    """(key, problem in the letter's language, number of its source), best first"""
    proofs: Sequence[tuple[Proof, int]] = ()
    topic: str = ""
    """in the letter's language"""
    of_renewal: bool = False
    """whether the topic is the renewal"""
    left_out: Sequence[str] = ()
    trouble: str = ""
    """why the knowledge base could not be asked"""
    cleared: Sequence[str] = field(default_factory=tuple)
    """sentences that may name another customer"""
    unfit: frozenset[str] = frozenset()
    """keys of problems and proofs that speak to nothing of this person's job: for the seller alone to tick"""
    no_fit: Sequence[str] = ()
    """what to say of them where the seller has not chosen"""
    known_by: int = 0
    """number of the contact's own record, which says where the address comes from"""
    must: Sequence[str] = ()
    """what the gate's verdict asks the message to carry"""

    @property
    def names(self) -> tuple[str, str]:
        """The person's whole name and first name, without titles and signs."""
        parts = re.sub(r"[^\w\s.'’-]", " ", self.to.contact.name).split()
        plain = [part for part in parts if not TITLE.fullmatch(part)] or parts
        return " ".join(parts), plain[0] if plain else ""

    @property
    def lately(self) -> bool:
        """Whether both sides were in touch in the last weeks, so that it has not been quiet."""
        return self.to.met is not None and self.to.today - self.to.met <= STALE

    @property
    def company(self) -> str:
        """The seller's own company, or where it is to be filled in."""
        return " ".join(self.policy.company.split()) or self.words.fill_company.partition(":")[0].rstrip() + "]"


def material_of(context: Context, view: AccountView, to: Recipient, spec: Spec, ledger: Ledger) -> Material:
    """Read what a letter may say; each thing gets the number of its source."""
    words = phrases(spec.language, familiar=spec.address == "familiar")
    found, trouble = _proofs(context, view, to, spec)
    usable = [p for p in found if p.language == spec.language][:MOST_PROOFS]
    # The reasons before the proofs: a model is told of them first.
    reasons = occasions(view, to, spec.purpose, context.asker.id, ledger)
    for reason in reasons:
        ledger.line(reason.sentence(words), reason.cite)
    numbered = [(proof, ledger.passage(proof.passage)) for proof in usable]
    problems = _problems(found, spec, words, ledger)
    unfit = _unfit(found, problems)
    topic = said_in(spec.language, spec.topic, context.today) if spec.topic else ""
    return Material(
        to=to,
        asker=context.asker,
        policy=context.policy,
        words=words,
        occasions=reasons,
        problems=problems,
        proofs=numbered,
        topic=words.translate.format(topic=spec.topic) if topic is None else topic,
        of_renewal=bool(re.search(r"\brenew", spec.topic, re.IGNORECASE)),
        known_by=ledger.record("contact", to.contact, to.contact.name, to.contact.updated_at),
        left_out=_left_out(found, usable, spec, words, topic is None, trouble),
        no_fit=_no_fit(to, found, problems, unfit),
        trouble=trouble,
        unfit=unfit,
        cleared=tuple(proof.sentence for proof in usable),
    )


def _proofs(context: Context, view: AccountView, to: Recipient, spec: Spec) -> tuple[list[Proof], str]:
    context.progress("looking for a cleared proof point")
    try:
        return proofs(context, to.contact, view.account, spec.topic), ""
    except KnowledgeError as error:
        return [], str(error)


def _problems(found: Sequence[Proof], spec: Spec, words: Phrases, ledger: Ledger) -> list[tuple[str, str, int]]:
    """What the proofs speak to: one problem of each, the best first, then the rest."""
    rows: dict[str, tuple[str, str, int]] = {}
    columns = [(proof, at) for at in range(3) for proof in found if at < len(proof.problems)]
    for proof, at in columns:
        problem = proof.problems[at]
        said = problem if proof.language == spec.language else words.terms.get(problem.casefold())
        if said and len(rows) < MOST_PROOFS:
            key = f"problem-{problem.casefold()}"
            rows.setdefault(key, (key, said, ledger.passage(proof.passage)))
    return list(rows.values())


def _unfit(found: Sequence[Proof], problems: Sequence[tuple[str, str, int]]) -> frozenset[str]:
    speaks = {f"problem-{problem.casefold()}" for proof in found if proof.fits for problem in proof.problems}
    return frozenset(proof.key for proof in found if not proof.fits) | {
        row[0] for row in problems if row[0] not in speaks
    }


def _no_fit(
    to: Recipient, found: Sequence[Proof], problems: Sequence[tuple[str, str, int]], unfit: frozenset[str]
) -> tuple[str, ...]:
    """Say that nothing was chosen, where nothing on record speaks to the person's job."""
    if not problems or any(row[0] not in unfit for row in problems) or any(proof.fits for proof in found):
        return ()
    job = (
        f"the job of {to.contact.name} ({to.contact.title})"
        if to.contact.title
        else f"{to.contact.name}, whose job is not on record"
    )
    named = ", ".join(f"“{said}”" for _, said, _ in problems)
    return (
        f"A problem and its result: {named} {'do' if len(problems) > 1 else 'does'} not speak to {job}; tick one where it fits.",
    )


def _left_out(
    found: Sequence[Proof], usable: Sequence[Proof], spec: Spec, words: Phrases, foreign: bool, trouble: str
) -> tuple[str, ...]:
    texts = []
    if foreign:
        texts.append(f"What it is about (“{spec.topic}”) stands in brackets: say it in {words.name}.")
    if not found and not trouble:
        texts.append(
            "A proof point: no verified page that may be quoted to customers holds a released result that fits."
        )
    fitting = [proof.sentence for proof in found if proof.fits]
    if fitting and not usable:
        sentence = fitting[0]
        texts.append(
            f"The released result “{sentence}”: it is not released in {words.name}, and only the released words may be quoted. "
            "Have a translation released, or quote it as it stands."
        )
    return tuple(texts)
