"""What a question over records may ask for: the arguments of each tool, for the rules and for a model alike (pure)."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["open", "won", "lost", "closed", "any"]
Part = Literal[
    "economic_buyer", "champion", "decision_maker", "technical_buyer", "procurement", "blocker", "user", "coach",
    "contact_role", "next_step", "next_step_date", "amount", "close_date", "competitor", "product", "forecast_category",
    "activity",
]  # fmt: skip
Risk = Literal[
    "any", "close date passed", "close date too near", "no two-way activity", "stalled in stage", "close date pushed",
    "no economic buyer", "no next step", "next step in the past", "single-threaded", "hygiene",
]  # fmt: skip
Group = Literal[
    "owner", "stage", "forecast category", "competitor", "product", "type", "loss reason", "account", "country",
    "segment", "industry", "region", "month", "quarter", "year", "team", "lead source", "kind", "state",
]  # fmt: skip
Kind = Literal["call", "email", "meeting", "note"]


class Arguments(BaseModel):
    """Arguments of a tool; what is left out does not narrow."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


Column = Literal[
    "owner", "stage", "amount", "close date", "competitor", "product", "type", "next step", "loss reason", "lead source",
    "forecast category", "created", "account", "country", "region", "segment", "industry", "employees", "annual revenue",
    "renewal date", "customer since", "products", "web site", "phone", "email", "title", "role", "champion",
    "economic buyer", "minutes", "direction", "people", "due date",
]  # fmt: skip


class Whose(Arguments):
    """Whose records."""

    show: tuple[Column, ...] = ()
    """what each line is to tell beside what it always tells"""
    owner: str = ""
    """`me`, or a colleague's name; empty: everybody's that the asker may see"""
    team: str = ""
    """`mine`, or a team's name"""


class Where(Whose):
    """Of which accounts."""

    account: str = ""
    """an account's name"""
    account_type: str = ""
    """customer, prospect, partner or former"""
    country: str = ""
    segment: str = ""
    industry: str = ""
    region: str = ""


class Deals(Where):
    """Deals (opportunities, renewals), counted and added up."""

    state: State = "open"
    type: str = ""
    """such as new, expansion or renewal"""
    stages: tuple[str, ...] = ()
    """names of stages"""
    forecast: tuple[str, ...] = ()
    """forecast categories"""
    close_from: date | None = None
    close_to: date | None = None
    """last day of the close date; of closed deals the day on which they closed"""
    created_from: date | None = None
    created_to: date | None = None
    more_than: float | None = None
    """of the amount"""
    at_least: float | None = None
    less_than: float | None = None
    at_most: float | None = None
    beside: Literal["", "more than mean", "less than mean", "more than median", "less than median"] = ""
    """the amount against that of all deals in `beside_state`"""
    beside_state: State = "open"
    grown: Literal["", "more", "less"] = ""
    """the amount is more, or less, than when the deal was created"""
    currency: str = ""
    """three letters"""
    missing: tuple[Part, ...] = ()
    """what the deal does not have, such as economic_buyer or next_step"""
    missing_any: tuple[Part, ...] = ()
    """of which the deal does not have at least one"""
    having: tuple[Part, ...] = ()
    """what the deal has"""
    risks: tuple[Risk, ...] = ()
    """signals of risk, all of which show; `any`: at least one that is certain"""
    silent_days: int | None = Field(default=None, ge=1, le=3650)
    """no two-way activity in so many days"""
    silent_kinds: tuple[Kind, ...] = ()
    """with `silent_days`: none of these on the deal itself, whoever they came from"""
    pushed: int | None = Field(default=None, ge=1, le=99)
    """close date moved later at least so many times"""
    pushed_most: int | None = Field(default=None, ge=0, le=99)
    """close date moved later at most so many times; 0: never"""
    competitor: str = ""
    product: str = ""
    loss_reason: str = ""
    lead_source: str = ""
    step_from: date | None = None
    step_to: date | None = None
    """last day of the next step's date"""
    stage_days: int | None = Field(default=None, ge=1, le=3650)
    """longer than so many days in the stage that it is in"""
    entered_from: date | None = None
    entered_to: date | None = None
    """last day on which it entered the stage that it is in"""
    longer_than: Literal["", "stage", "cycle"] = ""
    """longer in its stage than the median of won deals there; or older than the median sales cycle of won deals"""
    sort: Literal["close date", "largest", "smallest", "oldest", "newest"] = "close date"
    top: int | None = Field(default=None, ge=1, le=100)
    """only the first so many"""
    group: Group | None = None
    """count and add up by this"""
    rank: Literal["deals", "amount", "win rate", "mean", "cycle", "largest", "smallest"] = "deals"
    """the first group is the one with most of this"""
    least: bool = False
    """the group with least of it first"""
    moved_back: bool = False
    """moved to an earlier stage at some time"""
    been_in: tuple[str, ...] = ()
    """stages in one of which it was at some time, whatever it is in now"""
    been_from: date | None = None
    been_to: date | None = None
    """last day on which it entered one of `been_in`"""


class Accounts(Where):
    """Accounts (customers, prospects)."""

    product: str = ""
    """a product that they own"""
    without_product: str = ""
    renewal_from: date | None = None
    renewal_to: date | None = None
    since_from: date | None = None
    since_to: date | None = None
    """last day on which they became customers"""
    created_from: date | None = None
    created_to: date | None = None
    employees_over: int | None = None
    """more than so many employees"""
    employees_under: int | None = None
    revenue_over: float | None = None
    """more than so much a year"""
    revenue_under: float | None = None
    missing: tuple[Literal["owner", "industry", "renewal_date", "segment", "country"], ...] = ()
    no_open_deal: bool = False
    untouched_days: int | None = Field(default=None, ge=1, le=3650)
    """none of `kinds` in so many days"""
    kinds: tuple[Kind, ...] = ("call", "meeting", "email")
    """of touches"""
    never: tuple[Kind, ...] = ()
    """none of these at any time"""
    sort: Literal[
        "name", "renewal date", "longest untouched", "largest", "smallest", "most employees", "fewest employees"
    ] = "name"
    top: int | None = Field(default=None, ge=1, le=100)
    group: Group | None = None
    """count by this"""
    least: bool = False
    """the smallest group first"""


class Contacts(Where):
    """People at accounts."""

    title: str = ""
    """words of the title, such as CFO"""
    role: Part | None = None
    """in an open deal"""
    without_role: bool = False
    with_role: bool = False
    role_state: Literal["open", "any"] = "open"
    """of the deals in which a role counts"""
    untouched_days: int | None = Field(default=None, ge=1, le=3650)
    """no call, meeting or e-mail with them in so many days, or none on record"""
    never: bool = False
    """no call, meeting or e-mail with them at all"""
    missing: tuple[Literal["email", "phone", "title"], ...] = ()
    """what is not on record of them"""
    having: tuple[Literal["email", "phone", "title"], ...] = ()
    name: str = ""
    created_from: date | None = None
    created_to: date | None = None
    by_me: bool = False
    """only touches of the asker count for `untouched_days`"""
    kinds: tuple[Kind, ...] = ("call", "meeting", "email")
    """of touches"""
    heard: bool = False
    """only what came from them counts: inbound mail, calls and meetings"""
    blocked: bool | None = None
    """whether they must not be contacted or opted out"""
    opted_out: Literal["", "email", "phone"] = ""
    not_by: Literal["", "email", "phone"] = ""
    """those who must not be contacted by this, for whatever reason"""
    top: int | None = Field(default=None, ge=1, le=100)
    group: Group | None = None
    """count by this"""
    least: bool = False
    """the smallest group first"""


class Activities(Where):
    """Calls, e-mails, meetings and notes, counted."""

    kinds: tuple[Kind, ...] = ()
    direction: Literal["", "inbound", "outbound"] = ""
    minutes_over: int | None = None
    """longer than so many minutes"""
    minutes_under: int | None = None
    minutes: bool = False
    """add up the minutes"""
    first: date | None = None
    last: date | None = None
    person: str = ""
    """with this contact"""
    planned: bool = False
    """only those that are still to come; else only those that were"""
    whole: bool = False
    """those that were and those to come"""
    sort: Literal["newest", "oldest"] = "newest"
    top: int | None = Field(default=None, ge=1, le=100)
    group: Group | None = None
    """count by this"""
    least: bool = False
    """the smallest group first"""


class Promises(Where):
    """Tasks and promises, ours and theirs."""

    side: Literal["", "ours", "theirs"] = ""
    """whose promise"""
    state: Literal["open", "overdue", "done", "any"] = "open"
    due_from: date | None = None
    due_to: date | None = None
    no_date: bool = False
    person: str = ""
    """of or for this contact"""
    top: int | None = Field(default=None, ge=1, le=100)
    group: Group | None = None
    """count by this"""
    least: bool = False
    """the smallest group first"""


class Pages(Arguments):
    """Passages of the playbook and, of one account, its notes."""

    question: str = Field(min_length=3, max_length=300)
    """what to look for, in a few words"""
    account: str = ""
    """an account's name: its notes, too"""
