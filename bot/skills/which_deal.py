"""Which deal a deal summary is about: chosen, by id, by name, the only one, or a question."""

import re
from collections.abc import Sequence

from bot.crm.records import Opportunity
from bot.errors import Ambiguous, NotFound
from bot.pipeline.deal import labels
from bot.skills import Ask, Context
from bot.skills.said.deals import Deals, chosen, offered
from bot.skills.view import AccountView, alone, focus, gather

ID = 6
"""characters from which an id is looked for in a sentence; a shorter one may be any word of it"""


def deal_meant(context: Context, ask: Ask) -> AccountView:
    """The deal with what belongs to it; Ambiguous where the asker must say which, NotFound where there is none."""
    account = context.reader.account(ask.account_id or "")
    if account is None:
        # Only a deal that hangs on no account comes here without one.
        return alone(context, _loose(context.reader.opportunities(), ask.text))
    view = gather(context, account)
    return focus(context, view, _meant(view, ask.text))


def _loose(deals: Sequence[Opportunity], text: str) -> Opportunity:
    """The one deal without an account that the words name."""
    told, said = labels(deals), text.casefold()
    loose = [o for o in deals if o.account_id is None]
    picked = [o for o in loose if f" ({told[o.id]})" in text or _by_id(o, text)]
    found = picked or [o for o in loose if o.name.casefold() in said]
    # The longest name counts: "GTX Plus Pro" is no "GTX Pro".
    found = [o for o in found if len(o.name) == max(len(other.name) for other in found)]
    if not found:
        raise NotFound("No deal is called that; name the deal or its account as the CRM does.")
    if len(found) > 1:
        raise Ambiguous(_several(f"{found[0].name} is the name of", found), candidates=[told[o.id] for o in found[:5]])
    return found[0]


def _by_id(deal: Opportunity, text: str) -> bool:
    """Whether the words hold the deal's id."""
    return (
        len(deal.id) >= ID and re.search(rf"(?<![\w-]){re.escape(deal.id)}(?![\w-])", text, re.IGNORECASE) is not None
    )


def _several(lead: str, deals: Sequence[Opportunity], what: str = "deals") -> str:
    more = " These are the first five; any other by its name or id." if len(deals) > 5 else ""
    return f"{lead} {len(deals)} {what}; which one do you mean?{more}"


def _meant(view: AccountView, text: str) -> Opportunity:
    found = chosen(view, text) or next((o for o in view.opportunities if _by_id(o, text)), None)
    found = found or Deals(view, text).named(text)
    closed = [o for o in view.opportunities if o.is_closed]
    found = found or next((o for o in closed if o.name.casefold() in text.casefold()), None)
    if found:
        return found
    deals = view.open or closed
    if len(deals) == 1:
        return deals[0]
    if not deals:
        raise NotFound(f"{view.account.name} has no deal in the CRM; name another account or deal.")
    told = "open deals" if view.open else "closed deals and no open one"
    raise Ambiguous(_several(f"{view.account.name} has", deals, told), candidates=offered(view, deals))
