"""Create a record once: by the change's id where HubSpot keeps it unique, else by looking before a repeat."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.crm import checks
from bot.crm.hubspot import failures, fields, plans, wire
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.held import Held
from bot.crm.hubspot.plans import Plan
from bot.crm.hubspot.reading import Row
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Account, Record
from bot.crm.writes import Approval, CreateContact, CreateTask, LogActivity
from bot.errors import CrmRejected, CrmUnknown

SKEW = timedelta(minutes=2)
"""by how much HubSpot's clock may be behind ours"""


class Creating:
    """Makes activities, tasks and contacts."""

    def __init__(self, connection: Wire, builder: Builder) -> None:
        self._wire = connection
        self._builder = builder
        self._held = Held(connection, builder)

    def plan(self, approval: Approval) -> Plan:
        """Check the write against what HubSpot holds; nothing is written yet."""
        match approval.write:
            case LogActivity() as write:
                owner = self._held.owner_or_approver(write.owner_id, approval.approved_by)
                account = self._held.links(write.account_id, write.opportunity_id, write.contact_ids)
                return plans.activity(write, account, owner)
            case CreateTask() as write:
                owner = self._held.owner_or_approver(write.owner_id, approval.approved_by)
                people = [write.contact_id] if write.contact_id else []
                account = self._held.links(write.account_id, write.opportunity_id, people)
                return plans.task(write, account, owner, self._builder.catalog.portal().zone)
            case CreateContact() as write:
                self._held.existing(Account, write.account_id)
                return plans.contact(write, self._held.owner_or_approver(None, approval.approved_by))
            case _:
                raise CrmRejected("This change creates nothing: propose it again.")

    def made(self, approval: Approval) -> Record | None:
        """What an earlier try made, by its key alone: also where the write would be refused by now."""
        kind = _kind(approval)
        if not approval.doubtful:
            return None
        if not self._builder.catalog.unique(kind):
            raise CrmUnknown(
                "Nobody can tell whether HubSpot made this change, and it would be refused by now: please check there."
            )
        row = self._builder.row(self._wire, kind, approval.change_id, fields.KEY)
        return None if row is None else self._builder.build(self._wire, kind, [row]).records[0]

    def create(self, approval: Approval, plan: Plan) -> Record:
        """The created record as read back; a repeat finds the one that is there."""
        row = self._earlier(approval, plan) if approval.doubtful else None
        record_id = str(row["id"]) if row else self._send(approval, plan)
        with failures.after_write():
            return self._read_back(plan, record_id)

    def _send(self, approval: Approval, plan: Plan) -> str:
        keyed = self._builder.catalog.unique(plan.kind)
        properties = {**plan.properties, **({fields.KEY: approval.change_id} if keyed else {})}
        body = _body(plan, properties)
        try:
            told = self._wire.write(wire.OBJECTS, "create", plan.kind, body, what=f"the new {_one(plan)}")
        except Refused as error:
            found = self._by_key(plan, approval.change_id) if keyed and error.duplicate else None
            if found is None:
                raise
            return str(found["id"])
        return str(told["id"])

    def _earlier(self, approval: Approval, plan: Plan) -> Row | None:
        """What an earlier try may have made, None where it is safe to try again."""
        if self._builder.catalog.unique(plan.kind):
            return self._by_key(plan, approval.change_id)
        address = plan.properties.get("email") if plan.kind == "contacts" else None
        if address:
            # HubSpot keeps addresses unique by itself: without one of this address nothing was made.
            found = self._builder.row(self._wire, plan.kind, address, "email")
            return found if found and plans.since(plan, found, approval.approved_at - SKEW) else None
        alike = self._alike(approval, plan)
        if len(alike) == 1:
            return alike[0]
        raise CrmUnknown(
            f"Nobody can tell whether HubSpot made this {_one(plan)}: "
            f"please check {self._where(plan)} and propose it again only if it is missing."
        )

    def _by_key(self, plan: Plan, change_id: str) -> Row | None:
        return self._builder.row(self._wire, plan.kind, change_id, fields.KEY)

    def _alike(self, approval: Approval, plan: Plan) -> list[Row]:
        """Records with the same content that were made since the approval, read by way of a linked record."""
        if not plan.links:
            return []
        anchor, key = plan.links[0]
        links = self._builder.links.of(self._wire, anchor, plan.kind, [key]).get(key, ())
        rows = self._builder.rows(self._wire, plan.kind, [link.id for link in links])
        fresh = [row for row in rows if plans.since(plan, row, approval.approved_at - SKEW)]
        return [row for row in fresh if not _changed(plan, self._record(plan, row))]

    def _read_back(self, plan: Plan, record_id: str) -> Record:
        row = self._builder.row(self._wire, plan.kind, record_id)
        if row is None:
            raise CrmRejected(f"HubSpot took the {_one(plan)} and does not show it: ask your HubSpot admin.")
        record = self._record(plan, row)
        changed = _changed(plan, record)
        if changed:
            name, present = next(iter(changed.items()))
            self._wire.write(wire.OBJECTS, "archive", plan.kind, record_id, what=f"taking the {_one(plan)} back")
            raise CrmRejected(
                f"HubSpot kept {present} as {checks.words(name)} instead of {plan.expected[name]}, "
                f"so the {_one(plan)} was taken back: ask your HubSpot admin."
            )
        return record

    def _record(self, plan: Plan, row: Row) -> Record:
        return self._builder.build(self._wire, plan.kind, [row]).records[0]

    def _where(self, plan: Plan) -> str:
        theirs = {"deals": "opportunity", "companies": "account", "contacts": "contact"}
        links = [self._builder.catalog.link(theirs[kind], key) for kind, key in plan.links]
        return links[0] if links else "your tasks in HubSpot"


def _changed(plan: Plan, record: Record) -> Mapping[str, Any]:
    present = {name: getattr(record, name) for name in plan.expected}
    return {name: value for name, value in present.items() if not plans.same(name, plan.expected[name], value)}


def _kind(approval: Approval) -> str:
    if isinstance(approval.write, LogActivity):
        return fields.PLURAL[approval.write.activity]
    return "tasks" if isinstance(approval.write, CreateTask) else "contacts"


def _one(plan: Plan) -> str:
    return fields.SINGULAR.get(plan.kind, plan.record)


def _body(plan: Plan, properties: Mapping[str, str]) -> Any:
    from hubspot.crm import objects

    links = [
        objects.PublicAssociationsForObject(
            to=objects.PublicObjectId(id=key),
            types=[
                objects.AssociationSpec(
                    association_category="HUBSPOT_DEFINED", association_type_id=fields.LINK_TYPES[plan.kind, kind]
                )
            ],
        )
        for kind, key in plan.links
    ]
    return objects.SimplePublicObjectInputForCreate(properties=dict(properties), associations=links)
