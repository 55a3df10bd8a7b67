"""Summarise a call from its transcript: what was decided, promised and asked, each with its line; rules, no guesses."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BotError
from bot.grounding import Claim
from bot.proposals import Action, Draft, Dropped, Section
from bot.skills import Ask, Card, Context
from bot.skills.ledger import Ledger
from bot.skills.summarising import pieces
from bot.skills.summarising import transcript as transcripts
from bot.skills.summarising.clearing import RELEASE, Cleared, clear, labels_of
from bot.skills.summarising.finding import Read, clues_of, find
from bot.skills.summarising.followup import FollowUp, follow_up
from bot.skills.summarising.lenses import VIEW
from bot.skills.summarising.nominated import Missed
from bot.skills.summarising.plain import as_plain, cited_lines
from bot.skills.summarising.proposing import Proposed, propose
from bot.skills.summarising.showing import NOT_SAID, body, mail_section
from bot.skills.summarising.telling import Telling
from bot.skills.summarising.transcript import Transcript
from bot.skills.summarising.withheld import withheld
from bot.skills.wording import OFFLINE, Wording, word
from knowledge.errors import NotReadable
from knowledge.loaders.text import spoken

__all__ = ["clues_of"]
READS = (
    "a transcript as .vtt, .srt, .txt, .docx or .json with speakers' turns, or lines such as “Ann Lee: Good morning.”"
)
PASTED = "pasted.txt"
THREAD = "thread.json"
NOTHING = f"There is nothing to summarise yet; drop {READS}."
_OPENS = re.compile(
    r"^\W*(?:for|please|can you|could you|summari[sz]e|recap|sum|write|here|thread|call|meeting|transcript|this|log)\b",
    re.I,
)
_CUSTOMER = re.compile(r"\bfor the customer\b", re.IGNORECASE)
TAKE_OUT = "This quotes what colleagues wrote among themselves: take out what is internal before a customer reads it."
_THREAD = re.compile(r"^\W*for\b|\bthread\b", re.IGNORECASE)
_ASKED = r"(?:please |can you |could you |pls |give me |i need |write )*(?:an? |the )?(?:short |quick )?"
_SUMMARY = r"summary|recap|tl;?dr|action items|next steps|notes|minutes|write-?up|meeting notes|call notes"
_OUR = r"(?:the |my |our |this |that |today's |attached )*"
_CALL = r"(?:call|meeting|conversation|transcript|recording)"
READ_BEFORE = "(they were read in parts before)"
MAIL, SALES = "follow-up mail", "sales view"
VIEWS = (VIEW, MAIL, SALES, RELEASE)
"""what may be said of a summary that was just shown"""
CARD = Card(
    name="summary",
    description="A call summary from its transcript: decisions, next steps, open questions and objections, each with its line.",
    examples=("summarise this call for Northwick", "here is the call transcript"),
    triggers=(
        r"(?:please |can you |could you |pls )*(?:summari[sz]e|recap|sum up|write up) (?:me )?(?:this|that|the following) (?:\w+ )?"
        r"(?P<rest>(?:call|transcript|meeting|conversation|thread)\b.*)$",
        r"(?:please |can you |could you |pls )*(?:summari[sz]e|recap|sum up|write up) (?:the |my |our )?(?:\w+ )?(?P<rest>transcript\b.*)$",
        r"(?:here(?:'s|’s| is)|this is) (?:the |my |our )?(?:call |meeting |recording )?(?P<rest>transcript\b.*)$",
        rf"{_ASKED}(?:summari[sz]e|recap|sum up|write up|(?:{_SUMMARY}) (?:of|from|for)) {_OUR}(?P<rest>{_CALL})(?: please| for me| now)*[?.! ]*$",
        rf"{_ASKED}(?P<rest>{_CALL} (?:{_SUMMARY}))(?: please| for me| now)*[?.! ]*$",
        r"(?:the )?(?P<rest>transcript (?:is )?(?:attached|below))[.! ]*$",
    ),
    own=lambda text: split(text)[0],
)


class BottomLine(BaseModel):
    """The bottom line of a call, and what the quotes leave out."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    bottom_line: list[Claim] = Field(max_length=4)
    """Two to four sentences: what was decided, what happens next and when, what is not settled."""
    missed: list[Missed] = Field(default_factory=list)
    """What a line says and no quote has."""


@dataclass(frozen=True)
class Told:
    """What became of a call: its sections, what a model did for it, and what was left out."""

    read: Read
    sections: list[Section]
    wording: Wording[BottomLine]
    dropped: tuple[Dropped, ...]
    notice: str


def run(context: Context, ask: Ask) -> Draft:
    """Summarise, and propose to log the call and what follows from it; nothing is written here."""
    context.progress("reading the transcript")
    words, chosen, transcript = _source(context, ask)
    read = find(context, ask, words, transcript, is_thread=_is_thread(ask, words))
    if not read.is_recording:
        return _summary(context, ask, read, words, chosen, None)
    cleared = clear(context, read.call, read.view, chosen)
    if cleared.held:
        return withheld(context, read.call, read.account, cleared)
    return _summary(context, ask, read, words, chosen, cleared)


def _summary(
    context: Context, ask: Ask, read: Read, words: str, chosen: Sequence[str], cleared: Cleared | None
) -> Draft:
    ledger = Ledger(context.reader, context.today)
    told = _told(context, ask, read, cleared, ledger, _lens(read, chosen))
    read, out = told.read, Proposed()
    sensitive = [one.text for touch in (cleared.touches if cleared else ()) for one in touch.said]
    mail = follow_up(read.view, read.call, context.asker, context.policy, read.rivals, sensitive)
    view = next((one for one in reversed(chosen) if one != RELEASE and one in VIEWS), "")
    if read.view and not read.is_thread and not view and not read.misnamed:
        out = propose(context, read.view, read.call, body(told.sections, read.call.transcript.name))
    sections = told.sections if read.is_thread else [*told.sections, mail_section(mail)]
    sections = [mail_section(mail)] if view == MAIL else sections
    settled, citations = ledger.settle(sections)
    lines = [line for section in settled if section.title == "Bottom line" for line in section.lines]
    data = as_plain(read, cleared, mail, cited_lines(lines, citations))
    draft = _draft(context, told, out, mail).model_copy(update={"data": data, "actions": _actions(read, mail, view)})
    if read.is_thread and _CUSTOMER.search(words):
        draft = draft.model_copy(update={"lead": " ".join(filter(None, (TAKE_OUT, draft.lead)))})
    return draft.model_copy(update={"sections": settled, "citations": citations, "numbers": tuple(ledger.numbers)})


def _lens(read: Read, chosen: Sequence[str]) -> str:
    """The view that was asked for last, else the one that the words ask for."""
    views = [one for one in chosen if one in (VIEW, SALES)]
    return read.lens if not views else "success" if views[-1] == VIEW else "sales"


def _told(context: Context, ask: Ask, read: Read, cleared: Cleared | None, ledger: Ledger, lens: str) -> Told:
    """Read the call by rules, then let a model word the bottom line and add what the rules missed."""
    read = replace(read, lens="success" if lens == "success" else "sales")
    if context.model and context.discretion.hides("transcript/file", str(ask.file or "")):
        hidden = Telling(read, ledger, ask.link, cleared)
        notice = f"{OFFLINE} The call was not shown to the model, as your company set."
        return Told(read, _titled(read, hidden.sections), Wording(notice=notice), (), notice)
    texts = pieces.pieces(read.call) if context.model else []
    found = pieces.read_pieces(context, texts, read.call) if len(texts) > 1 else pieces.Found()
    telling = Telling(read, ledger, ask.link, cleared)
    telling.take(found.claims)
    wording = word(
        context, "summary", BottomLine, telling, lambda value: telling.take(value.missed[: pieces.MOST]),
        use="summary", call=pieces.told(read.call), lines=texts[0] if len(texts) == 1 else READ_BEFORE,
    )  # fmt: skip
    telling.word(wording.lines.get("bottom_line", ()))
    sections = _titled(read, telling.sections)
    wording = replace(wording, usage=pieces.added(wording.usage, found.usage), ms=wording.ms + found.ms)
    notice = " ".join(filter(None, (wording.notice, found.notice)))
    return Told(telling.read, sections, wording, (*wording.dropped, *telling.dropped), notice)


def _titled(read: Read, sections: list[Section]) -> list[Section]:
    """In a call an empty section is information; a thread is no call."""
    if not read.is_thread:
        return sections
    titled = [one.model_copy(update={"title": "Thread"}) if one is sections[0] else one for one in sections]
    return [one for one in titled if one.title != NOT_SAID]


def _actions(read: Read, mail: FollowUp, view: str) -> tuple[Action, ...]:
    """What may be done with the summary: the mail alone, the other view."""
    if read.is_thread:
        return ()
    other = SALES if view == VIEW or (read.lens == "success" and view != SALES) else VIEW
    offered = [Action(label="Follow-up mail", ask=MAIL)] if mail.body and view != MAIL else []
    label = "Sales view" if other == SALES else "Customer-success view"
    return (*offered, Action(label=label, ask=other))


def split(text: str) -> tuple[str, str]:
    """(what the person says, the transcript that follows)."""
    first, _, rest = text.strip().partition("\n")
    if not _OPENS.match(first):
        return ("", text) if spoken(first)[0] else (first, rest)
    colon = re.search(r":(?!\d)", first)
    if colon is None:
        return first, rest
    return first[: colon.start()], "\n".join(part for part in (first[colon.end() :].strip(), rest) if part)


def _source(context: Context, ask: Ask) -> tuple[str, tuple[str, ...], Transcript]:
    """(what the person says, what they chose when asked back, the transcript)."""
    if ask.file:
        words, chosen = labels_of(ask.text, VIEWS)
        return words, chosen, _readable(ask.file.name, ask.file)
    text, chosen = labels_of(ask.text, VIEWS)
    if chosen and not _was_asked(context):
        # Nobody chose anything yet: what looks like a choice stands in what was pasted.
        text, chosen = ask.text, ()
    words, rest = split(text)
    if not rest.strip():
        raise BotError(NOTHING)
    if _THREAD.search(words):
        return words, chosen, replace(_readable(THREAD, _messages(rest)), name="this thread", counts="message")
    return words, chosen, _readable(PASTED, rest.encode())


def _was_asked(context: Context) -> bool:
    """Whether the last thing that was said here is an answer or question of this skill's."""
    last = next((text for role, text in reversed(context.thread_turns) if role == "assistant"), "")
    return any(sign in last for sign in ("agree to the recording", "Recording consent", RELEASE, "Which account"))


def _is_thread(ask: Ask, words: str) -> bool:
    return ask.file is None and _THREAD.search(words) is not None


def _messages(text: str) -> bytes:
    """A thread, a message a line, as turns: unlike in a call nobody need speak twice."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = [(spoken(line)[0], line[spoken(line)[1] :]) for line in lines]
    return json.dumps([{"speaker": who, "text": words} for who, words in said]).encode()


def _readable(name: str, source: Path | bytes) -> Transcript:
    try:
        return transcripts.read(name, source)
    except NotReadable as error:
        shown = {PASTED: "What you pasted", THREAD: "This thread"}.get(name, name)
        where = f", line {error.line}" if error.line else ""
        raise BotError(f"{shown} cannot be summarised{where}: {error}; what is read is {READS}.") from error


def _records(read: Read) -> tuple[str, ...]:
    """The account and the contacts that the summary names by the CRM."""
    contacts = [f"contact:{one.contact.id}" for one in read.call.people.values() if one.contact]
    return (f"account:{read.account.id}", *contacts) if read.account else ()


def _draft(context: Context, told: Told, out: Proposed, mail: FollowUp) -> Draft:
    read, wording, call = told.read, told.wording, told.read.call
    planted = [
        f"{call.transcript.place(one.lines)} speaks to a machine, and was not followed: “{one.quote[:200]}”"
        for one in call.to_machines
    ]
    # At the top: whoever reads on must know that somebody tried.
    lead = " ".join(filter(None, (read.misnamed, out.warning, *(text[0].upper() + text[1:] for text in planted))))
    return Draft(
        skill="summary",
        unknowns=tuple(dict.fromkeys((*call.doubts, *read.doubts, *out.unknowns))),
        dropped=told.dropped,
        writes=tuple(out.writes),
        records=_records(read),
        lead=lead,
        notice=told.notice,
        account_id=read.account.id if read.account else None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
