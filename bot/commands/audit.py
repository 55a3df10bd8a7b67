"""`seller audit`: the trail as a table or as JSON, and whether it is whole."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from bot import log
from bot.app import App
from bot.commands.output import emit
from bot.crm.records import User
from bot.errors import StorageError, UsageError
from bot.people import LOCAL_ADMIN
from bot.settings import SECRETS, Settings
from bot.skills.changes_when import past_day
from bot.store.audit import keys_of, trail
from bot.store.sealing import Row
from bot.store.trail import Trail, Wanted
from bot.store.verifying import Head, Verdict
from bot.terminal import err, out

HEAD = "audit.head"
"""the last line when the trail was last found whole, in the home: out of reach for who has the database alone"""
SHOWN = 50
"""lines that are printed where nothing narrows them"""
LONGEST = 90
STARTED = "started"
NONE_FITS = "No line of the audit trail fits."
EMPTY = "Nothing is in the audit trail yet; the first answer, decision or import adds a line."


def show(app: App, said: Mapping[str, str], *, last: int, named: str | None, as_json: bool) -> None:
    """Print the lines that are wanted and that the asker may see, newest last."""
    asker = LOCAL_ADMIN if app.unnamed(named) else app.user(named)
    wanted = _wanted(app, said, asker, last)
    rows = Trail(app.engine).lines(wanted)
    if as_json:
        emit([asdict(row) for row in rows])
        _exported(app, asker, said, len(rows))
        return
    _print(app, rows, asker)


def _wanted(app: App, said: Mapping[str, str], asker: User, last: int) -> Wanted:
    own = asker.role != "admin"
    if own and said["person"] and _person(app, said["person"]) != asker.id:
        raise UsageError("You see your own lines of the audit trail; an admin sees those of others.")
    person = asker.id if own else _person(app, said["person"])
    until = _day(app, asker, said["until"], "--until") if said["until"] else None
    return Wanted(
        since=_day(app, asker, said["since"], "--since") if said["since"] else None,
        until=until + timedelta(days=1) if until else None,
        person=person, record=said["record"], proposal=said["proposal"].strip().upper(), verb=said["verb"], last=last,
    )  # fmt: skip


def _person(app: App, written: str) -> str:
    """The id behind a name; `assistant` and others that are no users of the CRM as they are."""
    return written if written in ("", "assistant", LOCAL_ADMIN.id) else app.user(written).id


def _day(app: App, asker: User, written: str, option: str) -> datetime:
    zone = ZoneInfo(asker.time_zone)
    day = past_day(written, app.clock().astimezone(zone).date())
    if day is None:
        raise UsageError(f'{option} "{written}" is no day; write it like 2026-11-01 or “Monday”.')
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _exported(app: App, asker: User, said: Mapping[str, str], lines: int) -> None:
    """Keep that somebody took lines of others away with them."""
    if asker.role == "admin":
        told = {name: text for name, text in said.items() if text}
        app.tell("exported", {"what": "audit", "lines": lines, "filter": told}, asker.id)


def _print(app: App, rows: Sequence[Row], asker: User) -> None:
    if not rows:
        out.print(NONE_FITS if trail(app.engine, last=1) else EMPTY)
        return
    names, zone = {user.id: user.name for user in app.reader.users()}, ZoneInfo(asker.time_zone)
    widest = max(len(names.get(row.actor, row.actor)) for row in rows)
    for row in rows:
        who, at = names.get(row.actor, row.actor), f"{row.at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
        line = f"{row.id:>6}  {at}  {who:<{widest}}  {row.verb:<12}  {row.proposal or '':<6}  {_told(row)}"
        out.print(line.rstrip(), markup=False, highlight=False, soft_wrap=True)


def _told(row: Row) -> str:
    """What a line tells, in a few words."""
    detail = row.detail if isinstance(row.detail, dict) else {}
    if row.verb in ("answered", "unanswered", "shown"):
        return _answer(detail)
    parts = [str(one["kind"]) for one in detail.get("writes") or () if isinstance(one, dict) and "kind" in one]
    parts += [f"{len(detail['lines'])} lines"] if isinstance(detail.get("lines"), dict) else []
    parts += [
        f"{name} {value}" for name, value in detail.items() if isinstance(value, str | int | float) and value != ""
    ]
    return " · ".join(parts)[:LONGEST]


def _answer(detail: Mapping[str, Any]) -> str:
    read: Any = detail.get("read")
    held = read.items() if isinstance(read, dict) else ()
    parts = [str(detail.get("skill") or detail.get("error") or "")]
    parts += [str(detail["place"])] if detail.get("place") else []
    counts = [f"{one['n']} {kind}" for kind, one in held if isinstance(one, dict) and "n" in one]
    parts += [f"read {', '.join(counts)}"] if counts else []
    parts += [f"{detail['dropped_n']} dropped"] if detail.get("dropped_n") else []
    parts += [str(detail["model"])] if detail.get("model") else []
    return " · ".join(filter(None, parts))


def verify(app: App, head: str, *, as_json: bool) -> int:
    """Judge the whole trail; gives the exit status, 1 where something is wrong."""
    known = [(one, "when it was last found whole")] if (one := _noted(app)) else []
    known += [(_read(head), "when that head was noted")] if head else []
    verdict = Trail(app.engine).verify(known)
    if verdict.whole:
        _note(app, verdict.head)
    if as_json:
        emit({**asdict(verdict), "whole": verdict.whole})
    else:
        _say(app, verdict)
    return int(not verdict.whole)


def tell_start(app: App) -> None:
    """Keep that the server started, and which settings are others than at its last start; of secrets only that they are set."""
    present = _prints(app.settings)
    before: dict[str, Any] = next((row.detail for row in Trail(app.engine).lines(Wanted(verb=STARTED, last=1))), {})
    old = before.get("settings") or {}
    changed = sorted(name for name in {*old, *present} if old.get(name) != present.get(name))
    app.tell(STARTED, {"settings": present, "changed": changed})


def _prints(settings: Settings) -> dict[str, str]:
    """Setting → a short digest of its value, for those that are set."""
    set_ = {name: getattr(settings, name) for name in settings.model_fields_set - {"home"}}
    hidden = {*SECRETS, "database_url"}
    digest = {name: sha256(repr(value).encode()).hexdigest()[:12] for name, value in set_.items()}
    return {name: "set" if name in hidden else digest[name] for name in sorted(set_)}


def nightly(app: App) -> None:
    """Verify, note the head in the home and put it into the log, which usually goes elsewhere."""
    known = [(one, "when it was last found whole")] if (one := _noted(app)) else []
    verdict = Trail(app.engine).verify(known)
    told = {"lines": verdict.lines, "head": f"{verdict.head.line}:{verdict.head.hash}"}
    if verdict.whole:
        _note(app, verdict.head)
        log.event("audit_whole", **told)
        return
    log.failure("audit_torn", StorageError(verdict.faults[0].says), **told, faults=len(verdict.faults))


def _say(app: App, verdict: Verdict) -> None:
    for fault in verdict.faults:
        err.print(fault.says, markup=False)
    if verdict.whole:
        tail = f", {verdict.redacted:,} of them redacted by an erasure or a purge" if verdict.redacted else ""
        out.print(f"The audit trail is whole: {verdict.lines:,} lines{tail}.")
    if keys_of(app.engine).first:
        out.print(f"{verdict.sealed:,} of {verdict.lines:,} lines are sealed with a key.")
    out.print(f"head {verdict.head.line}:{verdict.head.hash}", markup=False)


def _read(written: str) -> Head:
    line, _, found = written.partition(":")
    if not line.isdecimal() or len(found) != len(Head(0, "0" * 64).hash):
        raise UsageError("--head is no head; write it as `seller audit verify` printed it, like 128:9f3c….")
    return Head(int(line), found)


def _noted(app: App) -> Head | None:
    path = app.settings.home / HEAD
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Head(int(held["line"]), str(held["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{path} cannot be read ({error}); if it is damaged, remove it and verify again.") from error


def _note(app: App, head: Head) -> None:
    path = app.settings.home / HEAD
    try:
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"line": head.line, "hash": head.hash}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}); check the folder's rights.") from error
