"""A transcript with whose it is, when it was held and who speaks; a question where that cannot be told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.crm.records import Account
from bot.errors import Ambiguous
from bot.skills import Ask, Context
from bot.skills.ledger import joined
from bot.skills.summarising.attendees import Person, attendees
from bot.skills.summarising.language import NAMES, language_of
from bot.skills.summarising.lenses import Lens, lens_of
from bot.skills.summarising.quarantine import is_absence
from bot.skills.summarising.reading import CallRead, read_call
from bot.skills.summarising.rules import FRAMEWORKS
from bot.skills.summarising.transcript import LINED, Transcript
from bot.skills.summarising.whose import MOST, Clues, day_said, speakers_of, whose
from bot.skills.view import AccountView, gather

NOTES = re.compile(
    r"\b(?:my|our|typed|hand-?written|these|meeting|call)[ _-]+notes\b|\bnotes (?:of|from|on)\b|^notes\b|\bminutes\b|\bnotizen\b|\bprotokoll\b",
    re.IGNORECASE,
)
_RECORDED = re.compile(r"\b(?:transcript|recording|recorded)\b", re.IGNORECASE)
_AT_WORK = re.compile(
    r"\b(?:send|deliver|call|review|sign|decide[ds]?|book|share|agree[ds]?|order|pay|price|budget)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Read:
    """A call with the account that it was held with."""

    call: CallRead
    account: Account | None
    view: AccountView | None
    framework: str
    is_thread: bool
    is_recording: bool = True
    """whether it is what people said, rather than what somebody noted"""
    lens: Lens = "sales"
    rivals: tuple[str, ...] = ()
    misnamed: str = ""
    """that those who speak belong to another account than the one that was named"""
    doubts: tuple[str, ...] = ()


def find(context: Context, ask: Ask, words: str, transcript: Transcript, *, is_thread: bool) -> Read:
    """Read a transcript with all that the CRM knows of it."""
    clues = clues_of(transcript)
    account = _account(context, ask, clues, words, is_thread=is_thread)
    view = gather(context, account) if account else None
    day = day_said(words, clues, context.today)
    users = [user for user in context.reader.users() if user.active]
    people = attendees(transcript, account, view.contacts if view else (), users, context.asker)
    rivals, ours = _names(context, view)
    framework = _framework(context, words)
    call = read_call(_kept(transcript), people, day, framework=framework, rivals=rivals, ours=ours)
    return Read(
        call, account, view, framework, is_thread,
        is_recording=not is_thread and not is_typed(words, transcript),
        lens=lens_of(words),
        rivals=tuple(rivals),
        misnamed="" if is_thread else _misnamed(context, account, clues, people.values()),
        doubts=_doubts(transcript),
    )  # fmt: skip


def clues_of(transcript: Transcript) -> Clues:
    """What a transcript has to tell whose it is."""
    said = tuple(dict.fromkeys(turn.who for turn in transcript.turns if turn.who))
    # What an office program wrote into a file is the day of the file, not of the call.
    own = transcript.name.rpartition(".")[2].lower() == "json" or any(
        transcript.name.lower().endswith(s) for s in LINED if s
    )
    front = transcript.front if own else {}
    return Clues(transcript.name, f"{transcript.title}\n{transcript.text}", front, transcript.heads, said)


def _kept(transcript: Transcript) -> Transcript:
    """The transcript without sentences that only say that somebody is ill."""
    said = [one for one in transcript.said if not is_absence(one.text) or _AT_WORK.search(one.text)]
    return replace(transcript, said=said) if len(said) < len(transcript.said) else transcript


def is_typed(words: str, transcript: Transcript) -> bool:
    """Whether somebody says that these are notes; one with times is a recording all the same."""
    told = f"{words}\n{transcript.name.replace('_', ' ')}\n{transcript.heads.get('title', '')}"
    timed = any(turn.time for turn in transcript.turns)
    return bool(NOTES.search(words) or NOTES.search(transcript.heads.get("title", ""))) and not (
        timed or _RECORDED.search(told)
    )


def _framework(context: Context, words: str) -> str:
    named = re.search(r"\b(meddpicc|meddic|bant|spiced)\b", words, re.IGNORECASE)
    found = named[1].lower().replace("meddic", "meddpicc") if named else context.policy.framework
    return found if found in FRAMEWORKS else "meddpicc"


def _doubts(transcript: Transcript) -> tuple[str, ...]:
    found = []
    if not transcript.is_named:
        found.append(
            f"Who says what: {transcript.name} names no speakers, so that no promise has an owner and no side is told."
        )
    language = language_of([one.text for one in transcript.said])
    if language != "en":
        found.append(
            f"What was said in {NAMES[language]}: the rules read English, so that more may be in it than is listed here."
        )
    return tuple(found)


def _misnamed(context: Context, account: Account | None, clues: Clues, people: Iterable[Person]) -> str:
    """That nobody of the named account speaks, and people of another one do."""
    if account is None or any(p.contact or (p.company and p.company == account.name) for p in people):
        return ""
    others = [a for a in speakers_of(context.reader, clues) if a.id != account.id]
    if not others:
        return ""
    names = joined([one.name for one in others], " and ")
    return f"Nobody of {account.name} speaks here, and people of {names} do; nothing is proposed: name the account again if it is another."


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
