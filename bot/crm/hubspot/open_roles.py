"""The roles of open deals, read anew at each sync: setting a label on a link changes no record, so no search finds it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.crm.hubspot import passes, wire
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.links import AT_ONCE
from bot.crm.hubspot.passes import Pass
from bot.crm.hubspot.wire import Wire
from bot.crm.port import Complete, Page
from bot.crm.records import OpportunityContactRole

KIND = "roles"
MOST = 20_000
"""open deals of one sync whose roles are read anew: a hundred searches and twenty calls for links"""


@dataclass(frozen=True)
class OpenRoles:
    """Goes through the open deals, newest first, a thousand a page; a full pass has met the roles with the deals."""

    connection: Wire
    builder: Builder

    def pages(self, cursor: str | None, now: datetime, *, full: bool) -> Iterator[Page]:
        """The roles of every open deal, with what is complete."""
        state = passes.begin(cursor, now, full=full)
        if state.step == "list":
            yield Page(records=[], cursor=passes.ended(replace(state, stamped=True)).text())
            return
        while state.step != "done":
            ids = self._some(state)
            enough = state.read + len(ids) >= MOST
            if enough:
                self.builder.catalog.notes.say(
                    KIND,
                    f"There are more than {MOST:,} open deals: roles that were changed in HubSpot on the oldest ones come "
                    "with the deal's next change, or with `seller sync --full`.",
                )
            if enough or len(ids) < AT_ONCE:
                state = passes.ended(state)
            else:
                state = replace(state, after=ids[-1], read=state.read + len(ids))
            yield self._page(ids, state)

    def _page(self, ids: list[str], state: Pass) -> Page:
        roles = self.builder.roles(self.connection, ids)
        complete = [Complete(OpportunityContactRole, "opportunity_id", frozenset(ids))] if ids else []
        return Page(records=roles, cursor=state.text(), complete=complete)

    def _some(self, state: Pass) -> list[str]:
        """The next thousand open deals."""
        found: list[str] = []
        after = state.after
        while len(found) < AT_ONCE:
            try:
                rows = self._search(after).get("results") or []
            except Refused as error:
                if error.status not in (400, 403, 404, 405):
                    raise
                self.builder.catalog.notes.refused("roles that were changed on open deals", error)
                return []
            found += [str(row["id"]) for row in rows]
            if len(rows) < passes.SEARCH_PAGE:
                break
            after = found[-1]
        return found

    def _search(self, after: str | None) -> Mapping[str, Any]:
        from hubspot.crm import objects

        conditions = [{"property_name": "hs_is_closed", "operator": "NEQ", "value": "true"}]
        if after:
            conditions.append({"property_name": "hs_object_id", "operator": "LT", "value": after})
        body = objects.PublicObjectSearchRequest(
            filter_groups=[objects.FilterGroup(filters=[objects.Filter(**one) for one in conditions])],
            sorts=[{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
            properties=["hs_object_id"],
            limit=passes.SEARCH_PAGE,
            after=None,
        )
        told: Mapping[str, Any] | None = self.connection.read(
            wire.SEARCH, "do_search", "deals", body, what="searching open deals"
        )
        return told or {}
