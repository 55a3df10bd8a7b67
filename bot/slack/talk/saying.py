"""A click on what may be done next: asked in the clicker's name, in the conversation that the answer belongs to."""

import re
from dataclasses import replace

from slack_bolt import Ack, App

from bot.errors import NotAllowed, Stale
from bot.proposals import Action
from bot.slack.proposals.opening import Opening
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place, conversation
from bot.slack.showing.action_forms import CALLBACK, KeptForm, action_form, words
from bot.slack.showing.actions import OPEN, SAY, action_at
from bot.slack.talk.answering import Answering
from bot.slack.words import answer_place, click_place, is_direct
from bot.store.answers import KEPT, Answer

GONE = f"The answer that this belongs to is gone, for answers are kept {KEPT.days} days; ask again."
NOT_YOURS = "You cannot see all of the answer that this belongs to; ask me yourself, and you get what you may see."


class Saying:
    """Takes clicks on the buttons and menus of an answer; the words come from the kept answer, never from the button."""

    def __init__(self, room: Room, answering: Answering, opening: Opening) -> None:
        self._room, self._answering, self._opening = room, answering, opening

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(rf"^{SAY}:"))(self.clicked)
        app.action(re.compile(rf"^{OPEN}:"))(self.opened)
        app.view(CALLBACK)(self.submitted)

    def clicked(self, ack: Ack, body: Body, action: Body) -> None:
        """Ask what the button stands for; Slack delivers a click more than once, and it is asked once."""
        ack()
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        place, key = click_place(body), f"click:{body['trigger_id']}"
        found = self._found(value)
        if found is None:
            self._room.work.decide(key, place, _gone)
            return
        answer, chosen = found
        at = self._place(answer_place(place, body, answer), answer)
        if not chosen.ask:
            self._room.work.decide(key, place, lambda: None)  # an entry of a menu that opened an address
        elif chosen.fill or chosen.choices:
            kept = KeptForm(value, at.channel, at.thread_ts, place.response_url)
            self._opening.open(key, body, place, lambda: self._form(at, answer, chosen, kept))
        else:
            self._room.work.answer(key, at, lambda: self._ask(at, answer, chosen, chosen.ask), chosen.ask)

    def submitted(self, ack: Ack, body: Body, view: Body) -> None:
        """A form that an action opened was filled in."""
        self._room.work.form(ack, body, lambda: self._filled(body, view))

    def opened(self, ack: Ack, body: Body) -> None:
        """A button that opened an address: Slack tells of it, and nothing is to be done."""
        ack()
        self._room.work.decide(f"click:{body['trigger_id']}", click_place(body), lambda: None)

    def _found(self, value: str) -> tuple[Answer, Action] | None:
        answer_id, _, where = value.partition(":")
        answer = self._room.answers.get(answer_id)
        if answer is None or self._room.kit.clock() - answer.at > KEPT:
            return None
        action = action_at(answer.draft, where)
        return (answer, action) if action else None

    def _place(self, place: Place, answer: Answer) -> Place:
        """The place with the conversation that the answer belongs to, as this person has it."""
        return replace(place, thread=conversation(answer.channel, place.user, answer.thread_ts))

    def _form(self, place: Place, answer: Answer, action: Action, kept: KeptForm) -> Body:
        self._check(place, answer)
        return action_form(action, kept)

    def _filled(self, body: Body, view: Body) -> None:
        kept, user = KeptForm.loads(view["private_metadata"]), body["user"]["id"]
        found = self._found(kept.value)
        if found is None:
            raise Stale(GONE)
        answer, action = found
        said = words(action, view)
        direct = is_direct(kept.channel)
        # Whoever sees an answer alone gets the next one at the address of the click.
        url = None if direct or kept.thread_ts else kept.response_url
        place = Place(kept.channel, user, direct, "", kept.thread_ts, response_url=url)
        at = self._place(place, answer)
        self._room.work.answer(f"sent:{view['id']}", at, lambda: self._ask(at, answer, action, said), said)

    def _check(self, place: Place, answer: Answer) -> None:
        """Raise NotAllowed where a person was never shown the answer."""
        user = self._room.directory.user(place.user)
        shared = answer.channel == place.channel and self._room.audience.shares(user, answer.draft)
        if user.id != answer.user_id and not shared:
            raise NotAllowed(NOT_YOURS)

    def _ask(self, place: Place, answer: Answer, action: Action, said: str) -> None:
        self._check(place, answer)
        self._answering.ask(place, said, skill=action.skill or None, account=action.account or None)


def _gone() -> None:
    raise Stale(GONE)
