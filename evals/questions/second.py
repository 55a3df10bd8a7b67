"""A second company, drawn from one seed: other stages, types, currencies, competitors, and countries as codes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Record,
    Stage,
    Task,
    User,
)  # fmt: skip

SEED = 77
STAGES = (("Lead", 0.05, "Early"), ("Demo", 0.2, "Early"), ("Quote", 0.5, "Likely"), ("Legal", 0.8, "Sure"))
COUNTRIES = ("DE", "AT", "CH", "FR", "NL")
RIVALS = ("Initech", "Umbrella Data", "In-house", None, None)
REASONS = ("Timing", "Price", "No decision")
ROLES = ("economic_buyer", "champion", "user")


def records(now: datetime) -> list[Record]:
    """Every record of the second company as of a day."""
    rng, today = Random(SEED), now.date()
    found: list[Record] = [
        User(id="n1", name="Nora Lindt", team="North", time_zone="Europe/Berlin"),
        User(id="n2", name="Bo Quist", team="North"),
        User(id="n3", name="Ana Ruiz", team="South"),
        User(id="n9", name="Max Boss", role="manager"),
        Product(id="p1", name="Nimbus Core"),
        Product(id="p2", name="Nimbus Edge"),
    ]
    found += [
        Stage(id=f"s{k}", name=name, order=k, probability=p, forecast_category=category)
        for k, (name, p, category) in enumerate(STAGES, 1)
    ]
    found.append(
        Stage(id="sw", name="Signed", order=8, probability=1, forecast_category="Done", is_closed=True, is_won=True)
    )
    found.append(Stage(id="sl", name="Dropped", order=9, probability=0, forecast_category="Out", is_closed=True))
    accounts = [_account(rng, k, today) for k in range(40)]
    for k in range(160):
        found += _deal(rng, k, accounts[rng.randrange(40)], today)
    found += [*accounts, *(_contact(k, account) for k, account in enumerate(accounts))]
    return [*found, *(_task(rng, k, accounts[k % 40], today) for k in range(50)), *_activities(rng, accounts, now)]


def _account(rng: Random, k: int, today: date) -> Account:
    owned = rng.choice(((), ("Nimbus Core",), ("Nimbus Edge",), ("Nimbus Core", "Nimbus Edge")))
    return Account(
        id=f"b{k:02d}", name=f"{_word(rng)} {rng.choice(('Werke', 'Logistik', 'Labs', 'Bau'))} {k}",
        type="customer" if owned else "prospect", segment=rng.choice(("KMU", "Konzern")), country=rng.choice(COUNTRIES),
        owner_id=rng.choice(("n1", "n2", "n3")), products=owned, industry=rng.choice(("Logistics", "Construction", "Biotech")),
        renewal_date=today + timedelta(days=rng.randint(5, 300)) if owned else None,
    )  # fmt: skip


def _word(rng: Random) -> str:
    return "".join(rng.choice(("ka", "lo", "mi", "ru", "se", "to", "ven")) for _ in range(3)).capitalize()


def _deal(rng: Random, k: int, account: Account, today: date) -> list[Record]:
    closed, won = rng.random() < 0.6, rng.random() < 0.4
    stage, _, category = rng.choice(STAGES)
    day = today + timedelta(days=rng.randint(-400, -1) if closed else rng.randint(-20, 150))
    born = datetime.combine(day - timedelta(days=rng.randint(30, 200)), datetime.min.time(), UTC)
    deal = Opportunity(
        id=f"d{k:03d}", name=f"{account.name} deal {k}", account_id=account.id, owner_id=account.owner_id,
        amount=None if rng.random() < 0.1 else Decimal(rng.randrange(5, 120) * 1000),
        currency=rng.choice(("EUR", "EUR", "CHF")), stage=("Signed" if won else "Dropped") if closed else stage,
        forecast_category=("Done" if won else "Out") if closed else category, type=rng.choice(("New", "Renewal", "Upsell")),
        product=rng.choice(("Nimbus Core", "Nimbus Edge")), created_at=min(born, datetime.combine(today, datetime.min.time(), UTC)),
        close_date=day if closed or rng.random() > 0.1 else None, is_closed=closed, is_won=closed and won,
        next_step=None if rng.random() < 0.4 else "Call back", competitor=rng.choice(RIVALS),
        loss_reason=rng.choice(REASONS) if closed and not won else None,
    )  # fmt: skip
    roles = [
        OpportunityContactRole(id=f"r{k}-{role}", opportunity_id=deal.id, contact_id=f"c-{account.id}", role=role)
        for role in ROLES
        if rng.random() < 0.35
    ]
    row = OpportunityHistory(id=f"h{k}", opportunity_id=deal.id, at=born, stage=stage, close_date=deal.close_date)
    return [deal, *roles, row]


def _contact(k: int, account: Account) -> Contact:
    return Contact(id=f"c-{account.id}", account_id=account.id, name=f"Person {k}", title="CEO" if k % 3 else "Buyer")


def _task(rng: Random, k: int, account: Account, today: date) -> Task:
    due = today + timedelta(days=rng.randint(-20, 30))
    side = rng.choice(("ours", "theirs"))
    return Task(
        id=f"t{k}", subject=f"Thing {k}", due=due, status=rng.choice(("open", "open", "done")), side=side,
        owner_id=account.owner_id, account_id=account.id,
    )  # fmt: skip


def _activities(rng: Random, accounts: list[Account], now: datetime) -> list[Activity]:
    return [
        Activity(
            id=f"x{k}", kind=rng.choice(("call", "meeting", "email")), at=now - timedelta(days=rng.randint(1, 200)),
            subject=f"Talk {k}", direction="outbound", account_id=account.id, owner_id=account.owner_id,
            contact_ids=(f"c-{account.id}",),
        )
        for k in range(150)
        for account in [accounts[rng.randrange(len(accounts))]]
    ]  # fmt: skip
