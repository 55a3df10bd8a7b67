"""What words say of a plan: its go-live, and changes of the plan that the conversation has (pure but for the clock)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.date_rules import COUNTS
from bot.dates import Phrase, read_dates
from bot.errors import Ambiguous, BotError
from bot.skills import Context
from bot.skills.chain import Step, count_back, earlier, later
from bot.skills.milestones import KINDS, Template, kind_of, without

EXAMPLE = "make a mutual action plan for NAME, go-live on 1 March"
ASKS = "On which day is the go-live of "
CHOSEN = re.compile(r"\((\d{4}-\d{2}-\d{2})\)\s*$")
"""the day that the seller chose when asked"""
LIVE = re.compile(r"\b(?:go(?:es|ing)?[- ]?live|live|launch(?:es)?|roll-?out|back from|start)\b", re.IGNORECASE)
STATE = re.compile(
    r"Plan for (?P<about>.+?) to go-live on (?P<day>\d{4}-\d{2}-\d{2})\.(?: You set: (?P<set>[^.]*)\.)?(?: Left out: (?P<out>[^.]*)\.)?"
)
"""how an answer opens, from which its plan is read again"""
_NAMES = "|".join(f"(?:{kind.called})" for kind in KINDS)
_LEAD = r"^(?:(?:please|(?:can|could) (?:you|we)|and|also|now|ok|no|sorry|then|rather|better|actually|let'?s|we(?:'d| would| will)?(?: like to| need to)?),? )*"
_MORE = r"(?:reviews?|sessions?|terms|agreed|complete|signed|forms?|phase|step|milestone|starts?|ready|trained|held|sent|workshop|with it)"
_STEP = rf"(?:the )?(?P<what>(?:[\w-]+ ){{0,3}}?(?:{_NAMES})(?: {_MORE})*)"
_ALL = r"(?:it|that|this|everything|the (?:whole )?(?:plan|thing|date|day))"
"""words for the plan as a whole, which moves with its go-live"""
MOVE = re.compile(
    rf"{_LEAD}(?:move|shift|push|pull|set|put|make|change|bring|reschedule|postpone|delay|have) (?:{_ALL}|{_STEP})"
    r"(?: date)?(?: (?:back|out|forward|up|in))?(?: (?:to|for|on|until|till|by|at)| ?=| ?:)? (?P<day>.+)$",
    re.IGNORECASE,
)
SAID = re.compile(
    rf"^{_STEP}(?: date)?(?: (?:is|on|by|must be|should be|has to be|will be|to|at|moves to|goes to)|:|=)* (?P<day>.+)$",
    re.IGNORECASE,
)
DROP = re.compile(
    rf"{_LEAD}(?:drop|remove|skip|leave out|delete|cut|take out|without|no) {_STEP}(?: (?:please|step|milestone))?[.! ]*$",
    re.IGNORECASE,
)
DONE = re.compile(
    rf"{_LEAD}{_STEP} (?:is|are|was|has been) (?:already )?(?:done|complete[d]?|finished|over|through)[.! ]*$",
    re.IGNORECASE,
)
SHIFT = re.compile(
    rf"^(?:by |everything |all |it )*(?P<count>\d{{1,3}}|{'|'.join(COUNTS)}) (?P<unit>day|week|month)s?(?: (?P<way>later|earlier|back|forward|out|sooner))?(?: please)?[.! ]*$",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"\b(?:with|include|including|add|show)\s+(?:the |our )?(?:amounts?|prices?|values?)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Plan:
    """What is known of a plan beside its steps."""

    go_live: date
    fixed: Mapping[str, date] = field(default_factory=dict)
    """days that the seller set, by key of the step"""
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class Before:
    """The plan that the conversation has, as it was told; or the question for its day."""

    about: str
    go_live: date | None = None
    set_days: Sequence[tuple[str, date]] = ()
    left_out: Sequence[str] = ()

    @property
    def asked(self) -> bool:
        """Whether only its day was asked for."""
        return self.go_live is None


def plan_before(context: Context) -> Before | None:
    """Read the conversation's last plan out of what was answered."""
    turns = context.thread_turns
    said = next((k for k in range(len(turns) - 1, -1, -1) if turns[k][0] == "assistant"), None)
    text = turns[said][1] if said is not None else ""
    if text.startswith(ASKS):
        return Before(about=text.removeprefix(ASKS).partition("?")[0])
    match = STATE.match(text)
    if match is None:
        return None
    pairs = [one.strip().rpartition(" ") for one in (match["set"] or "").split(";") if one.strip()]
    days = [(name, date.fromisoformat(day)) for name, _, day in pairs]
    out = [one.strip() for one in (match["out"] or "").split(";") if one.strip()]
    return Before(match["about"], date.fromisoformat(match["day"]), days, out)


def goes_on(text: str) -> bool:
    """Whether words change the plan that was just shown, or give the day that was asked for."""
    said = " ".join(text.split())
    if DROP.match(said) or DONE.match(said):
        return True
    match = MOVE.match(said) or SAID.match(said)
    told = match["day"] if match else re.sub(_LEAD, "", said, flags=re.IGNORECASE)
    shift = SHIFT.match(told)
    # A bare “two weeks” may answer another question; “two weeks later” moves what was shown.
    return bool(shift and (match or shift["way"])) or any(
        _whole(phrase, told) for phrase in read_dates(told, date(2000, 1, 1))
    )


def _whole(phrase: Phrase, text: str) -> bool:
    """Whether a phrase of time is all that words hold beside small ones."""
    rest = text[: phrase.start] + text[phrase.end :]
    return re.fullmatch(r"(?:[\s.,!?]|\b(?:on|by|to|in|the|instead|please|at|for)\b)*", rest, re.IGNORECASE) is not None


def day_in(text: str, today: date) -> date | None:
    """The go-live that words name; None where they name none.

    Raises Ambiguous for a day of two readings and for a stretch of days, BotError for one that does not exist.
    """
    if chosen := CHOSEN.search(text):
        return date.fromisoformat(chosen[1])
    phrases = read_dates(text, today)
    after = [p for p in phrases if any(m.end() <= p.start for m in LIVE.finditer(text))]
    phrase = next(iter(after or phrases[-1:]), None)
    return _day_of(phrase, text, today) if phrase else None


def _day_of(phrase: Phrase, text: str, today: date) -> date:
    words = text[phrase.start : phrase.end]
    if phrase.kind == "ambiguous":
        days = [day for day in phrase.options if day > today] or list(phrase.options)
        return _one_of(days, f"“{words}” can be read in two ways; on which day?")
    if phrase.first is None or phrase.last is None:
        raise BotError(f"“{words}” is no day in any calendar; write the go-live like 2027-03-01.")
    if phrase.kind == "period":
        ends = [later(max(phrase.first, today + timedelta(days=1)), 0), earlier(phrase.last + timedelta(days=1), 1)]
        return _one_of(ends, f"On which day of “{words}”? These are its first and last working days.")
    return phrase.first


def _one_of(days: Sequence[date], question: str) -> date:
    distinct = list(dict.fromkeys(days))
    if len(distinct) > 1:
        raise Ambiguous(question, candidates=[day.isoformat() for day in distinct])
    return distinct[0]


def changed(before: Before, text: str, found: Template, today: date) -> Plan:
    """The plan with one change: a step moved, left out, or another go-live; what was not touched is counted anew."""
    by_name = {shown(step): step.key for step in found.steps}
    fixed = {by_name[name]: day for name, day in before.set_days if name in by_name}
    plan = Plan(before.go_live or today, fixed, [by_name[name] for name in before.left_out if name in by_name])
    said = " ".join(text.split())
    if drop := DROP.match(said) or DONE.match(said):
        return _dropped(plan, step_named(found.steps, drop["what"]))
    match = MOVE.match(said) or SAID.match(said)
    step = step_named(found.steps, match["what"]) if match and match["what"] else found.steps[-1]
    told = match["day"] if match else re.sub(_LEAD, "", said, flags=re.IGNORECASE)
    day = _moved(plan, found, step, told, today)
    if step is found.steps[-1]:
        return replace(plan, go_live=day)
    return replace(plan, fixed={**plan.fixed, step.key: day}, left_out=[k for k in plan.left_out if k != step.key])


def _dropped(plan: Plan, step: Step) -> Plan:
    if step.key == "golive":
        raise BotError("A plan needs its go-live; move it instead, such as “go-live 15 March”.")
    fixed = {key: day for key, day in plan.fixed.items() if key != step.key}
    return replace(plan, fixed=fixed, left_out=list(dict.fromkeys([*plan.left_out, step.key])))


def _moved(plan: Plan, found: Template, step: Step, told: str, today: date) -> date:
    """The day that is said, or so much later or earlier than it stands."""
    shift = SHIFT.match(told)
    if shift is None:
        day = day_in(told, today)
        if day is None:
            raise BotError(f"“{told}” is no day that I can read; write it like 2027-02-10.")
        return day
    chain = count_back(without(found.steps, plan.left_out), plan.go_live, today, plan.fixed)
    stands = next((row.day for row in chain.rows if row.step.key == step.key), plan.go_live)
    count = COUNTS.get(shift["count"].lower()) or int(shift["count"])
    days = count * {"day": 1, "week": 7, "month": 30}[shift["unit"].lower()]
    back = (shift["way"] or "").lower() in ("earlier", "forward", "sooner")
    return stands + timedelta(days=-days if back else days)


def step_named(steps: Sequence[Step], words: str) -> Step:
    """The step that words mean; BotError names those that there are."""
    low = words.casefold()
    if whole := next((step for step in steps if step.name.casefold() in low or low in step.name.casefold()), None):
        return whole
    kind = kind_of(words)
    keys = (
        [kind.key, *({"security": ["review"], "legal": ["review"], "review": ["security", "legal"]}.get(kind.key, []))]
        if kind
        else []
    )
    found = next((step for key in keys for step in steps if step.key == key), None)
    if found is None:
        raise BotError(f"The plan has no step “{words}”; its steps are {', '.join(step.name for step in steps)}.")
    return found


def shown(step: Step) -> str:
    """A step's name as the first lines of an answer can hold it."""
    return re.sub(r"[.;]", ",", step.name)


def wants_amount(text: str) -> bool:
    """Whether the seller wants the amount in the customer's file."""
    return AMOUNT.search(text) is not None
