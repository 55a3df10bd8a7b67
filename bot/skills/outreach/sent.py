"""What was sent or said, as an activity that waits for a yes; nothing is sent from here."""

from bot.crm.records import ActivityKind, Contact
from bot.crm.writes import LogActivity
from bot.errors import BotError, NotAllowed
from bot.proposals import Draft, ProposedWrite, Section
from bot.skills import Context
from bot.skills.ledger import Ledger
from bot.skills.outreach.changes import Change
from bot.skills.said.touch import moment, touched_on, with_title
from bot.skills.view import AccountView
from bot.store.letters import KeptLetter, said_of
from bot.store.memory import Memory

_KINDS: dict[str, tuple[ActivityKind, str]] = {
    "email": ("email", "E-mail"), "linkedin": ("note", "LinkedIn message"), "call": ("call", "Call"), "voicemail": ("call", "Voicemail"),
}  # fmt: skip
_STANDS = {
    "pending": "This letter waits for your yes already: say “approve {id}” to log it, or “reject {id}”.",
    "applied": "This letter is logged already, with proposal {id}; say “undo {id}” where it was not sent.",
}
ON_ITS_WAY = "This letter is on its way to the CRM already, with proposal {id}."
BRACKETS = "What stands in brackets is logged as it stands: to log what you sent, reject this, say “use this: …” with your text, and log that."


def as_sent(
    context: Context, memory: Memory, view: AccountView, letter: KeptLetter, change: Change, words: str
) -> Draft:
    """Propose to log a letter, once."""
    found = memory.letters.logging(letter)
    if found:
        proposal, status = found
        raise BotError(_STANDS.get(status, ON_ITS_WAY).format(id=proposal))
    contact = next((one for one in view.contacts if one.id == letter.contact_id), None)
    if contact is None:
        raise NotAllowed(
            "The person that this letter went to is not on record here any more; say what happened instead."
        )
    ledger = Ledger(context.reader, context.today)
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    write = _write(context, view, letter, contact, change)
    said = ledger.line(f"{write.subject}: to be logged with {with_title(contact)}, as of {write.at.date()}.", n)
    sections, citations = ledger.settle([Section(title="To log", lines=(said,))])
    return Draft(
        skill="draft",
        sections=sections,
        citations=citations,
        writes=(
            ProposedWrite(write=write, evidence=f"You wrote: “{words.partition(' (letter')[0]}”{said_of(letter.id)}"),
        ),
        records=(f"account:{view.account.id}", f"contact:{contact.id}"),
        notice=BRACKETS if "[" in letter.text else "",
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )


def _write(context: Context, view: AccountView, letter: KeptLetter, contact: Contact, change: Change) -> LogActivity:
    kind, name = _KINDS[str(letter.spec.get("channel") or "email")]
    subject = str(letter.spec.get("subject") or "") if kind == "email" else ""
    deal = view.open[0] if len(view.open) == 1 else None
    return LogActivity(
        activity=kind,
        at=moment(context, touched_on(change.when, context.today)),
        subject=(subject or f"{name} to {contact.name}")[:255],
        body=letter.text,
        direction="outbound",
        account_id=view.account.id,
        opportunity_id=deal.id if deal else None,
        owner_id=context.owner_id,
        contact_ids=(contact.id,),
    )
