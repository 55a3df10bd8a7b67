"""Say what a contact is to a deal: a new row, a blank one filled, or one that is changed."""

from collections.abc import Sequence

from bot.crm import checks
from bot.crm.salesforce import creating, soql, values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.creating import Draft
from bot.crm.salesforce.desk import Desk, sent
from bot.crm.salesforce.tables import KEY_FIELD
from bot.crm.salesforce.updating import patch
from bot.crm.writes import Approval, Receipt, SetContactRole
from bot.errors import CrmRejected


def set_role(desk: Desk, approval: Approval, write: SetContactRole) -> Receipt:
    """Set the role, unless it is no longer what was shown; a doubtful change that is there already is done."""
    deal = desk.needed("opportunities", write.opportunity_id)
    person = desk.needed("contacts", write.contact_id)
    value = role_value(desk, write.role)
    if write.old is None and desk.shape("contact_roles").described.get(KEY_FIELD):
        made = creating.by_key(desk, approval, "contact_roles")
        if made is not None:
            return _created(desk, approval, made)
    rows = _rows(desk, write)
    before = _done_before(desk, approval, write, rows)
    if before is not None:
        return before
    what = f"{person['Name']} in {deal['Name']}"
    meant = _meant(desk, write, rows, what)
    if meant is not None:
        return _changed(desk, approval, write, meant, value, what)
    body = {"OpportunityId": write.opportunity_id, "ContactId": write.contact_id, "Role": value}
    return creating.create(desk, approval, Draft("contact_roles", body, "contact_role", ()))


def role_value(desk: Desk, role: str) -> str:
    """The picklist's value for our role; CrmRejected where it has none."""
    allowed = desk.shape("contact_roles").described.values("Role")
    value = desk.names.value("role", role, allowed)
    if value is None:
        raise CrmRejected(
            f"Salesforce has no contact role for {checks.words(role)} but {', '.join(allowed)}: say in SELLER_CRM_FIELDS "
            f"which one means role.{role}, or choose another."
        )
    return value


def _rows(desk: Desk, write: SetContactRole) -> Sequence[Row]:
    pair = (("OpportunityId", write.opportunity_id), ("ContactId", write.contact_id))
    return desk.rows("contact_roles", lambda name, fields: soql.both(name, fields, *pair))


def _meaning(desk: Desk, row: Row) -> str | None:
    return desk.names.meaning("role", row.get("Role"))


def _meant(desk: Desk, write: SetContactRole, rows: Sequence[Row], what: str) -> Row | None:
    """The row that was shown, or a blank one; CrmChanged where it shows something else now."""
    known = [row for row in rows if _meaning(desk, row) is not None]
    if write.old is not None:
        shown = next((row for row in known if _meaning(desk, row) == write.old), None)
        if shown is not None:
            return shown
    checks.unchanged(what, "role", write.old, _meaning(desk, known[0]) if known else None)
    return next((row for row in rows if not row.get("Role")), None)


def _changed(desk: Desk, approval: Approval, write: SetContactRole, row: Row, value: str, what: str) -> Receipt:
    body = {"Role": value}
    desk.fits("contact_roles", body, creating=False)
    patch(
        desk,
        "contact_roles",
        row,
        body,
        lambda now: checks.unchanged(what, "role", write.old, _meaning(desk, now)),
    )
    with sent():
        after = desk.needed("contact_roles", row["Id"])
    if _meaning(desk, after) != write.role:
        raise CrmRejected(f"Salesforce kept {after.get('Role')} as role instead of {value}: ask its admin.")
    return _updated(desk, approval, write, row)


def _done_before(desk: Desk, approval: Approval, write: SetContactRole, rows: Sequence[Row]) -> Receipt | None:
    """The receipt of a change that was made though no answer came."""
    there = [row for row in rows if _meaning(desk, row) == write.role]
    if not approval.doubtful or not there:
        return None
    return _created(desk, approval, there[0]) if write.old is None else _updated(desk, approval, write, there[0])


def _created(desk: Desk, approval: Approval, row: Row) -> Receipt:
    dumped = values.dump(creating.present(desk, "contact_roles", row))
    at = values.time(row.get("CreatedDate"))
    opens = ("opportunity", str(row["OpportunityId"]))
    return desk.receipt(approval, "contact_role", row["Id"], opens, dumped, at=at)


def _updated(desk: Desk, approval: Approval, write: SetContactRole, row: Row) -> Receipt:
    opens = ("opportunity", write.opportunity_id)
    role, old = {"role": write.role}, {"role": write.old}
    return desk.receipt(approval, "contact_role", row["Id"], opens, role, previous=old)
