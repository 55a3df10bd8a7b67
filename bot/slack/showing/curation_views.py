"""What Slack shows of the knowledge base: lists, drafts, forms, and the question to an owner (pure)."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import get_args

from bot.curating import Contradiction, Overlap, PageUse, Standing, Topic
from bot.slack.showing.forms import MOST_INPUT, Field, form_input
from bot.slack.showing.views import Block, Message, cut, escape, plain_text, sections, small
from knowledge.curation.writing import WRITTEN
from knowledge.documents import Audience, Document, Passage

HELP = (
    "*/kb search words*: find passages\n*/kb show page*: one page and what may be done to it\n"
    "*/kb add*: write a page, as a draft\n*/kb drafts*: those you may publish or wrote\n*/kb gaps*: questions that could not be answered\n"
    "*/kb due*: your pages that are due or expired\n*/kb stats*: how pages are used\n*/kb contradictions* and */kb duplicates*\n"
    "Any message: … → “Save to knowledge base”"
)
MOST = 8
"""entries of a list; the terminal shows all"""
QUOTE = 300
VERBS = {
    "publish": "Publish", "edit": "Edit", "discard": "Discard", "verify": "Still true", "retire": "Retire",
    "ask": "Ask the owner", "answer": "Answer", "close": "Not needed",
}  # fmt: skip


def searched(passages: Sequence[Passage]) -> Message:
    """Return passages with their pages and badges."""
    if not passages:
        return _lines("Nothing near it in the knowledge base.")
    return _lines(
        *(
            f"*{escape(p.document.title)}* · {p.status} · {escape(p.chunk.location)}\n{cut(_flat(p.chunk.text), QUOTE)}"
            for p in passages
        )
    )


def shown(use: PageUse, text: str, *, may_curate: bool) -> Message:
    """Return a published or retired page with its use and what may be done to it."""
    page = use.page
    head = f"*{escape(page.title)}* · {use.status}" + (f" until {page.due_on()}" if use.status == "verified" else "")
    about = [f"owner {page.owner or 'nobody'}", f"cited {use.cited}, helpful {use.up}, not helpful {use.down}"]
    about += [f"superseded by {page.superseded_by}"] if page.superseded_by else []
    about += [f"not answered: {'; '.join(use.failed[:3])}"] if use.failed else []
    edit = ("edit",) if page.uri.startswith(WRITTEN) else ()
    verbs = ("verify", *edit, "retire") if page.searchable else ("publish",)
    buttons = _buttons(page.id, verbs) if may_curate else []
    return Message(
        escape(page.title), [*sections([head, cut(text, MOST_INPUT - 200)]), *small(" · ".join(about)), *buttons]
    )


def drafts(pages: Sequence[Document]) -> Message:
    """Return the drafts, each with its buttons."""
    if not pages:
        return _lines("No draft waits for you.")
    blocks: list[Block] = []
    for page in pages[:MOST]:
        origin = f" · from {page.origin}" if page.origin else ""
        blocks += sections([f"*{escape(page.title)}* · owner {escape(page.owner or 'nobody')}{escape(origin)}"])
        blocks += _buttons(page.id, ("publish", "edit", "discard"))
    return Message(f"{len(pages)} drafts", [*blocks, *_rest(len(pages), "seller kb list --status draft")])


def draft(page: Document, text: str, *, may_publish: bool, own: bool) -> Message:
    """Return a draft with what may be done to it by who may publish it, or by who wrote it."""
    lines = [f"Draft *{escape(page.title)}*", cut(text, MOST_INPUT - 200)]
    about = [f"owner {page.owner}" if page.owner else "", f"from {page.origin}" if page.origin else ""]
    about += [f"answers: {'; '.join(page.questions)}" if page.questions else ""]
    verbs = ("publish", "edit", "discard") if may_publish else ("edit", "discard") if own else ()
    hint = "" if may_publish else "The enablement team publishes it."
    blocks = [*sections(lines), *small(" · ".join(part for part in (*about, hint) if part)), *_buttons(page.id, verbs)]
    return Message(f"Draft {escape(page.title)}", blocks)


def due(pages: Sequence[Document], today: date) -> Message:
    """Return the pages that are due or expired, each with its buttons."""
    if not pages:
        return _lines("None of your pages is due.")
    blocks: list[Block] = []
    for page in pages[:MOST]:
        blocks += sections([f"*{escape(page.title)}* · {page.status_on(today)} · lapses {page.due_on() or 'never'}"])
        blocks += _buttons(page.id, ("verify", "retire"))
    return Message(f"{len(pages)} pages are due", [*blocks, *_rest(len(pages), "seller kb list")])


def gaps(topics: Sequence[Topic], owners: Sequence[str | None]) -> Message:
    """Return the open topics, each with its buttons."""
    if not topics:
        return _lines("No question waits for an answer.")
    blocks: list[Block] = []
    for topic, owner in list(zip(topics, owners, strict=True))[:MOST]:
        people = f"{len(topic.people)} {'person' if len(topic.people) == 1 else 'people'}"
        more = [f"_{escape(question)}_" for question in topic.questions if question != topic.title][:3]
        blocks += sections([f"*{escape(topic.title)}*", *more])
        blocks += small(f"asked by {people} · {topic.state} · {owner or 'nobody'} answers for it")
        blocks += _buttons(
            f"g{topic.id}",
            ("ask", "answer", "close") if topic.state == "open" and not topic.account else ("answer", "close"),
        )
    return Message(f"{len(topics)} open questions", [*blocks, *_rest(len(topics), "seller kb gaps")])


def inquiry(topic: Topic, pages: Iterable[Document], reason: str = "") -> Message:
    """Return the question to the owner of the nearest page; the reason is why somebody found the answer wanting."""
    people = "One person" if len(topic.people) == 1 else f"{len(topic.people)} people"
    told = (
        f"A colleague judged the answer to this ({reason}):"
        if reason
        else f"{people} asked this, and the knowledge base does not answer it:"
    )
    asked = [f"• {escape(question)}" for question in topic.questions[:6]]
    near = ", ".join(page.title for page in pages)
    lines = [told, *asked]
    lines.append("*Reply in this thread*, and your words become a draft page that you can publish.")
    beneath = (
        f"You are asked because you look after what came nearest: {near}."
        if near
        else "You look after the knowledge base."
    )
    return Message(
        f"Can you answer this? {escape(topic.title)}",
        [*sections(lines), *small(beneath), *_buttons(f"g{topic.id}", ("answer", "close"))],
    )


def answered(page: Document, text: str, questions: Sequence[str]) -> Message:
    """Return the news to a person whose question has an answer now."""
    lines = [
        f"You asked: _{escape(questions[-1])}_",
        f"*{escape(page.title)}* answers it now:",
        cut(_flat(text), 2 * QUOTE),
    ]
    unseen = f"unverified, written by {page.author or 'nobody named'}"
    by = f"verified by {page.reviewer}" if page.reviewed else unseen
    return Message(f"Your question has an answer: {escape(page.title)}", [*sections(lines), *small(by)])


def stats(standing: Standing) -> Message:
    """Return how the knowledge base stands."""
    states = ", ".join(f"{n} {state}" for state, n in sorted(standing.statuses.items())) or "none"
    late = ", ".join(f"{escape(who)} {n}" for who, n in standing.overdue.items()) or "nothing"
    rows = [
        f"• {escape(use.page.title)}: cited {use.cited}, helpful {use.up}, not helpful {use.down}, failed questions {len(use.failed)}"
        for use in standing.pages[:MOST]
    ]
    return _lines(f"*Pages*: {states}", f"*Overdue*: {late}", f"*Open questions*: {standing.gaps}", *rows)


def contradictions(found: Sequence[Contradiction], today: date) -> Message:
    """Return sentences that cannot both hold, side by side."""
    if not found:
        return _lines("No two pages contradict each other.")
    lines = [
        f"*{one.what}*: {escape(one.differs)}\n"
        + "\n".join(
            f"> {cut(s.text, QUOTE)}\n{escape(s.page.title)} · {s.page.status_on(today)}" for s in (one.a, one.b)
        )
        for one in found[:MOST]
    ]
    message = _lines(*lines)
    return Message(message.text, [*message.blocks, *_rest(len(found), "seller kb contradictions")])


def duplicates(found: Sequence[Overlap]) -> Message:
    """Return pages that share passages."""
    if not found:
        return _lines("No two pages share a passage.")
    rows = [
        f"• *{escape(o.a.title)}* and *{escape(o.b.title)}*: {o.share:.0%} of the shorter page" for o in found[:MOST]
    ]
    message = _lines(*rows)
    return Message(message.text, [*message.blocks, *_rest(len(found), "seller kb duplicates")])


def page_form(
    callback: str, heading: str, page: Sequence[Field], metadata: dict[str, str | None], hint: str = ""
) -> Block:
    """Return the modal in which a page is written; the hint stands beneath the text."""
    blocks = [
        form_input(field) | ({"hint": plain_text(hint)} if hint and field.name == "text" else {}) for field in page
    ]
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(metadata),
        "title": plain_text(heading),
        "submit": plain_text("Save"),
        "close": plain_text("Cancel"),
        "blocks": blocks,
    }


def new_page(title: str, text: str, owner: str) -> list[Field]:
    """Return the fields of a new page."""
    return [
        Field("title", title[:150], required=True),
        Field("text", text[:MOST_INPUT], kind="text", required=True),
        Field("question", ""),
        Field("owner", owner),
        Field("audience", "internal", kind="choice", choices=get_args(Audience)),
        Field("product", ""),
        Field("region", ""),
    ]


def left_out(text: str) -> str:
    """Say what of a picked message does not stand in the form; nothing where all of it does."""
    if not text:
        return "The message has no words; a file goes in with `seller ingest`."
    if len(text) > MOST_INPUT:
        return (
            f"The first {MOST_INPUT:,} of {len(text):,} signs; a form of Slack takes no more. "
            "Add the rest later, or save all of it with `seller kb add`."
        )
    return ""


def _buttons(value: str, verbs: Iterable[str]) -> list[Block]:
    elements = [
        {"type": "button", "action_id": f"kb:{verb}", "value": value, "text": plain_text(VERBS[verb])}
        | ({"style": "primary"} if verb in ("publish", "verify") else {})
        for verb in verbs
    ]
    return [{"type": "actions", "block_id": f"kb:{value}", "elements": elements}] if elements else []


def _lines(*lines: str) -> Message:
    return Message(cut(" ".join(lines), MOST_INPUT), sections([line for line in lines if line]))


def _rest(found: int, command: str) -> list[Block]:
    return small(f"{found - MOST} more: `{command}` shows all.") if found > MOST else []


def _flat(text: str) -> str:
    return " ".join(text.split())
