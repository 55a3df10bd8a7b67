"""Answer a question from the playbook, the account's notes and the CRM, or say that the sources do not hold it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from bot.grounding import Claim
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context, battlecard, from_file
from bot.skills import account as facts
from bot.skills.asking import pages, records
from bot.skills.extract import by_words, coverage, stems
from bot.skills.ledger import Ledger, joined
from bot.skills.standing import current, with_disagreement
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, asked_parts, word
from knowledge.documents import Passage, Retrieval
from knowledge.question import Question

CARD = Card(
    name="ask",
    description="An answer from the playbook, notes and CRM with its sources, or an honest “not in the knowledge base”.",
    examples=("what do we say when they call us expensive?", "who is the economic buyer at Northwick?"),
    knows=lambda context, text: records.knows(context, text),
)

PASSAGES = 6
FACT_FLOOR, LEANING_FLOOR = 0.30, 0.50
"""scores below which a CRM line does not answer a question that names the account, or only leans on the thread's;
set on the golden questions"""
SHARED_WORD = 0.1
"""what each shared word adds to a CRM line's cosine"""
CERTAIN = 0.55
"""share of the question's words that must stand in a passage whose cosine alone does not make it certain"""
WHOLLY = 0.85
"""share of the words of a question over records that a page must hold to answer it"""
HOPELESS = 0.2
"""how sure the search must be at the least that the answer is there, for shared words to make it certain: “every signed
contract” stands in many a page; on the golden questions it costs 1 sure answer of 69"""
SECTIONS = (
    facts.identity, facts.relationship, facts.people, facts.deals, facts.happened, facts.commitments, facts.risks,
)  # fmt: skip
Titled = tuple[str, Line]
"""a section's title and one of its lines"""
FIELDS = {
    "Identity": "industry segment size employees revenue country region owner owns",
    "Relationship": "customer prospect products renewal won lost",
    "People": "contact title role e-mail phone",
    "Open opportunities": "amount worth value stage close date competitor forecast next step",
    "Commitments": "task promise due overdue",
}
"""words for the fields that a section's lines hold without naming them"""
FRAME = stems("many much large big long often come must last deal account")
"""words that shape a question and are in nobody's answer"""
TOUCH = stems("talk talked spoke speak call called meet met contact e-mail heard touch reached")
"""words for what an activity is"""
OWN = re.compile(r"\b(?:my|mine|i)\b", re.IGNORECASE)
"""words of a question over one's own records, which no page answers"""
DATED = re.compile(
    r"\b(?:this|last|next|past|coming) (?:\w+ )?(?:days?|weeks?|months?|quarters?|years?)\b|\bsince\b|\b(?:today|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
"""days that a question over records is held to, of which no page knows"""
UNCERTAIN = "No page answers this for certain; these come nearest."


class AnswerWording(BaseModel):
    """An answer to the question."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    sentences: list[Claim] = Field(max_length=8)
    """One to five sentences, the answer itself first; empty where the sources do not answer."""
    unknown: list[str] = Field(default_factory=list, max_length=5)
    """Parts of the question that the sources do not answer."""


@dataclass(frozen=True)
class Found:
    """What the sources hold on a question."""

    passages: Sequence[Passage]
    """best first"""
    fact_lines: Sequence[Line]
    """computed CRM lines that fit, best first"""
    answerable: bool
    """whether anything is near enough to answer from"""
    certain: bool
    """whether the question's own words stand there too"""
    silent: Sequence[str] = ()
    """what the question asks for and the CRM does not hold"""


def run(context: Context, ask: Ask) -> Draft:
    """Answer within the asker's scope, or from the file that came; what cannot be answered becomes a gap."""
    if ask.file:
        return from_file.answer(context, ask, ask.file, AnswerWording)
    asked = records.reading_of(context, ask)
    if asked and asked[0].asked and asked[0].whole:
        return records.by_rules(context, ask, asked[0], asked[0].asked, asked[1])
    if battlecard.claimed(context, ask.text):
        return battlecard.run(context, ask)
    if asked and (looked_up := records.by_model(context, ask, asked[1])):
        return looked_up
    ledger = Ledger(context.reader, context.today)
    found = _find(context, ask, ledger)
    beyond = OWN.search(ask.text) or (asked and asked[0].strong and DATED.search(ask.text))
    if asked and (beyond or not (found.answerable and _on_a_page(ask.text, found))):
        return records.not_read(context, ask, *asked)
    return _from_pages(context, ask, found, ledger) if found.answerable else _not_known(context, ask, found, ledger)


def _from_pages(context: Context, ask: Ask, found: Found, ledger: Ledger) -> Draft:
    for passage in found.passages:
        ledger.passage(passage)
    # What was answered may rest on what the asker may not see any more, so only their own words are sent again.
    thread = "\n".join(f"{role}: {text}" for role, text in context.thread_turns[-6:] if role == "seller")
    wording = word(context, "ask", AnswerWording, ledger, question=ask.text, thread=thread or "(none)")
    inside = _kept_inside(context, ask, found)
    if wording.value and not wording.value.sentences and not inside:
        return _not_known(context, ask, found, ledger, wording)
    lines = wording.lines.get("sentences", ())
    sections = [Section(title="", lines=lines)] if lines else _extract(ask.text, found, ledger)
    if lines and inside:
        sections += pages.sections(ask.text, inside, ledger, most=2, first=5, further=3)
    if not sections and not found.silent:
        return _not_known(context, ask, found, ledger, wording)
    draft = context.rested_on(_draft(context, ask, sections, ledger, wording), ask.text)
    draft = with_disagreement(draft, found.passages)
    draft = draft.model_copy(update={"unknowns": (*draft.unknowns, *found.silent)})
    if lines or found.certain:
        return draft
    _log_gap(context, ask, found)
    return draft.model_copy(update={"lead": joined([UNCERTAIN, draft.lead], " ")})


def _kept_inside(context: Context, ask: Ask, found: Found) -> list[Passage]:
    """Passages that answer and that the model was not shown: code tells them, as the model could not."""
    hides = context.discretion.hides
    hidden = [one for one in found.passages if hides(one.document.kind, one.document.uri, inside=one.document.inside)]
    return [one for one in hidden if context.model and coverage(ask.text, one) >= CERTAIN]


def _on_a_page(question: str, found: Found) -> bool:
    """Whether pages answer what is asked of records: with nearly all of its words, as what is near is something else."""
    return found.certain and any(coverage(question, one) >= WHOLLY for one in found.passages[:3])


def _find(context: Context, ask: Ask, ledger: Ledger) -> Found:
    context.progress("searching the knowledge base")
    found = _retrieve(context, ask)
    passages, certain = current(found.passages), found.answerable
    score = max((passage.cosine for passage in passages), default=0.0)
    account = context.reader.account(ask.account_id or "")
    view = gather(context, account) if account else None
    lines = _account_lines(context, ask, ledger, view) if view else []
    if lines and not certain:
        passages = [passage for passage in passages if passage.document.account == ask.account_id]
    passages = by_words(ask.text, passages)
    if not ask.account_id:
        shared = found.score >= HOPELESS and any(coverage(ask.text, one) >= CERTAIN for one in passages[:3])
        return Found(passages, (), score >= pages.NEAR, certain or shared)
    wanted, own = _own_words(context, ask), [p for p in passages[:3] if p.document.account == ask.account_id]
    covered = _share(wanted, _said(lines) | _noted(passages[:3]))
    near = score >= pages.NEAR or bool(lines) or (ask.named and _share(wanted, _noted(own)) > CERTAIN)
    sure = covered > CERTAIN or (certain and covered == CERTAIN)
    silent = [text for text in facts.unknowns(view) if _asks_for(wanted, text)] if view else []
    return Found(passages, [line for _, line in lines], near, sure, silent)


def _asks_for(wanted: set[str], missing: str) -> bool:
    """Whether the question asks for what is missing ("who owns it?" for "owner: not in the CRM")."""
    said = stems(missing) | (TOUCH if "activities" in missing else set())
    return any(len(min(a, b, key=len)) > 2 and (a.startswith(b) or b.startswith(a)) for a in wanted for b in said)


def _retrieve(context: Context, ask: Ask) -> Retrieval:
    """Search the account's notes with its name, and the shared pages without: no page of the playbook names it."""
    turns = context.thread_turns
    scope = context.scope(ask.account_id)
    found = context.library.retrieve(Question.in_thread(ask.text, turns), scope=scope, k=PASSAGES, now=context.now)
    account = context.reader.account(ask.account_id or "")
    if account is None:
        return found
    words = Question.in_thread(_without(ask.text, account.name), turns)
    shared = context.library.retrieve(words, scope=context.scope(None), k=PASSAGES, now=context.now)
    own = [passage for passage in found.passages if passage.document.account]
    if shared.answerable and not ask.named:
        # "What do we say when they call us expensive?" is answered by the playbook, whoever the thread is about.
        own = [passage for passage in own if coverage(ask.text, passage) >= CERTAIN]
    best = (*own[: PASSAGES - 2], *shared.passages)[:PASSAGES]
    return Retrieval(best, max(found.score, shared.score), found.answerable or shared.answerable)


def _account_lines(context: Context, ask: Ask, ledger: Ledger, view: AccountView) -> list[Titled]:
    """The CRM lines of the account that fit the question, each with its section's title."""
    lines = [(section.title, line) for make in SECTIONS for section in [make(view, ledger)] for line in section.lines]
    question = _without(ask.text, view.account.name)
    cosines = context.library.rank(question, [f"{title}: {line.text}" for title, line in lines])
    wanted, own = stems(question), _own_words(context, ask)
    scores = [cosine + SHARED_WORD * len(wanted & _said([row])) for cosine, row in zip(cosines, lines, strict=True)]
    ranked = sorted(zip(scores, lines, strict=True), key=lambda pair: -pair[0])
    floor = FACT_FLOOR if ask.named else LEANING_FLOOR
    fits = [row for score, row in ranked if score >= floor or (ask.named and own and own <= _said([row]))]
    return fits[:3]


def _own_words(context: Context, ask: Ask) -> set[str]:
    """What the question asks for: its words without the names of the account and its people, and without frame words."""
    account = context.reader.account(ask.account_id or "")
    names = {word for contact in context.reader.contacts(ask.account_id) for word in stems(contact.name)}
    return stems(_without(ask.text, account.name) if account else ask.text) - names - FRAME


def _said(lines: Sequence[Titled]) -> set[str]:
    """The words of CRM lines, and those for the fields that such lines hold."""
    return {word for title, line in lines for word in stems(f"{title} {FIELDS.get(title, '')} {line.text}")}


def _noted(passages: Sequence[Passage]) -> set[str]:
    return {word for passage in passages for word in stems(f"{passage.document.title} {passage.chunk.text}")}


def _share(wanted: set[str], said: set[str]) -> float:
    """Share of the wanted words that are said; 1 where nothing but names was asked for."""
    return len(wanted & said) / len(wanted) if wanted else 1.0


def _without(text: str, name: str) -> str:
    """The question without the account's own name, which every line holds."""
    own = {word.casefold() for word in name.split()}
    words = [word for word in text.split() if word.strip("?!.,'’").removesuffix("'s").casefold() not in own]
    return " ".join(words) or text


def _extract(question: str, found: Found, ledger: Ledger) -> list[Section]:
    """The offline answer: computed lines first, then the best passages in their own words, under their titles."""
    sections = [Section(title="From the CRM", lines=tuple(found.fact_lines))] if found.fact_lines else []
    most, first, further = (2, 5, 3) if found.fact_lines else (4, 14, 7)
    shown = pages.sections(question, found.passages, ledger, most=most, first=first, further=further)
    return [*sections, *shown]


def _not_known(
    context: Context, ask: Ask, found: Found, ledger: Ledger, wording: Wording[AnswerWording] | None = None
) -> Draft:
    """Say so, show the nearest pages, and log the gap."""
    _log_gap(context, ask, found)
    sections = [Section(title="", lines=(Line(text="Not in the knowledge base."),))]
    nearest = {passage.document.id: passage for passage in reversed(found.passages)}
    listed = [
        Line(text=passage.document.title, cites=(ledger.passage(passage),)) for passage in reversed(nearest.values())
    ]
    if listed:
        sections.append(Section(title="Nearest pages", lines=tuple(listed[:3])))
    draft = _draft(context, ask, sections, ledger, wording or Wording(notice=""))
    empty = not context.library.stats().documents
    hint = "The knowledge base is empty: fill it with `seller ingest FOLDER`." if empty else ""
    notice = wording.notice if wording else ""
    unknowns = (ask.text, *found.silent, *([hint] if hint else ()))
    return draft.model_copy(update={"unknowns": unknowns, "notice": notice})


def _log_gap(context: Context, ask: Ask, found: Found) -> None:
    context.library.log_gap(
        ask.text, now=context.now, asker=context.asker.id, account=ask.account_id, passages=found.passages
    )


def _draft(
    context: Context, ask: Ask, sections: Sequence[Section], ledger: Ledger, wording: Wording[AnswerWording]
) -> Draft:
    settled, citations = ledger.settle(sections)
    return Draft(
        skill="ask",
        sections=settled,
        citations=citations,
        unknowns=asked_parts(wording.value.unknown, ask.text) if wording.value else (),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        notice=joined([wording.notice, _badges(citations)], " "),
        account_id=ask.account_id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )


def _badges(citations: Sequence[object]) -> str:
    """Warn where the answer rests on a page whose verification lapsed."""
    lapsed = [c for c in citations if getattr(c, "status", "") in ("expired", "draft")]
    return "Part of this rests on a page that is not verified at present." if lapsed else ""
