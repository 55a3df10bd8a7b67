"""What a portal is made of: its account, properties, pipelines, labels and owners; read once and kept for a while."""

import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.crm.hubspot import fields, values, wire
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.fields import FieldMap
from bot.crm.hubspot.notes import PROPERTIES, Notes
from bot.crm.hubspot.pipelines import DealStage, stages_of, standard_stages
from bot.crm.hubspot.wire import Wire
from bot.crm.records import User
from bot.errors import CrmError, CrmRejected

T = TypeVar("T")
KEEP = 300.0
"""seconds that a portal's make-up is taken for unchanged"""
LINK_SECONDS = 2.0
LINK_PAUSE = 60.0
OWNERS = "owners"
UNKNOWN_UI = "app.hubspot.com"


@dataclass(frozen=True)
class Portal:
    """Whose HubSpot it is; without an id where HubSpot does not say."""

    id: str | None = None
    ui: str = UNKNOWN_UI
    currency: str | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True)
class Label:
    """A link type between deals and contacts."""

    type_id: int
    category: str
    label: str | None


class Catalog:
    """Each part is read when it is first asked for; what a server lacks is remembered as a note."""

    def __init__(self, wire: Wire, field_map: FieldMap, currency: str) -> None:
        self.wire = wire
        self.fields = field_map
        self._currency = currency
        self._kept: dict[str, tuple[float, Any]] = {}
        self._links_from = 0.0
        self.notes = Notes()

    def over(self, connection: Wire) -> "Catalog":
        """The same knowledge, filled over another connection, such as one with a time budget."""
        other = copy(self)
        other.wire = connection
        return other

    @property
    def currency(self) -> str:
        """The portal's currency, else that of the settings."""
        return self.portal().currency or self._currency

    def portal(self) -> Portal:
        """The account behind the token; an empty one where HubSpot does not say."""
        return self._keep("portal", lambda: self._portal(self.wire))

    def properties(self, kind: str) -> Mapping[str, Mapping[str, Any]] | None:
        """Every property of a type by name; None where the server has no such list."""
        return self._keep(f"properties {kind}", lambda: self._properties(kind))

    def stages(self) -> Mapping[str, DealStage]:
        """Every stage of every deal pipeline, by HubSpot's id."""
        return self._keep("stages", self._stages)

    def labels(self) -> Sequence[Label]:
        """The link types from a deal to a contact."""
        return self._keep("labels", self._labels)

    def owners(self) -> Sequence[User]:
        """Everybody who owns or owned records."""
        return self._keep("owners", self._owners)

    def owner_of(self, user_id: Any) -> str | None:
        """The owner behind a HubSpot user id, which is another number."""
        self.owners()
        by_user: Mapping[str, str] = self._kept["owners by user"][1]
        return by_user.get(str(user_id))

    def forget(self, part: str) -> None:
        """Read a part anew when it is next asked for."""
        self._kept.pop(part, None)

    def unique(self, kind: str) -> bool:
        """Whether records of the type can carry the change's id, and no two the same."""
        found = (self.properties(kind) or {}).get(fields.KEY)
        return bool(found and found.get("hasUniqueValue"))

    def options(self, kind: str, name: str) -> list[str]:
        """The values of a picklist, in its order; empty for other properties."""
        found = (self.properties(kind) or {}).get(name) or {}
        listed = [option for option in found.get("options") or [] if not option.get("hidden")]
        if found.get("type") != "enumeration":
            return []
        ordered = sorted(listed, key=lambda option: int(option.get("displayOrder") or 0))
        return [str(option["value"]) for option in ordered]

    def demand(self, kind: str) -> None:
        """CrmRejected where the settings name a property that HubSpot does not have."""
        known = self.properties(kind)
        for name, to in self.fields.added(kind).items():
            if known is not None and to not in known:
                raise CrmRejected(
                    f"HubSpot has no property {to} on {kind}, which SELLER_CRM_FIELDS names for "
                    f"{fields.OURS[kind]}.{name}: correct the name or create the property."
                )

    def link(self, record: str, record_id: str) -> str:
        """Where a person opens a record; without the portal's id HubSpot takes the portal that one is logged in to."""
        portal = self._portal_at_hand()
        kind, where = record, record_id
        if record == "contact_role":
            kind, where = "opportunity", record_id.partition(":")[0]
        elif record == "activity" and "-" in record_id:
            kind, _, where = record_id.partition("-")
        path = f"record/{fields.TYPE_IDS.get(kind, kind)}/{where}"
        return (
            f"https://{portal.ui}/contacts/{portal.id}/{path}"
            if portal.id
            else f"https://{portal.ui}/l/contacts/{path}"
        )

    def _keep(self, part: str, read: Callable[[], T]) -> T:
        """Two threads may read a part twice; neither waits for the other."""
        kept = self._kept.get(part)
        if kept is not None and time.monotonic() - kept[0] <= KEEP:
            known: T = kept[1]
            return known
        found = read()
        self._kept[part] = (time.monotonic(), found)
        return found

    def _portal_at_hand(self) -> Portal:
        """For links: what was last known, else asked briefly, for a link must not hold up an answer."""
        kept = self._kept.get("portal")
        if kept is not None:
            known: Portal = kept[1]
            return known
        if time.monotonic() < self._links_from:
            return Portal()
        try:
            return self._keep("portal", lambda: self._portal(self.wire.within(LINK_SECONDS)))
        except CrmError:
            # The link works without the portal's id; it is asked for again later.
            self._links_from = time.monotonic() + LINK_PAUSE
            return Portal()

    def _portal(self, connection: Wire) -> Portal:
        try:
            told = connection.fetch("/account-info/v3/details", what="reading the account") or {}
        except Refused as error:
            self.notes.refused("account details", error)
            return Portal()
        self.notes.forget("account details")
        try:
            zone: tzinfo = ZoneInfo(str(told.get("timeZone") or "UTC"))
        except (ValueError, OSError):
            zone = UTC
        portal_id = values.text(told.get("portalId"))
        return Portal(
            portal_id, str(told.get("uiDomain") or UNKNOWN_UI), values.text(told.get("companyCurrency")), zone
        )

    def _optional(self, part: str, read: Callable[[], T], *, unless: frozenset[int] = frozenset()) -> T | None:
        """What a call tells; None, with a note, where the server has no such thing or refuses with one of these."""
        try:
            told = read()
        except Refused as error:
            if not error.absent and error.status not in unless:
                raise
            self.notes.refused(part, error)
            return None
        self.notes.forget(part)
        return told

    def _properties(self, kind: str) -> Mapping[str, Mapping[str, Any]] | None:
        what = f"reading the {PROPERTIES}{kind}"
        told = self._optional(
            f"{PROPERTIES}{kind}",
            lambda: self.wire.read(wire.PROPERTIES, "get_all", kind, what=what) or {},
            unless=frozenset({403}),
        )
        return None if told is None else {str(row["name"]): row for row in told.get("results") or []}

    def _stages(self) -> Mapping[str, DealStage]:
        told = self._optional(
            "pipelines (the stages of a new portal are taken)",
            lambda: self.wire.read(wire.PIPELINES, "get_all", "deals", what="reading the deal pipelines") or {},
        )
        return standard_stages() if told is None else stages_of(told.get("results") or [])

    def _labels(self) -> Sequence[Label]:
        told = self._optional(
            "association labels",
            lambda: self.wire.read(wire.LABELS, "get_all", "deals", "contacts", what="reading association labels"),
            unless=frozenset({403}),
        )
        rows = (told or {}).get("results") or []
        return [Label(int(row["typeId"]), str(row["category"]), values.text(row.get("label"))) for row in rows]

    def _owners(self) -> Sequence[User]:
        rows = self._optional(OWNERS, lambda: [row for gone in (False, True) for row in self._owner_rows(gone)]) or []
        by_user = {str(row[key]): str(row["id"]) for row in rows for key in _USER_IDS if row.get(key)}
        self._kept["owners by user"] = (0.0, by_user)
        zone = str(self.portal().zone)
        return list({user.id: user for user in (user_of(row, zone) for row in reversed(rows))}.values())

    def _owner_rows(self, archived: bool) -> list[Mapping[str, Any]]:
        rows: list[Mapping[str, Any]] = []
        query: dict[str, Any] = {"limit": 100, **({"archived": True} if archived else {})}
        while True:
            told = self.wire.read(wire.OWNERS, "get_page", what="reading owners", **query)
            rows += [{**row, "archived": archived or row.get("archived")} for row in told.get("results") or []]
            after = ((told.get("paging") or {}).get("next") or {}).get("after")
            if after is None:
                return rows
            query["after"] = after


_USER_IDS = ("userIdIncludingInactive", "userId")


def user_of(row: Mapping[str, Any], zone: str) -> User:
    """An owner as our user; the primary team is theirs.

    HubSpot tells no time zone of a person, so that all bear the portal's.
    """
    teams = sorted(row.get("teams") or [], key=lambda team: not team.get("primary"))
    name = " ".join(filter(None, (values.text(row.get("firstName")), values.text(row.get("lastName")))))
    email = values.text(row.get("email"))
    return User(
        id=str(row["id"]),
        name=name or email or str(row["id"]),
        email=email,
        team=values.text(teams[0].get("name")) if teams else None,
        time_zone=zone,
        active=not row.get("archived"),
    )
