"""What `seller serve` drops once a day, and what it keeps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.commands.serve import forget
from bot.proposals import Draft
from bot.settings import Settings
from bot.store.answers import Answer, Answers
from bot.store.threads import Thread, Turn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=30, seconds=1)
YOUNG = NOW - timedelta(days=29)


def test_words_answers_and_deliveries_go_and_what_it_was_about_stays(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), clock=lambda: NOW) as app:
        threads, answers = app.assistant.threads, Answers(app.engine)
        for at, name in ((OLD, "old"), (YOUNG, "young")):
            threads.save(Thread(id=name, skill="brief", account_id="A1", updated_at=at))
            threads.add_turn(name, Turn(at=at, role="seller", text="brief me on Northwick"))
            answers.save(Answer(id=name, at=at, user_id="U1", channel="D1", question="?", draft=Draft(skill="ask")))
            app.deliveries.first_time(f"event:{name}", at)
        app.deliveries.first_time("event:today", NOW)
        forget(app)
        assert [len(threads.turns(name)) for name in ("old", "young")] == [0, 1]
        assert [answers.get(name) is None for name in ("old", "young")] == [True, False]
        assert app.deliveries.seen("event:") == ["event:today"]
        kept = threads.get("old")
        assert kept is not None and kept.account_id == "A1"
