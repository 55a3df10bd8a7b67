"""The model layer on answers of a real server (llama.cpp), recorded by `tests/record.py`; each folder names its model."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import vcr
from pydantic import BaseModel

import prompts
from bot.errors import ModelError, ModelNonsense, ModelRefused
from bot.grounding import Claim, Nearness, Source, Use, as_prompt, ground
from bot.llm import ChatModel, Completion
from bot.llm.agent import Agent, Tool
from bot.llm.port import OnPartial
from bot.settings import Settings
from bot.skills.outreach.worded import OutreachWording
from bot.skills.prep import PrepWording
from bot.skills.summarising.nominated import Missed
from bot.skills.summarising.pieces import Piece
from bot.skills.summary import BottomLine
from knowledge.embeddings import spans_of_words

FOLDER = Path(__file__).parent / "cassettes"
KEY = "loopback-key"
NEARNESS = Nearness(spans_of_words())
USES: dict[str, Use] = {"draft": "draft", "prep": "brief", "summary": "summary"}
SOURCES = {
    1: Source(1, "Northwick Dairy renewal (CRM)", "Stage: Negotiation. Amount: EUR 48,000. Close date: 2026-12-12."),
    2: Source(2, "Call on 3 November 2026", "Ana Ruiz, finance director, asked for the security report by Friday."),
    3: Source(3, "Note of Tom Berg", "They also look at Kelpworks. Ana has not seen our price list yet."),
}
CALL = {
    4: Source(4, "call.vtt", "Decided: “We have decided to take the three-year term.” Ana Ruiz (line 4)"),
    5: Source(
        5, "call.vtt", "Tom Berg, by 20 November 2026: “I will send you the security report by Friday.” (line 5)"
    ),
    6: Source(6, "call.vtt", "“What does the first year cost?” Ana Ruiz (line 6)"),
}
TOLD = "Call with Northwick Dairy. Speakers: Ana Ruiz (customer); Tom Berg (seller)."
LINES = """4 Ana Ruiz: We have decided to take the three-year term.
5 Tom Berg: I will send you the security report by Friday.
6 Ana Ruiz: What does the first year cost?
7 Ana Ruiz: Moving our old data by hand takes us two weeks each time.
8 Tom Berg: We could look at that some day."""


class Brief(BaseModel):
    """A short brief."""

    claims: list[Claim]


@dataclass(frozen=True)
class Scenario:
    """A request to a real server; `port` tells which one (see tests/record.py)."""

    model: str
    port: int
    key: str | None = None
    prompt: str = "brief"
    schema: type[BaseModel] = Brief
    inputs: Mapping[str, str] = field(default_factory=lambda: {"request": "Brief me on Northwick Dairy."})
    sources: Mapping[int, Source] = field(default_factory=lambda: SOURCES)
    repeat: int = 1
    """how often the sources are repeated, to fill a small context"""

    def ask(self, on_partial: OnPartial | None = None) -> Completion[Any]:
        """Send the prompt."""
        text = "\n\n".join([as_prompt(self.sources.values())] * self.repeat)
        takes = prompts.load(self.prompt)
        given = {**self.inputs, "sources": text} if "sources" in takes.inputs else self.inputs
        return self.connected().write(takes.render(**given), self.schema, on_partial)

    def connected(self) -> ChatModel:
        """The model layer in front of this scenario's server."""
        url = f"http://127.0.0.1:{self.port}/v1"
        return ChatModel(Settings(OPENAI_BASE_URL=url, OPENAI_API_KEY=self.key, model_timeout=600))


class Deals(BaseModel):
    """Open deals of an owner."""

    owner: str = ""
    """`me`, or a name"""


@dataclass(frozen=True)
class Steps(Scenario):
    """A bounded agent of one tool instead of one request."""

    def ask(self, on_partial: OnPartial | None = None) -> Any:
        """Let the model take its steps."""
        tool = Tool("deals", "Finds open deals.", Deals, lambda given: "[1] 2 open deals of Maya: Northwick, Globex.")
        asked = {
            "question": "How many open deals do I have?",
            "today": "2026-11-16",
            "asker": "Maya",
            "values": "(none)",
        }
        steps = prompts.load("steps")
        return Agent(self.connected(), [tool], 3, 12_000).run(lambda told: steps.render(**asked, steps=told))


QWEN = {
    "draft": Scenario(
        "qwen1.5b", 8081, prompt="draft", schema=OutreachWording,
        inputs={"request": "To Ana Ruiz, finance director at Northwick Dairy. Language: English.", "voice": "none"},
    ),
    "prep": Scenario(
        "qwen1.5b", 8081, prompt="prep", schema=PrepWording,
        inputs={"request": "Prepare my meeting.", "meeting": "Northwick Dairy on 2026-11-17, with Ana Ruiz."},
    ),
    "summary": Scenario(
        "qwen1.5b", 8081, prompt="summary", schema=BottomLine, sources=CALL,
        inputs={"call": TOLD, "lines": LINES},
    ),
    "call_piece": Scenario(
        "qwen1.5b", 8081, prompt="call_piece", schema=Piece,
        inputs={"call": TOLD, "part": "1 of 2", "lines": LINES},
    ),
    "steps": Steps("qwen1.5b", 8081),
}  # fmt: skip
SCENARIOS = {
    "structured": Scenario("qwen1.5b", 8081),
    "streamed": Scenario("qwen1.5b", 8081),
    "wrong_key": Scenario("smollm2", 8082, key="another-key"),
    "too_long": Scenario("smollm2", 8082, key=KEY, repeat=12),
    "cut_off": Scenario("smollm2", 8082, key=KEY, repeat=2),
    **QWEN,
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


def replay(name: str, on_partial: Callable[[dict[str, Any]], None] | None = None) -> Any:
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
    kept, dropped = ground(done.value.claims, SOURCES, {}, NEARNESS, "brief")
    assert len(kept) + len(dropped) == len(done.value.claims)


def test_streamed_answer_grows_into_the_whole() -> None:
    seen: list[dict[str, Any]] = []
    done = replay("streamed", seen.append)
    assert Brief.model_validate(seen[-1]) == done.value
    assert len(seen) > 10
    lengths = [len(str(partial)) for partial in seen]
    assert lengths == sorted(lengths)
    assert done.usage.output > 20


@pytest.mark.parametrize("name", ["draft", "prep", "summary"])
def test_what_a_small_model_words_is_parted_by_the_check(name: str) -> None:
    """Its sentences are known only by their kind: each is kept with a source that exists, or dropped with a reason."""
    done, sources = replay(name), SCENARIOS[name].sources
    claims = [one for value in vars(done.value).values() for one in value if isinstance(one, Claim)]
    kept, dropped = ground(claims, sources, {}, NEARNESS, USES[name])
    assert claims
    assert all(line.cites and set(line.cites) <= set(sources) for line in kept)
    assert all(one.why for one in dropped)
    assert not {line.text for line in kept} & {one.claim for one in dropped}


DROPPED = {
    "draft": [
        "Could you please provide me with the security report by Friday?",
        "I look forward to your feedback and any questions you may have.",
    ],
}


@pytest.mark.parametrize("name", DROPPED)
def test_what_it_said_without_a_source_is_left_out(name: str) -> None:
    """Filler, and what names a source that does not exist or does not say it."""
    claims = [one for value in vars(replay(name).value).values() for one in value if isinstance(one, Claim)]
    gone = [one.claim for one in ground(claims, SCENARIOS[name].sources, {}, NEARNESS, USES[name])[1]]
    assert set(DROPPED[name]) <= set(gone)


def test_its_bottom_line_cites_the_lines_of_the_call() -> None:
    claims = list(replay("summary").value.bottom_line)
    assert [(line.text, line.cites) for line in ground(claims, CALL, {}, NEARNESS, "summary")[0]] == [
        ("Ana Ruiz has decided to take the three-year term.", (4,)),
        ("Tom Berg will send you the security report by Friday.", (5,)),
        ("Ana Ruiz asks what the first year cost.", (6,)),
    ]


def test_what_it_found_in_a_call_is_taken_only_with_its_line() -> None:
    assert replay("call_piece").value.missed == [
        Missed(kind="decision", line=4, quote="We have decided to take the three-year term.")
    ]


def test_an_agent_steps_within_its_bounds() -> None:
    trail = replay("steps")
    assert trail.model == "openai:qwen1.5b"
    assert 1 <= len(trail.steps) <= 3
    assert trail.ended in ("done", "steps", "loop")
    assert trail.usage.input > 300


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
        assert set(re.findall(r"https?://([^/:\\s]+)", text)) <= {"127.0.0.1"}
        assert len(text) < 200_000
