"""Our records in the stand-in, an adapter that is connected to it, and a reader that is always in step with it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Row, Select, create_engine

from bot.crm.local import LocalReader, metadata, replace_all
from bot.crm.port import CrmSource, Remote
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Task,
    User,
)
from bot.crm.salesforce import connect
from bot.settings import Settings
from standins.salesforce import SESSION, Salesforce
from standins.salesforce_org import stamp

CONSUMER = "3MVG9.consumer"
FIELDS = {"opportunity.competitor": "MainCompetitors__c", "opportunity.loss_reason": "Loss_Reason__c"}


def by_session(crm: Salesforce, home: Path, **more: Any) -> Settings:
    """Settings with a session as it is."""
    given = {
        "salesforce_instance_url": crm.url,
        "salesforce_session_id": SESSION,
        "crm_timeout": 5,
        "crm_fields": FIELDS,
    }
    return Settings(home=home, crm="salesforce", **{**given, **more})


def by_login(crm: Salesforce, home: Path, **more: Any) -> Settings:
    """Settings with a connected app, through which each person logs in."""
    given = {
        "salesforce_login_url": crm.url,
        "salesforce_consumer_key": CONSUMER,
        "salesforce_private_key": crm.register(CONSUMER),
        "salesforce_username": "integration@crm.example",
        "crm_timeout": 5,
        "crm_fields": FIELDS,
    }
    return Settings(home=home, crm="salesforce", **{**given, **more})


def connected(settings: Settings, now: Callable[[], datetime]) -> Remote:
    """The adapter."""
    return connect(settings, now)


class SyncedReader(LocalReader):
    """Reads what the source tells, anew after every change of the stand-in."""

    def __init__(self, crm: Salesforce, remote: Remote, folder: Path) -> None:
        self._crm = crm
        self._source: CrmSource = remote.source
        self._synced = -1
        self._own: Engine = create_engine(f"sqlite:///{folder / 'mirror.sqlite'}")
        metadata.create_all(self._own)
        super().__init__(self._own, remote.source.link)

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        if self._synced != self._crm.org.changes:
            self._synced = self._crm.org.changes
            replace_all(self._own, everything(self._source), as_of=self._crm.org.clock())
        return super()._rows(query)


def everything(source: CrmSource) -> list[Record]:
    """All records of a full pass over every kind."""
    return [
        record for kind in source.kinds() for page in source.pages(kind, None, full=True) for record in page.records
    ]


def load(crm: Salesforce, records: Iterable[Record]) -> None:
    """Put our records into the stand-in; its ids begin as theirs do."""
    crm.org.prefixes |= {"Account": "A", "Contact": "C", "Opportunity": "O"}
    for record in records:
        put = _PUT.get(type(record))
        if put is not None:
            put(crm, record)


def _user(crm: Salesforce, row: Any) -> None:
    email = row.email or f"{row.id.lower()}@seller.example"
    crm.org.put(
        "User",
        Id=row.id,
        Name=row.name,
        Email=email,
        Username=f"{email}.crm",
        IsActive=True,
        UserType="Standard",
        TimeZoneSidKey="UTC",
    )


def _account(crm: Salesforce, row: Any) -> None:
    crm.org.put("Account", Id=row.id, Name=row.name, OwnerId=row.owner_id, Segment__c=row.segment)


def _contact(crm: Salesforce, row: Any) -> None:
    first, _, last = row.name.rpartition(" ")
    crm.org.put(
        "Contact",
        Id=row.id,
        AccountId=row.account_id,
        FirstName=first,
        LastName=last,
        Name=row.name,
        Title=row.title,
        Email=row.email,
    )


def _deal(crm: Salesforce, row: Any) -> None:
    crm.org.put(
        "Opportunity",
        Id=row.id,
        Name=row.name,
        AccountId=row.account_id,
        OwnerId=row.owner_id,
        Amount=None if row.amount is None else float(row.amount),
        StageName=row.stage,
        ForecastCategoryName=row.forecast_category,
        ForecastCategory=row.forecast_category,
        CloseDate=row.close_date.isoformat(),
        CreatedDate=stamp(row.created_at),
    )


def _history(crm: Salesforce, row: Any) -> None:
    crm.org.put(
        "OpportunityHistory",
        Id=row.id,
        OpportunityId=row.opportunity_id,
        StageName=row.stage,
        Amount=float(row.amount),
        CloseDate=row.close_date.isoformat(),
        ForecastCategory=row.forecast_category,
        CreatedById=row.user_id,
        CreatedDate=stamp(row.at),
    )


def _role(crm: Salesforce, row: Any) -> None:
    crm.org.put(
        "OpportunityContactRole",
        Id=row.id,
        OpportunityId=row.opportunity_id,
        ContactId=row.contact_id,
        Role=row.role.replace("_", " ").title(),
    )


def _activity(crm: Salesforce, row: Any) -> None:
    crm.org.put(
        "Task",
        Id=row.id,
        Subject=row.subject,
        TaskSubtype="Call",
        Status="Completed",
        IsClosed=True,
        ActivityDate=row.at.date().isoformat(),
        WhatId=row.opportunity_id or row.account_id,
        AccountId=row.account_id,
        WhoId=next(iter(row.contact_ids), None),
    )


def _task(crm: Salesforce, row: Any) -> None:
    crm.org.put(
        "Task",
        Id=row.id,
        Subject=row.subject,
        ActivityDate=row.due.isoformat(),
        Status="Not Started",
        TaskSubtype="Task",
        WhatId=row.account_id,
        AccountId=row.account_id,
        OwnerId=row.owner_id,
    )


_PUT: dict[type[Record], Callable[[Salesforce, Any], None]] = {
    User: _user,
    Account: _account,
    Contact: _contact,
    Opportunity: _deal,
    OpportunityHistory: _history,
    OpportunityContactRole: _role,
    Activity: _activity,
    Task: _task,
}


@contextmanager
def serving(patch: pytest.MonkeyPatch, now: datetime, records: Iterable[Record]) -> Iterator[Salesforce]:
    """A stand-in that holds these records, whose clock stands still and whose certificate is trusted."""
    with Salesforce() as server:
        patch.setenv("REQUESTS_CA_BUNDLE", server.certificate)
        server.org.clock = lambda: now
        load(server, records)
        yield server


def made(server: Salesforce, name: str) -> list[dict[str, Any]]:
    """What was created and is there."""
    return [row for row in server.org.rows[name].values() if len(row["Id"]) == 18 and not row["IsDeleted"]]


def writes(server: Salesforce) -> list[str]:
    """The methods of the calls that were to change something."""
    changing = ("POST", "PATCH", "DELETE")
    return [call.method for call in server.calls if call.method in changing and "oauth2" not in call.path]
