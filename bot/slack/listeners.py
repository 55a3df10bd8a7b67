"""Thin listeners: acknowledge, drop repeats, hand over to the assistant or the gate, show what came of it."""

import re
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from datetime import datetime
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackClientError

from bot.approvals import Approvals
from bot.assistant import Assistant, Request
from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.curating import Loop
from bot.errors import BotError, Stale
from bot.log import event as log_event
from bot.log import failure
from bot.people import check_sees
from bot.proposals import Decision, Proposal
from bot.settings import Settings
from bot.slack import views
from bot.slack.cards import card_view, form_fields
from bot.slack.curation import Curation
from bot.slack.curation_views import with_thumbs
from bot.slack.identity import Directory
from bot.slack.news import News
from bot.slack.outbox import Body, Card, Form, Outbox, Place, web_client
from bot.slack.server import SlackApp, serve
from bot.slack.words import click_place, clicked_card, command_place, form_place, is_from_person, message_place, plain
from bot.store.deliveries import Deliveries
from knowledge.errors import KnowledgeError

__all__ = ["Listeners", "build_app", "serve"]

COMMANDS = {"/brief": "brief", "/log": "log"}
"""slash command → skill; manifest.json lists the same"""
ANSWERS = 16
"""people answered at once; a further one waits for a free place"""
DECISIONS = 8
"""clicks worked on at once, apart from answers, so that a yes never waits behind a slow model"""
FORM_SECONDS = 2.0
"""Slack drops a form that is not acknowledged within 3 s"""
ALONE = "Shown to you alone: not everybody here may see what you may see."


class Listeners:
    """What the app does with each thing that Slack delivers."""

    def __init__(
        self,
        outbox: Outbox,
        assistant: Assistant,
        approvals: Approvals,
        reader: CrmReader,
        deliveries: Deliveries,
        clock: Callable[[], datetime],
        open_loop: Callable[[User], Loop],
    ) -> None:
        self._outbox, self._assistant, self._approvals = outbox, assistant, approvals
        self._deliveries, self._clock = deliveries, clock
        self._directory = Directory(outbox.client, reader, clock)
        self._answers = ThreadPoolExecutor(ANSWERS, thread_name_prefix="slack-answer")
        self._decisions = ThreadPoolExecutor(DECISIONS, thread_name_prefix="slack-decision")
        self.curation = Curation(outbox, self._directory, open_loop, self._once, self._inform)
        self._locks = [threading.Lock() for _ in range(64)]
        self._news = News(outbox, approvals.get, self._drawn_for, self._lock)
        approvals.tell(self._news)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        for command in COMMANDS:
            app.command(command)(self.command)
        app.event("app_mention")(self.mention)
        app.event("message")(self.message)
        app.action(re.compile(r"^(approve|reject|undo):(\d+|all)$"))(self.decide)
        app.action(re.compile(r"^edit:\d+$"))(self.edit)
        app.view("edit")(self.submit)
        self.curation.register(app)
        app.error(self.broken)

    def close(self) -> None:
        """Finish what was begun."""
        self._answers.shutdown(wait=True)
        self._decisions.shutdown(wait=True)
        self._approvals.tell(None)
        self._news.close()

    def command(self, ack: Ack, body: Body) -> None:
        """A slash command."""
        ack("One moment…")
        words = plain(body.get("text") or "")
        self._ask(f"command:{body['trigger_id']}", command_place(body), words, COMMANDS[body["command"]])

    def mention(self, event: Body, body: Body, context: dict[str, Any]) -> None:
        """`@assistant …` in a channel."""
        if is_from_person(event):
            words = plain(event.get("text") or "", context.get("bot_user_id"))
            self._ask(f"event:{body['event_id']}", message_place(event), words)

    def message(self, event: Body, body: Body) -> None:
        """A direct message."""
        if event.get("channel_type") == "im" and is_from_person(event):
            words = plain(event.get("text") or "")
            key, place = f"event:{body['event_id']}", message_place(event)
            self._answers.submit(self._run, key, place, lambda: self._messaged(place, words, event["ts"]))

    def decide(self, ack: Ack, body: Body, action: Body) -> None:
        """Approve, reject or undo."""
        ack()
        place, card = click_place(body), clicked_card(body)
        self._decisions.submit(
            self._run, f"click:{body['trigger_id']}", place, lambda: self._decided(body, action, card)
        )

    def edit(self, ack: Ack, body: Body, action: Body) -> None:
        """Open the form for one change; Slack gives 3 s for it."""
        ack()
        # Bolt forgets the ack where a listener fails at once, so a refusal is told here.
        self._run(f"click:{body['trigger_id']}", click_place(body), lambda: self._show_form(body, action))

    def _show_form(self, body: Body, action: Body) -> None:
        card, k = clicked_card(body), int(action["action_id"].partition(":")[2])
        proposal = self._approvals.get(action["value"].partition(":")[0])
        user, rights = self._directory.user(body["user"]["id"]), self._assistant.rights
        check_sees(user, proposal, rights)
        view = card_view(proposal, rights.reader_for(user))
        if view.value != action["value"]:
            self._outbox.redraw(card, views.card(view))
            raise Stale(f"{proposal.id} was edited since this card was drawn; the card now shows its present state.")
        form = Form(view.value, k, card, body.get("response_url"))
        fields = form_fields(next(change for change in proposal.changes if change.k == k))
        self._outbox.client.views_open(
            trigger_id=body["trigger_id"], view=views.edit_form(view, k, fields, form.dumps())
        )

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """Take an edited form; what does not fit is said in the form."""
        form = Form.loads(view["private_metadata"])
        self._inform(ack, body, lambda: self._edited(body, view, form))

    def broken(self, error: Exception, body: Body) -> None:
        """Tell the person what went wrong in a listener itself."""
        self._tell(error, _place_of(body))

    def _inform(self, ack: Ack, body: Body, work: Callable[[], None]) -> None:
        """Do what a form asks for once, and say in the form what does not fit."""
        view = body["view"]
        if not self._deliveries.first_time(f"form:{view['id']}:{view.get('hash', '')}", self._clock()):
            ack()
            return
        future = self._decisions.submit(work)
        try:
            future.result(FORM_SECONDS)
            ack()
        except StillWorking:
            ack()
            future.add_done_callback(lambda late: self._late(late, body))
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            ack(response_action="errors", errors={view["blocks"][0]["block_id"]: sentence(error)})

    def _once(self, key: str, place: Place, work: Callable[[], None]) -> None:
        self._decisions.submit(self._run, key, place, work)

    def _messaged(self, place: Place, words: str, ts: str) -> None:
        if not self.curation.replied(place, words, ts):
            self._answered(place, words, None)

    def _ask(self, key: str, place: Place, words: str, skill: str | None = None) -> None:
        self._answers.submit(self._run, key, place, lambda: self._answered(place, words, skill))

    def _run(self, key: str, place: Place, work: Callable[[], None]) -> None:
        try:
            if self._deliveries.first_time(key, self._clock()):
                work()
        except Exception as error:  # noqa: BLE001  # an unknown one becomes an incident that the log holds
            self._tell(error, place)

    def _answered(self, place: Place, words: str, skill: str | None) -> None:
        user = self._directory.user(place.user)
        request = Request(text=words, user=user, now=self._clock(), thread=place.thread, skill=skill)
        reply = self._assistant.answer(request, progress=lambda status: self._progress(place, status))
        messages = views.answer(reply.draft)
        if not place.direct:
            messages[-1] = views.with_note(messages[-1], ALONE)
        pages = [citation.page for citation in reply.draft.citations if citation.page]
        if pages and reply.draft.skill == "ask":
            messages[-1] = with_thumbs(messages[-1], pages, words)
        if reply.proposal:
            messages.append(views.card(card_view(reply.proposal, self._assistant.rights.reader_for(user))))
        for message in messages:
            self._outbox.say(place, message)
        self.curation.ask_owners()

    def _progress(self, place: Place, words: str) -> None:
        try:
            self._outbox.status(place, words)
        except (SlackClientError, OSError) as error:
            # Small talk beside the answer: without it the answer still comes.
            log_event("slack_status_failed", error=type(error).__name__)

    def _decided(self, body: Body, action: Body, card: Card) -> None:
        verb, _, position = action["action_id"].partition(":")
        decision = _decision(action["value"], verb, () if position == "all" else (int(position),))
        slack_id = body["user"]["id"]
        user = self._directory.user(slack_id)
        # One after the other, so that an older state of a card never overwrites a newer one.
        with self._lock(decision.proposal_id):
            if verb != "reject":
                check_sees(user, self._approvals.get(decision.proposal_id), self._assistant.rights)
            try:
                self._redraw(card, self._approvals.decide(decision, user), slack_id)
            except Stale:
                self._redraw(card, self._approvals.get(decision.proposal_id), slack_id)
                raise

    def _edited(self, body: Body, view: Body, form: Form) -> None:
        user = self._directory.user(body["user"]["id"])
        proposal = self._approvals.get(form.value.partition(":")[0])
        before = {field.name: field.value for c in proposal.changes if c.k == form.k for field in form_fields(c)}
        given = {name: value or "" for name, value in views.form_values(view).items()}
        values = {f"{form.k}.{name}": value for name, value in given.items() if value != before.get(name)}
        if values:
            decision = _decision(form.value, "edit", ()).model_copy(update={"values": values})
            with self._lock(proposal.id):
                self._redraw(form.card, self._approvals.decide(decision, user), body["user"]["id"])

    def _late(self, done: "Future[None]", body: Body) -> None:
        error = done.exception()
        if isinstance(error, Exception):
            self._tell(error, form_place(body))

    def _redraw(self, card: Card, proposal: Proposal, slack_id: str) -> None:
        self._outbox.redraw(card, self._drawn_for(slack_id, proposal))
        self._news.drawn(card, proposal, slack_id)

    def _drawn_for(self, slack_id: str, proposal: Proposal) -> views.Message:
        """The card with the names that this person may see now."""
        seen = self._assistant.rights.reader_for(self._directory.user(slack_id))
        return views.card(card_view(proposal, seen))

    def _lock(self, proposal_id: str) -> threading.Lock:
        return self._locks[hash(proposal_id) % len(self._locks)]

    def _tell(self, error: Exception, place: Place | None) -> None:
        words = sentence(error)
        try:
            if place is not None:
                self._outbox.say(place, views.notice(words))
        except (SlackClientError, OSError) as unsent:
            failure("slack_unreachable", unsent, said=type(error).__name__)


def build_app(
    settings: Settings,
    assistant: Assistant,
    approvals: Approvals,
    reader: CrmReader,
    deliveries: Deliveries,
    clock: Callable[[], datetime],
    open_loop: Callable[[User], Loop],
) -> SlackApp:
    """Make the app; connects to nothing. BotError where the bot token is missing."""
    client = web_client(settings)
    secret = settings.slack_signing_secret
    app = SlackApp(
        client=client,
        signing_secret=secret.get_secret_value() if secret else "",
        token_verification_enabled=False,
        process_before_response=False,
    )
    listeners = Listeners(Outbox(client), assistant, approvals, reader, deliveries, clock, open_loop)
    listeners.register(app)
    app.finish = listeners.close
    app.tell = listeners.curation.catch_up
    return app


def sentence(error: Exception) -> str:
    """Return what the person reads: a known error's own sentence, else the number under which the log holds it."""
    if isinstance(error, BotError | KnowledgeError):
        return str(error)
    incident = uuid.uuid4().hex[:8]
    failure("slack_incident", error, incident=incident)
    return f"Something went wrong on my side; try again, and if it stays so, give your admin the incident {incident}."


def _decision(value: str, verb: str, only: tuple[int, ...]) -> Decision:
    proposal_id, _, revision = value.partition(":")
    plain_values = {"verb": verb, "proposal_id": proposal_id, "revision": revision, "only": only}
    return Decision.model_validate(plain_values)


def _place_of(body: Body) -> Place | None:
    """Where the person is who sent this, whatever it is."""
    if "command" in body:
        return command_place(body)
    if "event" in body:
        return message_place(body["event"]) if is_from_person(body["event"]) else None
    return click_place(body) if "channel" in body else None
