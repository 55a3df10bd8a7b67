"""The probes of `evals/confidentiality/` at the command line: what commands print, write and log to somebody who sees their own alone."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.commands.backtest import ALL_DEALS
from bot.settings import Settings
from evals.confidentiality.asking import fill
from evals.confidentiality.rights import hidden, sees_company, sees_page, sees_quota
from evals.confidentiality.words import canaries
from evals.confidentiality.world import Page, World, made
from tests.conftest import Seller

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
WHO = "alba"
SPAN = ("--from", "2026-01-01", "--to", "2026-12-31")
Run = Callable[..., str]
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("pipeline", "--json"), ("pipeline", "--team", "South"), ("pipeline", "--team", "Duo", "--json"), ("pipeline", "--segment", "Mid", "--json"),
    ("pipeline", "--period", "2026", "--json"), ("pipeline", "stats", *SPAN, "--json"), ("pipeline", "stats", *SPAN, "--group", "owner", "--json"),
    ("pipeline", "stats", *SPAN, "--group", "team"), ("pipeline", "stats", *SPAN, "--group", "segment", "--json"),
    ("pipeline", "stats", *SPAN, "--team", "South", "--json"), ("changes", "--since", "2026-10-01", "--json"), ("changes", "--team", "South"),
    ("deal", "{hid}"), ("deal", "{hid}", "--json"), ("prep", "{hid}"), ("plan", "for {hid}, go-live 1 March"), ("draft", "a note to {person}"),
    ("ask", "brief me on {hid}"), ("ask", "brief me on {hid}", "--json"), ("ask", "my day", "--json"), ("ask", "who needs help with what?", "--json"),
    ("ask", "which deals are open?", "--json"), ("ask", "what do they worry about?", "--account", "{hid}"), ("ask", "battlecard {rival}", "--json"),
    ("search", "floor price clause note", "--json"), ("search", "ceiling of discounts, floor of prices, margin of two", "--json"),
    ("search", "price", "--account", "{hid}"), ("search", "price", "--account", "{key}", "--json"),
    ("crm", "accounts", "--json"), ("crm", "contacts", "--json"), ("crm", "opportunities", "--json"), ("crm", "tasks", "--json"),
    ("crm", "activities", "--json"), ("crm", "opportunities"), ("crm", "accounts"),
    ("kb", "list", "--json"), ("kb", "stats", "--json"), ("kb", "gaps", "--json"), ("kb", "due"), ("kb", "duplicates"), ("kb", "contradictions"),
    ("kb", "show", "Floor of prices in the south"), ("kb", "show", "{hid}: account note"), ("kb", "list", "--account", "{hid}"),
    ("proposals", "list", "--all"), ("proposals", "list", "--json"), ("proposals", "show", "ABCD"),
)  # fmt: skip
"""{hid}, {key}, {person}, {rival}: of an account that Alba may not see"""


ASKED_OF = (("kb", "gaps"), ("kb", "stats"))
"""lists of what was asked, which was not the same in both homes"""
COMPARED = [one for one in COMMANDS if one[:2] not in ASKED_OF and not any("{" in part for part in one)]


@pytest.fixture(scope="module")
def worlds() -> tuple[World, World]:
    """A company, and its twin that differs only in what Alba may not see."""

    def unseen(whose: str) -> bool:
        teams = ("North", "South", "Duo")
        return not sees_quota(WHO, whose) if whose in teams else not sees_company(WHO, whose, "own")

    def unread(page: Page) -> bool:
        return not sees_page(WHO, page)

    return made(NOW), made(NOW, unseen, unread)


@pytest.fixture(scope="module")
def homes(worlds: tuple[World, World], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    found = []
    for name, world in zip(("first", "twin"), worlds, strict=True):
        home = tmp_path_factory.mktemp(name) / "home"
        with App(Settings(home=home, model="offline"), lambda: NOW) as app:
            app.ready()
            fill(app, world)
        found.append(home)
    return found


@pytest.fixture
def run(seller: Seller, monkeypatch: pytest.MonkeyPatch, worlds: tuple[World, World]) -> Run:
    """Run a command in a home as somebody who sees their own accounts."""
    monkeypatch.setenv("SELLER_CRM_SEES", "own")
    monkeypatch.setenv("SELLER_MODEL", "offline")
    hid = worlds[0].of("carla")[0]
    words = {"hid": hid.name, "key": hid.key, "person": hid.people[0], "rival": hid.rival}

    def ran(home: Path, *command: str, by: str = WHO) -> str:
        monkeypatch.setenv("SELLER_HOME", str(home))
        given = [part.format(**words) for part in command]
        came = seller(*given, "--as", by, *(() if command[0] in ("kb", "proposals") else ("--now", NOW.isoformat())))
        return f"{came.out}{came.err}"

    return ran


def leaked(text: str, world: World) -> set[str]:
    hid = world.of("carla")[0]
    # What she wrote herself is no news to her; it is also listed among the questions that nobody answered.
    return (canaries(text) & hidden(world, WHO, "own")) - canaries(f"{hid.name} {hid.people[0]} {hid.rival}")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_tells_what_is_hidden(
    run: Run, homes: list[Path], worlds: tuple[World, World], command: tuple[str, ...]
) -> None:
    shown = run(homes[0], *command)
    assert leaked(shown, worlds[0]) == set()
    log = homes[0] / "seller.log"
    assert canaries(log.read_text(encoding="utf-8") if log.is_file() else "") & _all(worlds[0]) == set()


def _all(world: World) -> set[str]:
    return {token.casefold() for one in world.companies for token in one.tokens}


@pytest.mark.parametrize("command", COMPARED, ids=" ".join)
def test_a_company_that_differs_in_what_is_hidden_gives_the_same(
    run: Run, homes: list[Path], command: tuple[str, ...]
) -> None:
    first, second = (plain(run(home, *command), home) for home in homes)
    assert first == second


def plain(text: str, home: Path) -> str:
    """What was printed, without ids and times that differ each time."""
    text = re.sub(
        r'"(?:ms|total|model|seconds|request_id|id|page|chunk|retrieval)": ?(?:"[^"]*"|[\d.]+)',
        '"x": 0',
        text.replace(str(home), "HOME"),
    )
    return re.sub(r"\b[0-9a-f]{12,16}\b", "ID", text)


def test_charts_hold_only_what_is_seen(
    run: Run, homes: list[Path], worlds: tuple[World, World], tmp_path: Path
) -> None:
    run(homes[0], "pipeline", "--charts", str(tmp_path / "charts"))
    sheets = [file.read_text(encoding="utf-8") for file in (tmp_path / "charts").glob("*.csv")]
    assert len(sheets) >= 3
    assert leaked(" ".join(sheets), worlds[0]) == set()


def test_an_admin_is_told_all_of_it(run: Run, homes: list[Path], worlds: tuple[World, World]) -> None:
    world = worlds[0]
    told = canaries(run(homes[0], "crm", "opportunities", "--json", by="ada"))
    assert {one.deal.casefold() for one in world.companies} <= told
    assert len(json.loads(run(homes[0], "crm", "accounts", "--json", by="ada"))) == len(world.companies)


def test_a_backtest_is_for_whom_sees_all_deals(
    seller: Seller, run: Run, homes: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_HOME", str(homes[0]))
    for who, refused in ((WHO, True), ("ada", False)):
        monkeypatch.setenv("SELLER_USER", who)
        came = seller("pipeline", "backtest", "--json", "--now", NOW.isoformat())
        assert (came.err.strip() == ALL_DEALS, came.code) == (refused, int(refused))
