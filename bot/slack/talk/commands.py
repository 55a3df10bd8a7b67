"""Slash commands: one for each skill whose card names one."""

import re
from collections.abc import Sequence
from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot import skills
from bot.crm.port import CrmReader
from bot.crm.records import Account
from bot.errors import NotFound, Stale
from bot.log import event
from bot.slack.curation.desk import COMMAND as KB
from bot.slack.home.digest_setting import DigestSetting
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Card, Place
from bot.slack.showing import command_views as shown
from bot.slack.showing.views import notice, small
from bot.slack.talk import command_words as words_of
from bot.slack.talk import digest_words
from bot.slack.talk.answering import Answering
from bot.slack.talk.shortcuts import Shortcuts
from bot.slack.words import click_place, clicked_card, command_place
from bot.store.asked import Asked

DIGESTS = "pipeline"
"""the skill after whose command digests are set"""
WAITS = "One moment…"
PICKED = "An account was picked here already; for another one type the command with its name."


def by_command() -> dict[str, str]:
    """Slash command → skill; manifest.json lists the same."""
    return {card.command: name for name, card in skills.cards().items() if card.command}


class Commands:
    """Answers slash commands, to the asker alone."""

    def __init__(self, room: Room, answering: Answering, shortcuts: Shortcuts) -> None:
        self._room, self._answering, self._shortcuts = room, answering, shortcuts
        self._digests = DigestSetting(room)
        self._cards, self._skills, self._asked = skills.cards(), by_command(), Asked(room.kit.engine)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        for command in self._skills:
            app.command(command)(self.command)
        ours = "|".join(map(re.escape, [*self._skills, KB]))
        app.command(re.compile(rf"^(?!(?:{ours})$)"))(self.unknown)
        app.action(re.compile(r"^run:\d+$"))(self.chosen)

    def command(self, ack: Ack, body: Body) -> None:
        """Answer, explain, or open the form."""
        skill, words = self._skills[body["command"]], words_of.typed(body.get("text") or "")
        card, place = self._cards[skill], command_place(body)
        if words_of.wants_help(words) or (not words and card.bare == "help"):
            said = shown.help_message(card)
            more = small(digest_words.HOW) if skill == DIGESTS else []
            ack(text=said.text, blocks=[*said.blocks, *more], response_type="ephemeral")
        elif not words and card.bare == "form" and self._shortcuts.has_form(skill):
            ack()
            self._shortcuts.open_form(skill, body, place)
        else:
            ack(WAITS)
            key = f"command:{body['trigger_id']}"
            if skill == DIGESTS and digest_words.is_wish(words):
                self._room.work.decide(key, place, lambda: self._digests.set(place, digest_words.wish(words)))
                return
            self._room.work.answer(key, place, lambda: self._answer(place, skill, words), words)

    def unknown(self, ack: Ack, body: Body) -> None:
        """Say which commands there are, such as after a command was renamed and the app not installed anew."""
        ack(text=shown.unknown(body["command"], self._cards, [KB]), response_type="ephemeral")

    def chosen(self, ack: Ack, body: Body, action: Body) -> None:
        """Answer about the account of a button."""
        ack()
        skill, _, account_id = action["value"].partition(":")
        place = click_place(body)
        place = replace(place, thread=place.own)
        key, card = f"click:{body['trigger_id']}", clicked_card(body)
        self._room.work.answer(key, place, lambda: self._picked(place, card, skill, account_id), action["value"])

    def _answer(self, place: Place, skill: str, words: str) -> None:
        card = self._cards[skill]
        if not words and card.bare == "account":
            self._bare(place, skill)
        else:
            asked = words_of.argument(card, words) if words else "".join(card.examples[:1]) or card.name
            self._answering.answer(place, asked or words, skill)

    def _bare(self, place: Place, skill: str) -> None:
        """Take the account last talked of here, else ask which."""
        seen = self._seen(place)
        last = self._room.kit.assistant.threads.latest(place.own)
        if last is not None and last.account_id and seen.account(last.account_id):
            self._about(place, skill, last.account_id)
            return
        accounts = self._own(seen, place)
        card = self._cards[skill]
        message = shown.which_account(skill, card, accounts) if accounts else shown.help_message(card)
        self._room.outbox.say(place, message)

    def _picked(self, place: Place, card: Card, skill: str, account_id: str) -> None:
        """Answer once a question; what stood there says what was picked."""
        account = self._account(place, skill, account_id)
        if not self._asked.claim(f"run:{card.channel}:{card.ts}", self._room.kit.clock()):
            raise Stale(PICKED)
        try:
            self._room.outbox.redraw(card, notice(f"{self._cards[skill].command} {account.name}"))
        except (SlackClientError, OSError) as error:
            # Beside the answer: the buttons stay, and a second click does nothing.
            event("slack_card_gone", error=type(error).__name__)
        self._about(place, skill, account_id)

    def _account(self, place: Place, skill: str, account_id: str) -> Account:
        account = self._seen(place).account(account_id)
        if skill not in self._cards or account is None:
            raise NotFound("This account is not there for you any more; name another one.")
        return account

    def _about(self, place: Place, skill: str, account_id: str) -> None:
        account = self._account(place, skill, account_id)
        self._answering.answer(place, account.name, skill, account=account.id)

    def _seen(self, place: Place) -> CrmReader:
        return self._room.kit.rights.reader_for(self._room.directory.user(place.user))

    def _own(self, seen: CrmReader, place: Place) -> Sequence[Account]:
        """The person's own accounts, else the first they see."""
        own = seen.accounts(self._room.directory.user(place.user).id)
        first = seen.account_names("")[: shown.MOST_BUTTONS] if not own else ()
        return [*own[: shown.MOST_BUTTONS], *(one for key, _ in first if (one := seen.account(key)))]
