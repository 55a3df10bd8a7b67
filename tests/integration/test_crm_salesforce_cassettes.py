"""The Salesforce adapter on exchanges recorded from the stand-in by `tests/record_salesforce.py`, without any server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import vcr
from crm_contract import NOW, TASK, approve, update
from standins.salesforce import Salesforce
from standins.salesforce_world import CONSUMER, FIELDS

from bot.crm.port import Remote
from bot.crm.salesforce import connect
from bot.errors import BotError
from bot.settings import Settings

FOLDER = Path(__file__).parent / "cassettes" / "salesforce"
PORT = 18443
TOKEN = b"00D000000000001!token"


def prepare(server: Salesforce) -> None:
    """What the scenarios find: three accounts in pages of two, and a rule."""
    server.batch_size = 2
    for number in range(3):
        server.org.put("Account", Id=f"001{number:012d}AAA", Name=f"Account {number}")
    rule = ("Opportunity", lambda row: row["Amount"] == 1, "An amount of 1 is no amount.")
    server.org.rules.append(rule)


def limit(server: Salesforce) -> None:
    """The next query is told to come back."""
    body = [{"message": "ApiRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    server.fail("FROM Account", status=429, body=body, headers={"Retry-After": "0"})


def _sync(remote: Remote) -> str:
    pages = list(remote.source.pages("accounts", None, full=True))
    return f"{[len(page.records) for page in pages]} of {pages[0].total}"


def _write(remote: Remote) -> str:
    receipt = remote.writer.apply(approve(TASK))
    return f"{receipt.values['subject']} by {receipt.applied_by}"


def _refused(remote: Remote) -> str:
    remote.writer.apply(approve(update("amount", "120000.50", "1")))
    return "written"


SCENARIOS: dict[str, tuple[Callable[[Remote], str], str]] = {
    "login": (
        lambda remote: remote.check(),
        f"Salesforce (Stand-in Ltd, 127.0.0.1:{PORT}) answers as integration@crm.example; contact roles lack the field "
        "that makes writes unrepeatable, run `seller crm setup`.",
    ),
    "sync": (_sync, "[2, 1] of 3"),
    "upsert": (_write, "Send the contract by U1"),
    "refusal": (
        _refused,
        "Salesforce refuses it: An amount of 1 is no amount - meet that first, then ask for the change anew.",
    ),
    "limit": (_sync, "[2, 1] of 3"),
}


@contextmanager
def cassette(name: str, mode: str = "none") -> Iterator[Any]:
    """Record or replay one scenario; no token, assertion or key is ever written."""
    with vcr.use_cassette(
        str(FOLDER / f"{name}.yaml"),
        record_mode=mode,
        filter_headers=["authorization", "user-agent"],
        filter_post_data_parameters=["assertion"],
        before_record_response=_without_token,
    ) as tape:
        yield tape


def _without_token(response: dict[str, Any]) -> dict[str, Any]:
    head, mark, rest = response["body"]["string"].partition(b'"access_token": "')
    if mark:
        response["body"]["string"] = head + mark + TOKEN + rest[rest.index(b'"') :]
    return response


def told(name: str, private_key: str) -> str:
    """What a scenario comes to."""
    settings = Settings(
        crm="salesforce",
        salesforce_login_url=f"https://127.0.0.1:{PORT}",
        salesforce_consumer_key=CONSUMER,
        salesforce_private_key=private_key,  # type: ignore[arg-type]
        salesforce_username="integration@crm.example",
        crm_fields=FIELDS,
    )
    try:
        return SCENARIOS[name][0](connect(settings, lambda: NOW))
    except BotError as error:
        return str(error)


@pytest.fixture(scope="module")
def private_key() -> str:
    """Any key: what it signs is not compared."""
    with Salesforce() as server:
        return server.register(CONSUMER)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_recorded_exchange_comes_to_the_same(name: str, private_key: str) -> None:
    with cassette(name) as tape:
        assert told(name, private_key) == SCENARIOS[name][1]
    assert tape.all_played


def test_every_cassette_is_used_and_holds_no_secret() -> None:
    texts = {path.stem: path.read_text() for path in FOLDER.glob("*.yaml")}
    assert texts.keys() == SCENARIOS.keys()
    for secret in ("assertion", "Bearer 00D", "PRIVATE KEY", "authorization", "Authorization"):
        assert [name for name, text in texts.items() if secret in text] == [], secret
    assert all(text.count("!") == text.count("!token") for text in texts.values())
