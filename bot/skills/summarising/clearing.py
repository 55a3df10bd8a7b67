"""Whether a call may be summarised now: those recorded agreed, and its host released it; where a person must say, ask."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.crm.records import User
from bot.dates import long_date
from bot.errors import Ambiguous, BotError, NotAllowed
from bot.skills import Context
from bot.skills.ledger import joined
from bot.skills.summarising.consent import Consent, Status, read_consent
from bot.skills.summarising.places import Need, need_of
from bot.skills.summarising.quarantine import Touch
from bot.skills.summarising.reading import CallRead
from bot.skills.summarising.sensing import touches_of
from bot.skills.summarising.transcript import Transcript
from bot.skills.view import AccountView
from bot.store.calls import CallWord

EVERYBODY, SOME, UNSURE = "Everybody agreed", "Not everybody agreed", "I do not know"
CHOICES = (EVERYBODY, SOME, UNSURE)
STATED = {EVERYBODY: "all", SOME: "some", "Nobody agreed": "none"}
RELEASE = "release it"
INSTEAD = "write down from memory what was agreed, and I log it, such as “log a call with Jane: she wants the offer by Friday”."
_STATUS: dict[str, Status] = {"all": "all", "some": "some", "none": "refused"}


@dataclass(frozen=True)
class Cleared:
    """What allows a call to be summarised, and what keeps it back."""

    consent: Consent
    need: Need
    touches: Sequence[Touch] = ()
    host: User | None = None
    word: CallWord | None = None

    @property
    def held(self) -> bool:
        """Whether the host has to decide first."""
        return bool(self.touches) and not (self.word and self.word.released_by)


def touching(touches: Sequence[Touch], name: Callable[[Touch], str] = lambda one: one.subject) -> str:
    """Say which subjects a call touches, and which it may touch."""
    said = [
        (verb, [name(one) for one in touches if one.sure == sure])
        for verb, sure in (("touches", True), ("may touch", False))
    ]
    return " and ".join(f"{verb} {joined(names)}" for verb, names in said if names)


def labels_of(words: str, views: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """(the words without what was chosen behind them, what was chosen)."""
    known = {label.casefold(): label for label in (*STATED, UNSURE, *views)}
    label = re.compile(rf"\s*\(({'|'.join(re.escape(one) for one in known)})\)\s*$", re.IGNORECASE)
    chosen: list[str] = []
    while found := label.search(words):
        chosen.insert(0, known[found[1].casefold()])
        words = words[: found.start()]
    return words.strip(), tuple(chosen)


def fingerprint(transcript: Transcript) -> str:
    """The same for the same words of the same speakers, whatever file they stand in."""
    return hashlib.sha256(" ".join(transcript.text.casefold().split()).encode()).hexdigest()


def clear(context: Context, call: CallRead, view: AccountView | None, chosen: Sequence[str]) -> Cleared:
    """Tell what may be shown; Ambiguous asks whether all agreed, BotError says that it may not be summarised."""
    key, name = fingerprint(call.transcript), call.transcript.name
    said = next((STATED[one] for one in chosen if one in STATED), None)
    _keep(context, key, said)
    word = context.memory.calls.get(key) if context.memory else None
    consent, need = _consent(context, call, word, said), _need(call, view)
    if not consent.enough(need):
        raise _stop(consent, need, name, unsure=UNSURE in chosen)
    names = [person.name for person in call.people.values()]
    touches = touches_of(call.transcript.said, names, context.meaning)
    host = _host(context, call, view)
    if touches and RELEASE in chosen:
        word = _released(context, key, host, name, word)
    return Cleared(consent, need, touches, host, word)


def _keep(context: Context, key: str, said: str | None) -> None:
    if said and context.memory:
        context.memory.calls.state(key, said, context.asker.id, context.now)


def _consent(context: Context, call: CallRead, word: CallWord | None, said: str | None) -> Consent:
    """An objection in the call first, then what a person stated, what the call tells, what the company set."""
    told = read_consent(call.transcript, call.people)
    stated = word.consent if word else said
    if told.status == "refused":
        return told
    if stated:
        who = context.reader.user(word.user_id) if word else context.asker
        day = word.at if word else context.now
        return Consent(_STATUS[stated], f"stated by {who.name if who else 'a colleague'} on {long_date(day.date())}")
    if told.status != "all" and context.policy.consent == "given":
        return Consent("all", "as the company set for all its calls")
    return told


def _need(call: CallRead, view: AccountView | None) -> Need:
    contacts = [person.contact for person in call.people.values() if person.contact]
    return need_of(view.account if view else None, contacts)


def _stop(consent: Consent, need: Need, name: str, *, unsure: bool) -> BotError:
    if consent.status == "refused":
        where = f"{consent.who} did not want to be recorded" if consent.who else f"not agreed to, {consent.how}"
        return BotError(f"{name} is not summarised: {where}; {INSTEAD}")
    if consent.status == "some" and not consent.said:
        return BotError(f"{name} is not summarised: not everybody agreed to the recording ({consent.how}); {INSTEAD}")
    if unsure:
        return BotError(f"{name} is not summarised as long as nobody knows whether all agreed; ask them, or {INSTEAD}")
    return Ambiguous(_question(consent, name), candidates=CHOICES)


def _question(consent: Consent, name: str) -> str:
    if consent.status == "some":
        return f"Did everybody agree to the recording? In {name} {consent.who or 'somebody'} does not say yes to it: “{consent.said[-1].text[:80]}”"
    if consent.status == "told":
        return f"Did everybody agree to the recording? In {name} it is announced, and nobody says yes to it."
    return f"Did everybody agree to the recording? {name} does not say so, and is not summarised without."


def _host(context: Context, call: CallRead, view: AccountView | None) -> User:
    """Who held the call: by the file, else whose meeting it is in the CRM, else who of us speaks in it, else the asker."""
    told = {**call.transcript.front, **call.transcript.heads}
    users = [user for user in context.reader.users() if user.active]
    for key in ("host", "host email", "host name", "organizer", "organiser", "organizer email", "organizer name"):
        found = _user(str(told.get(key) or ""), users)
        if found:
            return found
    same_day = [
        a for a in (view.activities if view else ()) if a.at.date() == call.day and a.kind in ("meeting", "call")
    ]
    owner = next((context.reader.user(a.owner_id) for a in same_day if a.owner_id), None)
    ours = [person.user for person in call.people.values() if person.user]
    return owner or next((u for u in ours if u.id == context.asker.id), next(iter(ours), context.asker))


def _user(written: str, users: Sequence[User]) -> User | None:
    low = written.casefold().strip()
    fits = [u for u in users if low and (u.name.casefold() in low or (u.email or "-").casefold() in low)]
    return fits[0] if len(fits) == 1 else None


def _released(context: Context, key: str, host: User, name: str, word: CallWord | None) -> CallWord:
    if host.id != context.asker.id:
        raise NotAllowed(f"Only {host.name} held this call and can release {name}; ask them to say “{RELEASE}” on it.")
    if context.memory:
        context.memory.calls.release(key, context.asker.id, context.now)
    given = word or CallWord(context.now, context.asker.id)
    return replace(given, released_by=context.asker.id, released_at=context.now)
