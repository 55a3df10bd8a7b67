"""Clicks on the cards of proposals, and the form in which a change is edited."""

import re
import threading
from collections.abc import Callable

from slack_bolt import Ack, App

from bot.crm.records import User
from bot.errors import NotFound, Stale
from bot.people import check_sees
from bot.proposals import Change, Decision, Proposal
from bot.slack.proposals.cards import all_fields, card_view, form_fields
from bot.slack.proposals.news import News
from bot.slack.proposals.opening import Opening
from bot.slack.room import Room
from bot.slack.sending.outbox import Body, Card, Form
from bot.slack.showing import card_views
from bot.slack.showing.forms import form_values
from bot.slack.showing.views import Block, notice
from bot.slack.words import click_place, clicked_card
from bot.text import STATES

WATCHED = 2.0
"""seconds until a card says that a change is being applied; what comes of it is drawn when it is known"""
GONE = "This proposal is gone; ask for it anew."


class Deciding:
    """Takes a person's yes, no, edit and undo to the gate, and draws the card anew."""

    def __init__(self, room: Room, opening: Opening, rest: Callable[[Proposal, str], None]) -> None:
        self._room, self._approvals, self._opening = room, room.kit.approvals, opening
        self._locks = [threading.Lock() for _ in range(64)]
        drawing = (room.card_for, room.card_stays)
        self._news = News(room.outbox, room.cards, self._approvals.get, *drawing, self._lock, room.kit.clock, rest)
        self._approvals.tell(self._news)

    def register(self, app: App) -> None:
        """Tell Bolt what is handled here."""
        app.action(re.compile(r"^(approve|reject|undo):(\d+|all)$"))(self.decide)
        app.action(re.compile(r"^edit:(\d+|all)$"))(self.edit)
        app.view("edit")(self.submit)

    def close(self) -> None:
        """Finish what was begun."""
        self._approvals.tell(None)
        self._news.close()

    def catch_up(self) -> None:
        """Draw cards anew of what happened elsewhere, such as in the terminal, or while nobody ran."""
        self._news.catch_up(self._approvals.list())

    def decide(self, ack: Ack, body: Body, action: Body) -> None:
        """Approve, reject or undo."""
        ack()
        place, card = click_place(body), clicked_card(body)
        self._room.work.decide(f"click:{body['trigger_id']}", place, lambda: self._decided(body, action, card))

    def edit(self, ack: Ack, body: Body, action: Body) -> None:
        """Open the form for one change."""
        ack()
        self._opening.open(f"click:{body['trigger_id']}", body, click_place(body), lambda: self._form(body, action))

    def submit(self, ack: Ack, body: Body, view: Body) -> None:
        """Take an edited form; what does not fit is said in the form."""
        form = Form.loads(view["private_metadata"])
        self._room.work.form(ack, body, lambda: self._edited(body, view, form))

    def _form(self, body: Body, action: Body) -> Block:
        card, position, slack_id = clicked_card(body), action["action_id"].partition(":")[2], body["user"]["id"]
        user, rights = self._room.directory.user(slack_id), self._room.kit.rights
        proposal = self._get(card, action["value"].partition(":")[0])
        check_sees(user, proposal, rights)
        self._approvals.check_decides(proposal, user)
        view = card_view(proposal, rights.reader_for(user), self._room.kit.clock())
        k = 0 if position == "all" else int(position)
        meant = [change for change in proposal.changes if k in (0, change.k)]
        waiting = [change for change in meant if change.status == "pending"]
        if view.value != action["value"] or not waiting:
            self._news.redraw(card, slack_id, proposal)
            raise Stale(_moved_on(proposal, meant[0] if meant else None))
        form = Form(view.value, k, card, body.get("response_url"))
        fields = form_fields(waiting[0]) if k else all_fields(waiting)
        return card_views.edit_form(view, k, fields, form.dumps())

    def _decided(self, body: Body, action: Body, card: Card) -> None:
        verb, _, position = action["action_id"].partition(":")
        decision = _decision(action["value"], verb, () if position == "all" else (int(position),))
        slack_id = body["user"]["id"]
        user = self._room.directory.user(slack_id, fresh=True)
        # One after the other, so that an older state of a card never overwrites a newer one.
        with self._lock(decision.proposal_id):
            proposal = self._get(card, decision.proposal_id)
            if verb != "reject":
                with self._approvals.watched(proposal, verb, user):
                    check_sees(user, proposal, self._room.kit.rights)
            self._decide(card, decision, user, slack_id)

    def _decide(self, card: Card, decision: Decision, user: User, slack_id: str) -> None:
        """Take a decision to the gate; a card that was too old for it shows the present state, too."""
        try:
            self._news.redraw(card, slack_id, self._approvals.decide(decision, user, wait=WATCHED))
        except Stale:
            self._news.redraw(card, slack_id, self._get(card, decision.proposal_id))
            raise

    def _edited(self, body: Body, view: Body, form: Form) -> None:
        slack_id, proposal_id = body["user"]["id"], form.value.partition(":")[0]
        user = self._room.directory.user(slack_id, fresh=True)
        with self._lock(proposal_id):
            proposal = self._get(form.card, proposal_id)
            waiting = [change for change in proposal.changes if change.status == "pending"]
            before = {field.name: field.value for field in all_fields(waiting)}
            # The form of one change names its inputs without the change's number.
            given = {f"{form.k}.{name}" if form.k else name: value or "" for name, value in form_values(view).items()}
            values = {name: value for name, value in given.items() if value != before.get(name)}
            if values:
                decision = _decision(form.value, "edit", ()).model_copy(update={"values": values})
                self._decide(form.card, decision, user, slack_id)

    def _get(self, card: Card, proposal_id: str) -> Proposal:
        """Return a proposal; where it is gone the card says so."""
        try:
            return self._approvals.get(proposal_id)
        except NotFound as error:
            self._news.replace(card, notice(GONE))
            raise NotFound(GONE) from error

    def _lock(self, proposal_id: str) -> threading.Lock:
        return self._locks[hash(proposal_id) % len(self._locks)]


def _moved_on(proposal: Proposal, change: Change | None) -> str:
    if change is None or change.status == "pending":
        return f"{proposal.id} was edited since this card was drawn; the card now shows its present state."
    return f"Change {change.k} of {proposal.id} is {STATES[change.status]} by now; the card shows its present state."


def _decision(value: str, verb: str, only: tuple[int, ...]) -> Decision:
    proposal_id, _, revision = value.partition(":")
    plain_values = {"verb": verb, "proposal_id": proposal_id, "revision": revision, "only": only}
    return Decision.model_validate(plain_values)
