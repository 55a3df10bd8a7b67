"""Cases of risk signals, read from short lines into deals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole, OpportunityHistory, Stage, Task
from bot.pipeline.deal import Deal, Usual
from bot.pipeline.risk import concentration

COMMIT = Path(__file__).with_name("commit.yaml")
SEGMENTS = {"a": "Enterprise", "b": "SMB"}
FILE = Path(__file__).with_name("cases.yaml")
PICKLISTS = {
    "sample": "Prospecting .05, Qualification .15, Discovery .3, Proposal .5, Negotiation .75",
    "hubspot": "appointmentscheduled .2, qualifiedtobuy .4, presentationscheduled .6, decisionmakerboughtin .8, contractsent .9",
    "salesforce": "Prospecting .1, Qualification .1, Needs Analysis .2, Value Proposition .5, Id. Decision Makers .6, Perception Analysis .7, Proposal/Price Quote .75, Negotiation/Review .9",
    "maven": "Prospecting .1, Engaging .4",
    "odd": "Stage A .1, Stage B .3, Stage C .5, Stage D .8",
}
KINDS = {"in": ("email", "inbound"), "out": ("email", "outbound"), "call": ("call", "outbound"), "rang": ("call", "inbound"),
         "met": ("meeting", None), "note": ("note", "internal")}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A deal at a moment, and what one signal must say of it; "none": nothing."""

    id: str
    signal: str
    want: str
    deal: Deal
    now: datetime
    probability: float | None


def cases() -> list[Case]:
    """Every case of the file."""
    return list(_read(yaml.safe_load(FILE.read_text(encoding="utf-8"))))


def shares() -> Iterator[tuple[str, list[str], list[str]]]:
    """(case, what holds over a quarter of Commit, what should)."""
    for k, told in enumerate(yaml.safe_load(COMMIT.read_text(encoding="utf-8")), start=1):
        found = concentration([_commit(line) for line in told["deals"]], SEGMENTS)
        yield f"concentration {k}", [f"{one.kind} {one.key}" for one in found], told["want"]


def _commit(line: str) -> Opportunity:
    key, owner, account, amount, currency = line.split(" ")
    plain = {
        "id": key,
        "name": key,
        "owner_id": owner,
        "account_id": account,
        "currency": currency,
        "stage": "Proposal",
    }
    return Opportunity.model_validate({**plain, "amount": None if amount == "-" else amount})


def _read(data: Mapping[str, Mapping[str, Any]]) -> Iterator[Case]:
    for signal, groups in data.items():
        shared = groups.get("all", {})
        for want in ("red", "amber", "unknown", "none"):
            for k, given in enumerate(groups.get(want, []), start=1):
                told = {**shared, **given}
                now = _now(told)
                yield Case(f"{signal}, {want} {k}", signal, want, _deal(told, now), now, told.get("p"))


def _now(told: Mapping[str, Any]) -> datetime:
    zone = ZoneInfo(told.get("zone", "UTC"))
    return datetime.fromisoformat(told.get("now", "2026-11-16T09:00:00Z")).astimezone(zone)


def _deal(told: Mapping[str, Any], now: datetime) -> Deal:
    o = _opportunity(told, now)
    stages = {name: _stage(name, p, k) for k, (name, p) in enumerate(_picklist(told.get("picklist", "sample")))}
    activities = [_activity(line, k, now) for k, line in enumerate(told.get("acts", []))]
    return Deal(
        opportunity=o,
        segment=told.get("segment", "Mid-Market"),
        history=[_row(line, k, now) for k, line in enumerate(told.get("history", []))],
        activities=[a for a in activities if a.at <= now],
        planned=[a for a in activities if a.at > now],
        roles=[
            OpportunityContactRole(id=f"r-{who}-{role}", opportunity_id="o", contact_id=who, role=role)
            for who, role in (pair.split(" ") for pair in told.get("roles", []))
        ],
        contacts={c.id: c for c in _contacts(told)},
        tasks=[_task(line, k) for k, line in enumerate(told.get("tasks", []))],
        usual=Usual(*told["usual"]) if "usual" in told else None,
        size=Usual(*told["size"]) if "size" in told else None,
        stages=stages,
    )


def _picklist(name: str) -> Iterator[tuple[str, float]]:
    for part in PICKLISTS[name].split(", "):
        stage, _, p = part.rpartition(" ")
        yield stage, float(p)


def _stage(name: str, probability: float, order: int) -> Stage:
    return Stage(id=name, name=name, order=order, probability=probability, forecast_category="Pipeline")


def _opportunity(told: Mapping[str, Any], now: datetime) -> Opportunity:
    closing = told.get("close", 60)
    plain = {"amount": 40000, "stage": "Proposal", "next_step": "Review the offer together", **told.get("deal", {})}
    day = None if closing is None else _day(closing, now)
    return Opportunity.model_validate({"id": "o", "name": "Deal", "account_id": "a", "close_date": day, **plain})


def _contacts(told: Mapping[str, Any]) -> list[Contact]:
    """Ann Archer, Bob Brandt, Cem Celik and Dee Durand, with what a case says of them."""
    names = {"ann": "Ann Archer", "bob": "Bob Brandt", "cem": "Cem Celik", "dee": "Dee Durand"}
    said = told.get("contacts", {})
    return [Contact(id=key, name=name, account_id="a", **said.get(key, {})) for key, name in names.items()]


def _activity(line: str, k: int, now: datetime) -> Activity:
    """`3 in ann | subject | body`: days ago (or a moment), how, with whom, and the words."""
    head, *words = (part.strip() for part in line.split("|"))
    when, how, *who = head.split(" ")
    kind, direction = KINDS[how]
    subject, body = (*words, "", "")[:2]
    contacts = tuple(one for one in who if one)
    return Activity.model_validate(
        {"id": f"a{k}", "kind": kind, "direction": direction, "at": _moment(when, now), "subject": subject or how,
         "body": body or None, "account_id": "a", "contact_ids": contacts}
    )  # fmt: skip


def _moment(when: str, now: datetime) -> datetime:
    return datetime.fromisoformat(when) if "T" in when else now - timedelta(days=float(when))


def _day(when: int | str, now: datetime) -> date:
    """A day, or one so many days from today."""
    return date.fromisoformat(when) if isinstance(when, str) else now.date() + timedelta(days=when)


def _row(line: str, k: int, now: datetime) -> OpportunityHistory:
    """`40 | Proposal | 50000 | 2026-12-01`: days ago, stage, amount, close date; a dash where there is none."""
    when, stage, amount, close = (*(part.strip() for part in line.split("|")), "-", "-")[:4]
    return OpportunityHistory.model_validate(
        {"id": f"h{k}", "opportunity_id": "o", "at": _moment(when, now), "stage": stage,
         "amount": None if amount == "-" else amount, "close_date": None if close == "-" else close}
    )  # fmt: skip


def _task(line: str, k: int) -> Task:
    """`theirs open: what`."""
    head, _, subject = line.partition(": ")
    side, status = head.split(" ")
    return Task.model_validate({"id": f"t{k}", "subject": subject, "side": side, "status": status})
