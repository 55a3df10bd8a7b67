"""What has been kept long enough is gone from texts, vectors, words, conversations, prompts and logs; approved changes go through."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.commands.purge import purge
from bot.commands.serve import forget
from bot.crm.noted import Reads
from bot.llm.door import Who
from bot.log import moment
from bot.proposals import Decision, Draft, Dropped
from bot.settings import Settings
from bot.skills.battlecard import BattleWording
from bot.store import claims
from bot.store.answers import Answer, Answers
from bot.store.audit import trail
from bot.store.leader import Leadership
from bot.store.model_calls import at_place
from bot.store.threads import Thread, Turn
from bot.store.trail import Trail
from bot.tracing import Tracing
from knowledge.documents import Scope
from prompts import Rendered
from tests.fake_model import FakeModel

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=8), NOW - timedelta(days=6)
WEEK = {
    "keep_transcripts_days": 7, "keep_prompts_days": 7, "keep_conversations_days": 7, "keep_logs_days": 7
}  # fmt: skip
CALL = "---\nkind: transcript\ndate: {day}\n---\n# Call\n\nPer Aune: The {word} centre has to be ready before the snow comes.\n"


@pytest.fixture
def app(tmp_path: Path, store_url: str | None) -> Iterator[App]:
    kept = Settings(home=tmp_path / "home", model="offline", database_url=store_url, **WEEK)
    with App(kept, clock=lambda: NOW) as opened:
        opened.ready()
        yield opened


def found(app: App, word: str) -> list[str]:
    return [
        passage.chunk.text
        for mode in ("dense", "lexical")
        for passage in app.library.search(f"the {word} centre", scope=Scope.shared(), now=NOW, mode=mode)
        if word in passage.chunk.text
    ]


def test_old_transcripts_go_for_good_and_young_ones_stay(app: App, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    for word, at in (("Hamarzq", OLD), ("Bergenzq", YOUNG)):
        (calls / f"{word}.md").write_text(CALL.format(day=at.date(), word=word), encoding="utf-8")
    app.settings.__dict__["keep_transcripts_days"] = 0
    assert app.library.ingest([calls]).files == 2
    app.settings.__dict__["keep_transcripts_days"] = 7
    assert purge(app, dry_run=True).counts["transcripts"] == 1
    assert len(found(app, "Hamarzq")) == 2
    assert purge(app).counts["transcripts"] == 1
    assert (found(app, "Hamarzq"), len(found(app, "Bergenzq"))) == ([], 2)
    assert [page.title for page in app.library.documents()] == ["Call"]
    again = app.library.ingest([calls])
    assert (again.files, [skipped.why for skipped in again.skipped]) == (
        1,
        ["it is a transcript of 2026-11-08, and transcripts are kept for 7 days (SELLER_KEEP_TRANSCRIPTS_DAYS)"],
    )
    assert found(app, "Hamarzq") == []


def test_sent_texts_go_and_the_counts_stay(app: App) -> None:
    prompt = Rendered("battlecard", "0123456789ab", "Be plain.", "What do we say?")
    for at, request in ((OLD, "old"), (YOUNG, "young")):
        who = Who(app.user(None), request, "once:1", at)
        model = app.door.bind(FakeModel({"battlecard": {"say": []}}), who)
        assert model
        model.write(prompt, BattleWording)
    assert purge(app).counts["prompts"] == 1
    old, young = (app.door.calls.of_request(name, app.user(None).id)[0] for name in ("old", "young"))
    assert (old.sent, old.received, old.input_tokens, old.output_tokens) == (None, None, 100, 20)
    assert young.sent is not None
    assert app.door.calls.last(app.user(None).id, at_place(""))[0].request == "young"


def test_words_and_answers_go_and_what_a_conversation_is_about_stays(app: App) -> None:
    for at, name in ((OLD, "old"), (YOUNG, "young")):
        pending = {"skill": "brief", "text": "secret words"}
        app.threads.save(Thread(id=name, skill="brief", account_id="A1", pending=pending, updated_at=at))
        app.threads.add_turn(name, Turn(at=at, role="seller", text="brief me on Northwick"))
        for skill in ("ask", "sent"):
            draft = Draft(skill=skill)
            Answers(app.engine).save(
                Answer(id=f"{name}{skill}", at=at, user_id="U", channel="D", question="?", draft=draft)
            )
    report = purge(app)
    assert (report.counts["turns"], report.counts["answers"]) == (1, 2)
    kept = app.threads.get("old")
    assert kept
    assert (app.threads.turns("old"), kept.pending, kept.account_id) == ([], None, "A1")
    assert len(app.threads.turns("young")) == 1
    assert Answers(app.engine).get("youngsent")


def test_words_of_dropped_sentences_go_and_the_trail_stays_whole(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "BATCH", 2)
    for n, at in enumerate((OLD, OLD, OLD, YOUNG)):
        dropped = (Dropped(claim=f"Å {n}: 40 % off", why="40 % stands in no source"),)
        request = Request(f"q{n}", app.user(None), at, "t")
        Tracing(app.memory).answered(request, Draft(skill="ask", dropped=dropped), None, Reads())
    assert purge(app, dry_run=True).counts["claims"] == 3
    assert "40 %" in str(trail(app.engine)[0].detail)
    assert purge(app).counts["claims"] == 3
    answers = [line.detail for line in trail(app.engine) if line.verb == "answered"]
    assert [(len(one["dropped"]), one["dropped_n"], one["skill"]) for one in answers] == [
        (0, 1, "ask"), (0, 1, "ask"), (0, 1, "ask"), (1, 1, "ask"),
    ]  # fmt: skip
    told = [line.detail for line in trail(app.engine) if line.verb == "redacted"]
    assert [(one["why"], sorted(one["lines"])) for one in told] == [("purge", ["1", "2"]), ("purge", ["3"])]
    verdict = Trail(app.engine).verify()
    assert (verdict.whole, verdict.redacted) == (True, 3)
    assert purge(app).counts["claims"] == 0


@pytest.mark.parametrize("style", ["{at},123 info answered user=u", '{{"time": "{at},123", "level": "info"}}'])
def test_old_lines_of_the_log_go_with_their_traces(app: App, style: str) -> None:
    log = app.settings.home / "seller.log"
    lines = [style.format(at=f"{at.astimezone():%Y-%m-%d %H:%M:%S}") for at in (OLD, YOUNG)]
    assert moment(lines[0]) == OLD + timedelta(milliseconds=123)
    log.write_text(f"{lines[0]}\nTraceback: of old\n  File x\n{lines[1]}\nTraceback: of young\n", encoding="utf-8")
    assert purge(app, dry_run=True).counts["log_lines"] == 3
    assert purge(app).counts["log_lines"] == 3
    assert log.read_text(encoding="utf-8") == f"{lines[1]}\nTraceback: of young\n"


def test_nought_keeps_for_ever(tmp_path: Path) -> None:
    never = dict.fromkeys(WEEK, 0)
    with App(Settings(home=tmp_path / "home", model="offline", **never), clock=lambda: NOW) as app:
        app.ready()
        app.threads.add_turn("t", Turn(at=NOW - timedelta(days=4000), role="seller", text="hello"))
        assert set(purge(app).counts.values()) == {0}


def test_of_two_processes_one_purges(app: App) -> None:
    app.threads.add_turn("t", Turn(at=OLD, role="seller", text="hello"))
    other = Leadership(app.engine, app.settings.home, "purge")
    assert other.acquire()
    forget(app)
    assert len(app.threads.turns("t")) == 1
    other.release()
    forget(app)
    assert app.threads.turns("t") == []
    assert [(line.verb, line.detail["turns"]) for line in trail(app.engine)] == [("purged", 1)]


def test_an_approved_change_goes_through_though_all_around_it_was_purged(stored_sample: App) -> None:
    sample = stored_sample
    asked = Request("log that I spoke to Ingrid at Northwick Dairy, follow up Tuesday", sample.user("u-maya"), NOW, "t")
    proposal = sample.assistant.answer(asked).proposal
    assert proposal
    later = NOW + timedelta(days=4)
    with App(sample.settings, clock=lambda: later) as app:
        app.settings.__dict__.update(dict.fromkeys(WEEK, 1))
        assert purge(app).counts["turns"] == 2
        decision = Decision(verb="approve", proposal_id=proposal.id, revision=proposal.revision)
        done = app.approvals.decide(decision, app.user("u-maya"))
        assert {change.status for change in done.changes} == {"applied"}
        assert all(change.evidence for change in done.changes)
