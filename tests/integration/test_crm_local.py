"""The embedded CRM: the adapter contract, exact round trips, order, locks, volume."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from crm_contract import NOW, RECORDS, TASK, Crm, CrmContract, approve, update
from sqlalchemy import Engine, create_engine
from sqlalchemy.event import listen

from bot.crm.local import LocalReader, LocalWriter, metadata, replace_all, upsert_all
from bot.crm.port import CrmReader, CrmWriter
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityHistory, Product, Record
from bot.errors import BotError, CrmRejected, CrmUnavailable, StorageError
from bot.store.database import open_engine, prepare


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.sqlite'}", connect_args={"timeout": 5})
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def crm(engine: Engine) -> Crm:
    replace_all(engine, RECORDS, as_of=NOW)
    reader: CrmReader = LocalReader(engine)
    writer: CrmWriter = LocalWriter(engine, clock=lambda: NOW)
    return Crm(reader, writer)


class TestLocal(CrmContract):
    """The contract on the embedded CRM."""


def every_record(reader: CrmReader) -> list[Record]:
    roles = [role for deal in reader.opportunities() for role in reader.contact_roles(deal.id)]
    return [
        *reader.users(),
        *reader.stages(),
        *reader.products(),
        *reader.accounts(),
        *reader.contacts(),
        *reader.opportunities(),
        *reader.histories(),
        *roles,
        *reader.activities(),
        *reader.tasks(live_only=False),
    ]


def by_id(records: list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: (type(record).__name__, record.id))


def test_records_come_back_as_they_went_in(crm: Crm) -> None:
    assert by_id(every_record(crm.reader)) == by_id(list(RECORDS))


@pytest.mark.parametrize("amount", ["0.10", "1E+6", "12345678901234567890.123456789", "-0.01"])
def test_money_is_exact(engine: Engine, amount: str) -> None:
    replace_all(engine, [Product(id="P", name="p", list_price=Decimal(amount))], as_of=NOW)
    assert LocalReader(engine).products()[0].list_price == Decimal(amount)


def test_times_come_back_in_utc_to_the_microsecond(engine: Engine) -> None:
    at = datetime.fromisoformat("2026-03-29T02:30:00.000001+02:00")
    replace_all(engine, [Activity(id="X", kind="note", at=at, subject="s", contact_ids=("ü", "b"))], as_of=at)
    reader = LocalReader(engine)
    found = reader.activities()[0]
    assert (found.at, found.at.tzinfo, found.contact_ids) == (at, UTC, ("ü", "b"))
    assert reader.as_of() == at


def test_an_empty_crm_has_no_as_of(engine: Engine) -> None:
    reader = LocalReader(engine)
    assert (reader.as_of(), reader.accounts(), reader.account("A")) == (None, [], None)


def deal(key: str, close: date | None, closed: bool = False) -> Opportunity:
    return Opportunity(id=key, name=key, stage="s", close_date=close, is_closed=closed)


def test_deals_come_nearest_first_then_closed_newest_first(engine: Engine) -> None:
    day = date(2026, 6, 1)
    deals = [
        deal("open-undated", None),
        deal("lost-early", day, closed=True),
        deal("open-late", day + timedelta(9)),
        deal("won-late", day + timedelta(5), closed=True),
        deal("open-early", day + timedelta(8)),
        deal("closed-undated", None, closed=True),
    ]
    replace_all(engine, deals, as_of=NOW)
    reader = LocalReader(engine)
    expected = ["open-early", "open-late", "open-undated", "won-late", "lost-early", "closed-undated"]
    assert [row.id for row in reader.opportunities()] == expected
    assert [row.id for row in reader.opportunities(open_only=True)] == expected[:3]


def test_deals_closing_within_days_and_what_they_are_called_by_are_told_once(engine: Engine) -> None:
    days = [None, date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    rows = [
        Opportunity(id=f"o{at}", name="N", stage="Proposal", type="new", close_date=day) for at, day in enumerate(days)
    ]
    replace_all(engine, rows, as_of=NOW)
    reader = LocalReader(engine)
    december, later = (date(2026, 12, 1), date(2026, 12, 31)), (date(2026, 12, 31), None)
    assert [row.id for row in reader.opportunities(closing=december)] == ["o2", "o3"]
    assert [row.id for row in reader.opportunities(closing=later)] == ["o3", "o4"]
    assert [(row.id, row.type) for row in reader.deal_words()] == [("", "new")]
    assert sorted(row.id for row in reader.deal_words(each=True)) == ["o0", "o1", "o2", "o3", "o4"]


def test_stage_durations_are_of_won_deals_from_entry_to_entry(engine: Engine) -> None:
    def row(key: str, day: int, stage: str, deal: str = "O") -> OpportunityHistory:
        at = datetime(2026, 1, day, 23 - day, tzinfo=UTC)
        return OpportunityHistory(id=key, opportunity_id=deal, at=at, stage=stage)

    won = Opportunity(id="O", name="O", stage="Won", is_closed=True, is_won=True, account_id="A")
    lost = Opportunity(id="L", name="L", stage="Lost", is_closed=True, account_id="A")
    rows = [row("1", 1, "Discovery"), row("2", 5, "Discovery"), row("3", 11, "Offer"), row("4", 12, "Discovery")]
    rows += [row("5", 15, "Won"), row("6", 1, "Discovery", "L"), row("7", 20, "Lost", "L")]
    replace_all(engine, [Account(id="A", name="A", segment="Enterprise"), won, lost, *rows], as_of=NOW)
    assert LocalReader(engine).stage_durations() == [
        ("Discovery", "Enterprise", 10),
        ("Offer", "Enterprise", 1),
        ("Discovery", "Enterprise", 3),
    ]


def test_upsert_keeps_what_it_does_not_name(engine: Engine) -> None:
    replace_all(engine, [Account(id="A", name="Old"), Account(id="B", name="Kept")], as_of=NOW)
    upsert_all(engine, [Account(id="A", name="New"), Account(id="C", name="Added")], as_of=NOW)
    assert [row.name for row in LocalReader(engine).accounts()] == ["Added", "Kept", "New"]


def test_a_failed_load_leaves_the_old_content(engine: Engine) -> None:
    replace_all(engine, [Account(id="A", name="Old")], as_of=NOW)
    twice = [Account(id="B", name="One"), Account(id="B", name="Two")]
    with pytest.raises(CrmRejected, match=r"UNIQUE constraint failed: crm_accounts\.id"):
        replace_all(engine, twice, as_of=NOW)
    assert [row.name for row in LocalReader(engine).accounts()] == ["Old"]


def test_an_import_does_not_forget_applied_changes(engine: Engine, crm: Crm) -> None:
    first = crm.writer.apply(approve(TASK))
    replace_all(engine, RECORDS, as_of=NOW)
    assert crm.writer.apply(approve(TASK)) == first
    assert [task.id for task in crm.reader.tasks()] == ["T1"]


def test_a_locked_database_is_unavailable_and_the_change_applies_later(tmp_path: Path, crm: Crm) -> None:
    impatient = create_engine(f"sqlite:///{tmp_path / 'crm.sqlite'}", connect_args={"timeout": 0})
    holder = sqlite3.connect(tmp_path / "crm.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CrmUnavailable, match="database is locked"):
        LocalWriter(impatient).apply(approve(TASK))
    holder.execute("ROLLBACK")
    holder.close()
    assert LocalWriter(impatient).apply(approve(TASK)).record == "task"
    impatient.dispose()


def test_a_damaged_file_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database at all" * 100)
    broken = create_engine(f"sqlite:///{tmp_path / 'broken.sqlite'}")
    with pytest.raises(StorageError, match="damaged"):
        LocalReader(broken).accounts()
    broken.dispose()


def test_many_threads_with_one_change_make_one_record(crm: Crm) -> None:
    receipts: list[object] = []
    threads = [threading.Thread(target=lambda: receipts.append(crm.writer.apply(approve(TASK)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receipts == [receipts[0]] * 8
    assert len(crm.reader.tasks("A1")) == 2


def test_of_two_people_with_the_same_old_value_one_wins(crm: Crm) -> None:
    won: list[str] = []
    lost: list[str] = []

    def attempt(key: str) -> None:
        try:
            crm.writer.apply(approve(update("amount", Decimal("120000.50"), Decimal(len(key) * 1000)), key))
            won.append(key)
        except BotError as error:
            lost.append(type(error).__name__)

    threads = [threading.Thread(target=attempt, args=("c" * n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    present = crm.reader.opportunity("O1")
    assert present is not None
    assert (len(won), lost) == (1, ["CrmChanged"] * 5)
    assert present.amount == len(won[0]) * 1000


def test_a_brief_reads_by_index_however_many_deals_there_are(engine: Engine) -> None:
    replace_all(engine, RECORDS, as_of=NOW)
    asked: list[tuple[str, tuple[object, ...]]] = []
    listen(engine, "before_cursor_execute", lambda _c, _r, statement, given, *_: asked.append((statement, given)))
    read_brief(LocalReader(engine), "A1")
    with engine.connect() as connection:
        steps = [
            str(step[-1])
            for statement, given in list(asked)
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]
    assert any(step.startswith("SEARCH crm_opportunities USING INDEX") for step in steps)
    assert [step for step in steps if step.startswith("SCAN")] == []


def read_brief(reader: CrmReader, account_id: str) -> None:
    reader.account(account_id)
    reader.contacts(account_id)
    for row in reader.opportunities(account_id):
        if not row.is_closed:
            reader.history(row.id)
    reader.activities(account_id, since=NOW - timedelta(days=90))
    reader.tasks(account_id)


def test_an_address_is_found_whatever_the_case_of_its_letters(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(engine)
    people = [Contact(id="C1", name="Élise", email="ÉLISE@müller.example"), Contact(id="C2", name="Bo", email=None)]
    upsert_all(engine, people, as_of=NOW)
    assert [one.id for one in LocalReader(engine).contacts_with(["élise@MÜLLER.example"])] == ["C1"]
    engine.dispose()
