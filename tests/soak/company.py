"""The company that the soak's CRMs hold: one seller, twelve accounts with a person and a deal each."""

from datetime import UTC, date, datetime
from decimal import Decimal

from bot.crm.records import Account, Contact, Opportunity, Record, Stage, User

BORN = datetime(2026, 1, 5, 9, tzinfo=UTC)
AMOUNT = Decimal(1000)
"""of each deal, before anybody changes it"""
ACCOUNTS = (
    "Northwick Dairy", "Pellworm Foundry", "Alderbrook Mills", "Corvane Optics", "Dunmere Logistics", "Eastfold Paper",
    "Fenwick Tools", "Garrow Glass", "Hollin Foods", "Istria Shipping", "Jorvik Metals", "Kestrel Labs",
)  # fmt: skip
PEOPLE = (
    "Jane Holt", "Peter Voss", "Anna Lind", "Marco Ruiz", "Edith Crane", "Tom Aske", "Vera Moll", "Igor Pahl", "Nina Bode",
    "Carl Rehm", "Lucy Farr", "Otto Quist",
)  # fmt: skip


def records() -> list[Record]:
    """Everything that the CRM holds at the beginning."""
    made: list[Record] = [
        User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller"),
        Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
        Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    ]
    for n, (account, person) in enumerate(zip(ACCOUNTS, PEOPLE, strict=True)):
        first, last = person.lower().split()
        made += [
            Account(id=f"A{n}", name=account, type="prospect", owner_id="U-MIA", created_at=BORN),
            Contact(id=f"C{n}", account_id=f"A{n}", name=person, title="CFO", email=f"{first}.{last}@customer.example"),
            Opportunity(
                id=f"O{n}", name=f"{account} plant", account_id=f"A{n}", owner_id="U-MIA", amount=AMOUNT,
                stage="Discovery", close_date=date(2027, 6, 30), forecast_category="Pipeline", created_at=BORN,
            ),
        ]  # fmt: skip
    return made
