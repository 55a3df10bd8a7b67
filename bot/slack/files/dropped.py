"""Files that people drop: recognised, asked about once, processed."""

import json
import re
from dataclasses import asdict, replace
from datetime import date
from zoneinfo import ZoneInfo

from slack_bolt import Ack, App

from bot.crm.records import Account, User
from bot.errors import BotError
from bot.log import event as log_event
from bot.skills.summarising import transcript as transcripts
from bot.skills.summarising.whose import day_said
from bot.skills.summary import PASTED, split
from bot.slack.files.doing import Doing
from bot.slack.files.reading import Recognised, guessed, order_of, recognise, told_why
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Card, Place
from bot.slack.showing import file_views as shown
from bot.slack.showing import views
from bot.slack.showing.file_views import ABOUT, ASK, DRAFT, LOG, NO, NOTE, Dropped
from bot.slack.showing.forms import form_values
from bot.slack.talk.answering import Answering
from bot.slack.words import click_place, clicked_card, message_place
from bot.store.asked import Asked
from bot.targets import Targets
from knowledge.errors import KnowledgeError, NotReadable

AT_ONCE = 5
"""files of one message that are read; the rest is said to be left"""
LEAST_TURNS = 6
"""turns from which a pasted text is taken for a transcript"""
SAID = frozenset({"chosen by you", "named in your words", "named by you", "as this conversation is about it"})
"""how an account is found that the person and not the file named"""
LONGEST_WORDS = 300
"""characters of a person's words that a button carries"""


class Files:
    """Takes transcripts and documents out of messages and forms."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._room, self._outbox = room, room.outbox
        self._asked = Asked(room.kit.engine)
        self._doing = Doing(room, answering, self._asked)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(r"^file:\w+$"))(self.click)
        app.view(shown.FORM)(self.submit)

    def dropped(self, place: Place, words: str, event: Body) -> bool:
        """Ask what to do with the files of a message; False where it brings none, or the words are to be answered."""
        files = [file for file in event.get("files") or () if file.get("id")]
        if not files:
            return self.pasted(place, words)
        # Before anything is read: who is nobody in the CRM is told so, and no byte of theirs is fetched.
        user, order = self._room.directory.user(place.user), order_of(words)
        for given in files[:AT_ONCE]:
            self._took(place, user, given, words, order)
        if len(files) > AT_ONCE:
            left = f"The first {AT_ONCE} of {len(files)} files are read at once; drop the others again."
            self._outbox.say(place, views.notice(left))
        return order is not None or not words.strip()

    def pasted(self, place: Place, words: str) -> bool:
        """Treat a pasted transcript like a dropped one; False where the words are none, or say what else to do."""
        lead, text = split(words)
        order = order_of(lead)
        if not place.direct or (lead.strip() and order != LOG) or not self._is_transcript(text):
            return False
        user = self._room.directory.user(place.user)
        key = f"paste:{place.channel}:{place.message_ts}"
        if self._asked.claim(key, self._room.kit.clock(), text):
            found = Dropped(key, PASTED, "", True, words=lead[:LONGEST_WORDS], pasted=True)
            self._begin(self._at(found, place), place, user, order)
        return True

    def process(self, place: Place, file: Body, words: str, account: str | None) -> None:
        """Summarise a transcript that a form brought; asks where its account or day cannot be told."""
        user = self._room.directory.user(place.user)
        named = Targets(self._room.kit.rights.reader_for(user)).named(account) if account else None
        found = Dropped(file["id"], str(file.get("name") or ""), "", True, words=words[:LONGEST_WORDS])
        self._begin(self._at(found, place), place, user, LOG, named)

    def click(self, ack: Ack, body: Body, action: Body) -> None:
        """A button of the question."""
        ack()
        verb, dropped = action["action_id"].partition(":")[2], Dropped.loads(action["value"])
        place, card, key = _place(body, dropped), clicked_card(body), f"click:{body['trigger_id']}"
        unknown = not dropped.account or (verb == LOG and not dropped.day)
        if verb in (ABOUT, ASK) or (verb in (LOG, NOTE) and unknown):
            self._room.work.now(key, click_place(body), lambda: self._open(body, verb, dropped, card))
        elif verb == NO:
            self._room.work.decide(key, place, lambda: self._left(dropped, card, place))
        else:
            self._room.work.answer(key, place, lambda: self._chosen(place, card, verb, dropped))

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """A form was sent; a wrong account is said in the form."""
        self._room.work.form(ack, body, lambda: self._given(body, view))

    # Recognising and asking

    def _took(self, place: Place, user: User, given: Body, words: str, order: str | None) -> None:
        dropped = Dropped(given["id"], str(given.get("name") or ""), "", False, words=words[:LONGEST_WORDS])
        key = _key(dropped, place)
        if not self._asked.claim(key, self._room.kit.clock()):
            return
        try:
            self._begin(self._at(dropped, place), place, user, order)
        except (BotError, KnowledgeError) as error:
            self._asked.release(key)
            if words.strip() and order is None:
                # The words are answered; what is wrong with the file beside them was not asked.
                log_event("slack_file_unread", file=given["id"], why=str(error)[:200])
                return
            self._outbox.say(place, views.notice(str(error)))
        except Exception:
            self._asked.release(key)
            raise

    def _begin(
        self, dropped: Dropped, place: Place, user: User, order: str | None, account: Account | None = None
    ) -> None:
        """Read the file, and do what was said or ask what to do."""
        with self._doing.file(place, dropped) as (path, link):
            found = recognise(path)
            known = self._known(dropped, place, user, found, path.name, account)
            if order == NOTE and known.account and known.why not in SAID:
                # What the file says of itself is no word of this person's: a note belongs to nobody by guess.
                self._outbox.say(place, shown.question(known))
            elif order in (LOG, NOTE) and (not known.account or (order == LOG and known.call and not known.day)):
                self._outbox.say(place, shown.question(known, _missing(known, order)))
            elif order is None or (order == LOG and not known.call):
                self._outbox.say(place, shown.question(known))
            else:
                self._doing.do(place, user, order, known, path, link, known.words)

    def _known(
        self, dropped: Dropped, place: Place, user: User, found: Recognised, name: str, account: Account | None
    ) -> Dropped:
        """The file with what it and the words tell of it."""
        thread = self._room.kit.assistant.threads.get(place.thread)
        reader = self._room.kit.rights.reader_for(user)
        guess = guessed(reader, found.clues, dropped.words, thread.account_id if thread else None)
        one, why = (account, "named by you") if account else (guess.one, told_why(guess))
        day = day_said(dropped.words, found.clues, self._today(user)) if found.call else None
        return replace(
            dropped,
            name="what you pasted" if dropped.pasted else name,
            told=found.told,
            call=found.call,
            account=one.id if one else "",
            account_name=one.name[:LONGEST_WORDS] if one else "",
            why=why[:LONGEST_WORDS],
            day=day.isoformat() if day else "",
        )

    def _at(self, dropped: Dropped, place: Place) -> Dropped:
        return replace(dropped, thread_ts=place.thread_ts or "", message_ts=place.message_ts or "")

    # What was chosen

    def _open(self, body: Body, verb: str, dropped: Dropped, card: Card) -> None:
        user = self._room.directory.user(body["user"]["id"])
        kept = {"verb": verb, "file": dropped.plain, "card": asdict(card), "response_url": body.get("response_url")}
        log_event("slack_file_form", user=user.id, verb=verb)
        self._outbox.client.views_open(
            trigger_id=body["trigger_id"], view=shown.form(verb, dropped, json.dumps(kept, ensure_ascii=False))
        )

    def _given(self, body: Body, view: Body) -> None:
        kept, values = json.loads(view["private_metadata"]), form_values(view)
        dropped, card = Dropped.of(kept["file"]), Card(**kept["card"])
        place = _place({"channel": {"id": card.channel}, "user": body["user"]}, dropped)
        user = self._room.directory.user(place.user)
        question = (values.get("question") or "").strip()
        if kept["verb"] != ASK:
            written = values.get("account") or ""
            # Left as it was shown it means that very account, even where another has the same name.
            wanted = dropped.account if dropped.account and written == dropped.account_name else written
            account = Targets(self._room.kit.rights.reader_for(user)).named(wanted)
            dropped = _with(dropped, account, values.get("day_of_the_call") or "")
            _check_day(dropped, self._today(user).isoformat())
        job = self._redrawn if kept["verb"] == ABOUT else self._chosen
        self._room.work.answer(
            f"form-go:{view['id']}", place, lambda: job(place, card, kept["verb"], dropped, question)
        )

    def _redrawn(self, place: Place, card: Card, verb: str, dropped: Dropped, question: str = "") -> None:
        self._doing.redraw(card, shown.question(dropped))

    def _left(self, dropped: Dropped, card: Card, place: Place) -> None:
        if not dropped.pasted:
            self._asked.release(_key(dropped, place))
        self._doing.redraw(card, shown.done(f"{dropped.titled} is left as it is."))

    def _chosen(self, place: Place, card: Card, verb: str, dropped: Dropped, question: str = "") -> None:
        user, key = self._room.directory.user(place.user), f"{_key(dropped, place)}:{verb}"
        if verb != ASK and not self._asked.claim(key, self._room.kit.clock()):
            raise BotError(f"{dropped.titled} is being read already, or was; look a little further down.")
        self._doing.redraw(card, shown.done(f"Reading {dropped.name} …"))
        try:
            with self._doing.file(place, dropped) as (path, link):
                self._doing.do(place, user, verb, dropped, path, link, question or dropped.words)
        except Exception:
            self._asked.release(key)
            self._doing.redraw(card, shown.question(dropped))
            raise
        if not dropped.pasted:
            # Dropped again it is asked about again: a summary may be wanted as a note, too.
            self._asked.release(_key(dropped, place))
        after = shown.question(dropped) if verb == ASK else shown.done(f"{dropped.titled}: {DONE[verb]}")
        self._doing.redraw(card, after)

    # Small things

    def _today(self, user: User) -> date:
        return self._room.kit.clock().astimezone(ZoneInfo(user.time_zone)).date()

    def _is_transcript(self, text: str) -> bool:
        if text.count("\n") < LEAST_TURNS - 1:
            return False
        try:
            return len(transcripts.pasted(text).turns) >= LEAST_TURNS
        except NotReadable:
            return False


DONE = {LOG: "summarised below.", NOTE: "kept as a note.", DRAFT: "saved as a draft, see below."}


def _place(body: Body, dropped: Dropped) -> Place:
    """Where the answer to a click goes: to where the file was dropped."""
    at = {"thread_ts": dropped.thread_ts or None, "ts": dropped.message_ts or None}
    return message_place({"channel": body["channel"]["id"], "user": body["user"]["id"], **at})


def _key(dropped: Dropped, place: Place) -> str:
    return dropped.file if dropped.pasted else f"file:{dropped.file}:{place.channel}"


def _with(dropped: Dropped, account: Account | None, day: str) -> Dropped:
    if account is None:
        raise BotError("There is no such account; name one of the CRM.")
    return replace(dropped, account=account.id, account_name=account.name, why="named by you", day=day or dropped.day)


def _check_day(dropped: Dropped, today: str) -> None:
    if dropped.call and dropped.day > today:
        raise BotError("That day lies ahead; a call is summarised once it was held.")


def _missing(dropped: Dropped, order: str) -> str:
    asks = [] if dropped.account else ["which account it is about"]
    asks += ["on which day the call was"] if order == LOG and dropped.call and not dropped.day else []
    return f"I cannot tell {' and '.join(asks)}; press the first button and say it."
