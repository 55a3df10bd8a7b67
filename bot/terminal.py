"""The terminal as a place to talk: progress, answers, proposal cards and the demo's conversation."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from rich import markup
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.assistant import Assistant, Reply, Request
from bot.charts import csv_of, file_name, png
from bot.crm.port import CrmReader
from bot.errors import BotError
from bot.proposals import Action, Attachment, Chart, Citation, Draft, Line, Proposal, Section
from bot.screening import seen
from bot.text import aligned, change_text, charts_text, cited, source_line
from knowledge.errors import KnowledgeError


class Screen(Console):
    """A terminal on which no words of a record, page or file name can draw: what steers it comes from styles alone."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Give the pieces that are printed."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else piece._replace(text=seen(piece.text))


out = Screen(highlight=False, soft_wrap=True)
err = Screen(stderr=True, highlight=False, soft_wrap=True)
BADGE = {"verified": "green", "CRM": "cyan", "due": "yellow", "expired": "red", "draft": "yellow"}
LEAVE = {"quit", "exit", "bye", "q"}


def escape(text: str) -> str:
    """Make text safe to print: no markup and no control signs of its own."""
    return markup.escape(seen(text))


@dataclass(frozen=True)
class Bar:
    """A progress bar that a long step feeds."""

    progress: Progress

    def track(self, label: str) -> Callable[[int, int, str], None]:
        """Give a callback (done, total, what) that moves one bar."""
        task = self.progress.add_task(label, total=None)

        def moved(done: int, total: int, what: str) -> None:
            self.progress.update(task, completed=done, total=total)

        return moved


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Bar]:
    """Show progress bars on standard error while a long step runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=quiet) as progress:
        yield Bar(progress)


@contextmanager
def status(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show what is being done on standard error: a spinner in a terminal, nothing where machines read."""
    if quiet or not err.is_terminal:
        yield lambda text: None
        return
    with err.status("thinking …") as spinner:
        yield lambda text: spinner.update(f"{escape(text)} …")


def show_answer(draft: Draft, *, save_files: bool = True) -> None:
    """Print an answer: lead, sections, unknowns, notice and sources with their badges; save its files in this folder."""
    if draft.lead:
        out.print(f"\n[yellow]{escape(draft.lead)}[/yellow]")
    for section in draft.sections:
        _show_section(section)
    for text in charts_text(draft.charts):
        out.print(f"\n{escape(text)}")
    if draft.unknowns:
        out.print("\n[bold]Unknown[/bold]")
        for text in draft.unknowns:
            out.print(f"  • {escape(text)}")
    if draft.notice:
        out.print(f"\n[yellow]{escape(draft.notice)}[/yellow]")
    _show_sources(draft.citations)
    show_as_of(draft.as_of)
    _show_actions(draft)
    for file in draft.files if save_files else ():
        out.print(f"Saved {escape(file.name)} as {escape(str(save(file, Path.cwd())))}: {escape(file.alt)}")


def _show_sources(citations: Sequence[Citation]) -> None:
    if citations:
        out.print("\n[bold]Sources[/bold]")
    for citation in citations:
        color = BADGE.get(citation.status, "white")
        out.print(f"  [{color}]{escape(source_line(citation))}[/{color}]")


def _show_actions(draft: Draft) -> None:
    """Print what may be said next, and which addresses may be opened."""
    asks = [f"“{said_as(action)}”" for action in draft.actions if action.ask]
    if asks:
        out.print(f"\n[dim]Next: say {escape(', '.join(asks))}[/dim]")
    for action in draft.actions:
        if action.url and not action.ask:
            # Long addresses, such as of a mail with its text, are a click where the terminal knows links.
            linked = Text(action.label, style=Style(link=action.url))
            out.print(linked if out.is_terminal else escape(f"{action.label}: {action.url}"))


def said_as(action: Action) -> str:
    """What one types for an action."""
    numbers = ", ".join(str(n) for n, one in enumerate(action.choices, start=1) if one.ticked) or "1"
    return f"{action.ask} {numbers}" if action.choices else f"{action.ask} …" if action.fill else action.ask


def save(file: Attachment, folder: Path) -> Path:
    """Write a file into a folder beside what is there already; BotError where that cannot be."""
    name = Path(seen(file.name).replace("\\", "/")).name.lstrip(".") or "answer"
    stem, ending = Path(name).stem, Path(name).suffix
    for number in count():
        path = folder / (f"{stem}-{number}{ending}" if number else name)
        try:
            with path.open("xb") as opened:
                opened.write(file.content)
        except FileExistsError:
            continue
        except OSError as error:
            raise BotError(
                f"{name} could not be written to {folder}: {error.strerror}; go to another folder."
            ) from error
        return path
    raise AssertionError


def save_charts(charts: Sequence[Chart], folder: Path | None, said: Console) -> None:
    """Save each chart as a picture and as CSV, and say where; nothing without a folder."""
    if folder is None:
        return
    if not charts:
        said.print("This answer has no chart, so none was saved.")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"{folder} could not be made: {error.strerror}; name another folder for the charts.") from error
    for chart in charts:
        name = file_name(chart)
        files = (("png", png(chart)), ("csv", csv_of(chart)))
        saved = [save(Attachment(name=f"{name}.{end}", content=data, alt=chart.alt), folder) for end, data in files]
        said.print(escape(f"Saved {saved[0]} and {saved[1]}: {chart.alt}"))


def show_as_of(moment: datetime | None) -> None:
    """Print when the CRM was read that an answer, a card or a list rests on."""
    if moment:
        out.print(f"[dim]CRM as of {moment:%Y-%m-%d %H:%M} UTC[/dim]")


def _show_section(section: Section) -> None:
    if section.title:
        out.print(f"\n[bold]{escape(section.title)}[/bold]")
        if not section.lines and not section.table:
            out.print("  nothing on record", style="dim")
    for line in section.lines:
        out.print(f"  • {_line(line)}" if section.title else _line(line))
        for ask in (action.ask for action in line.actions if action.ask):
            out.print(f"    → {escape(ask)}", style="dim")
    for row in aligned(section.table) if section.table else ():
        out.print(f"  {escape(row)}")


def _line(line: Line) -> str:
    return escape(cited(line))


def show_proposal(proposal: Proposal, reader: CrmReader) -> None:
    """Print a proposal card with the words that decide on it."""
    out.print(f"\n[bold]Proposal {proposal.id}[/bold] (revision {proposal.revision})")
    for change in proposal.changes:
        out.print(escape(change_text(change, reader)))
    if any(change.status == "pending" for change in proposal.changes):
        out.print("  → approve · approve 1 · edit due=Friday · reject", style="dim")
    elif unknown := [change.k for change in proposal.changes if change.status == "unknown"]:
        out.print(f"  → approve {unknown[0]} (not there: write it) · reject {unknown[0]} (leave it)", style="dim")
    elif any(change.status == "applied" for change in proposal.changes):
        out.print("  → undo", style="dim")


@dataclass
class Conversation:
    """Lines in, answers out, until the input ends."""

    assistant: Assistant
    reader: CrmReader
    request: Callable[[str], Request]
    prompt: str = "\nyou> "

    def run(self) -> None:
        """Talk until the seller leaves; an error is one sentence and the conversation goes on."""
        for text in self._lines():
            if text.strip().casefold() in LEAVE:
                return
            if text.strip():
                self._turn(text)

    def _lines(self) -> Iterator[str]:
        if sys.stdin is None:
            return  # started without any input at all
        if not sys.stdin.isatty():
            for line in sys.stdin:
                out.print(f"{self.prompt}{escape(line.rstrip())}")
                yield line
            return
        while True:
            try:
                yield out.input(f"[bold]{self.prompt}[/bold]")
            except EOFError:
                return

    def _turn(self, text: str) -> None:
        try:
            with status() as say:
                reply = self.assistant.answer(self.request(text), progress=say, on_line=lambda line: say(line.text))
            self._show(reply)
        except (BotError, KnowledgeError) as error:
            show_error(error)

    def _show(self, reply: Reply) -> None:
        if reply.draft.skill == "decision" and reply.proposal:
            show_proposal(reply.proposal, self.reader)
            show_rows(reply.proposal, self.reader)
            return
        show_answer(reply.draft)
        if reply.proposal:
            show_proposal(reply.proposal, self.reader)


def show_rows(proposal: Proposal, reader: CrmReader) -> None:
    """Print the CRM rows that came of a decision, as read back."""
    for change in proposal.changes:
        if change.receipt and change.status == "applied":
            told = {k: v for k, v in change.receipt.values.items() if not k.endswith(("_id", "_ids"))}
            values = ", ".join(f"{k}={v}" for k, v in told.items() if v not in (None, "", []))
            out.print(f"  [green]in the CRM[/green] {escape(change.receipt.link)}  {escape(values)}")


def show_error(error: Exception) -> None:
    """Print one sentence, and the candidates where there are some."""
    err.print(f"[red]{escape(str(error))}[/red]")
    for i, name in enumerate(getattr(error, "candidates", ()), start=1):
        err.print(f"  {i}. {escape(name)}")
