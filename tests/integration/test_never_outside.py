"""What a company keeps inside reaches no model outside: canaries in every kind of source, every skill, all that is sent is searched."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from model_server import ModelServer, repeating
from sqlalchemy import update

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local.tables import metadata
from bot.llm.outside import Discretion, discretion, is_outside
from bot.settings import Settings
from evals.bench.skills import WORDS
from tests.conftest import TODAY

PAGES = {
    "note": ("notes/zebra.md", "kind: note\naccount: Northwick Dairy\ndate: 2026-11-14"),
    "transcript": ("recordings/giraffe.md", "kind: transcript\naccount: Northwick Dairy\ndate: 2026-11-13"),
    "playbook": ("playbook/okapi.md", "kind: playbook\nverified: 2026-11-01"),
    "flagged": ("playbook/ibex.md", "kind: playbook\nverified: 2026-11-01\nmodel: never"),
    "folder": ("secret/lynx.md", "kind: playbook\nverified: 2026-11-01"),
}
TEXTS = {
    "note": "# Lunch with Ingrid\n\nIngrid Solheim finds us too expensive: the {canary} price is too high, and she wants the {canary} report.",
    "transcript": "# Call of Friday\n\nIngrid Solheim: Your {canary} price is above what we planned. I need the {canary} report before I sign.",
    "playbook": "# When they call us expensive\n\nWhen buyers call us expensive, we say that the {canary} plan pays back in a year.",
    "flagged": "# Expensive, they say\n\nIf they call us expensive, we say what the {canary} discount is: four percent at most.",
    "folder": "# Answers to “you are expensive”\n\nIf a customer calls us expensive, say that {canary} is the board's floor price.",
}
CANARIES = {kind: f"Zq{kind}canary" for kind in (*PAGES, "activity", "task", "opportunity", "file", "call")}
CALL = "Maya Lindqvist: Hello.\nIngrid Solheim: We decided to buy the {canary} module by Friday.\nMaya Lindqvist: I will send the {canary} offer on Monday."
QUESTIONS = (
    *WORDS.values(),
    "prep me for Northwick Dairy",
    "what did Ingrid say about the report?",
    "what is new at Northwick Dairy since October?",
    "which objections came up with unhappy buyers of ours?",
    "and what about the price?",
)
TOOLS = (
    {"tool": "activities", "arguments": {"account": "Northwick Dairy"}},
    {"tool": "contacts", "arguments": {"account": "Northwick Dairy"}},
    {"tool": "promises", "arguments": {"account": "Northwick Dairy"}},
    {"tool": "pages", "arguments": {"question": "too expensive price report", "account": "Northwick Dairy"}},
)


def answering(user: str, schema: dict) -> dict:  # type: ignore[type-arg]
    """Look everything up, then repeat the sources."""
    if "tool" not in schema["properties"]:
        return repeating(user, schema)
    step = user.count("\nStep ") + user.count('<data name="steps">\nStep ')
    return dict(TOOLS[step]) if step < len(TOOLS) else {"tool": "done", "arguments": {}}


@pytest.fixture(scope="module")
def home(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company with a canary in each kind of source."""
    import shutil

    copy = tmp_path_factory.mktemp("canaries") / "home"
    shutil.copytree(sample_master, copy, ignore=shutil.ignore_patterns("*.lock"))
    pages = copy / "pages"
    for kind, (name, front) in PAGES.items():
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_text(f"---\n{front}\n---\n{TEXTS[kind].format(canary=CANARIES[kind])}\n", encoding="utf-8")
    with App(Settings(home=copy, model="offline"), lambda: TODAY) as app:
        report = app.library.ingest([pages], resolve_account=app.account_key)
        assert (report.failed, report.files) == ([], len(PAGES))
        with app.engine.begin() as connection:
            for table, values in (
                ("crm_activities", {"subject": f"Ingrid wants the {CANARIES['activity']} terms"}),
                ("crm_tasks", {"subject": f"Send the {CANARIES['task']} list to Ingrid"}),
                ("crm_opportunities", {"next_step": f"Settle {CANARIES['opportunity']} with Ingrid."}),
            ):
                one = metadata.tables[table]
                connection.execute(update(one).where(one.c.account_id == "a-northwick").values(**values))
    return copy


@contextmanager
def opened(home: Path, never: list[str], inside: str = "no") -> Iterator[tuple[App, ModelServer]]:
    server = ModelServer(answering)
    settings = Settings(
        home=home,
        OPENAI_BASE_URL=server.url,
        model="openai:house",
        model_inside=inside,
        never_outside=never,
        model_timeout=20,
    )
    try:
        with App(settings, lambda: TODAY) as app:
            yield app, server
    finally:
        server.close()


def ask_all(app: App, tmp_path: Path) -> list[Reply]:
    file = tmp_path / "quokka.txt"
    file.write_text(f"The {CANARIES['file']} price objection: we are too expensive.\n", encoding="utf-8")
    call = tmp_path / "call.txt"
    call.write_text(CALL.format(canary=CANARIES["call"]), encoding="utf-8")
    maya, thread = app.user("u-maya"), f"all:{tmp_path.name}"
    requests = [Request(words, maya, TODAY + timedelta(minutes=n), thread) for n, words in enumerate(QUESTIONS)]
    requests += [
        Request("what is the price objection?", maya, TODAY, thread, file=file),
        Request("summarise this call", maya, TODAY, thread, file=call, account="Northwick Dairy"),
        Request("what do we say when they call us expensive?", maya, TODAY, thread),
    ]
    helper = replace(app.assistant, policy=replace(app.policy, consent="given"))
    return [helper.answer(request) for request in requests]


def seen(server: ModelServer) -> set[str]:
    return {kind for kind, canary in CANARIES.items() if canary in server.words}


def test_without_the_switch_all_canaries_but_the_flagged_page_are_sent(home: Path, tmp_path: Path) -> None:
    """The searches below would prove nothing otherwise."""
    with opened(home, []) as (app, server):
        ask_all(app, tmp_path)
        assert seen(server) == set(CANARIES) - {"flagged"}


def test_a_model_inside_is_shown_everything(home: Path, tmp_path: Path) -> None:
    with opened(home, ["note", "crm"], inside="auto") as (app, server):
        ask_all(app, tmp_path)
        assert seen(server) == set(CANARIES)


@pytest.mark.parametrize(
    ("never", "kept"),
    [
        (["note"], {"note"}),
        (["transcripts"], {"transcript", "call"}),
        (["playbook"], {"playbook", "folder"}),
        (["activity"], {"activity", "task", "opportunity"}),
        (["crm"], {"activity", "task", "opportunity"}),
        (["file"], {"file", "call"}),
        (["secret/"], {"folder"}),
        (["recordings", "quokka.txt"], {"transcript", "file"}),
    ],
)
def test_what_is_named_stays_inside_through_every_skill(
    home: Path, tmp_path: Path, never: list[str], kept: set[str]
) -> None:
    with opened(home, never) as (app, server):
        replies = ask_all(app, tmp_path)
        assert seen(server) & kept == set()
        assert CANARIES["flagged"] not in server.words
        told = " ".join(reply.draft.notice for reply in replies)
        assert "not shown to the model, as your company set" in told
        assert len(server.asked) > 3


def test_an_answer_says_how_many_were_left_out_and_tells_them_itself(home: Path) -> None:
    with opened(home, ["playbook"]) as (app, server):
        words = "what do we say when they call us expensive?"
        draft = app.assistant.answer(Request(words, app.user("u-maya"), TODAY, "one")).draft
        assert draft.model == "offline"
        assert draft.notice.startswith("Written without a language model. ")
        assert "sources were not shown to the model, as your company set." in draft.notice
        assert CANARIES["playbook"] in " ".join(line.text for part in draft.sections for line in part.lines)
        assert server.asked == []


def test_a_page_that_answers_is_told_though_the_model_was_shown_others_alone(home: Path) -> None:
    with opened(home, []) as (app, server):
        words = "what is the discount if they call us expensive?"
        draft = app.assistant.answer(Request(words, app.user("u-maya"), TODAY, "two")).draft
        assert draft.model.startswith("openai:house")
        assert CANARIES["flagged"] not in server.words
        assert CANARIES["flagged"] in " ".join(line.text for part in draft.sections[1:] for line in part.lines)
        server.answer = lambda user, schema: {name: [] for name in schema["properties"]}
        again = app.assistant.answer(Request(words, app.user("u-maya"), TODAY, "three")).draft
        assert CANARIES["flagged"] in " ".join(line.text for part in again.sections for line in part.lines)


@pytest.mark.parametrize(
    ("url", "model", "outside"),
    [
        ("http://127.0.0.1:8080/v1", None, False),
        ("http://localhost:8080/v1", "openai:house", False),
        ("http://10.0.3.4/v1", None, False),
        ("http://192.168.1.20:11434/v1", None, False),
        ("http://[::1]:80/v1", None, False),
        ("https://llm.example.com/v1", None, True),
        ("http://ollama:11434/v1", None, True),
        ("http://8.8.8.8/v1", None, True),
        (None, "openai:gpt-5-mini", True),
        (None, "anthropic:claude", True),
        ("http://127.0.0.1:8080/v1", "anthropic:claude", True),
        (None, "offline", False),
    ],
)
def test_what_is_outside(url: str | None, model: str | None, outside: bool) -> None:
    assert is_outside(Settings(OPENAI_BASE_URL=url, model=model)) is outside
    assert is_outside(Settings(OPENAI_BASE_URL=url, model=model, model_inside="yes")) is False
    assert is_outside(Settings(OPENAI_BASE_URL=url, model=model, model_inside="no")) is True


def test_how_sources_are_named() -> None:
    said = discretion(Settings(model="openai:x", never_outside=["Notes", "activities", "calls", "/srv/legal", "*.vtt"]))
    assert said.kinds == {"note", "activity", "call", "crm"}
    assert said.places == ("/srv/legal", "*.vtt")
    named = Discretion(True, frozenset({"call"}), ("/srv/legal", "board", "*.vtt"))
    hidden = [
        named.hides("activity/call"), named.hides("playbook", "/srv/legal/a/b.md"), named.hides("note", "/home/board/x.md"),
        named.hides("transcript", "/tmp/a.vtt"), named.hides("playbook", inside=True),
    ]  # fmt: skip
    shown = [named.hides("activity/email"), named.hides("playbook", "/srv/legalese/a.md"), named.hides("note")]
    assert (hidden, shown) == ([True] * 5, [False] * 3)
