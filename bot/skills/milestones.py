"""The milestones of a plan to go-live: the field's usual chain, or the playbook's own, and who does what on both sides."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.crm.records import Contact
from bot.dates import find_dates
from bot.skills import Context
from bot.skills.chain import Step, between
from bot.skills.extract import badge, clean
from bot.skills.play import PLAYBOOK
from bot.skills.view import AccountView
from knowledge.documents import Passage
from knowledge.errors import KnowledgeError


@dataclass(frozen=True)
class Kind:
    """A kind of milestone: how customers read it, how people call it, how long it takes, who does it."""

    key: str
    name: str
    called: str
    """regular expression on what people call it"""
    takes: int
    """working days from the step before, as is usual in the field"""
    roles: tuple[str, ...] = ()
    """roles on the deal of who does it there, the first that somebody has"""
    titles: str = ""
    """words of a title that fit where no role does"""


KINDS: tuple[Kind, ...] = (
    Kind("evaluation", "Evaluation complete", r"evaluations?|pilot|trial|poc|proof of concept|demo", 10, ("champion", "user")),
    Kind("technical", "Technical session held", r"sessions? with it|it session|technical (?:session|workshop|review|deep dive)|architecture", 5, ("technical_buyer",), r"\bit\b|cio|architect|technolog"),
    Kind("review", "Security and legal review complete", r"security(?:,| and|/| &) legal|reviews?(?: complete)?", 15, ("technical_buyer", "procurement"), r"\bit\b|security|cio|legal|counsel|privacy"),
    Kind("security", "Security review complete", r"security|infosec|penetration|soc ?2", 10, ("technical_buyer",), r"security|\bit\b|cio"),
    Kind("legal", "Legal review complete", r"legal|redlines?|dpa|data processing|contract review|terms and conditions|msa", 10, ("procurement",), r"legal|counsel|privacy|procurement|purchas"),
    Kind("commercial", "Commercial terms agreed", r"commercial|pric(?:e|ing)|terms?|business case|budget|proposal", 10, ("procurement", "economic_buyer"), r"procurement|purchas|finance"),
    Kind("order", "Order form sent", r"order forms?|purchase orders?|quotes?|paperwork", 5, ("procurement", "economic_buyer"), r"procurement|purchas"),
    Kind("signature", "Contract signed", r"signatures?|signing|sign(?:ed)?|contract(?: signed)?|countersign(?:ed|ature)?", 5, ("economic_buyer", "decision_maker"), r"chief financial|\bcfo\b|chief executive|\bceo\b|managing director"),
    Kind("kickoff", "Kick-off", r"kick-?offs?|onboarding(?: starts?)?|project starts?|implementation starts?", 5, ("champion", "user")),
    Kind("data", "Data and configuration ready", r"data|config(?:uration)?|set-?up|integrations?|migration|import", 15, ("technical_buyer",), r"\bit\b|data|system|architect"),
    Kind("training", "Users trained", r"trainings?|users? trained|enablement|workshops?", 5, ("user", "champion")),
    Kind("golive", "Go-live", r"go-?live|going live|launch|live|roll-?out", 5, ("champion", "user")),
)  # fmt: skip
"""in the order in which they follow each other"""
BY_KEY = {kind.key: kind for kind in KINDS}
USUAL = ("evaluation", "review", "commercial", "signature", "kickoff", "data", "training", "golive")
"""the chain of the field, where the playbook has none"""
PAGE = re.compile(
    r"\b(?:close|mutual|action|success|go-?live|onboarding|implementation|project|joint) plans?\b|\bplan to go-?live\b",
    re.I,
)
RULE = re.compile(r"^\|[\s:|-]+\|?$")
LENGTH = re.compile(r"(\d+)\s*(?:(?:working|business) )?(days?|weeks?|months?)", re.IGNORECASE)
BEFORE = re.compile(r"\b(?:t|d)\s?[-−]\s?(\d+)\b", re.IGNORECASE)
WHOLE = re.compile(
    r"(?:onboarding|implementation|set-?up|roll-?out) takes (?:about |around )?(\d+) (weeks|days)", re.IGNORECASE
)
"""how long it takes from the kick-off to go-live, as a page says it"""
LEAST = 3
"""rows of a known kind that make a table a plan"""


@dataclass(frozen=True)
class Template:
    """The steps to count back, and the page they come from; None: the usual chain."""

    steps: Sequence[Step]
    page: Passage | None = None

    @property
    def told(self) -> str:
        """Where the steps come from, with the page's badge."""
        if self.page is None:
            return "No plan is in the playbook, so these are the usual steps of the field with their usual time"
        return f"Steps from the playbook: {self.page.document.title} ({badge(self.page)})"


def usual() -> Template:
    """The chain of the field."""
    return Template([Step(key, BY_KEY[key].name, BY_KEY[key].takes) for key in USUAL])


def template(context: Context) -> tuple[Template, str]:
    """The playbook's own chain, else the usual one; and why the playbook was not read."""
    query = "close plan, mutual action plan: steps, who, by when, back from the go-live date"
    try:
        found = context.library.search(query, scope=context.scope(None), kinds=PLAYBOOK, k=6, now=context.now)
        for passage in found:
            if PAGE.search(f"{passage.document.title} {passage.chunk.location}") and passage.status != "expired":
                text = "\n".join(chunk.text for chunk in context.library.chunks(passage.document.id))
                steps = read_steps(text, quotable=passage.document.quotable)
                if steps:
                    return Template(steps, passage), ""
    except KnowledgeError as error:
        return usual(), f"Playbook: {error}"
    return usual(), ""


def kind_of(words: str) -> Kind | None:
    """The kind of milestone that words name; the one named first, of several the longer name."""
    found = [
        (m.start(), -len(m[0]), k)
        for k, kind in enumerate(KINDS)
        if (m := re.search(rf"\b(?:{kind.called})\b", words, re.I))
    ]
    return KINDS[min(found)[2]] if found else None


def read_steps(text: str, *, quotable: bool) -> list[Step]:
    """The steps of the first table that is a plan; an internal page's own words stay inside."""
    for rows in _tables(text):
        steps = _steps(rows, quotable)
        if len({step.key for step in steps if step.key in BY_KEY}) >= LEAST:
            return _to_the_end(steps, text)
    return []


def _tables(text: str) -> list[list[list[str]]]:
    """Every table as rows of cells, the head first."""
    found: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.strip().startswith("|"):
            if not RULE.match(line.strip()):
                found[-1].append([clean(cell) for cell in line.strip().strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [rows for rows in found if len(rows) > 1]


def _steps(rows: Sequence[Sequence[str]], quotable: bool) -> list[Step]:
    steps: list[Step] = []
    before: date | None = None
    ahead: int | None = None
    for cells in rows[1:]:
        kind, when = kind_of(cells[0]), " ".join(cells[1:])
        day, left = _day(when), _before_end(when)
        takes = kind.takes if kind else 5
        if day and before:
            takes = max(1, between(before, day))
        elif left is not None and ahead is not None:
            takes = max(1, ahead - left)
        elif day is None and left is None and (said := LENGTH.search(when)):
            takes = _working(said)
        steps.append(_step(kind, cells[0], takes, steps, quotable))
        before, ahead = day or before, left if left is not None else ahead
    return steps


def _step(kind: Kind | None, words: str, takes: int, so_far: Sequence[Step], quotable: bool) -> Step:
    fresh = kind if kind and kind.key not in {step.key for step in so_far} else None
    key = fresh.key if fresh else f"step{len(so_far) + 1}"
    if quotable or fresh is None:
        return Step(key, words, takes, internal=not quotable)
    return Step(key, fresh.name, takes)


def _day(text: str) -> date | None:
    found = [day for start, end, day in find_dates(text, date(2000, 1, 1)) if re.search(r"\d{4}", text[start:end])]
    return found[0] if found else None


def _before_end(text: str) -> int | None:
    """Working days before the end, from “T-30” (calendar days) or “6 weeks before go-live”."""
    if short := BEFORE.search(text):
        return int(short[1]) * 5 // 7
    said = LENGTH.search(text)
    return _working(said) if said and re.search(r"\bbefore\b", text, re.I) else None


def _working(said: re.Match[str]) -> int:
    per = {"d": 1, "w": 5, "m": 21}[said[2][0].lower()]
    return max(1, int(said[1]) * per)


def _to_the_end(steps: list[Step], text: str) -> list[Step]:
    """The steps with what usually follows the last of them, up to go-live."""
    order = [kind.key for kind in KINDS]
    known = [order.index(step.key) for step in steps if step.key in BY_KEY]
    if "golive" in {step.key for step in steps}:
        at = next(k for k, step in enumerate(steps) if step.key == "golive")
        return steps[: at + 1]
    tail = [kind for kind in KINDS if order.index(kind.key) > max(known) and kind.key in USUAL]
    takes = _shares([kind.takes for kind in tail], text)
    return [*steps, *(Step(kind.key, kind.name, n) for kind, n in zip(tail, takes, strict=True))]


def _shares(takes: list[int], text: str) -> list[int]:
    """Working days of the last steps, stretched to what the page says that it takes in all."""
    said = WHOLE.search(text)
    if said is None:
        return takes
    whole = int(said[1]) * (5 if said[2].lower() == "weeks" else 1)
    shares = [max(1, n * whole // sum(takes)) for n in takes]
    shares[0] += max(0, whole - sum(shares))
    return shares


def without(steps: Sequence[Step], keys: Sequence[str]) -> list[Step]:
    """The steps but for some; their time goes with them."""
    return [step for step in steps if step.key not in keys]


def theirs(view: AccountView, step: Step) -> Contact | None:
    """Who does it there: by role on the deal, else by title; nobody who is not to be contacted."""
    kind = BY_KEY.get(step.key)
    if kind is None:
        return None
    may = [contact for contact in view.contacts if not contact.do_not_contact]
    for role in kind.roles:
        held = {r.contact_id for deal in view.deals[:1] for r in deal.roles if r.role == role}
        if found := next((contact for contact in may if contact.id in held), None):
            return found
    fits = [c for c in may if kind.titles and c.title and re.search(kind.titles, c.title, re.IGNORECASE)]
    return fits[0] if len(fits) == 1 else None


def renamed(step: Step, name: str) -> Step:
    """The step under another name."""
    return replace(step, name=name)
