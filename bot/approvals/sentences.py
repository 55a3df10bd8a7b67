"""Where a change stands, in the words a person reads (pure)."""

from bot.proposals import Change, Proposal, Status

UNDER_WAY = "was already approved by {who} and is being applied"

STANDS: dict[Status, str] = {
    "pending": "is not applied, so there is nothing to {verb}; approve or reject it",
    "approved": UNDER_WAY,
    "applying": UNDER_WAY,
    "waiting": "was already approved by {who} and waits for the CRM; it is applied without your doing",
    "applied": "was already approved by {who} and applied; `seller proposals undo {id}` takes it back",
    "failed": "was approved by {who}, but the CRM refused it; ask for a new proposal",
    "rejected": "was already rejected by {who}; ask for a new proposal",
    "expired": "expired on {expires}; ask for a new proposal",
    "undone": "was applied and undone; ask for a new proposal",
}


def stands(proposal: Proposal, change: Change, verb: str, who: str) -> str:
    """Say why `verb` cannot be done to this change."""
    words = STANDS[change.status].format(who=who, verb=verb, id=proposal.id, expires=f"{proposal.expires_at:%Y-%m-%d}")
    return f"Change {change.k} of {proposal.id} {words}."
