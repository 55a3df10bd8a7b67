"""`seller kb`: the pages in the terminal — listed, shown, written, tried, decided on, counted."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from rich.table import Table

from bot.app import App
from bot.commands.accounts import meant
from bot.commands.output import emit
from bot.crm.records import User
from bot.curating import Desk, PageUse, others_of
from bot.errors import BotError, UsageError
from bot.people import may_curate
from bot.terminal import BADGE, escape, out, status
from knowledge.curation import NewPage
from knowledge.documents import Audience, Document, Status
from knowledge.errors import NotReadable
from knowledge.golden import GoldenRank, told
from knowledge.loaders.source import split_front


@dataclass(frozen=True)
class Said:
    """What a person says of a new page."""

    owner: str | None
    audience: str
    teams: tuple[str, ...]
    product: str | None
    region: str | None
    supersedes: str | None
    questions: tuple[str, ...]
    interval_days: int


def desk(app: App, named: str | None) -> Desk:
    """Open the knowledge base for the one who asks."""
    return app.desk(app.user(named))


def show_list(
    app: App,
    *,
    status: str | None,
    owner: str | None,
    due_in: int | None,
    account: str | None,
    named: str | None,
    as_json: bool,
) -> None:
    """Print the pages that the person may look at, by title."""
    if status not in (None, *get_args(Status)):
        raise UsageError(f"--status {status} is unknown; choose one of {', '.join(get_args(Status))}.")
    opened, today = desk(app, named), app.clock().date()
    pages = opened.pages(meant(app, account, app.rights.reader_for(opened.user)) if account else None)
    chosen = [page for page in pages if _wanted(page, today, status, owner, due_in)]
    if as_json:
        emit([page_json(page, today) for page in chosen])
    elif not chosen:
        out.print("No page fits." if pages else "There are no pages yet; add some with `seller ingest FOLDER`.")
    else:
        out.print(_table(chosen, today))
        out.print(f"{len(chosen):,} {'page' if len(chosen) == 1 else 'pages'}")


def _wanted(page: Document, today: date, status: str | None, owner: str | None, due_in: int | None) -> bool:
    if status and page.status_on(today) != status:
        return False
    if owner and owner.casefold() not in (page.owner or "").casefold():
        return False
    due = page.due_on()
    return due_in is None or (page.searchable and due is not None and due <= today + timedelta(days=due_in))


def _table(pages: Sequence[Document], today: date) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for head in ("page", "status", "owner", "due", "for"):
        table.add_column(head, no_wrap=head in ("status", "due"), overflow="fold")
    for page in pages:
        state = page.status_on(today)
        badge = f"[{BADGE.get(state, 'white')}]{state}[/]"
        due = str(page.due_on() or "")
        table.add_row(escape(page.title), badge, escape((page.owner or "–").split("@")[0]), due, escape(_readers(page)))
    return table


def _readers(page: Document) -> str:
    if page.teams:
        return ", ".join(sorted(page.teams))
    return "customers too" if page.audience == "customer" else "internal"


def show(app: App, written: str, *, named: str | None, as_json: bool) -> None:
    """Print one page with its use and its text."""
    opened = desk(app, named)
    page = opened.find(written)
    use, text = opened.use(page), app.curation.text(page.id)
    shown = page_json(page, app.clock().date()) | _use_json(use) | {"text": text}
    if as_json:
        emit(shown)
        return
    for name, value in shown.items():
        if name != "text" and value not in (None, "", [], ()):
            out.print(
                f"[dim]{name:<14}[/] {escape(', '.join(value) if isinstance(value, list | tuple) else str(value))}"
            )
    out.print()
    out.print(escape(text))


def page_json(page: Document, today: date) -> dict[str, Any]:
    """A page in the shape of the command line's contract."""
    due = page.due_on()
    return {
        "id": page.id,
        "title": page.title,
        "status": page.status_on(today),
        "why": _why(page),
        "owner": page.owner,
        "verifier": (page.reviewer if page.reviewed else None) or page.verifier,
        "verified": page.verified_since,
        "interval_days": page.interval_days,
        "due": due,
        "audience": page.audience,
        "teams": sorted(page.teams),
        "account": page.account,
        "product": page.product,
        "region": page.region,
        "supersedes": page.supersedes,
        "superseded_by": page.superseded_by,
        "questions": list(page.questions),
        "origin": page.origin,
        "document": page.uri,
    }


def _why(page: Document) -> str:
    if page.superseded_by:
        return f"superseded by {page.superseded_by}"
    return "its text was changed after it was verified" if page.lapsed else ""


def _use_json(use: PageUse) -> dict[str, Any]:
    return {"cited": use.cited, "up": use.up, "down": use.down, "failed": list(use.failed)}


def add(app: App, title: str, file: Path | None, said: Said, *, named: str | None, as_json: bool) -> None:
    """Store a draft."""
    if said.audience not in get_args(Audience):
        raise UsageError(f"--audience {said.audience} is unknown; choose one of {', '.join(get_args(Audience))}.")
    opened = desk(app, named)
    page = opened.add(
        NewPage(
            title,
            read_text(file),
            author=opened.user.name,
            owner=said.owner or opened.user.name,
            audience=said.audience,  # type: ignore[arg-type]  # checked above
            teams=frozenset(said.teams),
            product=said.product,
            region=said.region,
            supersedes=said.supersedes,
            questions=said.questions,
            interval_days=said.interval_days,
        )
    )
    _tell(app, page, as_json, f"Kept as a draft, which no answer uses; {how_published(opened.user, page)}")


def how_published(user: User, page: Document) -> str:
    """Say how a draft comes into the answers, to somebody who may do it and to somebody who may not."""
    if may_curate(user, page):
        return f'`seller kb publish "{page.title}"` brings it into the answers.'
    return f"{page.owner or 'its owner'} or the enablement team brings it into the answers."


def edit(app: App, written: str, file: Path | None, *, force: bool, named: str | None, as_json: bool) -> None:
    """Give a page a new text."""
    page = desk(app, named).edit(written, read_text(file), force=force)
    after = "it is due until it is verified again" if page.searchable else "it is still a draft"
    _tell(app, page, as_json, f"“{page.title}” has its new text; {after}.")


def check(app: App, written: str, file: Path | None, *, named: str | None, as_json: bool) -> None:
    """Print the rank of a page for each of its golden questions, before and after."""
    opened = desk(app, named)
    with status(quiet=as_json) as say:
        say("asking its golden questions")
        try:
            ranks = opened.check(written, _bytes(file) if file else None)
        except NotReadable as error:
            line = f", line {error.line}" if error.line else ""
            raise BotError(f"{file}{line}: {error}; correct it and check it again.") from error
    if as_json:
        emit([_rank_json(rank) for rank in ranks])
        return
    if not ranks:
        out.print("The page has no golden questions; give it some under `questions:` in its front matter.")
    for rank in ranks:
        mark = "[red]lost[/] " if rank.lost else ""
        out.print(f"{mark}{escape(rank.question)}: {told(rank)}")


def _rank_json(rank: GoldenRank) -> dict[str, Any]:
    return {"question": rank.question, "before": rank.before, "after": rank.after, "lost": rank.lost}


def discard(app: App, written: str, *, named: str | None, as_json: bool) -> None:
    """Forget a draft."""
    opened = app.loop(app.user(named))
    page = opened.desk.find(written)
    opened.discard(page.id)
    _tell(app, page, as_json, f"The draft “{page.title}” is gone.")


def decide(app: App, verb: str, written: str, *, force: bool, named: str | None, as_json: bool) -> None:
    """Publish, verify or retire a page."""
    opened = desk(app, named)
    with status(quiet=as_json) as say:
        say("asking its golden questions" if verb == "publish" else "keeping your word")
        if verb == "publish":
            page = app.loop(opened.user).publish(written, force=force)
        else:
            page = opened.verify(written) if verb == "verify" else opened.retire(written)
    state = page.status_on(app.clock().date())
    held = f"verified by {opened.user.name}, due {page.due_on()}" if verb != "retire" else "in no answer any more"
    held = f"it is in the answers, and {others_of(page)} verifies it" if state == "unverified" else held
    _tell(app, page, as_json, f"“{page.title}” is {state}: {held}.")


def stats(app: App, n: int, *, named: str | None, as_json: bool) -> None:
    """Print how the knowledge base stands and how its pages are used."""
    standing = app.loop(app.user(named)).standing()
    pages = standing.pages[:n]
    if as_json:
        rows = [{"id": u.page.id, "title": u.page.title, "status": u.status} | _use_json(u) for u in pages]
        emit({"statuses": standing.statuses, "overdue": standing.overdue, "gaps": standing.gaps, "pages": rows})
        return
    out.print(
        "pages: " + (", ".join(f"{count} {state}" for state, count in sorted(standing.statuses.items())) or "none")
    )
    out.print(
        "overdue: " + (", ".join(f"{escape(who)} {count}" for who, count in standing.overdue.items()) or "nothing")
    )
    out.print(f"open questions: {standing.gaps}   (`seller kb gaps`)")
    out.print(_uses(pages))


def _uses(pages: Sequence[PageUse]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for head in ("page", "status", "cited", "up", "down", "failed questions"):
        table.add_column(head, justify="right" if head in ("cited", "up", "down") else "left", overflow="fold")
    for use in pages:
        failed = escape("; ".join(use.failed[:3]))
        table.add_row(escape(use.page.title), use.status, str(use.cited), str(use.up), str(use.down), failed)
    return table


def _tell(app: App, page: Document, as_json: bool, sentence: str) -> None:
    if as_json:
        emit(page_json(page, app.clock().date()))
    else:
        out.print(escape(sentence))


def read_text(file: Path | None) -> str:
    """Read a text of a person: a file, or standard input."""
    try:
        text = _bytes(file).decode("utf-8-sig") if file else sys.stdin.read()
    except UnicodeDecodeError as error:
        raise BotError(f"The text of {file or 'standard input'} is not UTF-8; save it as UTF-8.") from error
    # Kept as text, a page that its front matter keeps for one team would be everybody's.
    if split_front(text.splitlines())[0]:
        raise BotError(
            "The text begins with front matter, which would be kept as text: say it with options and leave it out, "
            "or take the file in with `seller ingest`."
        )
    return text


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BotError(f"The file {file} cannot be read ({(error.strerror or str(error)).lower()}).") from error
