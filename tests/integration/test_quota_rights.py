"""Who sees whose quota, whatever else they may see."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.crm.local import LocalReader, upsert_all
from bot.crm.records import Quota
from bot.crm.rights import PeopleRights
from bot.store.database import open_engine
from tests.integration.approvals_world import migrated
from tests.integration.test_rights import USERS

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
DAYS = {"first": date(2026, 10, 1), "last": date(2026, 12, 31), "amount": Decimal(100)}
QUOTAS = (
    *(Quota(id=f"q-{key}", user_id=key, **DAYS) for key in USERS),  # type: ignore[arg-type]
    *(Quota(id=f"q-{team}", team=team, **DAYS) for team in ("Mid", "Big", "Board")),  # type: ignore[arg-type]
    Quota(id="q-company", **DAYS),  # type: ignore[arg-type]
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    file = tmp_path / "seller.db"
    file.write_bytes(migrated())
    opened = open_engine(f"sqlite:///{file}", durable=False)
    upsert_all(opened, [*USERS.values(), *QUOTAS], as_of=NOW)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("sees", ["all", "team", "own"])
@pytest.mark.parametrize(
    ("who", "whose"),
    [
        ("maya", "maya"),
        ("lena", "lena"),
        ("dana", "maya tom old dana Mid"),
        ("vera", "maya tom old dana vera Mid Board"),
        ("ruth", "priya ruth Big"),
        ("sam", " ".join(quota.id.removeprefix("q-") for quota in QUOTAS)),
    ],
)
def test_own_quota_and_those_of_whom_one_leads(engine: Engine, sees: str, who: str, whose: str) -> None:
    rights = PeopleRights(engine, LocalReader(engine), sees, lambda: NOW)  # type: ignore[arg-type]
    seen = rights.reader_for(USERS[who]).quotas()
    assert {quota.id for quota in seen} == {f"q-{one}" for one in whose.split()}
