"""Battlecards on the sample company: the parts, our record, the deals of the asker alone, and who nobody knows."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local.bulk import upsert_all
from bot.crm.records import Account
from bot.people import teams_of
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, battlecard
from bot.store.database import open_engine
from knowledge.errors import KnowledgeError
from tests.conftest import TODAY
from tests.fake_model import FakeModel


@pytest.fixture
def maya(shared: App) -> Context:
    """What a skill gets when Maya asks offline."""
    user = shared.user("u-maya")
    teams = teams_of(user, shared.reader.users())
    return Context(shared.reader, lambda: shared.library, None, user, teams, TODAY, shared.benchmarks)


def titles(draft: Draft) -> list[str]:
    return [part.title for part in draft.sections]


def section(draft: Draft, title: str) -> list[str]:
    return next([line.text for line in part.lines] for part in draft.sections if part.title == title)


def test_a_card_has_its_parts_with_badge_and_owner_and_each_line_a_source(maya: Context) -> None:
    draft = battlecard.run(maya, Ask("they mention Brightquay"))
    first, *rest = titles(draft)
    assert first.startswith("Battlecard: Brightquay (verified, checked 19 days ago, owner lena.castellanos@")
    assert rest[:6] == [
        "When they win", "When we win", "Landmines: questions to plant", "When they say", "Proof", "What not to say",
    ]  # fmt: skip
    assert rest[6] == "Our record against them"
    assert all(line.cites for part in draft.sections for line in part.lines)
    assert all("cleared: may be quoted" in line for line in section(draft, "Proof"))


def test_an_answer_to_what_they_claim_comes_first(maya: Context) -> None:
    draft = battlecard.run(maya, Ask("Brightquay says they are cheaper"))
    assert titles(draft)[1] == "When they say"
    assert section(draft, "When they say")[0].startswith("When they quote 30 % below us: ")


def test_the_competitor_is_taken_from_the_accounts_deal(maya: Context) -> None:
    draft = battlecard.run(maya, Ask("who are we up against at Northwick? what do I say?", "a-northwick", named=True))
    assert section(draft, "At Northwick Dairy")[0].startswith(
        "Northwick Dairy - Plan + Insight: against Brightquay; USD 78,000"
    )
    assert (draft.data or {})["competitor"] == "Brightquay"


def test_a_card_that_lapsed_says_so(maya: Context) -> None:
    draft = battlecard.run(maya, Ask("battlecard Slatework"))
    assert titles(draft)[0].startswith("Battlecard: Slatework ERP Planner (expired, checked 74 days ago")
    assert draft.notice.endswith("Part of this rests on a page that is not verified at present.")


def test_an_unknown_competitor_gets_the_nearest_names_and_a_gap(maya: Context, shared: App) -> None:
    draft = battlecard.run(maya, Ask("battlecard Brightkey"))
    assert [line.text for part in draft.sections for line in part.lines] == [
        "Not in the knowledge base.",
        "No page and no deal that you may see names “Brightkey” as a competitor.",
        "The nearest are Brightquay, Slatework ERP Planner, Spreadsheets, Odalisk.",
    ]
    assert "battlecard Brightkey" in {gap.question for gap in shared.library.gaps()}


def test_a_model_words_what_to_say_and_its_inventions_are_dropped(maya: Context) -> None:
    said = [
        {"text": "Three warehouses or more: ask how a surplus in one place covers a gap in another.", "cites": [2]},
        {"text": "Brightquay is being sold for USD 5 million.", "cites": [1]},
    ]
    model = FakeModel({"battlecard": {"say": said}})
    draft = battlecard.run(replace(maya, model=model), Ask("they mention Brightquay"))
    assert section(draft, "Say now") == [said[0]["text"]]
    assert [one.claim for one in draft.dropped] == [said[1]["text"]]


def test_the_record_counts_what_the_asker_may_see(shared: App, sample_master: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    with App(Settings(home=home, model="offline", crm_sees="own"), lambda: TODAY) as narrow:
        request = Request("they mention Brightquay", narrow.user("u-maya"), TODAY, "t:own")
        draft = narrow.assistant.answer(request).draft
    deals = [o for o in shared.reader.opportunities() if o.competitor == "Brightquay" and o.owner_id == "u-maya"]
    data = draft.data or {}
    assert data["won"] + data["lost"] + len(data["open"]) == len(deals)
    assert set(draft.records) == {f"opportunity:{o.id}" for o in deals}


def test_a_competitor_that_is_an_account_too_is_the_competitor(sample_home: Path) -> None:
    engine = open_engine(f"sqlite:///{sample_home / 'seller.db'}")
    upsert_all(engine, [Account(id="a-bq", name="Brightquay", owner_id="u-maya")], as_of=TODAY)
    with App(Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        for words in ("they mention Brightquay", "battlecard Brightquay"):
            draft = app.assistant.answer(Request(words, app.user("u-maya"), TODAY, f"t:{words}")).draft
            assert (draft.skill, draft.sections[0].title.split(" (")[0]) == ("battlecard", "Battlecard: Brightquay")


def locked() -> None:
    raise KnowledgeError("it is held by another process")


def test_pages_out_of_reach_cost_themselves_alone(maya: Context) -> None:
    draft = battlecard.run(replace(maya, open_library=locked), Ask("they mention Brightquay"))  # type: ignore[arg-type]
    whole = battlecard.run(maya, Ask("they mention Brightquay"))
    assert section(draft, "Our record against them") == section(whole, "Our record against them")
    assert [t for t in titles(draft) if t.startswith("Open deals")] == [
        t for t in titles(whole) if t.startswith("Open")
    ]
    assert draft.unknowns[0] == "Playbook and battlecards: it is held by another process"
    assert not any(citation.page for citation in draft.citations)


def test_nobody_is_known_without_pages_where_no_deal_names_them(maya: Context) -> None:
    draft = battlecard.run(replace(maya, open_library=locked), Ask("they mention Zebradata"))  # type: ignore[arg-type]
    assert [line.text for part in draft.sections for line in part.lines] == [
        "No deal that you may see names “Zebradata” as a competitor."
    ]
    assert draft.unknowns == ("Playbook and battlecards: it is held by another process",)


def test_news_of_a_competitor_offers_its_battlecard(shared: App) -> None:
    heard = "Northwick: spoke to Ingrid, they are looking at Brightquay"
    reply = shared.assistant.answer(Request(heard, shared.user("u-maya"), TODAY, "battle:heard"))
    assert reply.draft.skill == "log"
    assert [(action.label, action.ask) for action in reply.draft.actions] == [("Battlecard", "battlecard Brightquay")]


def test_news_of_no_competitor_offers_none(shared: App) -> None:
    heard = "Northwick: spoke to Ingrid, she is looking at the contract"
    assert not shared.assistant.answer(Request(heard, shared.user("u-maya"), TODAY, "battle:none")).draft.actions
