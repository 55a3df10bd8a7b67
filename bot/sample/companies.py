"""The small accounts of the bulk and the people who work there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from bot.crm.records import Account, Contact
from bot.sample.tables import COMPANIES, FIRST, LAST, PEOPLE, PLACES, SELLERS

OPENED = datetime(2024, 3, 4, 9, tzinfo=UTC)
"""before the first deal that can be drawn"""


def accounts(rng: Random) -> Iterator[Account]:
    """Draw the small accounts, all prospects yet."""
    names = [(name, industry) for industry, group in COMPANIES.items() for name in group]
    for number, (name, industry) in enumerate(names):
        yield _account(rng, number, name, industry)


def contacts(rng: Random, number: int, account: Account) -> Iterator[Contact]:
    """Draw one person for each part in a deal."""
    for place in range(len(PEOPLE)):
        yield _contact(rng, account, number, place)


def _account(rng: Random, number: int, name: str, industry: str) -> Account:
    segment = ("SMB", "Mid-Market", "SMB", "Enterprise", "Mid-Market")[number % 5]
    slug = re.sub(r"[^a-z]+", "-", name.lower())
    country, region = rng.choice(PLACES)
    people = {"SMB": 90, "Mid-Market": 480, "Enterprise": 2100}[segment] * rng.randint(70, 160) // 100
    return Account(
        id=f"a-{slug}", name=name, domain=f"{slug}.example", type="prospect", industry=industry, segment=segment,
        employees=people, annual_revenue=Decimal(people * 210_000), country=country, region=region,
        owner_id=rng.choice(SELLERS[segment]), created_at=OPENED, updated_at=OPENED,
    )  # fmt: skip


def _contact(rng: Random, account: Account, number: int, place: int) -> Contact:
    name = f"{FIRST[(number + 5 * place) % len(FIRST)]} {LAST[(3 * number + 7 * place) % len(LAST)]}"
    basis = rng.choice(("express", "legitimate_interest", "implied", "none"))
    known = (
        {}
        if basis == "none"
        else {
            "consent_source": "demo request form",
            "consent_at": account.created_at,
        }
    )
    return Contact.model_validate(
        known | {
            "id": f"c-{account.id[2:]}-{place + 1}", "account_id": account.id, "name": name,
            "title": PEOPLE[place][0], "email": f"{name.lower().replace(' ', '.')}@{account.domain}",
            "country": account.country, "consent_basis": basis, "created_at": account.created_at,
            "updated_at": account.created_at,
        }
    )  # fmt: skip
