"""How far a pass over one type has come, as an opaque cursor; and the searches of what changed (pure)."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.crm.hubspot import values
from bot.crm.hubspot.reading import Row

OVERLAP = timedelta(minutes=5)
"""how far a pass looks back before the last one began: HubSpot's search lags behind its writes"""
PAGE = 100
DEAL_PAGE = 50
SEARCH_PAGE = 200
CAP = 10_000
"""results after which HubSpot's search gives no more pages"""

Step = Literal["list", "search", "same", "archived", "done"]


@dataclass(frozen=True)
class Pass:
    """Where a pass stands; `began` is what the next one starts from."""

    step: Step
    began: int
    since: int = 0
    """milliseconds: what changed since then is read; 0 for everything"""
    after: str | None = None
    window: int = 0
    """a search asks for what changed from here on"""
    read: int = 0
    """results of the present search so far"""
    stamped: bool = True
    """whether rows say when they were changed; else only a list finds what did"""

    def text(self) -> str:
        """The cursor."""
        return json.dumps(asdict(self), separators=(",", ":"))


def parse(cursor: str | None) -> Pass | None:
    """The pass of a cursor; None for none, or for one that is not ours."""
    try:
        return Pass(**json.loads(cursor)) if cursor else None
    except (ValueError, TypeError):
        return None


def begin(cursor: str | None, now: datetime, *, full: bool) -> Pass:
    """Go on with a pass that was cut off, or start the next one."""
    last, began = parse(cursor), values.millis(now)
    if last is None or (full and (last.step != "list" or last.since)):
        return Pass("list", began)
    if last.step != "done":
        return last
    since = max(last.began - int(OVERLAP.total_seconds() * 1000), 0)
    return Pass("search" if last.stamped else "list", began, since=since, window=since, stamped=last.stamped)


def ended(state: Pass) -> Pass:
    """The pass is through; its cursor begins the next one."""
    return Pass("done", state.began, stamped=state.stamped)


def next_search(state: Pass, rows: list[Row], stamp: str, after: str | None) -> Pass | None:
    """What to ask next, None where all was read.

    The window moves to the last stamp after each page, so that neither the cap nor a record that changes while we
    read can hide another one. Where a whole page bears one stamp, its records are read by their ids.
    """
    last = values.moment(_property(rows[-1], stamp)) if rows else None
    if after is None or not rows:
        return None
    if last is None or _property(rows[-1], "hs_object_id") is None:
        return replace(state, after=after, read=state.read + len(rows))
    if values.millis(last) > state.window:
        return replace(state, window=values.millis(last), after=None, read=0)
    return replace(state, step="same", after="0", read=0)


def next_same(state: Pass, rows: list[Row], more: bool) -> Pass:
    """Go on by id among records of one stamp; after the last one the window moves on by a millisecond."""
    if more and rows:
        return replace(state, after=str(_property(rows[-1], "hs_object_id")))
    return replace(state, step="search", window=state.window + 1, after=None, read=0)


def filters(state: Pass, stamp: str) -> list[dict[str, str]]:
    """The conditions of the search for this step."""
    at = str(state.window)
    if state.step == "same":
        return [
            {"property_name": stamp, "operator": "EQ", "value": at},
            {"property_name": "hs_object_id", "operator": "GT", "value": state.after or "0"},
        ]
    return [{"property_name": stamp, "operator": "GTE", "value": at}]


def _property(row: Row, name: str) -> Any:
    return (row.get("properties") or {}).get(name)
