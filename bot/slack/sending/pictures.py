"""The charts and files of an answer: uploaded, or told in words where that cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from slack_sdk.errors import SlackClientError

from bot import charts
from bot.log import event as log_event
from bot.proposals import Attachment, Chart
from bot.slack.sending.outbox import Outbox, Place
from bot.slack.showing import views
from bot.slack.showing.blocks import Message

NO_FILE = (
    "Slack did not take the file “{name}”. Ask for it again in the terminal with `seller ask`, which saves it where you are, "
    "or ask your admin whether this app may write files (scope files:write)."
)
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

    def hand_over(self, place: Place, files: Sequence[Attachment], progress: Callable[[str], None] = NOTHING) -> None:
        """Upload each file for those who see the answer."""
        for file in files:
            progress("uploading a file")
            try:
                self._hand_over(place, file)
            except (SlackClientError, OSError) as error:
                log_event("slack_file_failed", error=type(error).__name__, why=_why(error))
                self._outbox.say(place, views.notice(NO_FILE.format(name=file.name)))

    def _upload(self, place: Place, chart: Chart) -> None:
        if not any(value is not None for one in chart.series for value in one.values):
            self._outbox.say(place, views.chart(chart))
            return
        png, sheet, name = charts.png(chart), charts.csv_of(chart), charts.file_name(chart)
        self._share(
            place,
            views.chart_words(chart),
            f"The chart “{chart.title}”",
            lambda at: self._outbox.picture(at, png, sheet, name, chart.title, chart.alt),
        )

    def _hand_over(self, place: Place, file: Attachment) -> None:
        self._share(
            place,
            views.notice(f"{file.name}: {file.alt}"),
            f"The file “{file.name}”",
            lambda at: self._outbox.file(at, file.content, file.name),
        )

    def _share(self, place: Place, words: Message, what: str, upload: Callable[[Place], None]) -> None:
        """Upload for those who see the answer: where it is, or among the person's direct messages."""
        # Slack takes messages for a person's id, but no files.
        to_person = place.channel.startswith(("U", "W"))
        if place.response_url is None and (place.direct or place.public) and not to_person:
            upload(place)
            return
        channel, _, _ = self._outbox.direct(place.user, words).partition(":")
        upload(replace(place, channel=channel, thread_ts=None))
        if not to_person:
            self._outbox.say(place, views.notice(f"{what} is in your direct messages with me."))


def _why(error: Exception) -> str:
    """Slack's own word for it, such as missing_scope."""
    response = getattr(error, "response", None)
    return str(response.get("error", "")) if response is not None else ""
