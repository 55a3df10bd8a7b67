"""The pipeline on Mondays and what a manager's people need on weekdays: to their direct messages, or to a channel."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from slack_sdk.errors import SlackApiError

from bot.crm.records import User
from bot.errors import NotAllowed
from bot.proposals import Draft
from bot.request import Request
from bot.skills.needing import led
from bot.slack.room import Room
from bot.slack.sending.outbox import Place, above, conversation
from bot.slack.sending.pictures import Pictures
from bot.slack.showing import views
from bot.slack.showing.views import Message, escape
from bot.slack.talk.digest_words import Kind
from bot.store.answers import Answer
from bot.store.preferences import Preference


@dataclass(frozen=True)
class Sort:
    """A sort of digest: what is asked for it, when, and what it is called."""

    skill: str
    ask: str
    days: range
    """weekdays on which it comes, Monday is 0"""
    name: str
    title: str
    of: str
    """its title in a channel, where it is one person's"""


SORTS: dict[Kind, Sort] = {
    "weekly": Sort(
        "pipeline", "show me the pipeline", range(1),
        "pipeline digest on Mondays", "Your pipeline", "Pipeline of {name}",
    ),
    "daily": Sort(
        "needs", "who needs help with what?", range(5),
        "digest of what your people need", "What needs you", "What needs {name}",
    ),
}  # fmt: skip
MOST_PICTURES = 2
"""of an answer's charts, its first: a phone that shows five pictures unasked is put away; `/pipeline` brings them all"""
UNQUOTED = " without quotas"
"""to a channel: a quota is for its owner and who leads them"""
OWN = "It was to go to <#{channel}>. {why}"
STOP = "Stop this with `/pipeline {kind} off`; its time is under Settings in the Home tab."


class TeamDigests:
    """Sends what was asked for; a key is claimed before anything is sent, so that no process sends it twice."""

    def __init__(self, room: Room) -> None:
        self._room, self._pictures = room, Pictures(room.outbox)

    def send(self, kind: Kind, wanted: Preference, user: User, day: date, now: datetime) -> None:
        """Send the digest of a day, once; NotAllowed where the person has no claim to it any more."""
        sort, deliveries, key = SORTS[kind], self._room.kit.deliveries, key_of(kind, wanted, day)
        if day.weekday() not in sort.days or key in deliveries.seen(key):
            return
        if kind == "daily" and not led(user, self._room.kit.reader.users()):
            raise NotAllowed(f"{user.name} leads nobody in the CRM any more.")
        if not deliveries.first_time(key, now):
            return
        try:
            ready = self._prepared(kind, wanted, user, day, now)
        except Exception:
            # Nothing was shown, so the next round tries again, for as long as it is of use.
            deliveries.forget(key)
            raise
        try:
            at = self._post(ready.place, ready.message)
        except SlackApiError:
            # Slack said no; where it said nothing, it may have been shown, and never twice counts more.
            deliveries.forget(key)
            raise
        self._keep(ready, at.channel)
        self._pictures.show(at, ready.draft.charts[:MOST_PICTURES])

    def _prepared(self, kind: Kind, wanted: Preference, user: User, day: date, now: datetime) -> "_Ready":
        sort = SORTS[kind]
        thread = f"digest:{key_of(kind, wanted, day)}"
        to = _to(kind, wanted)
        asked = f"{sort.ask}{UNQUOTED if to and kind == 'weekly' else ''}"
        request = Request(text=asked, user=user, now=now, thread=thread, skill=sort.skill, place="digest")
        draft = self._room.kit.assistant.answer(request).draft
        place, draft, note = self._placed(to, wanted.slack_id or "", user, draft)
        title = sort.title if place.direct else sort.of.format(name=escape(user.name))
        [message] = views.answer(draft, request.id)
        message = views.with_note(message, STOP.format(kind=kind))
        head = "\n".join(filter(None, (f"*{title}, {day:%A} {day}*", note)))
        return _Ready(place, above(head, message), request, draft)

    def _placed(self, to: str | None, slack_id: str, user: User, draft: Draft) -> tuple[Place, Draft, str]:
        """Where it goes, as it may be shown there, and why not where it was to go."""
        own = Place(slack_id, slack_id, True, slack_id)
        if to is None or not (draft.citations or draft.records):
            return own, draft, ""
        place = Place(to, slack_id, False, conversation(to, slack_id), public=True)
        verdict = self._room.audience.verdict(place, draft, user)
        if verdict.public:
            return place, verdict.draft or draft, ""
        why = re.sub(r"\bhere\b", "there", verdict.why).replace("this channel", "that channel")
        return own, draft, OWN.format(channel=to, why=why)

    def _post(self, place: Place, message: Message) -> Place:
        """Post it; gives where its pictures go: in a channel, into the thread beneath."""
        if not place.direct and (ts := self._room.outbox.say(place, message)):
            return replace(place, thread_ts=ts)
        # A channel that took nothing, such as one that the app was taken out of: the person has it, with why.
        own = Place(place.user, place.user, True, place.user)
        if not place.direct:
            return own
        channel, _, _ = self._room.outbox.direct(place.user, message).partition(":")
        return replace(own, channel=channel)

    def _keep(self, ready: "_Ready", channel: str) -> None:
        """Keep the answer for its buttons."""
        request, kept = ready.request, ready.draft.model_copy(update={"files": ()})
        answer = Answer(
            id=request.id, at=request.now, user_id=request.user.id, channel=channel, question=request.text, draft=kept
        )
        self._room.answers.save(answer)


@dataclass(frozen=True)
class _Ready:
    """A digest that has only to be posted."""

    place: Place
    message: Message
    request: Request
    draft: Draft


def key_of(kind: Kind, wanted: Preference, day: date) -> str:
    """Return what a digest of a day is claimed by."""
    return f"{kind}:{wanted.user_id}:{day}"


def time_of(kind: Kind, wanted: Preference) -> str | None:
    """Return when a digest comes; None: none does."""
    return wanted.weekly_at if kind == "weekly" else wanted.daily_at


def _to(kind: Kind, wanted: Preference) -> str | None:
    return wanted.weekly_to if kind == "weekly" else wanted.daily_to
