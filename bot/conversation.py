"""What words mean in the conversation in which they are said: a yes to its proposal, an answer to its question."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import decisions
from bot.crm.writes import CreateTask, UpdateOpportunity
from bot.dates import find_dates
from bot.errors import BotError
from bot.proposals import Change, Decision, Draft, Proposal
from bot.request import Request
from bot.router import Routed
from bot.store.threads import Thread
from bot.targets import choice

AROUND = frozenset("please pls the a an as in show me now then and give write draft".split())
"""words that people put around what they choose"""


def decision(request: Request, thread: Thread, get: Callable[[str], Proposal]) -> Decision | None:
    """A word on the thread's last proposal, or on the one it names."""
    if decisions.logs_nothing(request.text):
        raise BotError(_what_to_log(thread))
    said = None if request.skill else decisions.read(request.text)
    if said is None:
        return None if request.skill else _another_day(request, thread, get)
    yes_or_no = said.word in ("yes", "no") and said.proposal_id is None
    if thread.pending and "offers" not in thread.pending and yes_or_no:
        raise BotError("I asked you something and cannot tell what you choose; answer with its number or its name.")
    proposal_id = said.proposal_id or thread.proposal_id
    if not proposal_id:
        raise BotError("There is nothing waiting for your yes in this conversation; `seller proposals list` shows all.")
    if thread.skill == "ask" and yes_or_no:
        raise BotError(
            f"Do you mean {proposal_id}? Other things were said since; write “approve” or “reject” to decide on it."
        )
    plain = {"verb": said.verb, "proposal_id": proposal_id, "only": said.only, "values": said.values}
    return Decision.model_validate(plain)


def _what_to_log(thread: Thread) -> str:
    if thread.proposal_id:
        return f"Write “approve {thread.proposal_id}” to log what waits there, or say what happened, such as “spoke to Jane, …”."
    return "Say what happened, such as “spoke to Jane, she wants the offer by Friday”."


def _another_day(request: Request, thread: Thread, get: Callable[[str], Proposal]) -> Decision | None:
    """“Make it Friday”: an edit of the one day that waits for a yes here; None where none does."""
    words, today = decisions.day_instead(request.text), request.now.astimezone(ZoneInfo(request.user.time_zone)).date()
    day = next(
        (day for start, end, day in find_dates(words or "", today) if (start, end) == (0, len(words or ""))), None
    )
    if day is None or thread.proposal_id is None:
        return None
    proposal = get(thread.proposal_id)
    dated = [f"{change.k}.{name}" for change in proposal.changes if (name := _day_of(change))]
    if len(dated) > 1:
        raise BotError(f"{len(dated)} days wait here; say which, such as “edit {dated[0]}={day}”.")
    values = dict.fromkeys(dated, day.isoformat())
    return Decision(verb="edit", proposal_id=proposal.id, values=values) if dated else None


def _day_of(change: Change) -> str:
    """The name of the day of a change that waits for a yes; empty where it has none."""
    if change.status != "pending":
        return ""
    if isinstance(change.write, UpdateOpportunity):
        return "close_date" if change.write.field == "close_date" else ""
    return "due" if isinstance(change.write, CreateTask) else ""


def with_file(request: Request, thread: Thread) -> Request:
    """The answer to a question about a file, with that file, where it is still there."""
    pending = thread.pending or {}
    held = pending.get("file")
    if request.file or not held or chosen(request.text, pending) is None:
        return request
    if not Path(held).is_file():
        raise BotError(f"The file {Path(held).name} is not there any more; give it again with your answer.")
    return replace(request, file=Path(held))


def chosen(words: str, pending: Mapping[str, Any]) -> str | None:
    """What an answer to our question means, or which further view of the last answer is asked for."""
    label = choice(words, pending.get("candidates", ()))
    said = {word for word in re.findall(r"\w+", words.casefold()) if word not in AROUND}
    offers = pending.get("offers", ())
    return label or next((one for one in offers if said == set(re.findall(r"\w+", one.casefold()))), None)


def offering(
    thread: Thread, routed: Routed, text: str, account_id: str | None, draft: Draft, file: Path | None
) -> Thread:
    """The conversation after an answer: with what may be asked of the same file or text again, where it offers something."""
    offers = [action.ask for action in draft.actions if action.ask] if draft.skill == "summary" else []
    if not offers:
        return thread.model_copy(update={"pending": None})
    held = asking(thread, routed, text, account_id, BotError(""), file).pending or {}
    return thread.model_copy(update={"pending": held | {"offers": offers}})


def asking(
    thread: Thread, routed: Routed, text: str, account_id: str | None, question: BotError, file: Path | None
) -> Thread:
    """The conversation with the question that we ask back, so that the next words may answer it."""
    pending = {
        "text": text,
        "skill": routed.skill,
        "rest": routed.rest,
        "account_id": account_id,
        "candidates": list(question.candidates),
        "goes_on": routed.goes_on,
        **({"file": str(file.absolute())} if file else {}),
    }
    return thread.model_copy(update={"pending": pending})


def outcome(proposal: Proposal, k: int) -> str:
    """What became of a change, in one line."""
    change = next(c for c in proposal.changes if c.k == k)
    link = f": {change.receipt.link}" if change.receipt else ""
    why = f": {change.error}" if change.error else ""
    return f"{proposal.id}.{k} {change.status}{link}{why}"
