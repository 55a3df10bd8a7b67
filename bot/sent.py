"""“What did you send?”: the words that ask it, and the answer: what went to the model, as it was sent."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

from bot.crm.records import Account, User
from bot.errors import Ambiguous, NotFound
from bot.proposals import Draft, Line, Section
from bot.request import Request
from bot.store.model_calls import ModelCall, ModelCalls, at_place, in_thread
from bot.store.threads import Threads

SKILL = "sent"
TERMINAL = ("terminal", "once", "demo")
"""how conversations in the terminal are called"""

_MODEL = r"(?:the |your |a |an |that )?(?:(?:language|ai|outside|external) )?(?:models?|llms?|ai|gpt|chatgpt|openai|anthropic|claude|gemini|provider|cloud)"
ASKED = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|and|please|can you|could you)\W+)*"
    r"(?:(?:what|which)(?: (?:exactly|all|data|information|words|texts?|prompts?))* (?:(?:did|have) you (?:just |really )?(?:send|sent)|(?:was|has been|got) (?:just )?sent)"
    r"|(?:show|tell)(?: me)? (?:what|the prompts?|the texts?|everything)(?: that)? (?:you(?:['’]ve| have)? (?:just )?sent|was sent))"
    rf"(?: (?:out )?(?:to|into|at) {_MODEL})?(?: just now)?"
    r"(?: (?:about|on|for|of|regarding) (?:(?:that|this|it|(?:(?:my|your|the|this|that) )?(?:last )?(?:question|answer|request))(?=\W*$)|(?P<about>[^?!]+?)))?[\s?.!]*$",
    re.IGNORECASE,
)
ENDED = {
    "open": "under way, or cut off",
    "fine": "answered",
    "timeout": "did not answer in time",
    "refused": "refused",
    "nonsense": "answered what does not fit",
    "failed": "failed",
    "stopped": "stopped",
}
NOTHING = "Nothing that you asked here was sent to a language model."
NOTHING_ABOUT = "Nothing that you asked here about {name} was sent to a language model."
WITHOUT = "Your last answer here was written without a language model, and nothing was sent for it. Before that:"
LAST = "Your last answer here{about} for which a language model was asked, of {at}; any since then was written without one."
NO_ACCOUNT = "“{name}” is not one account that you see; “what did you send?” shows what was sent for your last answer."
GONE = "The texts have been kept long enough and are gone; the counts stay."


def asks(words: str) -> re.Match[str] | None:
    """The match of words that ask what was sent to the model; `about` holds the account that they name."""
    return ASKED.match(words)


def answer(
    request: Request, calls: ModelCalls, threads: Threads, account_of: Callable[[str, User], Account | None]
) -> Draft | None:
    """What was sent for the asker's own last answer in this conversation, else where they talk; None where they ask something else."""
    asked = None if request.skill or request.file else asks(request.text)
    if asked is None:
        return None
    try:
        named = account_of(asked["about"], request.user) if asked["about"] else None
    except (NotFound, Ambiguous):
        return _said(NO_ACCOUNT.format(name=asked["about"]))
    account = named.id if named else None
    place = request.thread.partition(":")[0]
    places = TERMINAL if place in TERMINAL else (f"{place}:",)
    zone, about = ZoneInfo(request.user.time_zone), named.name if named else ""
    found = calls.last(request.user.id, in_thread(request.thread), account)
    if not found:
        found = calls.last(request.user.id, at_place(*places), account)
        return draft(found, zone, last(found, zone, about), about)
    thread = threads.get(request.thread)
    later = account is None and thread is not None and found[0].at < thread.updated_at
    return draft(found, zone, WITHOUT if later else "", about)


def last(calls: Sequence[ModelCall], zone: tzinfo, about: str = "") -> str:
    """Say which answer it is where the conversation does not tell: one without a model may have come after it."""
    if not calls:
        return ""
    return LAST.format(about=f" about {about}" if about else "", at=f"{calls[0].at.astimezone(zone):%Y-%m-%d %H:%M %Z}")


def draft(calls: Sequence[ModelCall], zone: tzinfo, lead: str = "", about: str = "") -> Draft:
    """Show an answer's calls; `about` is the account that was named."""
    if not calls:
        return _said(NOTHING_ABOUT.format(name=about) if about else NOTHING)
    return Draft(skill=SKILL, lead=lead, sections=tuple(section for call in calls for section in _sections(call, zone)))


def _said(sentence: str) -> Draft:
    return Draft(skill=SKILL, sections=(Section(title="", lines=(Line(text=sentence),)),))


def _sections(call: ModelCall, zone: tzinfo) -> list[Section]:
    head = Section(title=f"Sent to {call.model}", lines=(Line(text=told(call, zone)),))
    if call.sent is None:
        return [head, Section(title="", lines=(Line(text=GONE),))]
    texts = [Section(title=f"As {one.role}", lines=(Line(text=one.text),)) for one in call.sent]
    back = (
        [] if call.received is None else [Section(title="What came back", lines=(Line(text=as_json(call.received)),))]
    )
    return [head, *texts, *back]


def told(call: ModelCall, zone: tzinfo) -> str:
    """When, for what, how much, and how it ended."""
    counted = "estimated" if call.estimated else "counted by the server"
    cost = "cost not known (no price in SELLER_PRICES)" if call.cost is None else f"USD {call.cost:.4f}"
    took = f", {call.ms / 1000:.1f} s" if call.ms is not None else ""
    why = f" ({call.why.rstrip('.')})" if call.why else ""
    return (
        f"{call.at.astimezone(zone):%Y-%m-%d %H:%M %Z}, {call.skill}, prompt {call.prompt} {call.prompt_version}: "
        f"{call.input_tokens:,} tokens in, {call.output_tokens:,} out ({counted}), {cost}{took}; {ENDED[call.outcome]}{why}. "
        f"Answer {call.request}."
    )


def as_json(value: object) -> str:
    """A value as it came, in lines."""
    return json.dumps(value, ensure_ascii=False, indent=2)
