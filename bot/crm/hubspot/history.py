"""A deal's property history as rows of OpportunityHistory (pure)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from bot.crm.hubspot import fields, values
from bot.crm.hubspot.reading import Row, Setting, forecast
from bot.crm.records import OpportunityHistory

Who = Callable[[Any], str | None]


class Version(NamedTuple):
    """One past or present value of a property."""

    at: datetime
    value: str | None
    user: Any


def versions(row: Row) -> dict[str, list[Version]]:
    """Each property's values, oldest first; of several at one time the newest counts."""
    told = row.get("propertiesWithHistory") or {}
    return {name: _ordered(told.get(name) or []) for name in told}


def rows(row: Row, setting: Setting, who: Who) -> list[OpportunityHistory]:
    """The deal as it stood after each change, oldest first; nothing where the server tells no history."""
    told = {name: found for name, found in versions(row).items() if name in fields.HISTORY}
    times = sorted({version.at for found in told.values() for version in found})
    kept: list[OpportunityHistory] = []
    state: dict[str, str | None] = {}
    for at in times:
        changed = {name: version for name, found in told.items() for version in found if version.at == at}
        state |= {name: version.value for name, version in changed.items()}
        if state.get("dealstage"):
            users = [version.user for version in changed.values() if version.user]
            kept.append(_row(str(row["id"]), at, state, setting, who(users[0]) if users else None))
    return kept


def before(row: Row, name: str, since: datetime) -> str | None:
    """A property's value as it stood before this time."""
    return next((version.value for version in reversed(versions(row).get(name, [])) if version.at < since), None)


def _ordered(told: list[Mapping[str, Any]]) -> list[Version]:
    """HubSpot lists the newest first; of equal times the later in its list is the older."""
    found: dict[datetime, Version] = {}
    for entry in reversed(told):
        at = values.moment(entry.get("timestamp"))
        if at is not None:
            found[at] = Version(at, values.text(entry.get("value")), entry.get("updatedByUserId"))
    return [found[at] for at in sorted(found)]


def _row(
    deal_id: str, at: datetime, state: Mapping[str, str | None], setting: Setting, user_id: str | None
) -> OpportunityHistory:
    stage = setting.stages.get(state["dealstage"] or "")
    closed, won = (stage.record.is_closed, stage.record.is_won) if stage else (False, False)
    amount: Decimal | None = values.number(state.get("amount"))
    return OpportunityHistory(
        id=f"{deal_id}-{values.millis(at)}",
        opportunity_id=deal_id,
        at=at,
        stage=stage.record.name if stage else str(state["dealstage"]),
        amount=amount,
        close_date=values.day(state.get("closedate"), setting.zone),
        forecast_category=forecast(state.get("hs_manual_forecast_category"), closed=closed, won=won),
        user_id=user_id,
    )
