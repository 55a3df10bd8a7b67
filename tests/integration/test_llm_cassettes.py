"""The model layer on answers of a real server (llama.cpp), recorded by `tests/record.py`; each folder names its model."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import vcr
from pydantic import BaseModel

import prompts
from bot.errors import ModelError, ModelNonsense, ModelRefused
from bot.grounding import Claim, Source, as_prompt, ground
from bot.llm import ChatModel, Completion
from bot.llm.port import OnPartial
from bot.settings import Settings

FOLDER = Path(__file__).parent / "cassettes"
KEY = "loopback-key"
SOURCES = {
    1: Source(1, "Northwick Dairy renewal (CRM)", "Stage: Negotiation. Amount: EUR 48,000. Close date: 2026-12-12."),
    2: Source(2, "Call on 3 November 2026", "Ana Ruiz, finance director, asked for the security report by Friday."),
    3: Source(3, "Note of Tom Berg", "They also look at Kelpworks. Ana has not seen our price list yet."),
}


class Brief(BaseModel):
    """A short brief."""

    claims: list[Claim]


@dataclass(frozen=True)
class Scenario:
    """A request to a real server; `port` tells which one (see tests/record.py)."""

    model: str
    port: int
    key: str | None = None
    repeat: int = 1
    """how often the sources are repeated, to fill a small context"""

    def ask(self, on_partial: OnPartial | None = None) -> Completion[Brief]:
        """Send the brief prompt."""
        url = f"http://127.0.0.1:{self.port}/v1"
        settings = Settings(OPENAI_BASE_URL=url, OPENAI_API_KEY=self.key, model_timeout=120)
        text = "\n\n".join([as_prompt(SOURCES.values())] * self.repeat)
        rendered = prompts.load("brief").render(request="Brief me on Northwick Dairy.", sources=text)
        return ChatModel(settings).write(rendered, Brief, on_partial)


SCENARIOS = {
    "structured": Scenario("qwen1.5b", 8081),
    "streamed": Scenario("qwen1.5b", 8081),
    "wrong_key": Scenario("smollm2", 8082, key="another-key"),
    "too_long": Scenario("smollm2", 8082, key=KEY, repeat=12),
    "cut_off": Scenario("smollm2", 8082, key=KEY, repeat=2),
}


@contextmanager
def cassette(name: str, mode: str = "none") -> Iterator[Any]:
    """Record or replay one scenario; the key is never written."""
    path = FOLDER / SCENARIOS[name].model / f"{name}.yaml"
    with vcr.use_cassette(str(path), record_mode=mode, filter_headers=["authorization"]) as tape:
        yield tape


@pytest.fixture(autouse=True)
def clean_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "SELLER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SELLER_HOME", str(tmp_path))


def replay(name: str, on_partial: Callable[[dict[str, Any]], None] | None = None) -> Completion[Brief]:
    with cassette(name) as tape:
        done = SCENARIOS[name].ask(on_partial)
    assert tape.all_played
    return done


def test_structured_answer() -> None:
    done = replay("structured")
    assert done.model == "openai:qwen1.5b"
    assert done.usage.input > 500
    assert done.usage.output > 20
    assert done.value.claims
    assert {n for claim in done.value.claims for n in claim.cites} <= {1, 2, 3}
    kept, dropped = ground(done.value.claims, SOURCES, {})
    assert len(kept) + len(dropped) == len(done.value.claims)


def test_streamed_answer_grows_into_the_whole() -> None:
    seen: list[dict[str, Any]] = []
    done = replay("streamed", seen.append)
    assert Brief.model_validate(seen[-1]) == done.value
    assert len(seen) > 10
    lengths = [len(str(partial)) for partial in seen]
    assert lengths == sorted(lengths)
    assert done.usage.output > 20


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("wrong_key", ModelRefused, "check OPENAI_API_KEY"),
        ("too_long", ModelRefused, "larger context"),
        ("cut_off", ModelNonsense, "was cut off"),
    ],
)
def test_real_failures(name: str, kind: type[ModelError], words: str) -> None:
    with pytest.raises(kind, match=words):
        replay(name)


def test_every_cassette_is_used_and_holds_no_key() -> None:
    expected = {FOLDER / scenario.model / f"{name}.yaml" for name, scenario in SCENARIOS.items()}
    models = {FOLDER / scenario.model for scenario in SCENARIOS.values()}
    assert {path for model in models for path in model.rglob("*.yaml")} == expected
    for path in expected:
        text = path.read_text(encoding="utf-8")
        assert "authorization" not in text.lower()
        assert KEY not in text
