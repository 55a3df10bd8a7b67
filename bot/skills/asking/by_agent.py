"""A question over records that rules do not read, answered by a model that looks things up within its bounds."""

import importlib
from collections.abc import Sequence

import prompts
from bot.llm import LanguageModel
from bot.proposals import Draft, Line, Section
from bot.skills import Ask, Context
from bot.skills.asking.answer import Answer, FoundWording, drafted
from bot.skills.asking.crm import Crm
from bot.skills.asking.pages import sections as page_sections
from bot.skills.asking.telling import told
from bot.skills.asking.tools import Bench, values
from bot.skills.ledger import Ledger, joined
from bot.skills.wording import Wording, asked_parts, word

MOST_STEPS = 6


ENDED = {
    "steps": "It stopped after the most steps that one question may take; this is what was found.",
    "tokens": "It stopped at the most tokens that one question may take; this is what was found.",
    "loop": "It stopped as the same was looked up again; this is what was found.",
    "failed": "The language model failed on the way; this is what was found.",
}


def by_agent(context: Context, ask: Ask, crm: Crm, model: LanguageModel) -> Draft | None:
    """Let a model look things up within its bounds, and word what was found; None where it looked nothing up."""
    if context.discretion.hides("crm"):
        return None  # names of records stand in its prompt, and figures over them in what its tools tell
    agent_module = importlib.import_module("bot.llm.agent")
    ledger = Ledger(context.reader, context.today)
    bench = Bench(crm, ledger)
    policy = context.policy
    agent = agent_module.Agent(model, bench.tools(), min(policy.steps, MOST_STEPS), policy.tokens, context.progress)
    prompt, known = prompts.load("steps"), values(crm)
    asker = joined([context.asker.name, context.asker.role, context.asker.team])
    trail = agent.run(
        lambda steps: prompt.render(
            question=ask.text, today=f"{context.today:%A} {context.today}", asker=asker, values=known, steps=steps
        )
    )
    answer = Answer(ledger, results=bench.results, passages=bench.passages, usage=trail.usage, ms=trail.ms)
    if not bench.counts:
        return None
    left = policy.tokens - trail.tokens
    sources = sum(len(source.text) for source in ledger.sources().values()) // agent_module.CHARS
    if left > (sources + WORDING) * trail.scale:
        answer.wording = word(context, "found", FoundWording, ledger, question=ask.text)
    _worded(answer, ask.text)
    answer.sections.append(_how(trail.steps, bench, ledger))
    answer.lead = joined([ENDED.get(trail.ended), trail.trouble], " ")
    answer.wording = answer.wording if answer.wording.value else _named(answer.wording, trail.model, trail.version)
    return drafted(context, ask, answer)


WORDING = 2_000
"""tokens that wording the answer takes beside the sources"""


def _named(wording: Wording[FoundWording], model: str, version: str) -> Wording[FoundWording]:
    return Wording(notice=wording.notice, dropped=wording.dropped, model=model or "offline", prompt_version=version)


def _worded(answer: Answer, question: str) -> None:
    """The checked sentences first, then what was found, as code tells it."""
    lines = answer.wording.lines.get("sentences", ())
    answer.notice = answer.wording.notice
    if lines:
        answer.sections.append(Section(title="", lines=lines))
    if answer.wording.value:
        answer.unknowns = asked_parts(answer.wording.value.unknown, question)
    distinct = {result.words: result for result in answer.results}
    for result in list(distinct.values())[-3:]:
        part = told(result, "", answer.ledger)
        answer.sections.append(part.model_copy(update={"title": "Found" if lines else ""}))
    if not lines and answer.passages:
        topic = joined((result.topic for result in answer.results), " ")
        answer.sections += page_sections(topic, answer.passages, answer.ledger, most=3, first=6, further=4)


def _how(steps: Sequence[object], bench: Bench, ledger: Ledger) -> Section:
    """Each step: the tool, and what it found.

    What the model typed is not shown: words of a source may have got into it, and nothing holds them to one.
    """
    lines, found = [], iter(bench.counts)
    for at, step in enumerate(steps, 1):
        name, fine = getattr(step, "tool", ""), getattr(step, "fine", False)
        lines.append(
            Line(text=f"{at}. {name}: {next(found)}" if fine else f"{at}. This step did not fit and was left out.")
        )
    return Section(title="How this was found", lines=tuple(lines))
