"""Clicks on the cards of proposals, and the form in which a change is edited."""

import re
import threading

from slack_bolt import Ack, App

from bot.errors import Stale
from bot.people import check_sees
from bot.proposals import Decision, Proposal
from bot.slack import card_views
from bot.slack.cards import card_view, form_fields
from bot.slack.forms import form_values
from bot.slack.news import News
from bot.slack.outbox import Body, Card, Form
from bot.slack.room import Room
from bot.slack.words import click_place, clicked_card


class Deciding:
    """Takes a person's yes, no, edit and undo to the gate, and draws the card anew."""

    def __init__(self, room: Room) -> None:
        self._room, self._outbox, self._approvals = room, room.outbox, room.kit.approvals
        self._locks = [threading.Lock() for _ in range(64)]
        self._news = News(room.outbox, self._approvals.get, room.card_for, self._lock)
        self._approvals.tell(self._news)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(r"^(approve|reject|undo):(\d+|all)$"))(self.decide)
        app.action(re.compile(r"^edit:\d+$"))(self.edit)
        app.view("edit")(self.submit)

    def close(self) -> None:
        """Finish what was begun."""
        self._approvals.tell(None)
        self._news.close()

    def decide(self, ack: Ack, body: Body, action: Body) -> None:
        """Approve, reject or undo."""
        ack()
        place, card = click_place(body), clicked_card(body)
        self._room.work.decide(f"click:{body['trigger_id']}", place, lambda: self._decided(body, action, card))

    def edit(self, ack: Ack, body: Body, action: Body) -> None:
        """Open the form for one change; Slack gives 3 s for it."""
        ack()
        # Bolt forgets the ack where a listener fails at once, so a refusal is told here.
        self._room.work.now(f"click:{body['trigger_id']}", click_place(body), lambda: self._show_form(body, action))

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """Take an edited form; what does not fit is said in the form."""
        form = Form.loads(view["private_metadata"])
        self._room.work.form(ack, body, lambda: self._edited(body, view, form))

    def _show_form(self, body: Body, action: Body) -> None:
        card, k = clicked_card(body), int(action["action_id"].partition(":")[2])
        proposal = self._approvals.get(action["value"].partition(":")[0])
        user, rights = self._room.directory.user(body["user"]["id"]), self._room.kit.rights
        check_sees(user, proposal, rights)
        view = card_view(proposal, rights.reader_for(user))
        if view.value != action["value"]:
            self._outbox.redraw(card, card_views.card(view))
            raise Stale(f"{proposal.id} was edited since this card was drawn; the card now shows its present state.")
        form = Form(view.value, k, card, body.get("response_url"))
        fields = form_fields(next(change for change in proposal.changes if change.k == k))
        self._outbox.client.views_open(
            trigger_id=body["trigger_id"], view=card_views.edit_form(view, k, fields, form.dumps())
        )

    def _decided(self, body: Body, action: Body, card: Card) -> None:
        verb, _, position = action["action_id"].partition(":")
        decision = _decision(action["value"], verb, () if position == "all" else (int(position),))
        slack_id = body["user"]["id"]
        user = self._room.directory.user(slack_id)
        # One after the other, so that an older state of a card never overwrites a newer one.
        with self._lock(decision.proposal_id):
            if verb != "reject":
                check_sees(user, self._approvals.get(decision.proposal_id), self._room.kit.rights)
            try:
                self._redraw(card, self._approvals.decide(decision, user), slack_id)
            except Stale:
                self._redraw(card, self._approvals.get(decision.proposal_id), slack_id)
                raise

    def _edited(self, body: Body, view: Body, form: Form) -> None:
        user = self._room.directory.user(body["user"]["id"])
        proposal = self._approvals.get(form.value.partition(":")[0])
        before = {field.name: field.value for c in proposal.changes if c.k == form.k for field in form_fields(c)}
        given = {name: value or "" for name, value in form_values(view).items()}
        values = {f"{form.k}.{name}": value for name, value in given.items() if value != before.get(name)}
        if values:
            decision = _decision(form.value, "edit", ()).model_copy(update={"values": values})
            with self._lock(proposal.id):
                self._redraw(form.card, self._approvals.decide(decision, user), body["user"]["id"])

    def _redraw(self, card: Card, proposal: Proposal, slack_id: str) -> None:
        self._outbox.redraw(card, self._room.card_for(slack_id, proposal))
        self._news.drawn(card, proposal, slack_id)

    def _lock(self, proposal_id: str) -> threading.Lock:
        return self._locks[hash(proposal_id) % len(self._locks)]


def _decision(value: str, verb: str, only: tuple[int, ...]) -> Decision:
    proposal_id, _, revision = value.partition(":")
    plain_values = {"verb": verb, "proposal_id": proposal_id, "revision": revision, "only": only}
    return Decision.model_validate(plain_values)
