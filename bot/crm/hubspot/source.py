"""HubSpot as the mirror reads it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.crm.hubspot import failures, fields, live, open_roles
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.catalog import Catalog
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.open_roles import OpenRoles
from bot.crm.hubspot.passes import Pass, begin, ended
from bot.crm.hubspot.walk import DEMANDED, KINDS, OPTIONAL, Walk
from bot.crm.hubspot.wire import Wire
from bot.crm.port import Page
from bot.crm.records import Record
from bot.crm.writes import Receipt


class HubSpotSource:
    """A `CrmSource` over HubSpot's CRM API."""

    name = "hubspot"

    def __init__(self, wire: Wire, catalog: Catalog, builder: Builder, clock: Callable[[], datetime]) -> None:
        self._wire = wire
        self._catalog = catalog
        self._builder = builder
        self._clock = clock

    def kinds(self) -> Sequence[str]:
        """Parents first; roles once more after the deals, for changing one changes no deal."""
        return ["owners", "pipelines", *KINDS, open_roles.KIND]

    def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """What changed since the cursor's pass began, or everything there is; the last kind says what is left out."""
        for part in (kind, f"deleted {kind}"):
            self._catalog.notes.forget(part)
        try:
            for page in self._pages(kind, cursor, full):
                yield replace(page, notes=self._catalog.notes.sentences()) if kind == open_roles.KIND else page
        except Refused as error:
            raise failures.of_sync(error, url=self._wire.url, demanded=kind in DEMANDED) from error

    def _pages(self, kind: str, cursor: str | None, full: bool) -> Iterator[Page]:
        if kind in ("owners", "pipelines"):
            yield self._small(kind, full)
            return
        if kind == open_roles.KIND:
            yield from OpenRoles(self._wire, self._builder).pages(cursor, self._clock(), full=full)
            return
        if kind in fields.TABLES:
            self._catalog.demand(kind)
        try:
            yield from Walk(self._wire, self._builder, kind, self._clock).pages(cursor, full=full)
        except Refused as error:
            if kind not in OPTIONAL or error.status not in (400, 403, 404, 405):
                raise
            # What a portal does not have, or does not show to this token, must not stop the rest.
            self._catalog.notes.refused(kind, error)
            yield Page(records=[], cursor=cursor or ended(begin(None, self._clock(), full=full)).text())

    def account(self, account_id: str, seconds: float) -> Page:
        """One company with everything that hangs on it, read now."""
        brisk = self._wire.within(seconds)
        return live.account(brisk, self._builder.over(brisk), account_id)

    def record(self, receipt: Receipt) -> Page:
        """The record that a write touched, read now; `gone` where it was deleted."""
        return live.record(self._wire, self._builder, receipt)

    def link(self, record: str, record_id: str) -> str:
        """Where a person can open the record."""
        return self._catalog.link(record, record_id)

    def _small(self, kind: str, full: bool) -> Page:
        """Owners and stages are few and bear no stamp that can be asked for: they are read whole."""
        self._catalog.forget("owners" if kind == "owners" else "stages")
        records: list[Record] = (
            list(self._catalog.owners())
            if kind == "owners"
            else [stage.record for stage in self._catalog.stages().values()]
        )
        done: Pass = ended(begin(None, self._clock(), full=full))
        return Page(records=records, cursor=done.text(), total=len(records))
