"""The skills on the sample company, straight: a brief's parts, an answer's sources, and what is not known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.app import App
from bot.people import teams_of
from bot.proposals import Draft
from bot.skills import Ask, Context, ask, brief
from bot.skills.ask import UNCERTAIN
from bot.skills.wording import OFFLINE
from evals.scorers import NOT_KNOWN, TEN
from tests.conftest import TODAY
from tests.fake_model import FakeModel


@pytest.fixture
def maya(shared: App) -> Context:
    """What a skill gets when Maya asks offline."""
    user = shared.user("u-maya")
    teams = teams_of(user, shared.reader.users())
    return Context(shared.reader, lambda: shared.library, None, user, teams, TODAY, shared.benchmarks)


def lines(draft: Draft) -> list[str]:
    """All lines of an answer."""
    return [line.text for section in draft.sections for line in section.lines]


def section(draft: Draft, title: str) -> list[str]:
    """The lines of one section."""
    return next([line.text for line in part.lines] for part in draft.sections if part.title == title)


def test_a_brief_has_its_parts_each_line_has_a_source_and_each_source_is_used(maya: Context) -> None:
    draft = brief.run(maya, Ask("brief me", "a-northwick"))
    assert tuple(part.title for part in draft.sections) == TEN
    assert all(line.cites for part in draft.sections for line in part.lines)
    used = {n for part in draft.sections for line in part.lines for n in line.cites}
    assert used == {citation.n for citation in draft.citations} == set(range(1, len(used) + 1))
    assert (draft.notice, draft.model, draft.account_id) == (OFFLINE, "offline", "a-northwick")
    assert len(section(draft, "Bottom line")) <= 3


def test_a_brief_says_the_crms_figures_and_keeps_them_as_numbers(maya: Context) -> None:
    draft = brief.run(maya, Ask("brief me", "a-northwick"))
    assert "USD 78,000" in section(draft, "Open opportunities")[0]
    assert 78000.0 in [number.value for number in draft.numbers if number.source.startswith("amount of")]
    assert any(line.startswith("Ingrid Solheim: CFO") for line in section(draft, "People"))


def test_an_account_of_which_little_is_known_says_what_is_missing(maya: Context) -> None:
    half_a_year_ago = TODAY - timedelta(days=180)
    quiet = next(
        a for a in maya.reader.accounts()
        if not maya.reader.activities(a.id, since=half_a_year_ago) and not maya.reader.tasks(a.id)
    )  # fmt: skip
    draft = brief.run(maya, Ask("brief me", quiet.id))
    assert {"No activities in the last 180 days on record.", "No open tasks on record."} <= set(draft.unknowns)


def test_notes_of_one_account_never_reach_another(maya: Context) -> None:
    for question in ("supplier lead times of the winches", "what did Marit forward?"):
        draft = ask.run(maya, Ask(question, "a-northwick", named=True))
        assert not any("halvorsen" in citation.source for citation in draft.citations)
    shared = ask.run(maya, Ask("supplier lead times of the winches"))
    assert not any("notes/" in citation.source for citation in shared.citations)
    # Somebody whom the asker may see, and the only one of the name, says whose notes they are.
    named = ask.run(maya, Ask("what did Marit forward?"))
    assert {c.source for c in named.citations if "notes/" in c.source and "halvorsen" not in c.source} == set()


def test_a_page_of_another_team_is_not_read(maya: Context) -> None:
    question = Ask("enterprise framework pricing for several sites")

    def sources(teams: str) -> list[str]:
        found = ask.run(replace(maya, teams=frozenset({teams})), question)
        return [citation.source for citation in found.citations if "enterprise" in citation.source]

    assert sources("Mid-Market") == []
    assert sources("Enterprise")


def test_an_answer_comes_from_the_playbook_with_its_badge(maya: Context) -> None:
    draft = ask.run(maya, Ask("how much discount may I give?"))
    assert any("10 %" in line for line in lines(draft))
    assert all(line.cites for part in draft.sections for line in part.lines)
    assert draft.writes == ()


def test_what_is_not_known_is_said_and_logged_as_a_gap(maya: Context, shared: App) -> None:
    question = "What is the boiling point of molybdenum hexafluoride?"
    draft = ask.run(maya, Ask(question))
    assert lines(draft)[0] == NOT_KNOWN or draft.lead.startswith(UNCERTAIN)
    if lines(draft)[0] == NOT_KNOWN:
        assert draft.unknowns == (question,)
    assert question in [gap.question for gap in shared.library.gaps()]


def test_everyday_words_on_a_page_make_no_answer_certain(maya: Context, shared: App) -> None:
    question = "do we plant a tree for every signed contract?"
    assert ask.run(maya, Ask(question)).lead.startswith(UNCERTAIN)
    assert question in [gap.question for gap in shared.library.gaps()]


def test_a_model_that_finds_no_answer_is_believed(maya: Context) -> None:
    model = FakeModel({"ask": {"sentences": [], "unknown": ["the discount"]}})
    draft = ask.run(replace(maya, model=model), Ask("how much discount may I give?"))
    assert lines(draft)[0] == NOT_KNOWN
    assert draft.notice == "The language model found nothing to say."
    assert draft.model == "fake:model"


def test_a_models_sentence_stands_with_its_source_renumbered(maya: Context) -> None:
    offline = ask.run(maya, Ask("who is the CFO of Northwick Dairy?", "a-northwick", named=True))
    [fact, *_] = [line for line in lines(offline) if line.startswith("Ingrid Solheim: CFO")]
    claims = [{"text": "Ingrid Solheim is the CFO.", "cites": list(range(1, 40))}]
    model = FakeModel({"ask": {"sentences": claims, "unknown": []}})
    draft = ask.run(replace(maya, model=model), Ask("who is the CFO of Northwick Dairy?", "a-northwick", named=True))
    assert fact
    if lines(draft) == ["Ingrid Solheim is the CFO."]:
        assert {n for part in draft.sections for line in part.lines for n in line.cites} == {
            citation.n for citation in draft.citations
        }
    else:
        assert [gone.claim for gone in draft.dropped] == ["Ingrid Solheim is the CFO."]


def test_a_skill_without_its_account_is_a_bug_of_ours(maya: Context) -> None:
    with pytest.raises(LookupError):
        brief.run(maya, Ask("brief me"))
