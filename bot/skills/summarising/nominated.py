"""What a model finds in a call that the rules missed: a claim only where code finds its words and what was learnt agrees (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from bot.proposals import Dropped
from bot.skills.summarising import tongues
from bot.skills.summarising.decisions import SUGGESTED
from bot.skills.summarising.firm import is_firm
from bot.skills.summarising.later import settled
from bot.skills.summarising.likely import DEMOTED
from bot.skills.summarising.objections import objected
from bot.skills.summarising.promising import doer
from bot.skills.summarising.quarantine import is_absence
from bot.skills.summarising.reading import MORE, MOST, CallRead, Noted, maybe
from bot.skills.summarising.scan import Scan
from bot.skills.summarising.steps import Step
from bot.skills.summarising.transcript import Sentence
from bot.skills.summarising.when import when

Kind = Literal[
    "decision", "suggestion", "next_step", "open_question", "objection", "pain", "budget", "timeline", "paper_process", "risk",
    "metrics", "economic_buyer", "decision_criteria", "decision_process", "champion",
]  # fmt: skip
MARKS: Mapping[Kind, str] = {
    "decision": "D", "suggestion": "S", "next_step": "C", "open_question": "Q", "objection": "O", "pain": "P", "budget": "B",
    "timeline": "T", "paper_process": "L", "risk": "R", "metrics": "m:metrics", "economic_buyer": "m:economic_buyer",
    "decision_criteria": "m:decision_criteria", "decision_process": "m:decision_process", "champion": "m:champion",
}  # fmt: skip
"""the kinds as they were learnt (`likely.py`)"""
LISTS: Mapping[Kind, str] = {
    "decision": "decisions", "suggestion": "suggestions", "next_step": "steps", "open_question": "open_questions",
    "objection": "objections", "pain": "pains", "budget": "budget", "timeline": "timeline", "paper_process": "paper_process",
    "risk": "risks",
}  # fmt: skip
"""the lists of a call; what has none is a part of its method"""
WHOSE_EVER: tuple[Kind, ...] = ("decision", "suggestion", "next_step", "open_question")
"""kinds that either side may say"""
DOUBTED = "its words hardly speak for it"
_WILL = re.compile(
    r"\b(?:will|'ll|shall|going to|let me|i(?: can)? (?:send|bring|share|get)|werde|werden|schicke|sende|vais|allons|enverr\w+|voy a|vamos a|enviar\w*)\b",
    re.IGNORECASE,
)


class Missed(BaseModel):
    """Something that was said."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    kind: str = Field(json_schema_extra={"enum": list(get_args(Kind))})
    """What it is, of the kinds that are listed."""
    line: int
    """The number before the line in which it stands."""
    quote: str
    """The sentence, copied letter for letter from that line."""


def readable(call: CallRead) -> list[Sentence]:
    """What of a call a model may read: no words to machines, and nobody's illness."""
    planted = {sentence for one in call.to_machines for sentence in one.said}
    return [one for one in call.transcript.said if one not in planted and not is_absence(one.text)]


def merged(call: CallRead, claims: Sequence[Missed], framework: str) -> tuple[CallRead, list[Dropped]]:
    """The call with what the model found beyond the rules; nothing twice, and nothing that code does not find said."""
    return _Merging(call, framework).take(claims)


class _Merging:
    """Takes the claims of a model into a call, one by one."""

    def __init__(self, call: CallRead, framework: str) -> None:
        self._call, self._parts = call, framework == "meddpicc"
        self._scan = Scan(call.transcript, call.people)
        self._readable = readable(call)
        self._known = {_key(kind, said) for kind, noted in _listed(call) for said in noted.said}
        self._new: dict[str, list[Noted | Step]] = {}
        self._perhaps = list(call.perhaps)
        self._found, self._dropped = 0, list[Dropped]()

    def take(self, claims: Sequence[Missed]) -> tuple[CallRead, list[Dropped]]:
        """(the call with what holds, what does not)."""
        for claim in claims:
            if why := self._taken(claim):
                self._dropped.append(Dropped(claim=claim.quote[:200], why=why))
        lists = {name: self._joined(name, more) for name, more in self._new.items()}
        claimed = {id(said) for more in self._new.values() for one in more for said in one.said}
        perhaps = [one for one in self._perhaps if id(one.said[0]) not in claimed][: max(MORE, len(self._call.perhaps))]
        return replace(self._call, **lists, perhaps=perhaps), self._dropped  # type: ignore[arg-type]

    def _taken(self, claim: Missed) -> str:
        """Take one claim; why not, where it does not hold."""
        sentence, kind = self._said(claim), cast(Kind, claim.kind)
        if sentence is None or kind not in MARKS:
            return "these words do not stand in that line" if sentence is None else "there is no such kind of claim"
        if why := self._unfit(kind, sentence):
            return why
        return "" if _key(kind, sentence) in self._known else self._weighed(kind, sentence)

    def _weighed(self, kind: Kind, sentence: Sentence) -> str:
        """A claim where what was learnt agrees, a line to look at where it half does."""
        made = self._made(kind, sentence)
        mark = f"{MARKS[kind]}+" if isinstance(made, Step) and made.due else MARKS[kind]
        share = self._scan.likely.certainty((sentence,), mark)
        # What was learnt is mostly English: of another language its doubt leaves a line to look at.
        if share < DEMOTED and self._scan.english:
            return DOUBTED
        self._known.add(_key(kind, sentence))
        if share >= 1:
            self._new.setdefault(LISTS.get(kind, "qualification"), []).append(made)
        elif all(one.said[0] is not sentence for one in self._perhaps):
            # What a model finds comes before what only words make likely.
            self._perhaps.insert(self._found, Noted((sentence,), self._scan.who(sentence.turn), maybe(MARKS[kind])))
            self._found += 1
        return ""

    def _said(self, claim: Missed) -> Sentence | None:
        """The sentence that is quoted: in the line that is named, or the only one that holds these words."""
        wanted = _folded(claim.quote)
        if len(wanted.split()) < 3:
            return None
        found = [one for one in self._readable if wanted in _folded(one.text)]
        near = [one for one in found if claim.line in one.lines]
        return near[0] if near else found[0] if len(found) == 1 else None

    def _unfit(self, kind: Kind, one: Sentence) -> str:
        """Why a sentence cannot be what the model takes it for; empty where it can."""
        words, asked = self._scan.words(one), one.text.rstrip().endswith("?")
        if kind == "open_question":
            return "" if asked else "it is no question"
        if kind == "suggestion":
            return ""
        if asked:
            return "it is a question"
        if kind not in WHOSE_EVER:
            return self._unfit_of_theirs(kind, one)
        if not is_firm(words) or SUGGESTED.search(words) or not self._scan.is_earnest(one):
            return "it is not firm"
        return "it promises nothing" if kind == "next_step" and not self._promises(one, words) else ""

    def _unfit_of_theirs(self, kind: Kind, one: Sentence) -> str:
        if not self._scan.is_theirs(one):
            return "it is not said by the customer"
        if one not in self._scan.statements:
            return "it is not said in earnest"
        return "" if kind in LISTS or self._parts else "the method of this call has no such part"

    def _promises(self, one: Sentence, words: str) -> bool:
        return one.turn.who in self._call.people and _WILL.search(words) is not None

    def _made(self, kind: Kind, one: Sentence) -> Noted | Step:
        person, words = self._call.people.get(one.turn.who), self._scan.words(one)
        if kind == "next_step" and person:
            told, due, rest = (when if self._scan.english else tongues.when)(words, self._call.day)
            return Step(doer(rest, person, self._call.people), rest.rstrip("."), (one,), due, told)
        if kind == "objection":
            return objected(self._scan, one)
        return Noted((one,), self._scan.who(one.turn), "" if kind in LISTS else kind)

    def _joined(self, name: str, more: Sequence[Noted | Step]) -> list[Noted | Step]:
        """A list with what came to it, in the order of the call; a later word counts for a promise before an earlier one."""
        known: list[Noted | Step] = list(getattr(self._call, name))
        if name == "steps":
            promised = [one for one in more if isinstance(one, Step) and not self._repeats(one)]
            return _in_order([*known, *settled(self._scan, promised, self._call.day, self._call.steps)])
        return (
            _in_order([*known, *more[: max(0, MOST - len(known))]]) if name in OF_THEIRS else _in_order([*known, *more])
        )

    def _repeats(self, step: Step) -> bool:
        same = (step.owner.label, " ".join(step.what.casefold().split()), step.due)
        return any(
            same == (one.owner.label, " ".join(one.what.casefold().split()), one.due) for one in self._call.steps
        )


OF_THEIRS = frozenset(name for kind, name in LISTS.items() if kind not in WHOSE_EVER) | {"qualification"}
"""lists of what the customer said, which stay short"""


def _key(kind: str, said: Sentence) -> tuple[str, int]:
    """What keeps a claim from being made twice; a sentence may be a pain and a figure, but no promise and a decision."""
    return ("" if kind in WHOSE_EVER or kind == "" else kind, id(said))


def _listed(call: CallRead) -> list[tuple[str, Noted | Step]]:
    of_lists = [(kind, one) for kind, name in LISTS.items() for one in getattr(call, name)]
    return [*of_lists, *((one.name, one) for one in call.qualification), *(("", one) for one in call.to_machines)]


def _in_order(found: Sequence[Noted | Step]) -> list[Noted | Step]:
    return sorted(found, key=lambda one: (one.said[0].turn.k, one.said[0].lines))


def _folded(text: str) -> str:
    return " ".join(text.split()).strip("“”\"'").casefold()
