"""Small pure scorers: a case and its reply → a score, or None where the case has nothing to score."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.assistant import Reply
from bot.proposals import Line
from bot.skills.ask import UNCERTAIN
from evals.suite import Case

NOT_KNOWN = "Not in the knowledge base."
TEN = (
    "Bottom line", "Identity", "Relationship", "People", "Open opportunities", "What happened", "Commitments",
    "Risks and open questions", "The play",
)  # fmt: skip
"""sections of a brief; the tenth, the unknowns, is a field of its own"""
NEWS = ("Since ", "The last ")
"""how the section begins that tells what changed"""


@dataclass(frozen=True)
class Score:
    """0 to 1, with the reason where it is not 1."""

    value: float
    why: str = ""


Scorer = Callable[[Case, Reply], Score | None]


def lines_of(reply: Reply) -> list[Line]:
    """All lines of the answer."""
    return [line for section in reply.draft.sections for line in section.lines]


def said(reply: Reply) -> str:
    """The answer's words without its sources, folded for comparing."""
    return _fold(" ".join(line.text for line in lines_of(reply)))


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.casefold())


def abstains(reply: Reply) -> bool:
    """Whether the answer is "not in the knowledge base"."""
    lines = lines_of(reply)
    # What is no question for the pages is not answered from them, and what was not understood is said so.
    return reply.draft.skill == "help" or any(
        line.text == NOT_KNOWN or line.text.startswith("I did not understand") for line in lines
    )


def answered(case: Case, reply: Reply) -> Score | None:
    """An answerable question got an answer."""
    if not case.answerable:
        return None
    return Score(0.0, "said it is not in the knowledge base") if abstains(reply) else Score(1.0)


def abstained(case: Case, reply: Reply) -> Score | None:
    """An unanswerable question was refused."""
    if case.answerable:
        return None
    return Score(1.0) if abstains(reply) else Score(0.0, f"answered: {said(reply)[:160]}")


def hedges(reply: Reply) -> bool:
    """Whether the answer says that it is not certain."""
    return reply.draft.lead.startswith(UNCERTAIN)


def sure(case: Case, reply: Reply) -> Score | None:
    """An answerable question is answered without a hedge."""
    if not case.answerable:
        return None
    return Score(0.0, "abstains or hedges") if abstains(reply) or hedges(reply) else Score(1.0)


def honest(case: Case, reply: Reply) -> Score | None:
    """An unanswerable question is refused, or the nearest pages are shown as uncertain."""
    if case.answerable:
        return None
    return Score(1.0) if abstains(reply) or hedges(reply) else Score(0.0, "answered as if certain")


def correct(case: Case, reply: Reply) -> Score | None:
    """Every fact that must be in the answer is there, and nothing that must not be."""
    if not case.must and not case.must_not:
        return None
    text = said(reply)
    missing = [group[0] for group in case.must if not any(_fold(choice) in text for choice in group)]
    wrong = [words for words in case.must_not if _fold(words) in text]
    if not missing and not wrong:
        return Score(1.0)
    return Score(0.0, "; ".join([*(f"missing {m}" for m in missing), *(f"says {w}" for w in wrong)]))


def sourced(case: Case, reply: Reply) -> Score | None:
    """One of the right sources is cited."""
    if not case.source or not case.answerable:
        return None
    found = [citation.source for citation in reply.draft.citations]
    fits = any(source.endswith(wanted) for wanted in case.source for source in found)
    return Score(1.0) if fits else Score(0.0, f"cites {', '.join(dict.fromkeys(map(_tail, found))) or 'nothing'}")


def avoided(case: Case, reply: Reply) -> Score | None:
    """No source is cited that people found beside the point."""
    if not case.avoid:
        return None
    wrong = [c.source for c in reply.draft.citations if any(c.source.endswith(end) for end in case.avoid)]
    return Score(0.0, f"cites {', '.join(dict.fromkeys(map(_tail, wrong)))}") if wrong else Score(1.0)


def _tail(source: str) -> str:
    """The end of a source's address, which is the same on every machine."""
    return "/".join(source.split("/")[-2:])


def cited(case: Case, reply: Reply) -> Score | None:
    """Every line of an answer rests on a source; a question back to the asker is no answer."""
    if abstains(reply) or reply.draft.skill == "clarify" or not lines_of(reply):
        return None
    bare = [line.text for line in lines_of(reply) if not line.cites]
    return Score(0.0, f"without a source: {bare[0][:120]}") if bare else Score(1.0)


def complete(case: Case, reply: Reply) -> Score | None:
    """A brief has its ten parts, in order; other skills have no such parts."""
    if reply.draft.skill != "brief":
        return None
    # What changed since the last look stands in a brief only where there was one, and alone where that was asked for.
    titles = tuple(s.title for s in reply.draft.sections if not s.title.startswith(NEWS))
    if not titles:
        return None
    return Score(1.0) if titles == TEN else Score(0.0, f"has {titles}")


def unknowns(case: Case, reply: Reply) -> Score | None:
    """What the data lacks is said."""
    if not case.unknown:
        return None
    text = _fold(" ".join(reply.draft.unknowns))
    missing = [words for words in case.unknown if _fold(words) not in text]
    return Score(0.0, f"does not say {missing}") if missing else Score(1.0)


def proposed(case: Case, reply: Reply) -> Score | None:
    """The right kinds of writes wait for a yes, and none is applied."""
    if case.proposes is None:
        return None
    changes = reply.proposal.changes if reply.proposal else ()
    kinds = tuple(change.write.kind for change in changes)
    if kinds != case.proposes:
        return Score(0.0, f"proposes {kinds}")
    waiting = all(change.status == "pending" for change in changes)
    return Score(1.0) if waiting else Score(0.0, "something was applied without a yes")


def filled(case: Case, reply: Reply) -> Score | None:
    """The proposed writes hold exactly the record ids, dates and subjects that the words mean."""
    if not case.writes:
        return None
    changes = reply.proposal.changes if reply.proposal else ()
    if len(changes) != len(case.writes):
        return Score(0.0, f"proposes {len(changes)} writes, not {len(case.writes)}")
    wrong = [
        f"{name} is {held.get(name)!r}, not {wanted!r}"
        for fields, held in zip(case.writes, (change.write.model_dump(mode="json") for change in changes), strict=True)
        for name, wanted in fields.items()
        if held.get(name) != wanted
    ]
    return Score(0.0, "; ".join(wrong)) if wrong else Score(1.0)


def one_screen(case: Case, reply: Reply) -> Score | None:
    """The bottom line has three lines at most, and no section more than twelve."""
    if reply.draft.skill == "clarify":
        return None
    sections = reply.draft.sections
    long = [s.title for s in sections if len(s.lines) > (3 if s.title == "Bottom line" else 12)]
    return Score(0.0, f"too long: {long}") if long else Score(1.0)


SCORERS: dict[str, Scorer] = {
    scorer.__name__: scorer
    for scorer in (
        answered,
        sure,
        honest,
        abstained,
        correct,
        sourced,
        avoided,
        cited,
        complete,
        unknowns,
        proposed,
        filled,
        one_screen,
    )
}


def scored(name: str) -> str:
    """What a scorer measures, in its own words; empty where there is no such scorer."""
    scorer = SCORERS.get(name)
    return (scorer.__doc__ or "").strip().splitlines()[0].rstrip(".") if scorer else ""
