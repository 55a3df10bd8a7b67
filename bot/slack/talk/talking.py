"""What people write: mentions, direct messages, follow-ups in threads, edits, and the word or button that stops an answer."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App

from bot import skills, small_words
from bot.assistant import LONGEST
from bot.slack.curation.desk import Curation
from bot.slack.files.dropped import Files
from bot.slack.proposals.waiting import Waiting
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place
from bot.slack.sending.running import stop
from bot.slack.showing import help as helping
from bot.slack.showing import views
from bot.slack.showing.views import Message
from bot.slack.talk.answering import Answering
from bot.slack.talk.early import Early
from bot.slack.words import (
    asked_outside_code,
    is_direct,
    is_from_person,
    is_reworded,
    mentions_bot,
    mentions_somebody,
    message_place,
    plain,
)

NOT_YOURS = "Only the person who asked can stop this answer."
NOTHING_RUNS = "Nothing of yours is being answered here any more."
TOO_LONG = (
    "That is {n:,} characters, and I read {most:,} at once; drop it here as a file, such as a .txt, and say what to do with "
    "it, or shorten it."
)
NO_WORDS = re.compile(r"[\s?!.,;:]*")


class Talking:
    """Answers messages."""

    def __init__(self, room: Room, answering: Answering, curation: Curation, files: Files) -> None:
        self._room, self._work, self._answering, self._curation, self._files = (
            room, room.work, answering, curation, files,
        )  # fmt: skip
        self._waiting, self._early = Waiting(room), Early()

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)
        app.event("agent_session_stopped")(self.stopped)

    def mention(self, event: Body, body: Body, context: Mapping[str, Any]) -> None:
        """`@assistant …` in a channel; one that is quoted as code is no question."""
        bot = context.get("bot_user_id")
        if is_from_person(event) and asked_outside_code(event.get("text") or "", bot):
            self._heard(event, body, plain(event.get("text") or "", bot))

    def message(self, event: Body, body: Body, context: Mapping[str, Any]) -> None:
        """A direct message, a follow-up in a thread, or a change of either; all else is dropped unread."""
        bot = context.get("bot_user_id")
        if event.get("subtype") == "message_changed":
            self._changed(event, body, bot)
        elif event.get("subtype") == "message_deleted":
            self._deleted(event)
        elif is_from_person(event) and (is_direct(event["channel"]) or self._follows_up(event)):
            self._heard(event, body, plain(event.get("text") or "", bot))

    def stopped(self, event: Body, body: Body) -> None:
        """The stop button of a session."""
        channel, user, thread_ts = event["channel"], event.get("user", ""), event.get("thread_ts")
        place = message_place({"channel": channel, "user": user, "thread_ts": thread_ts})
        self._work.decide(f"event:{body['event_id']}", place, lambda: self._stop_in_thread(place))

    def _heard(self, event: Body, body: Body, words: str) -> None:
        place, key = message_place(event), f"event:{body['event_id']}"
        runs = self._answering.running.of(place) if helping.STOP.match(words) else []
        if runs:
            # Past the line of what this person asked: it would wait for what it is to stop.
            self._work.decide(key, place, lambda: self._stop_now(place))
        else:
            self._work.answer(key, place, lambda: self._answered(place, self._early.newest(place, words), event), words)

    def _answered(self, place: Place, words: str, event: Body) -> None:
        self._answering.go_on(place)
        if self._files.dropped(place, words, event):
            return
        if place.direct and self._curation.replied(place, words, event["ts"]):
            return
        said = self._small_answer(place, words)
        if said:
            self._room.outbox.say(place, said)
            return
        self._waiting.check(place, words)
        self._answering.answer(place, words)

    def _small_answer(self, place: Place, words: str) -> Message | None:
        """What needs no look into CRM or pages; None for a question."""
        cards = skills.cards()
        if NO_WORDS.fullmatch(words) or small_words.greets(words):
            return helping.short(cards)
        if small_words.asks_for_help(words):
            return helping.whole(cards)
        if helping.STOP.match(words):
            self._answering.running.stop_elsewhere(place)
            return views.notice(NOTHING_RUNS)
        if small_words.is_small_word(words):
            return views.notice(small_words.WELCOME)
        if small_words.is_outside(words):
            return views.notice(small_words.NOT_MINE)
        return views.notice(TOO_LONG.format(n=len(words), most=LONGEST)) if len(words) > LONGEST else None

    def _follows_up(self, event: Body) -> bool:
        """Whether a message in a channel goes on with a conversation that this very person has with the assistant there."""
        text = event.get("text") or ""
        if not event.get("thread_ts") or event["thread_ts"] == event.get("ts") or mentions_somebody(text):
            return False
        place = message_place(event)
        known = self._work.awaits(place) or self._room.kit.assistant.threads.get(place.thread)
        return bool(known) and not small_words.is_small_word(plain(text))

    def _stop_now(self, place: Place) -> None:
        if not stop(self._answering.running.of(place)):
            self._room.outbox.say(place, views.notice(NOTHING_RUNS))

    def _stop_in_thread(self, place: Place) -> None:
        runs = self._answering.running.in_thread(place.channel, place.thread_ts)
        own = [run for run in runs if place.direct or run.place.user == place.user]
        if runs and not own:
            self._room.outbox.say(place, views.notice(NOT_YOURS))
        elif not stop(own):
            # Another process may write it; or nothing is left to stop, as after a restart, and Slack waits to be told so.
            self._answering.running.stop_elsewhere(place)
            self._answering.leave(place)

    def _changed(self, event: Body, body: Body, bot: str | None) -> None:
        message, before = {"channel": event["channel"], **event["message"]}, event.get("previous_message") or {}
        if not is_reworded(message, before):
            return
        place, words = message_place(message), plain(message.get("text") or "", bot)
        runs = self._answering.running.to_message(place.channel, place.message_ts or "")
        if place.direct or runs or self._room.answers.to_question(place.channel, place.message_ts or ""):
            job = self._anew(place, words, anyway=stop(runs, silent=True))
            self._work.answer(f"event:{body['event_id']}", place, job, words)
        elif self._is_asked_now(message.get("text") or "", before.get("text") or "", bot):
            self._heard(message, body, words)
        elif mentions_bot(message.get("text") or "", bot):
            self._early.note(place, words)

    def _is_asked_now(self, text: str, before: str, bot: str | None) -> bool:
        """Whether an edit brought the mention in, for which Slack may send nothing else."""
        return mentions_bot(text, bot) and not mentions_bot(before, bot) and asked_outside_code(text, bot)

    def _anew(self, place: Place, words: str, *, anyway: bool) -> Callable[[], None]:
        """Answer in the place of the old answer; `anyway` where that was stopped before it was there.

        Where there is none, the question itself may still be on its way.
        """

        def job() -> None:
            if self._answering.again(place, words):
                return
            if anyway:
                self._answering.answer(place, words)
            else:
                self._early.note(place, words)

        return job

    def _deleted(self, event: Body) -> None:
        ts = event.get("deleted_ts") or (event.get("previous_message") or {}).get("ts") or ""
        stop(self._answering.running.to_message(event["channel"], ts), silent=True)
