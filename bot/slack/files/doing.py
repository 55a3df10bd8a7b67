"""What is done with a dropped file: summarised, kept as a note, made a draft page, or asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackClientError

from bot.crm.records import User
from bot.errors import BotError
from bot.log import event as log_event
from bot.skills.summarising.recordings import check_kept
from bot.slack.curation import lists as curation_lists
from bot.slack.files.held import keep, opened
from bot.slack.files.reading import as_page, bare
from bot.slack.room import Room
from bot.slack.sending.outbox import Card, Place
from bot.slack.showing import views
from bot.slack.showing.file_views import ASK, DRAFT, LOG, NOTE, Dropped
from bot.slack.showing.views import Message
from bot.slack.talk.answering import Answering
from bot.store.asked import Asked
from bot.targets import Targets
from knowledge.pages import Overrides


class Doing:
    """Works on one file at a time; its bytes are gone when it is done."""

    def __init__(self, room: Room, answering: Answering, asked: Asked) -> None:
        self._room, self._answering, self._asked, self._outbox = room, answering, asked, room.outbox

    @contextmanager
    def file(self, place: Place, dropped: Dropped) -> Iterator[tuple[Path, str]]:
        """(the file on disk, where people open it); gone afterwards."""
        self._answering.doing(place, f"reading {dropped.name or 'the file'}")
        with opened(self._outbox.client, self._asked, dropped) as found:
            yield found

    def do(self, place: Place, user: User, verb: str, dropped: Dropped, path: Path, link: str, words: str) -> None:
        self._answering.doing(place, f"reading {dropped.name}")
        if verb == LOG:
            text = " ".join(("summarise this call", f"of {dropped.day}" if dropped.day else "", words)).strip()
            self._answering.answer(place, text, "summary", file=path, link=link, account=dropped.account or None)
            goes_on = keep(self._room.kit.assistant.threads, place.thread, path, dropped)
            if dropped.pasted and not goes_on:
                self._asked.clear(dropped.file)
        elif verb == ASK:
            self._answering.answer(place, words, "ask", file=path, link=link)
        elif verb == NOTE:
            self._outbox.say(place, self._kept(user, dropped, path, link))
        elif verb == DRAFT:
            loop = self._room.kit.open_loop(user)
            page = loop.desk.add(as_page(path, user.name, link or f"Slack file {dropped.file}"))
            self._outbox.say(place, curation_lists.draft(loop, page))

    def _kept(self, user: User, dropped: Dropped, path: Path, link: str) -> Message:
        """Take the file into the notes of its account: internal, of whoever brought it, verified by nobody."""
        account = Targets(self._room.kit.rights.reader_for(user)).named(dropped.account)
        if account is None:
            raise BotError("The account is not in the CRM any more; choose another one.")
        if dropped.call:
            assistant = self._room.kit.assistant
            check_kept(assistant.memory, assistant.meaning, path)
        uri = link if link.lower().endswith(path.suffix.lower()) else f"slack:{dropped.file}/{path.name}"
        said = Overrides("transcript" if dropped.call else "note", account.id, frozenset(), "internal", user.name)
        desk = self._room.kit.open_loop(user).desk
        report = desk.library.add(uri, bare(path), overrides=said)
        desk.tell("page_kept", dropped.file)
        troubles = [failed.why for failed in report.failed] + [skipped.why for skipped in report.skipped]
        if troubles:
            raise BotError(f"{dropped.name} cannot be kept: {troubles[0]}.")
        return views.notice(
            f"{dropped.titled} is kept as a note of {account.name}; briefs and answers on it read it now."
        )

    def redraw(self, card: Card, message: Message) -> None:
        self._softly("slack_card_gone", lambda: self._outbox.redraw(card, message))

    def _softly(self, name: str, show: Callable[[], Any]) -> None:
        """Do what is small talk beside the answer: without it the answer still comes."""
        try:
            show()
        except (SlackClientError, OSError) as error:
            log_event(name, error=type(error).__name__)
