"""The charts of an answer: drawn and uploaded, or told in words and figures where that cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from slack_sdk.errors import SlackClientError

from bot import charts
from bot.log import event as log_event
from bot.proposals import Chart
from bot.slack.sending.outbox import Outbox, Place
from bot.slack.showing import views

NOTHING: Callable[[str], None] = lambda words: None  # noqa: E731


class Pictures:
    """Shows charts where their answer was shown."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def show(self, place: Place, drawn: Sequence[Chart], progress: Callable[[str], None] = NOTHING) -> None:
        """Show each chart to those who see the answer; Slack has no picture for one person alone in a channel."""
        for chart in drawn:
            progress("drawing a chart")
            try:
                self._upload(place, chart)
            except (SlackClientError, OSError) as error:
                log_event("slack_picture_failed", error=type(error).__name__, why=_why(error))
                self._outbox.say(place, views.chart(chart))

    def _upload(self, place: Place, chart: Chart) -> None:
        if not any(one.values for one in chart.series):
            self._outbox.say(place, views.chart(chart))
            return
        png = charts.png(chart)
        # Slack takes messages for a person's id, but no files.
        to_person = place.channel.startswith(("U", "W"))
        if place.response_url is None and (place.direct or place.public) and not to_person:
            self._outbox.picture(place, png, chart.title, chart.alt)
            return
        channel, _, _ = self._outbox.direct(place.user, views.chart_words(chart)).partition(":")
        self._outbox.picture(replace(place, channel=channel, thread_ts=None), png, chart.title, chart.alt)
        if not to_person:
            self._outbox.say(place, views.notice(f"The chart “{chart.title}” is in your direct messages with me."))


def _why(error: Exception) -> str:
    """Slack's own word for it, such as missing_scope."""
    response = getattr(error, "response", None)
    return str(response.get("error", "")) if response is not None else ""
