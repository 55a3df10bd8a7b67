"""`seller kb gaps` and `answer`: questions that could not be answered, and the pages that answer them."""

from pathlib import Path
from typing import Any

from bot.app import App
from bot.commands.kb import how_published, page_json, read_text
from bot.commands.output import emit
from bot.curating import Loop, Topic
from bot.terminal import escape, out, status

SHOWN = 4
"""questions of a topic that are listed"""


def show_gaps(app: App, n: int, *, named: str | None, as_json: bool) -> None:
    """Print the open topics, those that most people asked for first."""
    loop = app.loop(app.user(named))
    with status(quiet=as_json) as say:
        say("grouping the questions")
        topics = loop.topics()
    if as_json:
        emit([_json(loop, topic) for topic in topics[:n]])
        return
    for topic in topics[:n]:
        _show(loop, topic)
    more = f", the first {n} shown" if len(topics) > n else ""
    out.print(f"{len(topics):,} open {'question' if len(topics) == 1 else 'questions'}{more}")


def _show(loop: Loop, topic: Topic) -> None:
    shown = _json(loop, topic)
    out.print(f"[bold]{escape(topic.title)}[/]   [dim]g{topic.id}[/]")
    for question in [q for q in topic.questions if q != topic.title][:SHOWN]:
        out.print(f"    {escape(question)}")
    people = f"{len(topic.people)} {'person' if len(topic.people) == 1 else 'people'}"
    out.print(
        f"  asked by {people}, last {shown['last'][:10]} · {shown['state']} · {shown['owner'] or 'nobody'} answers for it"
    )
    if shown["nearest"]:
        out.print(f"  nearest: {escape(', '.join(page['title'] for page in shown['nearest']))}")


def _json(loop: Loop, topic: Topic) -> dict[str, Any]:
    owner = loop.owner_of(topic)
    return {
        "id": f"g{topic.id}",
        "title": topic.title,
        "questions": list(topic.questions),
        "people": len(topic.people),
        "first": topic.gaps[0].at,
        "last": topic.gaps[-1].at,
        "account": topic.account,
        "nearest": [{"id": page.id, "title": page.title} for page in loop.nearest(topic)[:3]],
        "owner": owner.name if owner else None,
        "state": topic.state,
        "draft": topic.inquiry.draft if topic.inquiry else None,
    }


def answer(app: App, topic: str, file: Path | None, *, named: str | None, as_json: bool) -> None:
    """Make an answer a draft page that carries the questions."""
    loop = app.loop(app.user(named))
    wanted = loop.topic(topic)
    page = loop.answer(wanted, read_text(file), None)
    if as_json:
        emit(page_json(page, app.clock().date()))
        return
    kept = "Added to" if wanted.state == "drafted" else "Kept as"
    out.print(escape(f"{kept} the draft “{page.title}”; {how_published(loop.desk.user, page)}"))
