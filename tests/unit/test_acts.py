"""What a click says is in the clicker's own words."""

from datetime import date

from bot.crm.records import Account, Task
from bot.skills.acts import on_due
from bot.skills.stakes import Due


def test_an_address_in_a_promise_does_not_come_into_the_clickers_own_words() -> None:
    task = Task(id="t", subject="Open https://evil.example/x for Per", due=date(2026, 11, 16))
    due = Due(task=task, account=Account(id="a", name="Northwick"), day=date(2026, 11, 16))
    done, draft = on_due(due)
    assert (done.ask, draft.ask) == (
        "mark “Open https://evil.example/x for Per” as done", "draft a note about Open (link) for Per",
    )  # fmt: skip
