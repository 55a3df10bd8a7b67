"""Thumbs under an answer: counted for its pages, passed on to their owners, kept as a case for the evals."""

import json
import re

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot.errors import BotError
from bot.log import event as log_event
from bot.slack.curation.desk import Curation
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place
from bot.slack.showing import views
from bot.slack.showing.feedback_views import ACTION, FOR_OWNERS, GONE, NOTED, PASSED_ON, THANKS, reason_form
from bot.slack.showing.forms import form_values
from bot.slack.words import click_place, form_place
from bot.store.answers import KEPT, Answer
from bot.store.cases import Cases
from bot.store.feedback import Feedback, Judgement, Verdict
from knowledge.documents import Gap


class Judging:
    """Takes people's word on answers; whoever sees one may judge it."""

    def __init__(self, room: Room, curation: Curation) -> None:
        self._room, self._curation = room, curation
        self._feedback = Feedback(room.kit.engine)
        self._cases = Cases(room.kit.settings.home / "feedback" / "cases.jsonl")

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(rf"^{ACTION}(:\w+)?$"))(self.thumb)
        app.view(ACTION)(self.submit)

    def thumb(self, ack: Ack, body: Body, action: Body) -> None:
        """👍 or 👎; a thumb down opens the form, for which Slack gives 3 s."""
        ack()
        verdict, _, answer_id = action["value"].partition(":")
        key, place = f"click:{body['trigger_id']}", click_place(body)
        if verdict == "up":
            self._room.work.decide(key, place, lambda: self._up(place, answer_id))
        else:
            self._room.work.now(key, place, lambda: self._down(place, answer_id, body["trigger_id"]))

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """What is not right, in words."""
        self._room.work.form(ack, body, lambda: self._explained(body, view))

    def _up(self, place: Place, answer_id: str) -> None:
        self._judge(place.user, self._answer(answer_id), "up")
        self._room.outbox.say(place, views.notice(THANKS))

    def _down(self, place: Place, answer_id: str, trigger_id: str) -> None:
        self._judge(place.user, self._answer(answer_id), "down")
        try:
            form = reason_form(answer_id, place.channel, place.response_url)
            self._room.outbox.client.views_open(trigger_id=trigger_id, view=form)
        except (SlackClientError, OSError) as error:
            # The thumb counts already; the reason is what else would be good to know.
            log_event("feedback_form_failed", error=type(error).__name__)
            self._room.outbox.say(place, views.notice(NOTED))

    def _explained(self, body: Body, view: Body) -> None:
        given, kept = form_values(view), json.loads(view["private_metadata"])
        answer, place = self._answer(kept["answer"]), form_place(body)
        reason, comment = given.get("reason"), (given.get("comment") or "").strip() or None
        before = self._judge(place.user, answer, "down", reason, comment)
        passed_on = answer.draft.skill == "ask" and reason in FOR_OWNERS
        if passed_on and not (before and before.reason in FOR_OWNERS):
            self._pass_on(place.user, answer, str(reason))
        self._room.outbox.say(place, views.notice(PASSED_ON if passed_on else NOTED))

    def _answer(self, answer_id: str) -> Answer:
        answer = self._room.answers.get(answer_id)
        if answer is None or self._room.kit.clock() - answer.at > KEPT:
            raise BotError(GONE)
        return answer

    def _judge(
        self, slack_id: str, answer: Answer, verdict: Verdict, reason: str | None = None, comment: str | None = None
    ) -> Judgement | None:
        """Count a judgement once a person; gives the one that it takes the place of."""
        who, now = self._who(slack_id), self._room.kit.clock()
        judged = Judgement(
            answer_id=answer.id, user_id=who, verdict=verdict, at=now, reason=reason, comment=comment
        )  # fmt: skip
        before, stands = self._feedback.save(judged)
        if stands is before:
            return before
        pages = [citation.page for citation in answer.draft.citations if citation.page]
        uses = self._room.kit.assistant.open_library().uses
        if before:
            uses.take_back(pages, before.verdict, who, before.at)
        uses.add(pages, verdict, who, answer.question, now)
        self._cases.keep(answer, judged)
        return before

    def _who(self, slack_id: str) -> str:
        [member] = self._room.directory.members([slack_id])
        if member.kind == "colleague" and member.user is None:
            return f"slack:{slack_id}"
        # For whoever is no colleague this says why they may not.
        return member.user.id if member.user else self._room.directory.user(slack_id).id

    def _pass_on(self, slack_id: str, answer: Answer, reason: str) -> None:
        """Make the question one that waits for an answer, and ask the owner at once: it is a page of theirs."""
        [member] = self._room.directory.members([slack_id])
        pages = tuple(dict.fromkeys(citation.page for citation in answer.draft.citations if citation.page))
        asker, at = member.user.id if member.user else None, self._room.kit.clock().isoformat()
        gap = Gap(0, answer.question, asker, at, answer.draft.account_id, pages)
        self._curation.flagged(self._room.kit.assistant.open_library().gap_log.add(gap), reason)
