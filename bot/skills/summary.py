"""Summarise a call from its transcript: what was decided, promised and asked, each with its line; rules, no guesses."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.crm.records import Account
from bot.errors import Ambiguous, BotError
from bot.grounding import Claim
from bot.proposals import Draft
from bot.skills import Ask, Card, Context
from bot.skills.ledger import Ledger, joined
from bot.skills.summarising import transcript as transcripts
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.proposing import Proposed, propose
from bot.skills.summarising.reading import CallRead, read_call
from bot.skills.summarising.rules import FRAMEWORKS
from bot.skills.summarising.showing import Shown, as_plain, body, cited_lines
from bot.skills.summarising.transcript import LINED, Transcript
from bot.skills.summarising.whose import MOST, Clues, day_said, whose
from bot.skills.view import AccountView, gather
from bot.skills.wording import Wording, word
from knowledge.errors import NotReadable
from knowledge.loaders.text import spoken

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
    """The bottom line of a call."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    bottom_line: list[Claim] = Field(max_length=4)
    """Two to four sentences: what was decided, what happens next and when, what is not settled."""


@dataclass(frozen=True)
class Read:
    """A call with the account that it was held with."""

    call: CallRead
    account: Account | None
    view: AccountView | None
    framework: str
    is_thread: bool


def run(context: Context, ask: Ask) -> Draft:
    """Summarise, and propose to log the call and our dated promises; nothing is written here."""
    context.progress("reading the transcript")
    words, transcript = _source(ask)
    read = _read(context, ask, words, transcript)
    ledger = Ledger(context.reader, context.today)
    shown = Shown(read.call, ledger, ask.link, read.account, read.framework)
    bottom = shown.bottom()
    sections = shown.sections(bottom, read.framework.upper())
    wording = word(context, "summary", BottomLine, ledger, call=transcript.title or transcript.name)
    if worded := wording.lines.get("bottom_line", ()):
        sections[1] = sections[1].model_copy(update={"lines": tuple(worded)})
    if read.is_thread:
        # In a call an empty section is information; a thread is no call.
        sections = [one.model_copy(update={"title": "Thread"}) if one is sections[0] else one for one in sections]
        sections = [one for one in sections if one.lines]
    out = Proposed()
    if read.view and not read.is_thread:
        out = propose(context, read.view, read.call, body(sections, transcript.name))
    settled, citations = ledger.settle(sections)
    lines = [line for section in settled if section.title == "Bottom line" for line in section.lines]
    data = as_plain(read.call, read.account, read.framework, cited_lines(lines, citations))
    draft = _draft(context, read, wording, out, data)
    if read.is_thread and _CUSTOMER.search(words):
        draft = draft.model_copy(update={"lead": " ".join(filter(None, (TAKE_OUT, draft.lead)))})
    return draft.model_copy(update={"sections": settled, "citations": citations, "numbers": tuple(ledger.numbers)})


def split(text: str) -> tuple[str, str]:
    """(what the person says, the transcript that follows)."""
    first, _, rest = text.strip().partition("\n")
    if not _OPENS.match(first):
        return ("", text) if spoken(first)[0] else (first, rest)
    colon = re.search(r":(?!\d)", first)
    if colon is None:
        return first, rest
    return first[: colon.start()], "\n".join(part for part in (first[colon.end() :].strip(), rest) if part)


def clues_of(transcript: Transcript) -> Clues:
    """What a transcript has to tell whose it is."""
    labels = tuple(dict.fromkeys(turn.who for turn in transcript.turns if turn.who))
    # What an office program wrote into a file is the day of the file, not of the call.
    own = transcript.name.rpartition(".")[2].lower() == "json" or any(
        transcript.name.lower().endswith(s) for s in LINED if s
    )
    front = transcript.front if own else {}
    return Clues(transcript.name, f"{transcript.title}\n{transcript.text}", front, transcript.heads, labels)


def _source(ask: Ask) -> tuple[str, Transcript]:
    if ask.file:
        return ask.text, _readable(ask.file.name, ask.file)
    words, rest = split(ask.text)
    if not rest.strip():
        raise BotError(NOTHING)
    if _THREAD.search(words):
        return words, replace(_readable(THREAD, _messages(rest)), name="this thread", counts="message")
    return words, _readable(PASTED, rest.encode())


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


def _read(context: Context, ask: Ask, words: str, transcript: Transcript) -> Read:
    clues, is_thread = clues_of(transcript), ask.file is None and _THREAD.search(words) is not None
    account = _account(context, ask, clues, words, is_thread=is_thread)
    view = gather(context, account) if account else None
    day = day_said(words, clues, context.today)
    users = [user for user in context.reader.users() if user.active]
    contacts = view.contacts if view else ()
    people = attendees(transcript, account, contacts, users, context.asker)
    named = re.search(r"\b(meddpicc|meddic|bant|spiced)\b", words, re.IGNORECASE)
    framework = named[1].lower().replace("meddic", "meddpicc") if named else "meddpicc"
    framework = framework if framework in FRAMEWORKS else "meddpicc"
    rivals, ours = _names(context, view)
    call = read_call(transcript, people, day, framework=framework, rivals=rivals, ours=ours)
    return Read(call, account, view, framework, is_thread)


def _account(context: Context, ask: Ask, clues: Clues, words: str, *, is_thread: bool) -> Account | None:
    """The account that the words name, else the one that the file tells, else the conversation's; or a question."""
    before = context.reader.account(ask.account_id or "")
    if before and ask.named:
        return before
    guess = whose(context.reader, clues, words)
    if guess.one or is_thread:
        return guess.one or before
    if guess.accounts:
        raise Ambiguous(
            f"Which account was this call with? Several are {guess.why}.", candidates=labels(guess.accounts)
        )
    if before is None:
        raise Ambiguous("Which account was this call with?", candidates=labels(own_accounts(context)))
    return before


def own_accounts(context: Context) -> Sequence[Account]:
    """The asker's first accounts, to choose from."""
    return list(context.reader.accounts(context.asker.id))[:MOST]


def labels(accounts: Sequence[Account]) -> list[str]:
    """The accounts as choices; two of one name with what tells them apart."""
    names = [account.name for account in accounts]
    return [f"{a.name} ({joined([a.country, a.id])})" if names.count(a.name) > 1 else a.name for a in accounts]


def _names(context: Context, view: AccountView | None) -> tuple[list[str], list[str]]:
    """(competitors on the account's deals, names that are no competitors)."""
    deals = view.opportunities if view else ()
    rivals = [name.strip() for deal in deals for name in re.split(r"[,;/]", deal.competitor or "")]
    ours = [product.name for product in context.reader.products()] + [user.name for user in context.reader.users()]
    if view:
        ours += [view.account.name, *(c.name for c in view.contacts), *(deal.name for deal in deals)]
    return [name for name in dict.fromkeys(rivals) if name], ours


def _records(read: Read) -> tuple[str, ...]:
    """The account and the contacts that the summary names by the CRM."""
    contacts = [f"contact:{one.contact.id}" for one in read.call.people.values() if one.contact]
    return (f"account:{read.account.id}", *contacts) if read.account else ()


def _draft(context: Context, read: Read, wording: Wording[BottomLine], out: Proposed, data: dict[str, Any]) -> Draft:
    call = read.call
    planted = [
        f"{call.transcript.place(one.lines)} speaks to a machine, and was not followed: “{one.quote[:200]}”"
        for one in call.to_machines
    ]
    # At the top: whoever reads on must know that somebody tried.
    lead = " ".join(filter(None, (out.warning, *(text[0].upper() + text[1:] for text in planted))))
    return Draft(
        skill="summary",
        unknowns=tuple(dict.fromkeys((*call.doubts, *out.unknowns))),
        dropped=wording.dropped,
        writes=tuple(out.writes),
        data=data,
        records=_records(read),
        lead=lead,
        notice=wording.notice,
        account_id=read.account.id if read.account else None,
        model=wording.model,
        prompt_version=wording.prompt_version,
        usage=wording.usage,
        model_ms=wording.ms,
        as_of=context.reader.as_of(),
    )
