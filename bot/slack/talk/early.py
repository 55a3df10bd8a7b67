"""Edits that came before the messages that they change, as Slack may deliver them."""

import threading
from collections import OrderedDict

from bot.slack.sending.outbox import Place

MOST = 200
"""edits that are kept; most are of messages that were heard long ago and come no more"""


class Early:
    """The newest words of messages that this process did not answer yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: OrderedDict[tuple[str, str | None], str] = OrderedDict()

    def note(self, place: Place, words: str) -> None:
        """Keep what a message says since its edit."""
        with self._lock:
            self._words[place.channel, place.message_ts] = words
            while len(self._words) > MOST:
                self._words.popitem(last=False)

    def newest(self, place: Place, words: str) -> str:
        """Return what a message says by now, `words` where no edit came before it."""
        with self._lock:
            return self._words.pop((place.channel, place.message_ts), words)
