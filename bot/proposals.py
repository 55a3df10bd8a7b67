"""What a skill drafts, what a person decides, and how a change moves from one state to the next (pure)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, field_validator

from bot.crm.writes import CrmWrite, Receipt

Status = Literal[
    "pending", "approved", "applying", "waiting", "unknown", "applied", "failed", "rejected", "expired", "undone"
]

TRANSITIONS: dict[Status, frozenset[Status]] = {
    "pending": frozenset({"approved", "rejected", "expired"}),
    "approved": frozenset({"applying", "waiting"}),
    # Back to pending: somebody changed the value in the CRM, so the person is asked again.
    "applying": frozenset({"applied", "failed", "waiting", "unknown", "pending"}),
    "waiting": frozenset({"applying", "failed"}),
    # Nobody can tell whether it was written; a person looks and says "write it" or "leave it".
    "unknown": frozenset({"approved", "rejected"}),
    "applied": frozenset({"undone"}),
    "failed": frozenset(),
    "rejected": frozenset(),
    "expired": frozenset(),
    "undone": frozenset(),
}

_ADAPTER: TypeAdapter[CrmWrite] = TypeAdapter(CrmWrite)
_TEXT: TypeAdapter[Any] = TypeAdapter(str | None)
_FIELDS: dict[str, TypeAdapter[Any]] = {
    "amount": TypeAdapter(Decimal | None),
    "close_date": TypeAdapter(date | None),
}

LIFETIME = timedelta(days=7)
"""A proposal nobody decided on is stale after a week: the CRM has moved on by then.

What was approved never expires: a yes stays a yes however long the CRM is away, old values are compared before they
are replaced, and the card says when a change was applied more than a week after its yes.
"""


BASIS = "basis"
"""in an answer's records: it tells figures over all deals that the person with this id sees"""


class Frozen(BaseModel):
    """A value."""

    model_config = ConfigDict(frozen=True)


class Citation(Frozen):
    """A source the reader may open."""

    n: int
    title: str
    source: str
    """link or path"""
    location: str = ""
    quote: str = ""
    status: str = ""
    """CRM, verified, due, expired, draft or unverified"""
    age_days: int | None = None
    owner: str | None = None
    page: str | None = None
    """id of the page in the knowledge base; None for a record of the CRM"""
    record: str | None = None
    """kind and id of the CRM's record, such as `opportunity:O1`; None for a page"""
    kind: str = ""
    """what it is: playbook, note, transcript, file, search, or the CRM's kind of record, such as `activity/call`"""
    inside: bool = False
    """whether it says itself that a model outside of the company may not be shown it"""
    warning: str = ""
    """what its reader must know of it, such as that it gives orders to an assistant"""


class Choice(Frozen):
    """One thing that may be ticked."""

    label: str
    ticked: bool = False


class Action(Frozen):
    """What a reader may do next with one click: something said in their name, or an address that opens."""

    label: str
    ask: str = ""
    """words that are asked in the same conversation, as if the reader had typed them"""
    skill: str = ""
    """the skill that is to answer; empty: as the words tell"""
    account: str = ""
    """id of the account that they are about; empty: as the words tell"""
    url: str = ""
    """opened instead, such as a mail program's address; nothing is asked then"""
    about: str = ""
    """which of several alike this is, for those who hear it"""
    fill: str = ""
    """a text that the reader may rewrite first: `ask` is said, and under it the text as they leave it"""
    choices: tuple[Choice, ...] = ()
    """what the reader may tick first: `ask` is said, and behind it the numbers of what is ticked, from 1"""


class Line(Frozen):
    """One sentence (or bullet) and the numbers of the citations it rests on."""

    text: str
    cites: tuple[int, ...] = ()
    actions: tuple[Action, ...] = ()
    """what may be done about it"""


class Attachment(Frozen):
    """A file that belongs to an answer."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    """with its ending, such as `plan.docx`"""
    content: bytes
    alt: str
    """what it holds, in words"""


class Table(Frozen):
    """Rows under named columns; all values are texts that code wrote."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    """positions of the columns that are aligned to the right"""


class Section(Frozen):
    """A titled block of an answer; an empty one is information."""

    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    """shown under the lines"""


class Series(Frozen):
    """The values of a chart that share one name; None where a value is not known."""

    name: str
    values: tuple[float | None, ...]

    @field_validator("values")
    @classmethod
    def finite(cls, values: tuple[float | None, ...]) -> tuple[float | None, ...]:
        """Take what is no number as not known: neither JSON nor a picture has a place for it."""
        return tuple(value if value is not None and isfinite(value) else None for value in values)


class Chart(Frozen):
    """A picture as data; drawn where it is shown.

    bar, barh, line   each series has a value a label; long names make a bar lie
    waterfall         one series: where it starts, then changes; a last value that is the sum of all before is the end
    fan               labels along time; series P10, P50, P90 (in past weeks all three are what was closed), and where
                      there are such Quota and Closed
    funnel            labels are the stages in order; the first series counts how many reached each; a series Share may
                      tell which share of 1 goes on from each
    reliability       labels are the bins ("n=120"); series Predicted, Observed, Low, High, all shares of 1
    histogram         labels are the bins; each series counts what falls into them
    """

    kind: Literal["bar", "barh", "line", "waterfall", "fan", "funnel", "reliability", "histogram"]
    title: str
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """what the picture says, in words"""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    """such as a currency"""
    marks: tuple[tuple[str, float], ...] = ()
    """lines across a histogram: their words ("Median 84 days"), and where, in bins from the left edge of the first"""


class Dropped(Frozen):
    """A claim of the model that no source supports."""

    claim: str
    why: str


class Number(Frozen):
    """A computed figure and where it comes from."""

    value: float
    source: str = Field(serialization_alias="from")


class Figure(Frozen):
    """A computed figure with how many records are behind it, and which."""

    name: str
    value: float
    unit: str = ""
    """such as a currency"""
    n: int
    filter: str
    """in words"""
    deals: tuple[str, ...] = ()
    """ids of deals behind it; of very many only the first"""


class Usage(Frozen):
    """Tokens in and out, and their cost in USD where the price is known."""

    input: int = 0
    output: int = 0
    cost: float | None = None


class ProposedWrite(Frozen):
    """A write with what speaks for it."""

    write: CrmWrite
    evidence: str
    confidence: float = 1.0


class Draft(Frozen):
    """What a skill returns: an answer, and the writes it proposes."""

    skill: str
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    unknowns: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    numbers: tuple[Number, ...] = ()
    figures: tuple[Figure, ...] = ()
    writes: tuple[ProposedWrite, ...] = ()
    charts: tuple[Chart, ...] = ()
    actions: tuple[Action, ...] = ()
    """what may be done with the whole answer"""
    files: tuple[Attachment, ...] = ()
    records: tuple[str, ...] = ()
    """kinds and ids of all records of the CRM that the answer rests on, cited or only counted in"""
    data: dict[str, Any] | None = None
    """the answer as plain values, for machines, where a skill has such"""
    lead: str = ""
    """what must be known before reading on, such as that two sources disagree; shown above the answer"""
    notice: str = ""
    """such as "written without a language model"; shown under the answer"""
    account_id: str | None = None
    model: str = "offline"
    prompt_version: str | None = None
    usage: Usage = Usage()
    model_ms: float = 0.0
    as_of: datetime | None = None


class Change(Frozen):
    """One write of a proposal; its id never changes and is the idempotency key."""

    id: str
    k: int
    """position on the card, from 1"""
    write: CrmWrite
    evidence: str
    confidence: float = 1.0
    status: Status = "pending"
    receipt: Receipt | None = None
    error: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    queued_at: datetime | None = None
    """its place in the line of what the CRM is asked to do: when it was approved, or asked to be taken back"""
    retry_at: datetime | None = None
    """the next try, where it waits for the CRM"""

    @property
    def applied_late(self) -> bool:
        """Whether the CRM was away for so long that the write came more than a week after the yes."""
        written, said = self.receipt and self.receipt.applied_at, self.decided_at
        return self.status == "applied" and bool(written and said and written - said > LIFETIME)


class Proposal(Frozen):
    """Changes that wait for a person's yes; an edit makes a new revision."""

    id: str
    revision: int
    requester: str
    """CRM user id"""
    created_at: datetime
    expires_at: datetime
    account_id: str | None = None
    thread: str | None = None
    skill: str = ""
    prompt_version: str | None = None
    changes: tuple[Change, ...]

    @property
    def status(self) -> Status:
        """The state of the changes together: the least finished one counts."""
        order: tuple[Status, ...] = (
            "pending", "unknown", "approved", "applying", "waiting",
            "failed", "applied", "undone", "expired", "rejected",
        )  # fmt: skip
        return min((c.status for c in self.changes), key=order.index)


class Decision(Frozen):
    """A person's word on some changes of one revision."""

    verb: Literal["approve", "edit", "reject", "undo"]
    proposal_id: str
    revision: int | None = None
    """None: whatever the present one is (the terminal); a Slack button always carries it"""
    only: tuple[int, ...] = ()
    """positions; empty means all that can still be decided"""
    values: dict[str, Any] = Field(default_factory=dict)


def typed_write(plain: Mapping[str, Any]) -> CrmWrite:
    """Return the write from its JSON values; ValidationError where a value does not fit."""
    data = dict(plain)
    if data.get("kind") == "update_opportunity":
        # JSON has neither decimals nor dates, and the field alone tells which a text is.
        adapter = _FIELDS.get(data["field"], _TEXT)
        data |= {name: adapter.validate_python(data.get(name)) for name in ("old", "new")}
    return _ADAPTER.validate_python(data)


def record_of(write: Mapping[str, Any]) -> str | None:
    """The record that a write (its JSON values) is about: the deal, else the account; None where it names neither."""
    return write.get("opportunity_id") or write.get("account_id")
