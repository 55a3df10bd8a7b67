"""What `seller serve` drops once a day, and what it keeps."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.commands.serve import forget
from bot.proposals import Draft
from bot.settings import Settings
from bot.store.answers import Answer, Answers
from bot.store.letters import KeptLetter, Letters
from bot.store.samples import Sample, Samples
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


def letter(name: str, at: datetime = NOW, **more: str) -> KeptLetter:
    plain = {"id": name, "thread": "t", "user_id": "U1", "account_id": "A1", "contact_id": "C1", "at": at}
    return KeptLetter.model_validate({**plain, "spec": {"angle": 1}, "written": f"Dear {name}", **more})


def sample(k: int, user: str = "U1", channel: str = "email") -> Sample:
    at = NOW + timedelta(minutes=k)
    plain = {"account_id": "A1", "language": "en", "written": f"Dear {k}", "edited": f"Hi {k}"}
    return Sample.model_validate({"user_id": user, "at": at, "channel": channel, **plain})


def test_letters_are_kept_thirty_days_and_the_newest_samples_stay(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), clock=lambda: NOW) as app:
        letters, samples = Letters(app.engine), Samples(app.engine)
        for one in (letter("old", OLD), letter("young", YOUNG)):
            letters.keep(one)
        for k in range(52):
            samples.keep(sample(k))
        samples.keep(sample(0, channel="linkedin"))
        samples.keep(sample(0, user="U2"))
        forget(app)
        assert [one.id for one in letters.versions("t", "U1")] == ["young"]
        assert [one.edited for one in samples.of("U1")] == [*(f"Hi {k}" for k in range(51, 1, -1)), "Hi 0"]
        assert len(samples.of("U2")) == 1


def test_a_conversation_goes_on_with_its_newest_letter(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), clock=lambda: NOW) as app:
        letters, samples = Letters(app.engine), Samples(app.engine)
        for one in (letter("a"), letter("b", edited="Hi"), letter("c", thread="u"), letter("d", user_id="U2")):
            letters.keep(one)
        newest = letters.latest("t", "U1")
        assert newest is not None
        assert (newest.id, newest.text, newest.spec) == ("b", "Hi", {"angle": 1})
        letters.mark("b", "taken_back")
        assert letters.latest("t", "U1") == letter("a")
        assert (letters.get("a", "U2"), letters.get("a", "U1")) == (None, letter("a"))
        samples.keep(sample(1))
        samples.keep(sample(1).model_copy(update={"edited": "Hello"}))
        assert [one.edited for one in samples.of("U1")] == ["Hello"]
        samples.drop("U1", "Hello")
        samples.keep(sample(2))
        assert (samples.forget("U1"), samples.of("U1")) == (1, [])
