"""Change one field of a deal: compared with what was shown, read back, and put back on undo."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot.crm import checks
from bot.crm.hubspot import failures, fields, history, values, wire
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.held import Held
from bot.crm.hubspot.reading import Row
from bot.crm.hubspot.wire import Wire
from bot.crm.records import Opportunity, Task
from bot.crm.writes import Approval, CompleteTask, Receipt, UpdateOpportunity
from bot.errors import CrmRejected

BROUGHT = ("is_closed", "is_won", "forecast_category", "close_date")
"""what a stage brings with it"""
WRITABLE = ("stage", "amount", "close_date", "forecast_category", "next_step", "competitor", "loss_reason")

SENT_STATUS = {"done": "COMPLETED", "open": "NOT_STARTED"}

Change = tuple[Opportunity, Mapping[str, Any], Mapping[str, Any]]
"""the deal, the fields as they are now and as they were, as JSON values"""


class Updating:
    """Writes to deals."""

    def __init__(self, connection: Wire, builder: Builder) -> None:
        self._wire = connection
        self._builder = builder
        self._held = Held(connection, builder)

    def update(self, approval: Approval, write: UpdateOpportunity) -> Change:
        """Change the field, or find it changed by an earlier try that got no answer."""
        row, deal = self._held.with_row(Opportunity, write.opportunity_id)
        new = checks.value(write.field, write.new)
        shown = None if write.old in (None, "") else checks.value(write.field, write.old)
        present = getattr(deal, write.field)
        if approval.doubtful and present == self._read_as(write.field, new, row):
            return self._found(row, deal, write.field, shown)
        self._unchanged(deal, write.field, shown)
        sent = {self._property(write.field): self._value(write.field, new, row)}
        after = self._send(deal.id, sent, write.field, self._read_as(write.field, new, row))
        return self._told(after, deal, write.field)

    def restore(self, receipt: Receipt) -> None:
        """Put back what an update changed, where it is still as the update left it."""
        row, deal = self._held.with_row(Opportunity, receipt.record_id)
        if _holds(deal, receipt.previous):
            return
        _still(deal, receipt)
        before = deal.model_validate({**deal.model_dump(mode="json"), **receipt.previous})
        names = [name for name in WRITABLE if name in receipt.previous]
        main = [name for name in names if name != "forecast_category" or len(names) == 1]
        first = names[0]
        sent = {self._property(name): self._value(name, getattr(before, name), row) for name in main}
        after = self._send(deal.id, sent, first, getattr(before, first))
        if "forecast_category" in names and after.forecast_category != before.forecast_category:
            category = self._value("forecast_category", before.forecast_category, row)
            sent = {self._property("forecast_category"): category}
            self._send(deal.id, sent, "forecast_category", before.forecast_category)

    def complete(self, approval: Approval, write: CompleteTask) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Mark a task as done, or find it done by an earlier try that got no answer."""
        before = self._held.existing(Task, write.task_id)
        if not (approval.doubtful and before.status == "done"):
            checks.unchanged(before.subject, "status", "open", before.status)
            self._set_status(write.task_id, "done")
        return {"status": "done"}, {"status": "open"}

    def reopen(self, receipt: Receipt) -> None:
        """Open a task again, where it is still done."""
        task = self._held.existing(Task, receipt.record_id)
        if task.status == "open":
            return
        checks.unchanged(task.subject, "status", "done", task.status)
        self._set_status(task.id, "open")

    def _set_status(self, task_id: str, status: str) -> None:
        from hubspot.crm import objects

        body = objects.SimplePublicObjectInput(properties={"hs_task_status": SENT_STATUS[status]})
        self._wire.write(wire.OBJECTS, "update", "tasks", task_id, body, what="the task's new status")
        with failures.after_write():
            after = self._held.existing(Task, task_id)
        if after.status != status:
            raise CrmRejected(f"HubSpot kept {after.status} as status instead of {status}: ask your HubSpot admin.")

    def _unchanged(self, deal: Opportunity, field: str, shown: checks.Value) -> None:
        """CrmChanged where somebody changed it; a stage may have been shown by its bare label."""
        present = getattr(deal, field)
        if field == "stage" and shown is not None:
            stage = next(
                (each for each in self._builder.catalog.stages().values() if each.record.name == present), None
            )
            present = shown if stage and shown == stage.label else present
        checks.unchanged(deal.name, field, shown, present)

    def _send(self, deal_id: str, sent: Mapping[str, str], field: str, new: Any) -> Opportunity:
        from hubspot.crm import objects

        body = objects.SimplePublicObjectInput(properties=dict(sent))
        self._wire.write(wire.OBJECTS, "update", "deals", deal_id, body, what=f"the new {checks.words(field)}")
        with failures.after_write():
            after = self._held.existing(Opportunity, deal_id)
        if getattr(after, field) != new:
            raise CrmRejected(
                f"HubSpot kept {_said(getattr(after, field))} as {checks.words(field)} instead of {_said(new)}, "
                "without a word: ask your HubSpot admin whether a workflow or a right forbids it."
            )
        return after

    def _told(self, after: Opportunity, before: Opportunity, field: str) -> Change:
        extra = BROUGHT if field == "stage" else ()
        names = [field, *(name for name in extra if getattr(after, name) != getattr(before, name))]
        now, then = after.model_dump(mode="json"), before.model_dump(mode="json")
        return after, {name: now[name] for name in names}, {name: then[name] for name in names}

    def _found(self, row: Row, deal: Opportunity, field: str, shown: checks.Value) -> Change:
        """An earlier try made it: what it was before is what was shown, and what the history tells of the rest."""
        before = deal.model_copy(update={field: shown})
        if field == "stage":
            before = self._before_stage(row, deal, before)
        return self._told(deal, before, field)

    def _before_stage(self, row: Row, deal: Opportunity, before: Opportunity) -> Opportunity:
        stage = next(
            (each for each in self._builder.catalog.stages().values() if each.record.name == before.stage), None
        )
        changes = history.versions(row).get("dealstage")
        if stage is None or not changes:
            return before
        setting, at = self._builder.setting("deals"), changes[-1].at
        close = history.before(row, "closedate", at)
        category = history.before(row, "hs_manual_forecast_category", at)
        return before.model_copy(
            update={
                "is_closed": stage.record.is_closed,
                "is_won": stage.record.is_won,
                "close_date": values.day(close, setting.zone) if close else deal.close_date,
                "forecast_category": fields.CATEGORIES.get(category, category) if category else deal.forecast_category,
            }
        )

    def _property(self, field: str) -> str:
        found = self._builder.catalog.fields.property("deals", field)
        if found is None:
            raise CrmRejected(
                f"HubSpot has no property of its own for the {checks.words(field)}: create one on deals and name it in "
                f"SELLER_CRM_FIELDS as opportunity.{field}."
            )
        known = self._builder.catalog.properties("deals")
        if known is not None and found not in known:
            raise CrmRejected(
                f"HubSpot has no property {found} on deals for the {checks.words(field)}: "
                f"create it, or name another as opportunity.{field} in SELLER_CRM_FIELDS."
            )
        return found

    def _value(self, field: str, new: Any, row: Row) -> str:
        """The value as HubSpot takes it; CrmRejected for what is not on the picklist."""
        if field == "stage":
            return self._stage(str(new), row)[0]
        if new is None:
            return ""
        if isinstance(new, Decimal):
            return format(new, "f")
        if isinstance(new, date):
            return values.noon(new, self._builder.catalog.portal().zone)
        options = self._builder.catalog.options("deals", self._property(field))
        if field == "forecast_category":
            named = {ours: theirs for theirs, ours in fields.CATEGORIES.items() if not options or theirs in options}
            named |= {option: option for option in options if option not in fields.CATEGORIES}
            checks.choice(field, new, list(named))
            return named[new]
        if options:
            checks.choice(field, new, options)
        return str(new)

    def _read_as(self, field: str, new: Any, row: Row) -> Any:
        """The value as it must come back: a stage under its full name."""
        return self._stage(str(new), row)[1] if field == "stage" else new

    def _stage(self, name: str, row: Row) -> tuple[str, str]:
        """The id and full name of a stage of the deal's own pipeline."""
        every = self._builder.catalog.stages()
        pipeline = (row["properties"] or {}).get("pipeline")
        own = {key: stage for key, stage in every.items() if pipeline is None or stage.pipeline == pipeline} or every
        for key, stage in own.items():
            if name in (stage.record.name, stage.label):
                return key, stage.record.name
        checks.choice("stage", name, [stage.record.name for stage in own.values()])
        raise CrmRejected(f"{name} is no stage of the deal's pipeline.")


def _holds(deal: Opportunity, told: Mapping[str, Any]) -> bool:
    wanted = deal.model_validate({**deal.model_dump(mode="json"), **told})
    return all(getattr(deal, name) == getattr(wanted, name) for name in told)


def _still(deal: Opportunity, receipt: Receipt) -> None:
    """CrmRejected unless each field is as the update left it, or put back already by a restore that was cut off."""
    whole = deal.model_dump(mode="json")
    wanted, before = (deal.model_validate({**whole, **told}) for told in (receipt.values, receipt.previous))
    for name in receipt.values:
        written, present = getattr(wanted, name), getattr(deal, name)
        if present not in (written, getattr(before, name)):
            raise CrmRejected(
                f"The {checks.words(name)} was changed from {_said(written)} to {_said(present)} since: "
                "change it in HubSpot instead."
            )


def _said(value: object) -> str:
    return "nothing" if value is None else str(value)
