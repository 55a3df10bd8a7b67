"""`seller kb duplicates`, `contradictions` and `dismiss`."""

from typing import Any

from bot.app import App
from bot.commands.kb import desk
from bot.commands.output import emit
from bot.curating import Contradiction, Duplicate, Overlap
from bot.curating.claims import Said
from bot.terminal import escape, out, status
from knowledge.documents import Chunk, Document

SHOWN = 8
"""signs of a pair's id that people are shown"""
ENOUGH = 160
"""signs of a passage that tell which one it is"""


def duplicates(app: App, n: int, *, named: str | None, as_json: bool) -> None:
    """Print the pages that share passages."""
    opened = desk(app, named)
    with status(quiet=as_json) as say:
        say("comparing the pages")
        found = opened.duplicates()
    if as_json:
        emit([_overlap_json(one) for one in found[:n]])
        return
    for one in found[:n]:
        _show_overlap(one)
    _counted(len(found), n, "pair of pages shares passages", "pairs of pages share passages")


def contradictions(app: App, n: int, *, named: str | None, as_json: bool) -> None:
    """Print the sentences that cannot both hold, side by side."""
    opened, today = desk(app, named), app.clock().date()
    with status(quiet=as_json) as say:
        say("comparing the pages")
        found = opened.contradictions()
    if as_json:
        emit([_contradiction_json(one, app) for one in found[:n]])
        return
    for one in found[:n]:
        out.print(f"[bold]{one.what}[/]: {escape(one.differs)}   [dim]{one.pair[:SHOWN]}[/]")
        for said in (one.a, one.b):
            state = said.page.status_on(today)
            out.print(f"  {escape(said.text)}")
            out.print(
                f"    [dim]{escape(said.page.title)} · {escape(said.chunk.location)} · {state} · {escape(_owner(said.page))}[/]"
            )
    _counted(len(found), n, "contradiction", "contradictions")


def dismiss(app: App, pair: str, *, named: str | None, as_json: bool) -> None:
    """Put a finding aside, or close a question that needs no page."""
    if pair.startswith("g") and pair[1:].isdigit():
        _close(app, pair, named=named, as_json=as_json)
        return
    kind = desk(app, named).dismiss(pair)
    if as_json:
        emit({"pair": pair, "kind": kind})
    else:
        out.print(f"Put aside; this {kind} is listed again when one of its two texts changes.")


def _close(app: App, topic: str, *, named: str | None, as_json: bool) -> None:
    loop = app.loop(app.user(named))
    loop.dismiss(loop.topic(topic))
    if as_json:
        emit({"pair": topic, "kind": "question"})
    else:
        out.print("Closed; who asks the same again opens it anew.")


def _counted(found: int, n: int, one: str, many: str) -> None:
    more = f", the first {n} shown" if found > n else ""
    out.print(
        f"{found:,} {one if found == 1 else many}{more}"
        + (" · put one aside with `seller kb dismiss ID`" if found else "")
    )


def _show_overlap(one: Overlap) -> None:
    whole = "all" if one.share >= 1 else f"{one.share:.0%}"
    out.print(f"[bold]{escape(one.a.title)}[/] and [bold]{escape(one.b.title)}[/]: {whole} of the shorter page")
    for passage in one.passages[:3]:
        out.print(f"  {passage.share:.0%} alike   [dim]{passage.pair[:SHOWN]}[/]")
        for page, chunk in ((passage.a, passage.in_a), (passage.b, passage.in_b)):
            out.print(f"    [dim]{escape(page.uri)} · {escape(chunk.location)}[/] {escape(_start(chunk))}")


def _start(chunk: Chunk) -> str:
    text = " ".join(chunk.text.split())
    return text if len(text) <= ENOUGH else f"{text[:ENOUGH]}…"


def _owner(page: Document) -> str:
    return page.owner or "no owner"


def _overlap_json(one: Overlap) -> dict[str, Any]:
    passages = [_passage_json(passage) for passage in one.passages]
    return {"a": _page(one.a), "b": _page(one.b), "share": one.share, "passages": passages}


def _passage_json(one: Duplicate) -> dict[str, Any]:
    places = {"a": one.in_a.location, "b": one.in_b.location}
    return {"pair": one.pair[:SHOWN], "share": one.share, "locations": places, "text": one.in_a.text}


def _page(page: Document) -> dict[str, Any]:
    return {"id": page.id, "title": page.title, "document": page.uri, "owner": page.owner}


def _contradiction_json(one: Contradiction, app: App) -> dict[str, Any]:
    sides = {name: _said_json(said, app) for name, said in (("a", one.a), ("b", one.b))}
    return {"pair": one.pair[:SHOWN], "what": one.what, "differs": one.differs, "likeness": one.likeness} | sides


def _said_json(said: Said, app: App) -> dict[str, Any]:
    today = app.clock().date()
    more = {"location": said.chunk.location, "status": said.page.status_on(today), "age_days": said.page.age_on(today)}
    return _page(said.page) | more | {"text": said.text}
