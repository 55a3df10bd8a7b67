"""The knowledge base in Slack: `/kb`, “Save to knowledge base”, and the loop from a gap to those who asked."""

import json
import re

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm.noted import Reads
from bot.crm.records import User
from bot.curating import Loop, Topic, others_of
from bot.errors import BotError, StorageError
from bot.log import event as log_event
from bot.log import failure
from bot.people import LOCAL_ADMIN, is_one_of
from bot.slack.curation import lists
from bot.slack.proposals.opening import Opening
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Place
from bot.slack.showing import curation_views as shown
from bot.slack.showing import views
from bot.slack.showing.forms import Field, form_values
from bot.slack.words import click_place, command_place, message_words, plain
from knowledge.curation import NewPage, NoSuchPage
from knowledge.documents import Document
from knowledge.errors import KnowledgeError

COMMAND = "/kb"
SHORTCUT = "save_to_kb"
WAITS = "One moment…"
LONGEST = 3000
"""signs that a form of Slack takes"""


class Curation:
    """What the app does with pages, gaps and their owners."""

    def __init__(self, room: Room, opening: Opening) -> None:
        self._outbox, self._directory, self._loop = room.outbox, room.directory, room.kit.open_loop
        self._once, self._inform, self._opening = room.work.decide, room.work.form, opening
        self._tracing = room.kit.assistant.tracing

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.command(COMMAND)(self.command)
        app.shortcut(SHORTCUT)(self.save)
        app.action(re.compile(r"^kb:\w+$"))(self.click)
        app.view(re.compile(r"^kb_\w+$"))(self.submit)

    def command(self, ack: Ack, body: Body) -> None:
        """`/kb …`."""
        verb, _, rest = plain(body.get("text") or "").partition(" ")
        place = command_place(body)
        if verb.lower() == "add":
            ack()
            self._opening.open(
                f"command:{body['trigger_id']}", body, place, lambda: self._form(body, rest.strip(), "", None)
            )
            return
        ack(WAITS)
        self._once(f"command:{body['trigger_id']}", place, lambda: self._told(place, verb.lower(), rest.strip()))

    def save(self, ack: Ack, body: Body) -> None:
        """“Save to knowledge base” on a message."""
        ack()
        place = Place(body["channel"]["id"], body["user"]["id"], False, "", response_url=body.get("response_url"))
        self._opening.open(f"shortcut:{body['trigger_id']}", body, place, lambda: self._saved(body))

    def click(self, ack: Ack, body: Body, action: Body) -> None:
        """A button on a page, a gap or an answer."""
        ack()
        verb, place = action["action_id"].partition(":")[2], click_place(body)
        key, value = f"click:{body['trigger_id']}", action["value"]
        if verb in ("edit", "answer"):
            self._opening.open(key, body, place, lambda: self._click_form(place, verb, value))
        else:
            self._once(key, place, lambda: self._clicked(place, verb, value))

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """A form was sent."""
        self._inform(ack, body, lambda: self._written(body, view))

    def replied(self, place: Place, words: str, ts: str) -> bool:
        """Take a message in the thread of a question to an owner as its answer; False where it is none."""
        topic = self._loop(LOCAL_ADMIN).at(f"{place.channel}:{place.thread_ts}") if place.thread_ts else None
        if topic is None:
            return False
        user = self._directory.user(place.user)
        self._answered(place, self._loop(user), topic, words, self._permalink(place.channel, ts))
        return True

    def ask_owners(self) -> None:
        """Ask the owner of each topic that enough people want, once."""
        try:
            waiting = self._loop(LOCAL_ADMIN).waiting()
        except (StorageError, KnowledgeError) as error:
            failure("kb_asking_failed", error)  # as below
            return
        for topic in waiting:
            self._try_asking(topic)

    def flagged(self, gap_id: int, reason: str) -> None:
        """Ask the owner about an answer that somebody found wanting, however few asked for it."""
        topic = self._loop(LOCAL_ADMIN).of(gap_id)
        if topic is not None:
            self._try_asking(topic, reason)

    def _try_asking(self, topic: Topic, reason: str = "") -> None:
        try:
            self._ask(topic, reason)
        except (SlackClientError, OSError) as error:
            # Whoever asked has the answer already; the owner is asked again later.
            log_event("kb_asking_failed", error=type(error).__name__)

    def catch_up(self) -> None:
        """Ask owners and tell askers of what happened elsewhere, such as in the terminal."""
        self.ask_owners()
        self.tell()

    def tell(self) -> None:
        """Tell those whose question has an answer now, each of them once."""
        loop = self._loop(LOCAL_ADMIN)
        for news in loop.untold():
            slack_id, log = self._directory.slack_id(news.asker), loop.desk.library.gap_log
            ids = [gap.id for gap in news.gaps]
            # Claimed before it is sent: two processes, or a kill in between, must not tell anybody twice.
            if slack_id is None or not log.claim_telling(ids, loop.desk.now):
                continue
            text = loop.desk.curation.text(news.page.id)
            try:
                self._outbox.direct(slack_id, shown.answered(news.page, text, [gap.question for gap in news.gaps]))
            except (SlackClientError, OSError) as error:
                log.unclaim_telling(ids)
                log_event("kb_telling_failed", error=type(error).__name__)

    # What is asked for

    def _told(self, place: Place, verb: str, rest: str) -> None:
        user, reads = self._directory.user(place.user), Reads()
        loop = self._loop(user)
        message = lists.told(loop, verb, rest, reads)
        self._tracing.shown("kb", user, loop.desk.now, reads)
        self._outbox.say(place, message)

    def _clicked(self, place: Place, verb: str, value: str) -> None:
        loop = self._loop(self._directory.user(place.user))
        if verb in ("ask", "close"):
            self._on_gap(place, loop, verb, loop.topic(value))
        else:
            self._on_page(place, loop, verb, _behind(loop, value))

    def _click_form(self, place: Place, verb: str, value: str) -> views.Block:
        loop = self._loop(self._directory.user(place.user))
        if verb == "answer":
            fields = [Field("text", "", kind="text", required=True)]
            return shown.page_form("kb_answer", "Answer", fields, _meta(place, gap=f"g{loop.topic(value).id}"))
        page = _behind(loop, value)
        text = loop.desk.curation.text(page.id)
        if len(text) > LONGEST:
            raise BotError(f"“{page.title}” is too long for a form of Slack; change it with `seller kb edit`.")
        fields = [Field("text", text, kind="text", required=True)]
        return shown.page_form("kb_edit", "Edit the page", fields, _meta(place, page=page.id))

    def _on_gap(self, place: Place, loop: Loop, verb: str, topic: Topic) -> None:
        if verb == "close":
            loop.dismiss(topic)
            self._outbox.say(place, views.notice("Closed; who asks the same again opens it anew."))
            return
        owner = self._ask(topic)
        asked = (
            f"{owner.name} was asked."
            if owner
            else "Nobody was asked: its owner was before, or nobody who answers for it is in this Slack."
        )
        self._outbox.say(place, views.notice(asked))

    def _on_page(self, place: Place, loop: Loop, verb: str, page: Document) -> None:
        self._outbox.say(place, views.notice(self._decided(loop, verb, page)))
        if verb == "publish":
            self.tell()

    def _decided(self, loop: Loop, verb: str, page: Document) -> str:
        if verb == "publish":
            done = loop.publish(page.id)
            if done.status_on(loop.desk.now.date()) == "unverified":
                return f"“{done.title}” is published, unverified until {others_of(done)} verifies it."
            return f"“{done.title}” is published and verified until {done.due_on()}."
        if verb == "verify":
            return f"“{page.title}” is verified until {loop.desk.verify(page.id).due_on()}."
        if verb == "retire":
            loop.desk.retire(page.id)
            return f"“{page.title}” is retired: it is in no answer any more."
        loop.discard(page.id)
        return f"The draft “{page.title}” is gone."

    # What is written

    def _form(self, body: Body, title: str, text: str, origin: str | None) -> views.Block:
        user = self._directory.user(body.get("user_id") or body["user"]["id"])
        url, channel = body.get("response_url"), body.get("channel_id") or body["channel"]["id"]
        fields = shown.new_page(title, text, user.name)
        meta = {"origin": origin, "channel": channel, "response_url": url}
        hint = "" if origin is None else shown.left_out(text)
        return shown.page_form("kb_add", "Save to knowledge base", fields, meta, hint)

    def _saved(self, body: Body) -> views.Block:
        message = body["message"]
        words = message_words(message)
        title = words.splitlines()[0][:80] if words else ""
        return self._form(body, title, words, self._permalink(body["channel"]["id"], message["ts"]))

    def _written(self, body: Body, view: Body) -> None:
        given = {name: (value or "").strip() for name, value in form_values(view).items()}
        meta, user = json.loads(view["private_metadata"]), self._directory.user(body["user"]["id"])
        loop, slack_id = self._loop(user), body["user"]["id"]
        place = Place(meta["channel"], slack_id, meta["channel"].startswith("D"), "", response_url=meta["response_url"])
        if view["callback_id"] == "kb_answer":
            self._answered(place, loop, loop.topic(meta["gap"]), given["text"], None)
            return
        edits = view["callback_id"] == "kb_edit"
        page = (
            loop.desk.edit(meta["page"], given["text"]) if edits else loop.desk.add(_page(given, user, meta["origin"]))
        )
        self._show_draft(place, loop, page)

    def _answered(self, place: Place, loop: Loop, topic: Topic, text: str, origin: str | None) -> None:
        self._show_draft(place, loop, loop.answer(topic, text, origin))

    def _show_draft(self, place: Place, loop: Loop, page: Document) -> None:
        if page.searchable:
            self._outbox.say(
                place, views.notice(f"“{page.title}” has its new text; it is due until it is verified again.")
            )
            return
        self._outbox.say(place, lists.draft(loop, page))

    def _ask(self, topic: Topic, reason: str = "") -> User | None:
        """Ask the first of its owners who is in this Slack; None where nobody is, or somebody was asked already."""
        loop = self._loop(LOCAL_ADMIN)
        reached = ((owner, self._directory.slack_id(owner)) for owner in loop.owners(topic))
        owner, slack_id = next(((owner, found) for owner, found in reached if found), (None, None))
        if owner is None or slack_id is None or not loop.inquire(topic, owner):
            return None
        nearest = [page for page in self._loop(owner).nearest(topic) if is_one_of(owner, (page.owner,))]
        sent = self._outbox.direct(slack_id, shown.inquiry(topic, nearest[:3], reason))
        loop.desk.library.gap_log.sent(topic.id, sent)
        return owner

    def _permalink(self, channel: str, ts: str) -> str:
        try:
            found = self._outbox.client.chat_getPermalink(channel=channel, message_ts=ts).get("permalink")
        except SlackApiError:
            found = None
        # Where the bot is no member the page still says that it comes from Slack.
        return str(found or f"Slack message {ts} in {channel}")


def _behind(loop: Loop, page_id: str) -> Document:
    """Give the page that a button carries; a person who may not see it is told so without its id."""
    try:
        return loop.desk.find(page_id)
    except NoSuchPage as error:
        raise BotError(
            "This page is gone, or a draft that others look after; its owner and the enablement team decide on it."
        ) from error


def _page(given: dict[str, str], user: User, origin: str | None) -> NewPage:
    questions = (given["question"],) if given.get("question") else ()
    return NewPage(
        given["title"], given["text"], author=user.name, owner=given.get("owner") or user.name, origin=origin,
        audience="customer" if given.get("audience") == "customer" else "internal",
        product=given.get("product") or None, region=given.get("region") or None, questions=questions,
    )  # fmt: skip


def _meta(place: Place, **more: str) -> dict[str, str | None]:
    return {"channel": place.channel, "response_url": place.response_url} | more
