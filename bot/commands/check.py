"""`seller check`: texts against their sources, sentence by sentence."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

import prompts
from bot import settings
from bot.commands.lines import Row, answer_each
from bot.errors import BotError, ModelError
from bot.grounding import Judge, Nearness, Opinion, Use, check_text
from bot.llm import LanguageModel
from bot.log import event
from bot.terminal import err
from knowledge.embeddings import spans_of_words


class Judgement(BaseModel):
    """Whether the source says what the sentence says."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    quote: str
    """The words of the source that decide it, copied letter by letter; at most one sentence."""
    verdict: Literal["supported", "contradicted", "not_mentioned"]
    """One of the three words."""


def run(file: Path, *, offline: bool, use: Use) -> None:
    """Print a verdict a line, in order; code judges, and a model, where one is set, may only take away."""
    unjudged = {"supported": False, "score": 0.0, "sentences": []}
    with ExitStack() as home:
        model = None if offline else _model(home)
        failed = list[ModelError]()
        judge, nearness = judge_of(model, failed.append) if model else None, Nearness(spans_of_words())
        try:
            answer_each(file, lambda place, row: _verdict(place, row, judge, nearness, use), unjudged, "judged")
        finally:
            _tell(failed)


def _tell(failed: list[ModelError]) -> None:
    if failed:
        many = "Once" if len(failed) == 1 else f"{len(failed):,} times"
        err.print(f"{many} the language model did not judge, and code's word stands. {failed[0]}", markup=False)


def _model(home: ExitStack) -> LanguageModel | None:
    """The model of the settings, through the home's door; without one no home is needed."""
    chosen = settings.load()
    if chosen.model_name == "offline":
        return None
    from bot.app import App

    app = home.enter_context(App(chosen))
    app.ready()
    return app.model_of("check")


def _verdict(place: str, row: Row, judge: Judge | None, nearness: Nearness, use: Use) -> Row:
    sources = row["sources"] if "sources" in row else [row["document"]] if "document" in row else None
    facts = row.get("facts") or {}
    if "document" in row and "sources" in row:
        raise BotError(f"{place}: holds a `document` and `sources`; put the document among the sources.")
    if "text" not in row or not isinstance(sources, list):
        raise BotError(f"{place}: needs `text` and `document`, or a list of `sources`.")
    fits = all(_is_source(source) for source in sources) and isinstance(facts, dict)
    if not fits or not isinstance(row["text"], str):
        raise BotError(
            f"{place}: `text` and the sources are texts, or {{title, text}}, `facts` is an object; correct the line."
        )
    return check_text(row["text"], sources, facts, judge, nearness, use)


def _is_source(given: object) -> bool:
    if isinstance(given, dict):
        return all(isinstance(given.get(name, ""), str) for name in ("title", "text"))
    return isinstance(given, str)


def judge_of(model: LanguageModel, failed: Callable[[ModelError], None] = lambda error: None) -> Judge:
    """Ask the model; one that fails has no opinion, and code's word stands."""

    def judge(claim: str, source: str) -> Opinion | None:
        try:
            answer = model.write(prompts.load("judge").render(claim=claim, source=source), Judgement)
        except ModelError as error:
            event("model_failed", prompt="judge", error=type(error).__name__)
            failed(error)
            return None
        verdict = answer.value.verdict
        return Opinion("not_found" if verdict == "not_mentioned" else verdict, answer.value.quote)

    return judge
