"""What many people cost a connected CRM: a channel of fifty, and as many mornings."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_office import NOW, RECORDS, Office
from standins.salesforce import Salesforce
from standins.salesforce_world import CONSUMER, serving

from bot.commands.serve import kit
from bot.crm.noted import Reads
from bot.crm.records import Account, Activity, Contact, Opportunity, Record, Task, User
from bot.settings import Settings
from bot.slack.home import reading
from bot.store.preferences import Preference

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
PEOPLE = 49


def world() -> Iterator[Record]:
    """Sellers with an account, deal, task and meeting each."""
    yield from RECORDS
    for n in range(PEOPLE):
        yield User(id=f"U{n:03}", name=f"Seller No{n}", email=f"s{n}@example.test", role="seller")
        yield Account(id=f"N{n:03}", name=f"Company {n}", type="prospect", owner_id=f"U{n:03}", created_at=NOW)
        yield Contact(id=f"NC{n:03}", account_id=f"N{n:03}", name=f"Person No{n}", title="CFO")
        yield Opportunity(
            id=f"NO{n:03}", name=f"Deal {n}", account_id=f"N{n:03}", owner_id=f"U{n:03}", amount=Decimal(1000 + n),
            stage="Proposal", close_date=date(2026, 2, 26), created_at=NOW,
        )  # fmt: skip
        yield Task(
            id=f"NT{n:03}",
            subject="Call",
            due=date(2026, 3, 2),
            owner_id=f"U{n:03}",
            account_id=f"N{n:03}",
            created_at=NOW,
        )
        yield Activity(
            id=f"NM{n:03}", kind="meeting", at=NOW + timedelta(hours=4), subject="Review", account_id=f"N{n:03}",
            owner_id=f"U{n:03}", contact_ids=(f"NC{n:03}",), minutes=30,
        )  # fmt: skip


@pytest.fixture
def crm() -> Iterator[Salesforce]:
    """All of them in Salesforce."""
    with pytest.MonkeyPatch.context() as patch, serving(patch, NOW, tuple(world())) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, crm: Salesforce, tmp_path: Path) -> Settings:
    """The office's settings, with Salesforce and a home of its own."""
    more = {
        "home": tmp_path / "connected", "crm": "salesforce", "salesforce_login_url": crm.url,
        "salesforce_consumer_key": CONSUMER, "salesforce_private_key": SecretStr(crm.register(CONSUMER)),
        "salesforce_username": "integration@crm.example", "crm_timeout": 5,
    }  # fmt: skip
    made = settings.model_copy(update=more)
    made.home.mkdir()
    return made


def asked(crm: Salesforce) -> int:
    """How often rights were asked for."""
    return len([call for call in crm.calls if "UserRecordAccess" in call.path])


def test_a_channel_of_fifty_and_as_many_mornings_ask_once_a_person_and_kind(office: Office, crm: Salesforce) -> None:
    office.app.sync()
    office.slack.channel("C7", office.mia.id, *(office.member(f"UX{n}", f"s{n}@example.test").id for n in range(49)))
    before = asked(crm)
    for _ in range(2):
        shown = len(office.slack.shown)
        office.mia.mention("brief me on Northwick Dairy", "C7")
        office.slack.wait(lambda at=shown: [m for m in office.slack.shown[at:] if "Bottom line" in m.words], "a brief")  # type: ignore[misc]
    assert asked(crm) - before <= 3 * 50 + 3

    sellers = [user for user in office.app.reader.users() if user.name.startswith("Seller")]
    for most in (3 * len(sellers), 0):
        before = asked(crm)
        for user in sellers:
            day = reading.shown(kit(office.app), user, Preference(user_id=user.id), NOW, Reads()).day
            assert (len(day.due), len(day.deals)) == (1, 1)
        assert asked(crm) - before <= most
