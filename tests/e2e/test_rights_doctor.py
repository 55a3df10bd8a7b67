"""`seller doctor` on the people: how many, in which roles, who cannot be found from Slack."""

import json

import pytest

from bot.app import App
from bot.crm.local import upsert_all
from bot.crm.records import User
from tests.conftest import TODAY, Seller


def people(seller: Seller) -> dict[str, str]:
    """What doctor finds of the people."""
    [found] = [part for part in json.loads(seller("doctor", "--json").out) if part["part"] == "people"]
    return {"state": found["state"], "says": found["says"]}


def test_the_sample_company_s_people(seller: Seller, sample_home: object) -> None:
    says = "8 active users: 4 seller, 2 manager, 1 enablement, 1 admin."
    assert people(seller) == {"state": "well", "says": says}


def test_who_left_has_no_address_or_is_unknown(seller: Seller, sample: App, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [User(id="u-x", name="Xen"), User(id="u-y", name="Yul", active=False)]
    upsert_all(sample.engine, more, as_of=TODAY)
    monkeypatch.setenv(
        "SELLER_ROLES", '{"maya.lindqvist@fernhollow.example": "admin", "zed@fernhollow.example": "admin"}'
    )
    assert people(seller)["says"] == (
        "9 active users: 4 seller, 2 manager, 1 enablement, 2 admin; 1 inactive; 1 without e-mail, whom Slack cannot find; "
        "SELLER_ROLES names zed@fernhollow.example, whom the CRM does not know."
    )


def test_a_home_without_users(seller: Seller) -> None:
    says = "the CRM has no users yet; who asks in the terminal is a local admin who sees everything."
    assert people(seller) == {"state": "optional", "says": says}


def test_the_role_of_the_settings_wins(seller: Seller, sample: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELLER_CRM_SEES", "own")
    as_maya = ("crm", "accounts", "--as", "maya.lindqvist@fernhollow.example", "--json")
    own = json.loads(seller(*as_maya).out)
    assert {account["owner_id"] for account in own} == {"u-maya"}
    monkeypatch.setenv("SELLER_ROLES", '{"Maya.Lindqvist@fernhollow.example": "admin"}')
    assert [a["id"] for a in json.loads(seller(*as_maya).out)] == [a.id for a in sample.reader.accounts()]


def test_the_export_has_the_crm_s_own_roles(
    seller: Seller, sample_home: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_ROLES", '{"maya.lindqvist@fernhollow.example": "admin"}')
    seller("crm", "export", f"{tmp_path}/out")
    with open(f"{tmp_path}/out/users.csv", encoding="utf-8") as file:  # noqa: PTH123
        assert [line.split(",")[3] for line in file if line.startswith("u-maya")] == ["seller"]
