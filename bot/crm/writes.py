"""What may be written to a CRM, the approval a write needs, and what comes back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import THEIRS, ActivityKind, ContactRole, Direction, Side


class Write(BaseModel):
    """A change to one record; ids come from code, never from a model."""

    model_config = ConfigDict(frozen=True)


class LogActivity(Write):
    """Add a call, e-mail, meeting or note to the history."""

    kind: Literal["log_activity"] = "log_activity"
    activity: ActivityKind
    at: datetime
    subject: str = Field(max_length=255)
    body: str | None = None
    direction: Direction | None = None
    account_id: str | None = None
    opportunity_id: str | None = None
    owner_id: str | None = None
    contact_ids: tuple[str, ...] = ()


class CreateTask(Write):
    """Add a task with an owner and a due date."""

    kind: Literal["create_task"] = "create_task"
    subject: str = Field(max_length=255)
    due: date | None = None
    owner_id: str | None = None
    account_id: str | None = None
    opportunity_id: str | None = None
    contact_id: str | None = None
    side: Side = "ours"
    """whose promise it is; a CRM without such a field has it in the subject alone"""

    def marked(self, subject: str) -> str:
        """The subject for a CRM that has no field for whose promise it is."""
        return subject if self.side == "ours" else f"{THEIRS}{subject}"[:255]


class CompleteTask(Write):
    """Mark an open task as done; account and deal are those that it hangs on."""

    kind: Literal["complete_task"] = "complete_task"
    task_id: str
    account_id: str | None = None
    opportunity_id: str | None = None


class UpdateOpportunity(Write):
    """Change one field of a deal; `old` is the value that was shown."""

    kind: Literal["update_opportunity"] = "update_opportunity"
    opportunity_id: str
    field: Literal["stage", "amount", "close_date", "forecast_category", "next_step", "competitor", "loss_reason"]
    old: str | Decimal | date | None = None
    new: str | Decimal | date | None = None


class CreateContact(Write):
    """Add a person to an account."""

    kind: Literal["create_contact"] = "create_contact"
    account_id: str
    name: str = Field(max_length=121)
    title: str | None = None
    email: str | None = None


class SetContactRole(Write):
    """Say what a contact is to a deal."""

    kind: Literal["set_contact_role"] = "set_contact_role"
    opportunity_id: str
    contact_id: str
    role: ContactRole
    old: ContactRole | None = None


CrmWrite = Annotated[
    LogActivity | CreateTask | CompleteTask | UpdateOpportunity | CreateContact | SetContactRole,
    Field(discriminator="kind"),
]


class Approval(BaseModel):
    """A person's yes to one change; only `bot.approvals` makes one."""

    model_config = ConfigDict(frozen=True)

    change_id: str
    """idempotency key: stable over retries, restarts and edits of other changes"""
    write: CrmWrite
    approved_by: str
    """CRM user id"""
    approved_at: datetime
    doubtful: bool = False
    """whether an earlier try got no answer and may have been made: look before writing again"""


class Receipt(BaseModel):
    """What the CRM holds after a write, as read back."""

    model_config = ConfigDict(frozen=True)

    change_id: str
    record: Literal["activity", "task", "opportunity", "contact", "contact_role"]
    record_id: str
    link: str
    """where a person can open the record"""
    values: dict[str, Any]
    """the written fields as read back, JSON values"""
    previous: dict[str, Any] = Field(default_factory=dict)
    """for an update: the same fields before, so that it can be undone"""
    applied_at: datetime
    applied_by: str | None = None
    """the CRM user in whose name it was made, where each person has a login of their own: undo is theirs too"""
