"""Outreach to one person: the gate first, then words made from what that person may read; nothing is sent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.crm.records import Contact
from bot.proposals import Draft, Section, Usage
from bot.skills import Ask, Card, Context
from bot.skills.ledger import Ledger, joined
from bot.skills.outreach.addressee import addressees
from bot.skills.outreach.changes import Change, forgets
from bot.skills.outreach.checking import sentence
from bot.skills.outreach.gate import TABLE, Recipient, Verdict, decide
from bot.skills.outreach.going_on import changed, forgotten, of_letter
from bot.skills.outreach.judging import judged
from bot.skills.outreach.keeping import own_voice, with_letters
from bot.skills.outreach.letter import Letter, compose
from bot.skills.outreach.material import Material, material_of
from bot.skills.outreach.occasion import recipient
from bot.skills.outreach.points import offers, wished
from bot.skills.outreach.shown import CHANNELS, letter_data, sections, verdict_data
from bot.skills.outreach.spec import Spec, Voice
from bot.skills.outreach.triggers import TRIGGERS
from bot.skills.outreach.untrue import parted
from bot.skills.outreach.voice import fitted, follow
from bot.skills.outreach.wanted import Wanted, wanted
from bot.skills.outreach.wishes import check_channel
from bot.skills.outreach.worded import OutreachWording, request, worded, wrong
from bot.skills.standing import with_disagreement
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, withheld, word

CARD = Card(
    name="draft",
    description="An e-mail, LinkedIn note, call opener or voicemail to a contact, checked by the rules of their country first; you send it yourself.",
    examples=(
        "draft a note to their CFO",
        "write a mail to Ingrid Solheim about the SOC 2 report",
        "call opener for Per Aune in German",
    ),
    command="/draft",
    usage="to their CFO at Northwick about the renewal",
    bare="form",
    again=True,
    own=lambda text: parted(text)[0],
    goes_on=lambda context, said: of_letter(context, said),
    triggers=TRIGGERS,
)
NOTHING_SENT = "Nothing is sent: copy it, fill in what stands in brackets, and send it yourself."
NOTHING_SAID = "Nothing is sent or dialled: fill in what stands in brackets."


def run(context: Context, ask: Ask) -> Draft:
    """Draft a letter to each person that is meant, if the gate lets it."""
    if forgets(ask.text):
        return forgotten(context)
    view = opened(context, ask.account_id or "")
    if ask.goes_on:
        return changed(context, view, ask.text, from_spec)
    words = parted(ask.text)[0]
    check_channel(words)
    contacts = addressees(view, words)
    if not contacts:
        return _nobody(context, view)
    drafts = [_asked(context, view, wanted(context, view, contact, ask.text), ask.text) for contact in contacts]
    return with_letters(context, drafts[0] if len(drafts) == 1 else _together(drafts))


def opened(context: Context, account_id: str) -> AccountView:
    """The account with all that was ever between us, so that a silence of years is one."""
    account = context.reader.account(account_id)
    if account is None:
        raise LookupError("the assistant resolves the account before a draft")
    view = gather(context, account)
    return replace(view, activities=[a for a in context.reader.activities(account.id) if a.at <= view.now])


def _asked(context: Context, view: AccountView, want: Wanted, question: str) -> Draft:
    voice = own_voice(context, want.spec)
    draft = from_spec(context, view, fitted(want.spec, voice), voice, question, want.left_out, want.points)
    lead = joined([*want.refused, draft.lead], " ")
    return draft.model_copy(update={"lead": lead, "unknowns": (*draft.unknowns, *want.unknowns)})


def from_spec(
    context: Context, view: AccountView, spec: Spec, voice: Voice, question: str, left_out: Sequence[str] = (),
    wish: Change | None = None,
) -> Draft:  # fmt: skip
    """Draft the letter of a spec, if the gate lets it: what the words, a click or a form made."""
    contact = next(contact for contact in view.contacts if contact.id == spec.contact_id)
    to = recipient(view, contact, context.today, question)
    verdict = judged(context, to, spec.channel, spec.purpose)
    if not verdict.allowed:
        return _refused(context, view, to, spec, verdict)
    ledger = Ledger(context.reader, context.today)
    material = replace(material_of(context, view, to, spec, ledger), must=verdict.must)
    letter = compose(material, spec, voice)
    if wish:
        keys, missing = wished(offers(letter), wish)
        spec, left_out = spec.model_copy(update={"points": keys}), (*left_out, *missing)
    material = replace(material, left_out=(*left_out, *material.left_out))
    letter = follow(compose(material, spec, voice), voice)
    return _drafted(context, view, material, letter, verdict, ledger, question, voice)


def _drafted(
    context: Context, view: AccountView, material: Material, letter: Letter, verdict: Verdict, ledger: Ledger,
    question: str, voice: Voice,
) -> Draft:  # fmt: skip
    # The model sees what stands in the ledger by now, all of which the recipient may read.
    why = withheld(context)
    wording = (
        Wording[OutreachWording](notice=why)
        if why
        else word(
            context,
            "draft",
            OutreachWording,
            ledger,
            use="draft",
            request=request(material, letter),
            voice=_samples(voice),
        )
    )
    letter = worded(context, material, letter, wording, verdict)
    checks = [sentence(fault) for fault in wrong(context, material, letter, verdict)]
    parts, citations = ledger.settle(sections(view, material, letter, verdict, ledger, checks))
    spoken = letter.spec.channel in ("call", "voicemail")
    draft = Draft(
        skill="draft",
        sections=parts,
        citations=citations,
        unknowns=tuple(_unknowns(material, letter)),
        dropped=wording.dropped,
        numbers=tuple(ledger.numbers),
        records=_records(view, material.to.contact),
        notice=joined([NOTHING_SAID if spoken else NOTHING_SENT, wording.notice], " "),
        account_id=view.account.id,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
        data={"letter": letter_data(material, letter, verdict, citations, parts, checks)},
    )
    passages = [proof.passage for proof, _ in material.proofs]
    return with_disagreement(context.rested_on(draft, question), passages)


def _samples(voice: Voice) -> str:
    return "\n\n---\n\n".join(voice.samples[:3]) or "none"


def _unknowns(material: Material, letter: Letter) -> list[str]:
    found = [f"The knowledge base could not be asked: {material.trouble}"] if material.trouble else []
    if letter.spec.channel == "email" and not (material.policy.company and material.policy.postal_address):
        found.append(
            "Your company's name and postal address are not on record here: set SELLER_COMPANY and SELLER_POSTAL_ADDRESS."
        )
    if not material.occasions:
        found.append(
            f"Why you write now: record a dated call, meeting, e-mail or sign-up of {material.to.contact.name}, or fill it in."
        )
    found += _no_country(material.to)
    if not material.to.contact.title:
        found.append(f"The job of {material.to.contact.name} is not on record, so the problem is a guess at best.")
    return found


def _no_country(to: Recipient) -> list[str]:
    if to.code or to.contact.country or to.account.country:
        return []
    return [
        f"The country of {to.contact.name} is not on record, so the strictest rules hold: record it with the contact."
    ]


def _together(drafts: Sequence[Draft]) -> Draft:
    """One answer of several letters, each with its own citations behind those before it."""
    parts: list[Section] = []
    for draft in drafts:
        before = sum(len(d.citations) for d in drafts[: drafts.index(draft)])
        parts += [_moved(section, before) for section in draft.sections]
    citations = [c for draft in drafts for c in draft.citations]
    letters = [draft.data["letter"] for draft in drafts if draft.data and "letter" in draft.data]
    first = drafts[0]
    return first.model_copy(
        update={
            "sections": tuple(parts),
            "citations": tuple(c.model_copy(update={"n": n}) for n, c in enumerate(citations, start=1)),
            "unknowns": tuple(dict.fromkeys(text for draft in drafts for text in draft.unknowns)),
            "dropped": tuple(gone for draft in drafts for gone in draft.dropped),
            "records": tuple(dict.fromkeys(record for draft in drafts for record in draft.records)),
            "lead": joined(dict.fromkeys(draft.lead for draft in drafts), " "),
            "notice": joined(dict.fromkeys(draft.notice for draft in drafts), " "),
            "usage": _summed([draft.usage for draft in drafts]),
            "model_ms": sum(draft.model_ms for draft in drafts),
            "data": {"letter": letters[0], "letters": letters} if letters else first.data,
        }
    )


def _moved(section: Section, by: int) -> Section:
    lines = tuple(line.model_copy(update={"cites": tuple(n + by for n in line.cites)}) for line in section.lines)
    return section.model_copy(update={"lines": lines})


def _summed(used: Sequence[Usage]) -> Usage:
    costs = [one.cost for one in used if one.cost is not None]
    return Usage(
        input=sum(one.input for one in used), output=sum(one.output for one in used), cost=sum(costs) if costs else None
    )


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


def _nobody(context: Context, view: AccountView) -> Draft:
    """Say what a letter would need, where the account has nobody to write to."""
    ledger = Ledger(context.reader, context.today)
    n = ledger.record("account", view.account, view.account.name, view.account.updated_at)
    need = (
        "A contact with name, job and e-mail address, and where the address comes from.",
        "Their country, or the account's: without it the strictest rules hold.",
        "Consent with its source and day, where their country asks for it.",
        "Something dated that they know of: a call, a meeting, an e-mail or a sign-up.",
    )
    lines = tuple(ledger.line(text, n) for text in need)
    settled, citations = ledger.settle([Section(title="What a letter would need", lines=lines)])
    return Draft(
        skill="draft",
        sections=settled,
        citations=citations,
        records=(f"account:{view.account.id}",),
        lead=f"Nothing was drafted: {view.account.name} has no contacts in the CRM.",
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )


def _refused(context: Context, view: AccountView, to: Recipient, spec: Spec, verdict: Verdict) -> Draft:
    """Say why nothing was drafted, what would have to be on record, and what may be done instead."""
    ledger, contact = Ledger(context.reader, context.today), to.contact
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    why = [ledger.line(f"{verdict.why[0].upper()}{verdict.why[1:]} (rule {verdict.rule}, table {TABLE}).", n)]
    why += [ledger.line(f"What would change that: {verdict.unblock}.", n)] if verdict.unblock else []
    parts = [Section(title="Why not", lines=tuple(why)), *_instead(context, view, to, spec, verdict, ledger)]
    settled, citations = ledger.settle(parts)
    told: dict[str, Any] = {**spec.model_dump(mode="json"), "body": None, "verdict": verdict_data(verdict)}
    return Draft(
        skill="draft",
        sections=settled,
        citations=citations,
        unknowns=tuple(_no_country(to)),
        records=_records(view, contact),
        lead=f"No {CHANNELS[spec.channel]} to {contact.name} was drafted: {verdict.why}.",
        account_id=view.account.id,
        as_of=context.reader.as_of(),
        data={"letter": {**told, "to": contact.name}},
    )


def _instead(
    context: Context, view: AccountView, to: Recipient, spec: Spec, verdict: Verdict, ledger: Ledger
) -> Sequence[Section]:
    contact = to.contact
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    lines = [ledger.line(f"{text[:1].upper()}{text[1:]}.", n) for text in verdict.alternatives]
    others = [c for c in view.contacts if c.id != contact.id and _allowed(context, view, c, spec)]
    if others:
        cites = [ledger.record("contact", c, c.name, c.updated_at) for c in others[:3]]
        names = joined([c.name for c in others[:3]])
        lines.append(ledger.line(f"Others at {view.account.name} who may be written to: {names}.", *cites))
    return [Section(title="What you can do instead", lines=tuple(lines))] if lines else []


def _allowed(context: Context, view: AccountView, contact: Contact, spec: Spec) -> bool:
    return decide(recipient(view, contact, context.today), spec.channel, spec.purpose).allowed
