"""Change one field of a deal, or a contact's role in it: compared, conditional, read back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.crm import checks
from bot.crm.records import Opportunity, Task
from bot.crm.salesforce import soql, values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.creating import status
from bot.crm.salesforce.desk import Desk, deal_of, missing, sent
from bot.crm.salesforce.failures import GONE, ModifiedError, Refused
from bot.crm.writes import Approval, CompleteTask, Receipt, UpdateOpportunity
from bot.errors import CrmRejected, CrmUnavailable

TRIES = 3
_OF_STAGE = ("is_closed", "is_won", "forecast_category", "close_date")


def update(desk: Desk, approval: Approval, write: UpdateOpportunity) -> Receipt:
    """Set the field, unless it is no longer what was shown; a doubtful change that is there already is done."""
    name = desk.shape("opportunities").names.get(write.field)
    if name is None and write.field in desk.source.shape("opportunities").names:
        raise CrmRejected(
            f"You may not see the {checks.words(write.field)} in Salesforce: ask its admin for the right to this field."
        )
    if name is None:
        raise CrmRejected(
            f"Salesforce has no field for the {checks.words(write.field)} here: name one in SELLER_CRM_FIELDS, such as "
            f'opportunity.{write.field} = "Field__c".'
        )
    new = checks.value(write.field, write.new)
    row = desk.needed("opportunities", write.opportunity_id)
    before = deal_of(desk.read("opportunities", row))
    shown = None if write.old in (None, "") else checks.value(write.field, write.old)
    if approval.doubtful and getattr(before, write.field) == new:
        return _done_before(desk, approval, write, before, shown)
    checks.unchanged(before.name, write.field, shown, getattr(before, write.field))
    _choice(desk, write.field, new)
    body = {name: values.sent(new)}
    desk.fits("opportunities", body, creating=False)
    patch(desk, "opportunities", row, body, lambda now: _still(desk, write, shown, now))
    with sent():
        after_row = desk.needed("opportunities", write.opportunity_id)
        after = deal_of(desk.read("opportunities", after_row))
    _kept(write.field, new, before, after, after_row)
    return _receipt(desk, approval, write, before, after)


def complete(desk: Desk, approval: Approval, write: CompleteTask) -> Receipt:
    """Mark a task as done, unless it is not open any more; a doubtful one that is done already was done by this."""
    row = desk.needed("tasks", write.task_id)
    before = _task(desk, row)
    if not (approval.doubtful and before.status == "done"):
        checks.unchanged(before.subject, "status", "open", before.status)
        body = {"Status": status(desk, "done")}
        desk.fits("tasks", body, creating=False)
        patch(desk, "tasks", row, body, lambda now: _still_open(desk, now))
        with sent():
            after = _task(desk, desk.needed("tasks", write.task_id))
        if after.status != "done":
            raise CrmRejected(f"Salesforce kept {after.status} as status instead of done: ask its admin what sets it.")
    opens = ("task", write.task_id)
    return desk.receipt(approval, "task", write.task_id, opens, {"status": "done"}, previous={"status": "open"})


def _task(desk: Desk, row: Row) -> Task:
    record = desk.read("tasks", row)
    if not isinstance(record, Task):
        raise CrmRejected("This is no open task in Salesforce, but a call or an e-mail: there is nothing to complete.")
    return record


def _still_open(desk: Desk, row: Row) -> None:
    present = _task(desk, row)
    checks.unchanged(present.subject, "status", "open", present.status)


def patch(desk: Desk, kind: str, row: Row, body: Mapping[str, Any], still: Any) -> None:
    """Update the row on condition that nobody changed it since it was read; `still` looks again where somebody did."""
    name, moment = desk.shape(kind).table.name, values.time(row.get("LastModifiedDate"))
    for _ in range(TRIES):
        condition = {} if moment is None else {"If_Unmodified_Since": values.http_date(moment)}
        try:
            desk.client.send("PATCH", desk.client.path(name, row["Id"]), body, **condition)
        except ModifiedError:
            now = desk.needed(kind, row["Id"])
            still(now)
            # The header knows no fractions: the same moment again means that it was cut, not that it is another.
            later = values.time(now.get("LastModifiedDate"))
            moment = later + timedelta(seconds=1) if later and later == moment else later
        except Refused as error:
            if error.codes & GONE:
                raise missing(name, row["Id"]) from error
            raise
        else:
            return
    raise CrmUnavailable(
        "The record is being changed in Salesforce again and again: the next try comes in a few minutes."
    )


def _still(desk: Desk, write: UpdateOpportunity, shown: checks.Value, row: Row) -> None:
    present = deal_of(desk.read("opportunities", row))
    checks.unchanged(present.name, write.field, shown, getattr(present, write.field))


def _choice(desk: Desk, field: str, new: checks.Value) -> None:
    """An exact value of the picklist, or a refusal that lists them."""
    if field == "stage":
        shape = desk.source.shape("stages")
        rows = desk.source.beside.optional(
            "OpportunityStage", [soql.select("OpportunityStage", shape.selected, order="SortOrder")]
        )
        stages = [record for _, record in desk.source.read("stages", rows) if record is not None]
        names = [str(getattr(stage, "name", "")) for stage in stages]
        if names:
            checks.choice(field, new, names)
    elif field == "forecast_category":
        described = desk.shape("opportunities").described.values("ForecastCategoryName")
        checks.choice(field, new, described or checks.FORECAST_CATEGORIES)
    else:
        name = desk.shape("opportunities").names[field]
        found = desk.shape("opportunities").described.get(name)
        if found and found.type == "picklist" and found.values and new is not None:
            checks.choice(field, new, found.values)


def _kept(field: str, new: checks.Value, before: Opportunity, after: Opportunity, row: Row) -> None:
    present = getattr(after, field)
    if present == new:
        return
    told = "nothing" if present is None else present
    if field == "amount" and row.get("HasOpportunityLineItem"):
        raise CrmRejected(
            f"Salesforce kept {told} as amount instead of {new}: the deal has products, and their sum is its amount; "
            "change the products instead."
        )
    silent = "in silence " if present == getattr(before, field) else ""
    raise CrmRejected(
        f"Salesforce kept {told} as {checks.words(field)} {silent}instead of {new}: ask its admin what sets this field."
    )


def _done_before(
    desk: Desk, approval: Approval, write: UpdateOpportunity, present: Opportunity, shown: checks.Value
) -> Receipt:
    """The receipt of a change that was made though no answer came."""
    dumped = values.dump(present, [write.field])
    before = values.dump(present.model_copy(update={write.field: shown}), [write.field])
    opens = ("opportunity", present.id)
    return desk.receipt(approval, "opportunity", present.id, opens, dumped, previous=before)


def _receipt(
    desk: Desk, approval: Approval, write: UpdateOpportunity, before: Opportunity, after: Opportunity
) -> Receipt:
    brought = _OF_STAGE if write.field == "stage" else ()
    names = [write.field, *(name for name in brought if getattr(before, name) != getattr(after, name))]
    dumped, previous = values.dump(after, names), values.dump(before, names)
    return desk.receipt(approval, "opportunity", after.id, ("opportunity", after.id), dumped, previous=previous)
