"""A promise of the day is ticked off with a yes, leaves the day, and comes back with an undo."""

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local import upsert_all
from bot.crm.records import Task
from bot.crm.rights import PeopleRights
from bot.crm.writes import CompleteTask
from bot.errors import BotError
from bot.proposals import Decision
from tests.conftest import TODAY
from tests.integration.approvals_world import Inline

SOC2 = "Send the SOC 2 Type II report to Ingrid Solheim"


@pytest.fixture
def home(sample: App) -> App:
    """The sample company, in which approved changes are applied at once."""
    sample.approvals.runner = Inline(sample.approvals)
    return sample


def ask(app: App, words: str, **more: object) -> Reply:
    """Maya says something."""
    return app.assistant.answer(Request(words, app.user("u-maya"), TODAY, "t", **more))  # type: ignore[arg-type]


def due(app: App) -> list[str]:
    """What is due for Maya."""
    found = ask(app, "my day").draft.sections
    return [line.text for section in found if section.title == "Due" for line in section.lines]


def test_a_promise_is_ticked_off_with_one_click_and_a_yes(home: App) -> None:
    app = home
    day = ask(app, "my day").draft
    line = next(one for section in day.sections for one in section.lines if one.text.startswith(SOC2))
    click = line.actions[0]
    assert (click.label, click.ask) == ("Done", f"mark “{SOC2}” as done")
    asked = ask(app, click.ask, skill=click.skill, account=click.account)
    assert asked.proposal is not None
    assert asked.draft.sections[0].lines[0].text == (
        f"Northwick Dairy: the task “{SOC2}” is to be marked as done, once you say yes."
    )
    assert any(text.startswith(SOC2) for text in due(app))
    app.approvals.decide(Decision(verb="approve", proposal_id=asked.proposal.id), app.user("u-maya"))
    assert app.approvals.get(asked.proposal.id).status == "applied"
    assert not any(text.startswith(SOC2) for text in due(app))
    app.approvals.decide(Decision(verb="undo", proposal_id=asked.proposal.id), app.user("u-maya"))
    assert any(text.startswith(SOC2) for text in due(app))


def test_there_is_nothing_to_edit_in_it(home: App) -> None:
    asked = ask(home, f"mark “{SOC2}” as done", account="Northwick Dairy")
    assert asked.proposal is not None
    wanted = Decision(verb="edit", proposal_id=asked.proposal.id, values={"status": "open"})
    with pytest.raises(BotError, match=r"^`status` cannot be edited here; approve or reject it\.$"):
        home.approvals.decide(wanted, home.user("u-maya"))


def test_a_colleagues_task_that_hangs_on_nothing_is_not_ones_own_to_tick_off(home: App) -> None:
    upsert_all(home.engine, [Task(id="T-X", subject="Own thing", owner_id="u-tomas")], as_of=TODAY)
    rights = PeopleRights(home.engine, home.reader, "own", lambda: TODAY, None)
    why = rights.may_write(home.user("u-maya"), CompleteTask(task_id="T-X"))
    assert why == "This task is a colleague's; they have to decide on it."
    assert rights.may_write(home.user("u-tomas"), CompleteTask(task_id="T-X")) is None
