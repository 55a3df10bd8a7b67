"""The read-only tools of the agent: each runs over what the asker may see, and cites what it tells."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from bot.crm.records import Activity
from bot.proposals import Line
from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Pages, Promises
from bot.skills.asking.crm import Crm
from bot.skills.asking.finding import find
from bot.skills.asking.pages import near
from bot.skills.asking.result import Hit, Result
from bot.skills.asking.telling import cited, keep, measured
from bot.skills.ledger import Ledger, joined
from knowledge.documents import Passage

if TYPE_CHECKING:
    from bot.llm.agent import Tool

A = TypeVar("A", bound=Arguments)
NOT_SHOWN = "(this one is not shown to you)"
SHOWN, PASSAGES, CHARS = 8, 3, 900
"""records, passages and characters of each that the model reads of one look-up"""


class Bench:
    """The tools of one question, and what they found."""

    def __init__(self, crm: Crm, ledger: Ledger) -> None:
        self.crm, self.ledger = crm, ledger
        self.results: list[Result] = []
        self.passages: list[Passage] = []
        self.counts: list[str] = []
        """what each look-up found, in order"""

    def tools(self) -> "list[Tool]":
        """All tools; none of them has an effect."""
        from bot.llm.agent import Tool  # LangChain takes its time to import: paid by the first question of an agent

        kinds: tuple[tuple[str, type[Arguments]], ...] = (
            ("deals", Deals), ("accounts", Accounts), ("contacts", Contacts), ("activities", Activities),
            ("promises", Promises),
        )  # fmt: skip
        found = [Tool(name, _about(kind), kind, self._finder()) for name, kind in kinds]
        return [*found, Tool("pages", _about(Pages), Pages, self._pages)]

    def _finder(self) -> Callable[[BaseModel], str]:
        def run(asked: BaseModel) -> str:
            result = find(self.crm, asked)  # type: ignore[arg-type]
            self.results.append(result)
            self.counts.append(result.summary)
            return self._told(result)

        return run

    def _told(self, result: Result) -> str:
        n = self.ledger.search(result.words)
        keep(result, self.ledger)
        lines = [self.ledger.line(result.summary, n)]
        rate = (
            [self.ledger.line(measured(result, "win rate", self.ledger), n)]
            if result.noun == "deal" and result.n
            else []
        )
        groups = [self.ledger.line(" · ".join(row), n) for row in (result.table.rows if result.table else ())]
        hits = [
            Line(text=NOT_SHOWN, cites=line.cites) if self._hides(hit) else line
            for hit, line in zip(result.hits[:SHOWN], cited(result.hits[:SHOWN], self.ledger), strict=True)
        ]
        if any(map(self._hides, result.hits)):
            groups = []
        more = result.n - len(hits)
        tail = [f"(and {more} more, counted above)"] if more > 0 else []
        return "\n".join([*(f"[{line.cites[0]}] {line.text}" for line in (*lines, *rate, *groups, *hits)), *tail])

    def _hides(self, hit: Hit) -> bool:
        kind = f"activity/{hit.record.kind}" if isinstance(hit.record, Activity) else hit.kind
        return self.crm.context.discretion.hides(kind)

    def _pages(self, given: BaseModel) -> str:
        asked = Pages.model_validate(given.model_dump())
        account = self.crm.account_named(asked.account) if asked.account else None
        found = near(self.crm.context, asked.question, account.id if account else None, PASSAGES)
        self.passages += [p for p in found if p.chunk.id not in {one.chunk.id for one in self.passages}]
        titles = joined(dict.fromkeys(f"“{p.document.title}”" for p in found))
        self.counts.append(titles or "none is near enough.")
        return "\n\n".join(map(self._passage, found)) or "No page is near enough to this."

    def _passage(self, passage: Passage) -> str:
        n = self.ledger.passage(passage)
        if self.crm.context.discretion.hides(
            passage.document.kind, passage.document.uri, inside=passage.document.inside
        ):
            return f"[{n}] {NOT_SHOWN}"
        return f"[{n}] {passage.document.title} ({passage.status}): {' '.join(passage.chunk.text.split())[:CHARS]}"


def _about(kind: type[Arguments]) -> str:
    return " ".join((kind.__doc__ or "").split())


def values(crm: Crm) -> str:
    """Names that the CRM holds, so that a model need not guess them."""
    accounts = list(crm.accounts.values())
    rows: Sequence[tuple[str, Collection[str | None]]] = (
        ("stages", {stage.name for stage in crm.stages}),
        ("types of deals", crm.words["type"]),
        ("forecast categories", crm.words["forecast_category"]),
        ("competitors", crm.words["competitor"]),
        ("loss reasons", crm.words["loss_reason"]),
        ("products", crm.words["product"]),
        ("segments", {a.segment for a in accounts}),
        ("regions", {a.region for a in accounts}),
        ("countries", {a.country for a in accounts}),
        ("teams", {user.team for user in crm.users.values()}),
        ("colleagues", {user.name for user in crm.users.values() if user.active}),
    )
    return "\n".join(f"{name}: {_few(found)}" for name, found in rows if any(found))


def _few(found: Collection[str | None], most: int = 25) -> str:
    names = sorted({name for name in found if name})
    return joined(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
