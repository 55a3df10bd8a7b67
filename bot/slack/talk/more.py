"""The button under the first screen of an answer: shows the rest, to whom the answer was shown."""

import re

from slack_bolt import Ack, App

from bot.errors import NotAllowed, Stale
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place
from bot.slack.showing import views
from bot.slack.words import answer_place, click_place, clicked_card
from bot.store.answers import KEPT, Answer
from bot.store.asked import Asked

GONE = f"The rest of that answer is gone, for answers are kept {KEPT.days} days; ask again."
MOVED = "You cannot see all of that any more, so the rest stays closed; ask again, and you get what you may see now."
THERE = "The rest of that answer is there already; look a little further down."
NOT_ALL = "Not everybody here may see the rest of that answer any more; ask me yourself, and I answer you alone."


class More:
    """Posts what follows the first screen."""

    def __init__(self, room: Room) -> None:
        self._room, self._asked = room, Asked(room.kit.engine)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(r"^more:[^:]+:\d+$"))(self.clicked)

    def clicked(self, ack: Ack, body: Body, action: Body) -> None:
        """Show the next part."""
        ack()
        place = click_place(body)
        self._room.work.decide(f"click:{body['trigger_id']}", place, lambda: self._show(place, body, action))

    def _show(self, place: Place, body: Body, action: Body) -> None:
        _, answer_id, part = action["action_id"].split(":")
        answer = self._room.answers.get(answer_id)
        if answer is None or self._room.kit.clock() - answer.at > KEPT:
            raise Stale(GONE)
        place, why = self._audience(answer_place(place, body, answer), body, answer)
        messages = views.more(answer.draft, answer_id, int(part))
        if not messages:
            raise Stale(GONE)
        if why:
            messages[-1] = views.with_note(messages[-1], why)
        whose = "" if place.public else place.user
        key = f"{action['action_id']}:{clicked_card(body).ts}:{whose}"
        if not self._asked.claim(key, self._room.kit.clock()):
            raise Stale(THERE)
        try:
            for message in messages:
                self._room.outbox.say(place, message)
        except Exception:
            self._asked.release(key)
            raise

    def _audience(self, place: Place, body: Body, answer: Answer) -> tuple[Place, str]:
        """Where the rest goes, with the line that says why; what was open to all is looked at anew."""
        alone = bool(body["container"].get("is_ephemeral"))
        asker = self._room.kit.reader.user(answer.user_id)
        verdict = self._room.audience.verdict(place, answer.draft, asker)
        if not alone and verdict.public:
            self._check(body, answer, alone=place.direct)
            return _public(place), ""
        self._check(body, answer, alone=True)
        return place, verdict.why

    def _check(self, body: Body, answer: Answer, *, alone: bool) -> None:
        """Raise NotAllowed where a person would see alone what was not said to them, or what they may not see any more."""
        user = self._room.directory.user(body["user"]["id"])
        if alone and user.id != answer.user_id:
            raise NotAllowed(NOT_ALL)
        if alone and not self._room.audience.sees(user, answer.draft):
            raise NotAllowed(MOVED)


def _public(place: Place) -> Place:
    return Place(place.channel, place.user, place.direct, place.thread, place.thread_ts, public=True)
