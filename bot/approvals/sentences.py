"""Where a change stands, in the words a person reads (pure)."""

from bot.crm.checks import words
from bot.crm.writes import SetContactRole, UpdateOpportunity
from bot.proposals import Change, Proposal, Status

UNDER_WAY = "was already approved by {who} and is being applied"

STANDS: dict[Status, str] = {
    "pending": "is not applied, so there is nothing to {verb}; approve or reject it",
    "approved": UNDER_WAY,
    "applying": UNDER_WAY,
    "waiting": "was already approved by {who} and waits for the CRM; it is applied without your doing",
    "unknown": (
        "may or may not be in the CRM; look there, then `seller proposals approve {id} --only {k}` writes it "
        "and `seller proposals reject {id} --only {k}` leaves it as it is"
    ),
    "applied": "was already approved by {who} and applied; `seller proposals undo {id}` takes it back",
    "failed": "was approved by {who}, but the CRM refused it; ask for a new proposal",
    "rejected": "was already rejected by {who}; ask for a new proposal",
    "expired": "expired on {expires}; ask for a new proposal",
    "undone": "was applied and undone; ask for a new proposal",
}

BROKE = "The CRM adapter broke; it is tried again without your doing."
BROKE_FOR_GOOD = "The CRM adapter broke again and again; look in the CRM whether the change is there, and at the log."
BEHIND = "It waits for change {k} of {id}, which was approved before it."
ALREADY = "The CRM already held this value, so nothing more was written and there is nothing to undo."


def stands(proposal: Proposal, change: Change, verb: str, who: str) -> str:
    """Say why `verb` cannot be done to this change."""
    expires = f"{proposal.expires_at:%Y-%m-%d}"
    said = STANDS[change.status].format(who=who, verb=verb, id=proposal.id, k=change.k, expires=expires)
    return f"Change {change.k} of {proposal.id} {said}."


def changed_meanwhile(write: UpdateOpportunity | SetContactRole, present: object, *, doubtful: bool) -> str:
    """Say that the value on the card is no longer the CRM's, what became of the write, and what is asked."""
    field = words(write.field) if isinstance(write, UpdateOpportunity) else "role"
    new = write.new if isinstance(write, UpdateOpportunity) else write.role
    done = "An earlier try may have been written and was replaced since" if doubtful else "Nothing was written"
    return (
        f"The {field} was {_said(write.old)} when this was proposed and is {_said(present)} now: changed meanwhile. "
        f"{done}; approve again if it shall become {_said(new)}."
    )


def _said(value: object) -> str:
    return "nothing" if value is None else str(value).replace("_", " ")
