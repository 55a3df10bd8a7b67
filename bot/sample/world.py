"""The sample company: hand-written CSV rows and notes plus a seeded bulk of deals, all moved to any day as today."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from dateutil.relativedelta import relativedelta

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Quota,
    Record,
    Stage,
    Task,
    User,
)
from bot.sample.bulk import ANCHOR, grow

R = TypeVar("R", bound=Record)
HERE = Path(__file__).parent


@dataclass(frozen=True)
class World:
    """Every record of the sample company."""

    users: list[User]
    stages: list[Stage]
    products: list[Product]
    accounts: list[Account]
    contacts: list[Contact]
    opportunities: list[Opportunity]
    history: list[OpportunityHistory]
    roles: list[OpportunityContactRole]
    activities: list[Activity]
    tasks: list[Task]
    quotas: list[Quota]


def load_world(today: date) -> World:
    """Load the sample company as it stands on `today`; the same day gives the same records."""
    written = _read_csv()
    bulk = grow(written.accounts, written.contacts)
    days = timedelta(days=(today - ANCHOR).days)
    moved = {name: _moved(rows + getattr(bulk, name, []), days) for name, rows in vars(written).items()}
    return World(**{**moved, "quotas": _by_quarter(written.quotas, today)})


def render(text: str, today: date) -> str:
    """Expand `{{d-14}}` (ISO date) and `{{D-14}}` (as in 2 November 2026), in days from `today`."""

    def expand(token: re.Match[str]) -> str:
        day = today + timedelta(days=int(token[2] or 0))
        return f"{day.day} {day:%B} {day.year}" if token[1] == "D" else day.isoformat()

    return re.sub(r"\{\{([dD])([+-]\d+)?\}\}", expand, text)


def write_notes(folder: Path, today: date) -> list[Path]:
    """Write the rendered notes and playbooks under `folder`; a file that would stay the same is left untouched."""
    found = [path for kind in ("notes", "playbooks") for path in sorted((HERE / kind).rglob("*"))]
    texts = [path for path in found if path.suffix in (".md", ".txt")]
    return [_write(folder / path.relative_to(HERE), render(path.read_text("utf-8"), today)) for path in texts]


def _write(path: Path, text: str) -> Path:
    data = text.encode()
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path


def _read_csv() -> World:
    return World(
        users=_rows("users", User),
        stages=_rows("stages", Stage),
        products=_rows("products", Product),
        accounts=_rows("accounts", Account),
        contacts=_rows("contacts", Contact),
        opportunities=_rows("opportunities", Opportunity),
        history=_rows("opportunity_history", OpportunityHistory),
        roles=_rows("opportunity_contact_roles", OpportunityContactRole),
        activities=_rows("activities", Activity),
        tasks=_rows("tasks", Task),
        quotas=_rows("quotas", Quota),
    )


def _rows(name: str, model: type[R]) -> list[R]:
    with (HERE / "crm" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [model.model_validate(_cells(row)) for row in csv.DictReader(file)]


def _cells(row: dict[str, str]) -> dict[str, Any]:
    lists = {"products", "contact_ids"}
    return {key: tuple(text.split(";")) if key in lists else text for key, text in row.items() if text}


def _moved(rows: Iterable[R], days: timedelta) -> list[R]:
    return [row.model_copy(update=_later(row, days)) for row in rows]


def _by_quarter(quotas: Iterable[Quota], today: date) -> list[Quota]:
    """Quotas of whole quarters, as far from the quarter of today as they are written from the anchor's."""
    steps = _quarter(today) - _quarter(ANCHOR)
    return [row.model_copy(update=_quarters_later(row, steps)) for row in quotas]


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _quarters_later(row: Quota, steps: int) -> dict[str, date]:
    first = row.first + relativedelta(months=3 * steps)
    return {"first": first, "last": first + relativedelta(months=3, days=-1)}


def _later(row: Record, days: timedelta) -> dict[str, date]:
    return {key: value + days for key, value in vars(row).items() if isinstance(value, date)}
