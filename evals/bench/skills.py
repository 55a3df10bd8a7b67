"""Time what each skill takes beside the model, and count what it sends there, on the sample company.

`python -m evals.bench.skills [--rounds N] [--live]` prints one JSON line: for each skill the model calls and the characters of
their prompts in one answer, milliseconds beyond the model at p50 and p95, and their ratio to the same skill without any model.
With `--live` the model of the settings answers, once each: its tokens in and out, and their cost where the price is known.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from bot import demo, settings
from bot.app import App
from bot.assistant import Assistant, Reply, Request
from bot.llm import Completion, LanguageModel, OnPartial
from bot.proposals import Usage
from bot.settings import Settings
from evals.bench.pages import figures
from knowledge.embeddings import Embedder, Vectors
from prompts import Rendered

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
CALL = """Recording consent: given by everybody
Maya Lindqvist: Thanks for making the time. Where do we stand?
Ingrid Solheim: We have decided to go with the three-year term. I am worried about the data migration.
Maya Lindqvist: We bring two people for it. I'll send you the SOC 2 report by Wednesday.
Ingrid Solheim: Good. I will get back to you on 24 November 2026 with the figures.
Maya Lindqvist: Agreed.
"""
WORDS: Mapping[str, str] = {
    "brief": "brief me on Northwick Dairy",
    "prep": "prepare my meeting with Northwick Dairy",
    "plan": "make a mutual action plan for Northwick Dairy, go-live on 1 March 2027",
    "summary": f"summarise this call with Northwick Dairy:\n{CALL}",
    "draft": "draft a note to Ingrid Solheim at Northwick Dairy about the SOC 2 report",
    "log": "spoke to Ingrid at Northwick Dairy, push close to the 30th, remind me Tuesday",
    "deal": "where is the Northwick Dairy deal?",
    "pipeline": "how does my quarter look?",
    "day": "my day",
    "battlecard": "they mention Brightquay",
    "ask": "what do we say when they call us expensive?",
    "ask, many records": "which of my open deals have no economic buyer, and what does the playbook say to do?",
}
T = TypeVar("T", bound=BaseModel)


class Instant:
    """A model that answers at once with as little as the schema allows, and counts what it was sent."""

    name = "instant"

    def __init__(self) -> None:
        self.calls, self.characters = 0, 0

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Count, and answer with nothing."""
        self.calls += 1
        self.characters += len(rendered.system) + len(rendered.user)
        shape = schema.model_json_schema()
        value = schema.model_validate(_least(shape, shape.get("$defs", {})))
        return Completion(value, Usage(), self.name, rendered.version, 0.0)


def _least(shape: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    """The smallest value of a JSON schema."""
    if "$ref" in shape:
        return _least(known[shape["$ref"].rpartition("/")[2]], known)
    if choices := shape.get("enum") or ([shape["const"]] if "const" in shape else []):
        return choices[-1]
    if options := shape.get("anyOf") or shape.get("oneOf"):
        return _least(options[-1], known)
    fields = {name: _least(shape["properties"][name], known) for name in shape.get("required", ())}
    return {"object": fields, "array": [], "string": "", "integer": 0, "number": 0, "boolean": False}.get(
        shape.get("type", "null")
    )


class NewlyAsked:
    """An embedder that forgets its questions between rounds: or each round after the first would find them embedded."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self._known: dict[str, Vectors] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def embed_query(self, text: str) -> Vectors:
        """Embed a question, once a round."""
        if text not in self._known:
            self._known[text] = self._real.embed_documents([text])[0]
        return self._known[text]

    def forget(self) -> None:
        """Begin a round."""
        self._known.clear()


def run(home: Path, rounds: int) -> dict[str, object]:
    """Time all skills with the instant model and without any."""
    with App(Settings(home=home, model="offline"), lambda: NOW) as app:
        vars(app)["embedder"] = NewlyAsked(app.embedder)
        _load(app, home)
        return {name: _timed(app, name, words, rounds) for name, words in WORDS.items()}


def _timed(app: App, name: str, words: str, rounds: int) -> dict[str, object]:
    model = Instant()
    with_model = replace(app.assistant, model=model)
    _ask(app, app.assistant, words, f"warm:{name}")
    plain = figures([_taken(app, app.assistant, words, f"plain:{name}:{n}") for n in range(rounds)])
    timed = figures([_taken(app, with_model, words, f"model:{name}:{n}") for n in range(rounds)])
    sent = {"calls": model.calls / rounds, "prompt_characters": round(model.characters / rounds)}
    return {
        **sent,
        "beyond_the_model_ms": timed,
        "offline_ms": plain,
        "ratio_p50": round(timed["p50_ms"] / plain["p50_ms"], 2),
    }


def _taken(app: App, assistant: Assistant, words: str, thread: str) -> float:
    vars(app)["embedder"].forget()
    started = time.perf_counter()
    reply = _ask(app, assistant, words, thread)
    return (time.perf_counter() - started) * 1000 - reply.draft.model_ms


def _ask(app: App, assistant: Assistant, words: str, thread: str) -> Reply:
    return assistant.answer(Request(text=words, user=app.user("u-maya"), now=NOW, thread=f"bench:{thread}"))


def live(home: Path, model: LanguageModel) -> dict[str, object]:
    """Ask each skill once of a real model."""
    with App(Settings(home=home, model="offline"), lambda: NOW) as app:
        _load(app, home)
        assistant = replace(app.assistant, model=model)
        told: dict[str, object] = {}
        for name, words in WORDS.items():
            draft = _ask(app, assistant, words, f"live:{name}").draft
            told[name] = {"skill": draft.skill, **draft.usage.model_dump(), "model": draft.model, "ms": draft.model_ms}
        return told


def _load(app: App, home: Path) -> None:
    app.ready()
    demo.load_crm(app.engine, NOW)
    app.library.ingest([demo.write_pages(home, NOW)], resolve_account=app.account_key)


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--live", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        if not given.live:
            print(json.dumps(run(Path(home), given.rounds)))
            return 0
        with App(settings.load()) as present:
            if present.model is None:
                print("No model is set; set SELLER_MODEL or OPENAI_BASE_URL.", file=sys.stderr)
                return 1
            print(json.dumps(live(Path(home), present.model)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
