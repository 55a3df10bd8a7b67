"""An outreach e-mail to one person: the gate first, then a letter from what that person may read; nothing is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Contact
from bot.grounding import Claim
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Card, Context
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.outreach.addressee import Topic, addressee, check_channel, topic_of
from bot.skills.outreach.gate import TABLE, Recipient, Verdict, decide
from bot.skills.outreach.judging import judged
from bot.skills.outreach.letter import FALSE_REPLY, Letter, Part, faults, write
from bot.skills.outreach.occasion import occasion, recipient
from bot.skills.outreach.proof import Proof, pick_proof
from bot.skills.standing import with_disagreement
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, word
from knowledge.errors import KnowledgeError

_ASK = r"^(?:please |can you |could you |would you )?(?:help me (?:to )?)?(?:draft|write|compose)(?: up)?(?: me| us)?"
_LETTER = r"(?:e-?mail|mail|note|message|outreach|intro|introduction|follow[- ]?up|line|letter|reply|response|answer|linkedin(?: message)?|voicemail)"
_POLITE = r"^(?:please |can you |could you |would you |help me (?:to |with )?|i(?:'d| would) like (?:to |you to )?|i (?:want|need) (?:to )?|let'?s )*"
_NO_DAY = r"(?!.*\b(?:today|tomorrow|tonight|(?:mon|tues|wednes|thurs|fri)day|next week|by|sent|task|remind)\b)(?!.*:)"
"""with a day it is a task to note down, and what was sent is to be logged"""
_ONE = r"(?:(?:the|their|his|her|our) )?[\w'’.&-]+(?: (?!(?:the|an?|our|my|it|that|this|them|about)\b)[\w'’.&-]+){0,6}(?: (?:about|regarding|concerning) .+)?"
_FEW = r"(?:(?!to\b|for\b)[\w-]+ ){0,4}?"
CARD = Card(
    name="draft",
    description="An e-mail to one contact, checked by the rules of their country before it is written; you send it yourself.",
    examples=("draft a note to their CFO", "write a mail to Ingrid Solheim about the SOC 2 report"),
    command="/draft",
    usage="to their CFO at Northwick about the renewal",
    bare="form",
    again="any",
    triggers=(
        rf"{_ASK}(?: (?:an?|the|my|another|some))?(?: [a-z-]+){{0,2}}? {_LETTER}s? (?:to|for) (?P<rest>.+)$",
        rf"{_ASK} to (?P<rest>.+)$",
        rf"{_POLITE}{_NO_DAY}(?:e-?mail|message|write(?: back)? to|reply to|respond to|reach out to|get in touch with) (?P<rest>{_ONE})[.!? ]*$",
        rf"{_POLITE}{_NO_DAY}(?:(?:prepare|put together|get|give|send|shoot|drop|write|draft|make) (?:me |us )?{_FEW}|(?:an? |the |new |short |quick ){{0,2}})"
        rf"(?:draft of (?:an? )?)?{_LETTER} "
        rf"(?:to|for|i can send to) (?P<rest>{_ONE})[.!? ]*$",
        rf"{_POLITE}{_NO_DAY}(?:write|draft|compose) something (?:to|for) (?P<rest>.+)$",
        rf"{_POLITE}{_NO_DAY}answer (?P<rest>[\w'’. -]{{2,60}}? (?:by|in an?) (?:e-?)?mail)[.!? ]*$",
        rf"^what (?:should|could|can|do) (?:i|we) (?:write|reply|answer|write back) to (?!an?\b|any|some|customers|prospects|people)(?P<rest>{_ONE})[.!? ]*$",
        rf"{_ASK} (?!me\b|us\b|down\b|an?\b|the\b|that\b)(?P<rest>[^\W\d][\w' .-]{{1,40}}? an? (?:[a-z-]+ ){{0,2}}?{_LETTER}\b.*)$",
        r"^draft(?: an?)?(?: e-?mail| mail| note| outreach)?(?P<rest>)[.! ]*$",
    ),
)
NOTHING_SENT = "Nothing is sent: copy it, fill in what stands in brackets, and send it yourself."
MOST_WORDS = 30
"""words of a sentence that a model wrote"""


class OutreachWording(BaseModel):
    """The worded parts of an outreach e-mail."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    opening: list[Claim] = Field(default_factory=list, max_length=2)
    """One sentence on why the seller writes now."""
    problem: list[Claim] = Field(default_factory=list, max_length=2)
    """One sentence on the one problem."""


@dataclass(frozen=True)
class Basis:
    """What a letter is made from."""

    view: AccountView
    to: Recipient
    verdict: Verdict
    topic: Topic
    proof: Proof | None
    trouble: str = ""
    """why the knowledge base could not be asked"""


def run(context: Context, ask: Ask) -> Draft:
    """Draft a letter to the person that is meant, if the gate lets it."""
    check_channel(ask.text)
    account = context.reader.account(ask.account_id or "")
    if account is None:
        raise LookupError("the assistant resolves the account before a draft")
    view = gather(context, account)
    contact = addressee(view, ask.text)
    to = recipient(view, contact, context.today, ask.text)
    verdict = judged(context, to)
    if not verdict.allowed:
        return _refused(context, view, to, verdict)
    return _drafted(context, ask, _basis(context, view, to, verdict, ask.text))


def _basis(context: Context, view: AccountView, to: Recipient, verdict: Verdict, text: str) -> Basis:
    context.progress("looking for a cleared proof point")
    topic = topic_of(context, view, to.contact, text)
    try:
        proof, trouble = pick_proof(context, to.contact, view.account, topic.words), ""
    except KnowledgeError as error:
        proof, trouble = None, str(error)
    return Basis(view, to, verdict, topic, proof, trouble)


def _drafted(context: Context, ask: Ask, basis: Basis) -> Draft:
    ledger = Ledger(context.reader, context.today)
    letter = _letter(context, basis, ledger)
    # The model sees what stands in the ledger by now, all of which the recipient may read.
    wording = word(context, "draft", OutreachWording, ledger, request=_request(context, basis))
    letter = _worded(context, basis, letter, wording)
    sections, citations = ledger.settle(_sections(basis, letter, ledger))
    draft = Draft(
        skill="draft",
        sections=sections,
        citations=citations,
        unknowns=tuple(_unknowns(context, basis)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        records=_records(basis.view, basis.to.contact),
        notice=joined([NOTHING_SENT, wording.notice], " "),
        account_id=basis.view.account.id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
    passages = [basis.proof.passage] if basis.proof else []
    return with_disagreement(context.rested_on(draft, ask.text), passages)


def _letter(context: Context, basis: Basis, ledger: Ledger) -> Letter:
    to, proof = basis.to, basis.proof
    found = occasion(basis.view, to, basis.topic.words, context.asker.id, ledger)
    cite = ledger.passage(proof.passage) if proof else 0
    problem = proof.problems[0] if proof and proof.problems else None
    # A renewal is the first line already.
    topic = "" if found and found.kind == "renewal" else basis.topic.words
    return write(to, context.asker, found, proof, cite, problem, topic, context.tone)


def _request(context: Context, basis: Basis) -> str:
    to = basis.to.contact
    about = f"About: {basis.topic.words}." if basis.topic.words else ""
    return joined(
        [f"To {joined([to.name, to.title])} at {basis.view.account.name}.", about, f"Tone: {context.tone or 'plain'}."],
        " ",
    )


def _worded(context: Context, basis: Basis, letter: Letter, wording: Wording[OutreachWording]) -> Letter:
    """Put the model's checked sentences in the place of code's; a letter that breaks a rule by them keeps code's."""
    worded = {name: next((line for line in lines if _fits(line)), None) for name, lines in wording.lines.items()}
    parts = [_reworded(part, worded.get(part.slot)) for part in letter.parts]
    tried = replace(letter, parts=tuple(parts))
    return letter if _faults(context, basis, tried) else tried


def _reworded(part: Part, line: Line | None) -> Part:
    return Part(line.text, f"worded by the model; {part.why}", line.cites) if line and part.slot else part


def _fits(line: Line) -> bool:
    plain = not any(sign in line.text for sign in "[]<>\n") and "http" not in line.text
    return plain and len(line.text.split()) <= MOST_WORDS and not FALSE_REPLY.match(line.text)


def _faults(context: Context, basis: Basis, letter: Letter) -> list[str]:
    """Rules that a letter breaks; no company but the recipient's may be named outside of the cleared sentence."""
    text = " ".join(part.text for part in letter.parts)
    own = basis.view.account.name
    names = [(key, name) for key, name in context.reader.account_names(text) if name != own]
    return faults(letter, names, basis.proof.sentence if basis.proof else "")


def _sections(basis: Basis, letter: Letter, ledger: Ledger) -> list[Section]:
    first, *others = letter.subjects
    subjects = [Line(text=first), *(Line(text=f"Or: {text}") for text in others)]
    contact = basis.to.contact
    allowed = ledger.line(
        f"Footer and permission, rule {basis.verdict.rule}: {basis.verdict.why}.",
        ledger.record("contact", contact, contact.name, contact.updated_at),
    )
    why = [
        Line(text=f"“{p.text}”: {p.why}.", cites=p.cites) for p in letter.parts if not p.text.startswith(("[", "- ["))
    ]
    return [
        Section(title=f"Subject of the e-mail to {joined([contact.name, contact.title])}", lines=tuple(subjects)),
        Section(
            title=f"E-mail ({plural(letter.words, 'word')} without greeting and footer)",
            lines=(Line(text=letter.text),),
        ),
        Section(title="Why this", lines=(*why, allowed)),
        Section(title="Left out", lines=tuple(_left_out(basis))),
        *_promises(basis, ledger),
    ]


def _left_out(basis: Basis) -> list[Line]:
    texts = [*basis.topic.left_out, "Amount, stage, next step, notes and what colleagues wrote: internal."]
    if basis.proof is None and not basis.trouble:
        texts.append(
            "A proof point: no verified page that may be quoted to customers holds a released result that fits."
        )
    return [Line(text=text) for text in texts]


def _promises(basis: Basis, ledger: Ledger) -> list[Section]:
    """Open promises to and of this person: for the seller to work in, never by code."""
    mine = [task for task in basis.view.tasks if task.contact_id == basis.to.contact.id][:5]
    lines = [
        ledger.line(
            f"{'Ours' if task.side == 'ours' else 'Theirs'}: {task.subject}{f', due {task.due}' if task.due else ''}.",
            ledger.record("task", task, task.subject, task.created_at),
        )
        for task in mine
    ]
    return [Section(title="For you alone: open promises", lines=tuple(lines))] if lines else []


def _unknowns(context: Context, basis: Basis) -> list[str]:
    found = [f"The knowledge base could not be asked: {basis.trouble}"] if basis.trouble else []
    if context.language not in ("", "en"):
        found.append("Letters are written in English so far.")
    return [*found, "Your company's name and postal address are not on record here."]


def _records(view: AccountView, contact: Contact) -> tuple[str, ...]:
    """Every record that the letter or the gate rests on."""
    mine = [a.id for a in view.activities if contact.id in a.contact_ids]
    tasks = [t.id for t in view.tasks if t.contact_id == contact.id]
    deals = [o.id for o in view.opportunities if o.is_won]
    rows = {
        "account": [view.account.id],
        "contact": [contact.id],
        "activity": mine,
        "task": tasks,
        "opportunity": deals,
    }
    return tuple(f"{kind}:{key}" for kind, keys in rows.items() for key in keys)


def _refused(context: Context, view: AccountView, to: Recipient, verdict: Verdict) -> Draft:
    """Say why nothing was drafted, what would have to be on record, and what may be done instead."""
    ledger, contact = Ledger(context.reader, context.today), to.contact
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    why = [ledger.line(f"{verdict.why[0].upper()}{verdict.why[1:]} (rule {verdict.rule}, table {TABLE}).", n)]
    why += [ledger.line(f"What would change that: {verdict.unblock}.", n)] if verdict.unblock else []
    sections = [Section(title="Why not", lines=tuple(why)), *_instead(context, view, to, ledger)]
    settled, citations = ledger.settle(sections)
    return Draft(
        skill="draft",
        sections=settled,
        citations=citations,
        records=_records(view, contact),
        lead=f"No e-mail to {contact.name} was drafted: {verdict.why}.",
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )


def _instead(context: Context, view: AccountView, to: Recipient, ledger: Ledger) -> Sequence[Section]:
    contact = to.contact
    lines = []
    if contact.phone and not (contact.do_not_contact or contact.phone_opt_out):
        n = ledger.record("contact", contact, contact.name, contact.updated_at)
        lines.append(
            ledger.line(
                "A telephone number is on record, and calls are not opted out; check the rules for calls first.", n
            )
        )
    others = [c for c in view.contacts if c.id != contact.id and decide(recipient(view, c, context.today)).allowed]
    if others:
        cites = [ledger.record("contact", c, c.name, c.updated_at) for c in others[:3]]
        names = joined([c.name for c in others[:3]])
        lines.append(ledger.line(f"Others at {view.account.name} who may be written to: {names}.", *cites))
    return [Section(title="What you can do instead", lines=tuple(lines))] if lines else []
