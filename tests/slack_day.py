"""A full day of Mia in the office of the tests: what is hers, what is others', and what is not today."""

from datetime import date, timedelta
from decimal import Decimal

from slack_office import NOW

from bot.crm.records import Activity, Contact, Opportunity, Record, Task, User

DAY: tuple[Record, ...] = (
    User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller", time_zone="Europe/Berlin"),
    Contact(id="C2", account_id="A2", name="Ove <Lund>", title="COO"),
    Activity(
        id="M1", kind="meeting", at=NOW + timedelta(hours=5), subject="Quarterly review", account_id="A2",
        owner_id="U-MIA", contact_ids=("C2",), minutes=45,
    ),
    Activity(id="M2", kind="meeting", at=NOW + timedelta(hours=6), subject="Omar's own", account_id="A1", owner_id="U-OMAR"),
    Activity(id="M3", kind="meeting", at=NOW + timedelta(days=1), subject="Tomorrow", account_id="A1", owner_id="U-MIA"),
    Task(id="T1", subject="Send the price", due=date(2026, 2, 27), owner_id="U-MIA", account_id="A1", created_at=NOW),
    Task(id="T2", subject="Call back", due=date(2026, 3, 2), owner_id="U-MIA", account_id="A2", created_at=NOW),
    Task(id="T3", subject="Jane asks legal", due=date(2026, 3, 4), side="theirs", owner_id="U-MIA", account_id="A1"),
    Task(id="T4", subject="Not soon", due=date(2026, 4, 1), owner_id="U-MIA", account_id="A1"),
    Opportunity(
        id="O2", name="Pellworm pilot", account_id="A2", owner_id="U-MIA", amount=Decimal("30000"), stage="Proposal",
        close_date=date(2026, 2, 26), next_step="Agree the scope", created_at=NOW,
    ),
    Opportunity(id="O3", name="Omar's deal", account_id="A1", owner_id="U-OMAR", amount=Decimal("999999"), stage="Proposal"),
)  # fmt: skip
