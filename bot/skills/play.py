"""What the playbook holds for an account: the play, questions to ask, and answers to likely objections, with badges."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from bot.crm.match import fold
from bot.proposals import Line
from bot.skills import Context
from bot.skills.battle.parsing import read as read_card
from bot.skills.extract import badge, best, clean, units
from bot.skills.ledger import Ledger, joined
from bot.skills.next_action import worst
from bot.skills.standing import current
from bot.skills.view import AccountView
from knowledge.documents import Kind, Passage
from knowledge.library import Library

PLAYBOOK: tuple[Kind, ...] = ("playbook",)
OBJECTING = re.compile(r"\b(?:objections?|push-?backs?|they say|if they (?:ask|say)|handling)\b", re.IGNORECASE)
DISCOVERING = re.compile(r"\b(?:discovery|questions?|qualif\w*|ask)\b", re.IGNORECASE)
QUOTED = re.compile(r"[“\"]([^“”\"]{12,300}\?)[”\"]")
SAID = re.compile(r"^[ \t]*>", re.MULTILINE)
TOPICS: tuple[tuple[str, str], ...] = (
    (
        r"expensive|cheaper|discount|\bprice|pricing|% below|per ?cent below|\bcosts?\b",
        "you are too expensive, the price is too high",
    ),
    (r"no budget|budget (?:is )?(?:frozen|gone|cut)|not budgeted", "there is no budget"),
    (r"not now|next (?:quarter|year)|postpone|put on hold|too busy|no time", "not now, call me later"),
    (r"security|soc ?2|iso 27001|\bsso\b|hosting|gdpr|privacy|penetration", "our security review takes months"),
    (
        r"\berp\b|spreadsheets?|\bexcel\b|workbooks?|in-?house|already have|build it",
        "our ERP or our spreadsheets do that already",
    ),
    (r"trust|sceptic\w*|skeptic\w*|doubt\w*|prove|references?", "we do not trust that it works"),
)
"""words in what we know of a deal → the objection that they make likely, as the customer would say it"""
NEAR = 0.3
"""cosine below which a page has nothing to say on a matter: on the sample's pages those that fit have 0.35 and more"""
FEWEST_WORDS = 4
"""of a line that says how we win, and not only names what"""
USUAL = "you are too expensive, the price is too high"


@dataclass(frozen=True)
class Advice:
    """A sentence of a playbook page."""

    text: str
    passage: Passage

    @property
    def page(self) -> str:
        """The page's title with its badge."""
        return f"{self.passage.document.title} ({badge(self.passage)})"


@dataclass(frozen=True)
class Play:
    """What the playbook holds for a situation."""

    steps: Sequence[Advice] = ()
    questions: Sequence[Advice] = ()
    objections: Sequence[Advice] = ()

    def __bool__(self) -> bool:
        return bool(self.steps or self.questions or self.objections)

    @property
    def passages(self) -> list[Passage]:
        """Every passage that is used."""
        return [advice.passage for advice in (*self.steps, *self.questions, *self.objections)]


NOTHING = Play()
OBJECTED = "red flag said"
"""the risk that is answered among the objections"""


def read_play(context: Context, view: AccountView, titles: Sequence[str], evidence: str, *, steps: int = 3) -> Play:
    """Search the playbook; `titles` are of the people to be asked, `evidence` is what they and we said lately.

    Raises KnowledgeError where the knowledge base is out of reach.
    """
    finder = _Finder(context, context.library)
    objections = list(islice(finder.objections(view, evidence), 2))
    questions = list(finder.questions(view, titles))
    used = {advice.passage.document.id for advice in (*objections, *questions)}
    return Play(list(islice(finder.steps(view, used), steps)), questions, objections)


@dataclass(frozen=True)
class _Finder:
    context: Context
    library: Library

    def search(self, query: str, k: int = 4) -> list[Passage]:
        found = self.library.search(query, scope=self.context.scope(None), kinds=PLAYBOOK, k=k, now=self.context.now)
        return current(found)

    def steps(self, view: AccountView, used: set[str]) -> Iterator[Advice]:
        """How we win against the rival, then a sentence for each matter that presses, from the page that fits it best."""
        seen = set(used)
        for advice in (*self._against(view), *self._pressing(view)):
            if advice.passage.document.id not in seen:
                seen.add(advice.passage.document.id)
                yield advice

    def _against(self, view: AccountView) -> Iterator[Advice]:
        """What the rival's own page says of how we win; nothing where the pages know no such rival."""
        rival = (view.deals[0].opportunity.competitor if view.deals else "") or ""
        for passage in self.search(f"battlecard {rival}: where we win") if rival else ():
            said = read_card([passage.chunk], rival) if fold(rival) in fold(passage.document.title) else []
            wins = [one.text for one in said if one.part == "we" and len(one.text.split()) >= FEWEST_WORDS]
            if wins:
                yield Advice(f"where we win: {wins[0]}", passage)

    def _pressing(self, view: AccountView) -> Iterator[Advice]:
        for query, about in situations(view):
            fits = [p for p in self.search(query) if p.cosine >= NEAR and not OBJECTING.search(p.document.title)]
            picks = best(query, fits[0], 1) if fits else []
            named = [pick for p in fits[:2] for text in units(p.chunk.text) if (pick := _named(text, about, p))]
            if picks:
                yield named[0] if named else Advice(picks[0].text, fits[0])

    def questions(self, view: AccountView, titles: Sequence[str]) -> Iterator[Advice]:
        """Up to three questions for each kind of person, from the page that fits them best."""
        stage = view.deals[0].opportunity.stage if view.deals else "first call"
        about = [f"discovery questions for the {title}" for title in titles] or [f"discovery questions, {stage}"]
        seen: set[str] = set()
        for query in about:
            pages = [p for p in self.search(query) if DISCOVERING.search(_where(p)) and list(asks(p))]
            fits = [p for p in pages if p.chunk.id not in seen]
            if fits:
                seen.add(fits[0].chunk.id)
                yield from (Advice(text, fits[0]) for text in list(asks(fits[0]))[:3])

    def objections(self, view: AccountView, evidence: str) -> Iterator[Advice]:
        """The playbook's answer to what they are likely to object to, the most talked of first."""
        seen: set[str] = set()
        for topic in likely(view, evidence):
            for passage in self.search(f"objection: {topic}", 3):
                if OBJECTING.search(_where(passage)) and passage.document.id not in seen:
                    seen.add(passage.document.id)
                    text = _reply(passage, topic)
                    if text:
                        yield Advice(text, passage)
                    break


def _reply(passage: Passage, topic: str) -> str:
    """What to say: the page's first words to say out loud, else its sentence nearest to the objection."""
    said, quoted = SAID.search(passage.chunk.text), next(asks(passage), "")
    if said:
        return _whole(passage.chunk.text[said.start() :])
    picks = best(topic, passage, 1)
    return f"“{quoted}”" if quoted else picks[0].text if picks else ""


def _whole(text: str) -> str:
    """A quoted paragraph that goes on over several lines."""
    rows = takewhile(lambda row: row.startswith(">"), (row.strip() for row in text.splitlines()))
    return clean(" ".join(row.lstrip(">").strip() for row in rows))


def asks(passage: Passage) -> Iterator[str]:
    """The questions that a page puts into the seller's mouth."""
    for unit in units(passage.chunk.text):
        quoted = [found.strip() for found in QUOTED.findall(unit)]
        if quoted:
            yield from quoted
        elif unit.endswith("?") and 4 <= len(unit.split()) <= 40:
            yield unit


def likely(view: AccountView, evidence: str) -> list[str]:
    """Objections to expect, by how often what we know speaks of them; the usual one where nothing does."""
    rivals = [o.competitor for o in view.open if o.competitor]
    low = evidence.casefold()
    counts = {topic: len(re.findall(pattern, low)) for pattern, topic in TOPICS}
    if rivals:
        counts[USUAL] += 3
    return sorted((topic for topic, n in counts.items() if n), key=lambda topic: -counts[topic])[:3] or [USUAL]


def _named(text: str, about: str, passage: Passage) -> Advice | None:
    """A sentence or row that begins with what is looked for, such as a table's row on a stage."""
    starts = about and re.match(rf"(?:\d+[.)]? +)?{re.escape(about)}\b", text, re.IGNORECASE)
    return Advice(text, passage) if starts and len(text.split()) >= 6 else None


def situations(view: AccountView) -> list[tuple[str, str]]:
    """(what presses on an account in the playbook's words, its name): the stage, then the worst risk."""
    if not view.deals:
        first = f"running the first call with {view.account.industry or 'a new account'}"
        return [(first, ""), ("prospecting: the first meeting", "")]
    nearest, found = view.deals[0].opportunity, worst(view)
    stage = (f"{joined([nearest.stage, nearest.type], ' ')} stage: exit criteria, what to do", nearest.stage)
    return [
        stage,
        *([(f"{found[0].name}: {found[0].text}, what to do", "")] if found and found[0].name != OBJECTED else []),
    ]


def evidence_of(view: AccountView, notes: Iterable[Passage]) -> str:
    """What was said and written lately, as one text."""
    entered = [f"{a.subject} {a.body or ''}" for a in view.activities[:20]]
    return "\n".join([*entered, *(passage.chunk.text for passage in notes)])


def play_lines(play: Play, ledger: Ledger) -> list[Line]:
    """The play, then questions, then answers to objections, each with its page and badge."""
    steps = [Line(text=f"{one.page}: {one.text}", cites=(ledger.passage(one.passage),)) for one in play.steps]
    return [*steps, *question_lines(play.questions[:3], ledger), *objection_lines(play.objections, ledger)]


def question_lines(questions: Sequence[Advice], ledger: Ledger) -> list[Line]:
    """Questions to ask, each with its page and badge."""
    return [Line(text=f"Ask: “{q.text}” ({_cited(q)})", cites=(ledger.passage(q.passage),)) for q in questions]


def objection_lines(objections: Sequence[Advice], ledger: Ledger) -> list[Line]:
    """Likely objections, each with what the playbook answers."""
    return [
        Line(
            text=f"Likely objection: {_objection(one)}. Answer: {one.text} ({_cited(one)})",
            cites=(ledger.passage(one.passage),),
        )
        for one in objections
    ]


def _objection(advice: Advice) -> str:
    return re.sub(r"^objections?:\s*", "", advice.passage.document.title, flags=re.IGNORECASE).strip().rstrip(".")


def _cited(advice: Advice) -> str:
    return f"{advice.passage.document.title}; {badge(advice.passage)}"


def _where(passage: Passage) -> str:
    return f"{passage.document.title} {passage.chunk.location}"
