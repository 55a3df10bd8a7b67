"""From words at a place to the answer that is shown there: the one way that messages, commands and files share."""

from dataclasses import replace
from pathlib import Path

from slack_sdk.errors import SlackClientError

from bot.assistant import Reply, Request
from bot.log import event as log_event
from bot.proposals import Draft
from bot.skills import NOT_SAID, Touched
from bot.slack import views
from bot.slack.curation import Curation
from bot.slack.feedback_views import with_feedback
from bot.slack.outbox import Place
from bot.slack.pictures import Pictures
from bot.slack.room import Room
from bot.store.answers import Answer


class Answering:
    """Asks the assistant in a person's name and shows what it says."""

    def __init__(self, room: Room, curation: Curation) -> None:
        self._room, self._curation, self._pictures = room, curation, Pictures(room.outbox)

    def answer(
        self,
        place: Place,
        words: str,
        skill: str | None = None,
        *,
        account: str | None = None,
        origin: str = "",
        touched: Touched = NOT_SAID,
        file: Path | None = None,
        link: str = "",
    ) -> None:
        """Answer what was said, with what a form or a file adds to it; BotError with the sentence for the person."""
        room = self._room
        user = room.directory.user(place.user)
        request = Request(
            words,
            user,
            room.kit.clock(),
            place.thread,
            skill=skill,
            account=account or None,
            origin=origin,
            touched=touched,
            file=file,
            link=link,
        )
        reply = room.kit.assistant.answer(request, progress=lambda status: self._progress(place, status))
        self._show(place, words, reply)
        self._curation.ask_owners()

    def _show(self, place: Place, words: str, reply: Reply) -> None:
        verdict = self._room.audience.verdict(place, reply.draft)
        draft = verdict.draft or reply.draft
        messages = views.answer(draft, reply.request_id)
        place = replace(place, public=verdict.public)
        if verdict.why:
            messages[-1] = views.with_note(messages[-1], verdict.why)
        self._keep(place, words, reply.request_id, draft)
        if reply.draft.skill not in ("clarify", "decision"):
            messages[-1] = with_feedback(messages[-1], reply.request_id)
        for message in messages:
            self._room.outbox.say(place, message)
        self._pictures.show(place, draft.charts, lambda status: self._progress(place, status))
        if reply.proposal:
            self._room.post_card(place, reply.proposal)

    def _keep(self, place: Place, words: str, request_id: str, draft: Draft) -> None:
        room, asker = self._room, self._room.directory.user(place.user)
        answer = Answer(
            id=request_id, at=room.kit.clock(), user_id=asker.id, channel=place.channel, question=words,
            thread_ts=place.thread_ts, question_ts=place.message_ts, draft=draft, account_id=draft.account_id,
        )  # fmt: skip
        room.answers.save(answer)

    def _progress(self, place: Place, words: str) -> None:
        try:
            self._room.outbox.status(place, words)
        except (SlackClientError, OSError) as error:
            # Small talk beside the answer: without it the answer still comes.
            log_event("slack_status_failed", error=type(error).__name__)
