"""Which changes a decision is about (pure)."""

from collections.abc import Callable, Sequence

from bot.approvals.sentences import ALREADY, stands
from bot.errors import NotFound, Stale
from bot.proposals import Change, Decision, Proposal, Status


def choose(proposal: Proposal, decision: Decision, name: Callable[[str | None], str]) -> Sequence[Change]:
    """Return the changes that are named, else all that the decision fits.

    An unknown change must be named: whoever says yes to all of a card has not looked for it in the CRM.
    Raises NotFound for a position that is not there, Stale where a change stands elsewhere.
    """
    by_k = {change.k: change for change in proposal.changes}
    for k in decision.only:
        if k not in by_k:
            raise NotFound(f"{proposal.id} has no change {k}; it has {', '.join(map(str, by_k))}.")
    asked = [by_k[k] for k in dict.fromkeys(decision.only)] or list(proposal.changes)
    fitting = [change for change in asked if change.status in _needed(decision)]
    others = sorted((c for c in asked if c not in fitting), key=lambda c: (c.status != "unknown", c.k))
    if others and (decision.only or not fitting):
        first = others[0] if not decision.only else min(others, key=lambda c: decision.only.index(c.k))
        raise Stale(stands(proposal, first, decision.verb, name(first.decided_by)))
    return _with_receipt(fitting) if decision.verb == "undo" else fitting


def _needed(decision: Decision) -> tuple[Status, ...]:
    if decision.verb == "undo":
        return ("applied",)
    return ("pending", "unknown") if decision.only and decision.verb != "edit" else ("pending",)


def _with_receipt(changes: Sequence[Change]) -> Sequence[Change]:
    written = [change for change in changes if change.receipt]
    if not written:
        raise Stale(f"Change {changes[0].k}: {ALREADY}")
    return written
