"""Opening forms within the 3 s that Slack gives, however long it takes to find out what is in them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError
from bot.log import event, failure
from bot.slack.arrivals.work import Work, sentence
from bot.slack.sending.outbox import Body, Outbox, Place
from bot.slack.showing import forms
from bot.slack.showing.views import Block

BUILDERS = 8
"""forms worked out at once; others open empty and are filled later"""
PATIENCE = 1.8
"""seconds until a form opens without what belongs in it; Slack takes none after 3"""
LATE = "Slack gave up waiting for this form; open it once more."


class Opening:
    """Opens forms from the thread of the listener; a slow look-up fills them afterwards."""

    def __init__(self, outbox: Outbox, work: Work) -> None:
        self._client, self._work = outbox.client, work
        self._pool = ThreadPoolExecutor(BUILDERS, thread_name_prefix="slack-form")

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def open(self, key: str, body: Body, place: Place, build: Callable[[], Block]) -> None:
        """Open the form that `build` gives, once a key; a refusal is told at the place."""
        # Bolt forgets the ack where a listener fails at once, so a refusal is told by `now`.
        self._work.now(key, place, lambda: self._opened(body["trigger_id"], build))

    def _opened(self, trigger: str, build: Callable[[], Block]) -> None:
        built = self._pool.submit(build)
        try:
            self._show(trigger, built.result(PATIENCE))
        except StillWorking:
            shown = self._show(trigger, forms.wait_view())
            built.add_done_callback(lambda done: self._fill(shown, done))

    def _show(self, trigger: str, view: Block) -> str:
        try:
            return self._opened_as(trigger, view)
        except SlackApiError as error:
            if error.response.get("error") in ("expired_trigger_id", "trigger_expired", "exchanged_trigger_id"):
                raise BotError(LATE) from error
            plain = forms.without_file(view)
            if plain == view:
                raise
            # An app whose admin left out files:read still gets the rest of the form.
            event("slack_form_without_file", error=error.response.get("error"))
            return self._opened_as(trigger, plain)

    def _opened_as(self, trigger: str, view: Block) -> str:
        shown = self._client.views_open(trigger_id=trigger, view=view).get("view") or {}
        return str(shown.get("id") or "")

    def _fill(self, view_id: str, built: "Future[Any]") -> None:
        error = built.exception()
        view = forms.notice_view(sentence(error)) if isinstance(error, Exception) else built.result()
        try:
            self._client.views_update(view_id=view_id, view=view)
        except (SlackClientError, OSError) as unsent:
            failure("slack_form_not_filled", unsent)
