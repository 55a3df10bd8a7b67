"""Where the org is: as the settings say, else as the last sync learned it, so that links need no login."""

from bot.log import failure
from bot.settings import Settings

FILE = "salesforce.url"


class Address:
    """The org's base URL, kept in the home where only a login knows it."""

    def __init__(self, settings: Settings) -> None:
        self._file = settings.home / FILE
        self._known = (settings.salesforce_instance_url or "").rstrip("/")
        self._given = bool(self._known)

    def get(self) -> str:
        """The URL, or nothing before the first sync."""
        if not self._known and self._file.is_file():
            self._known = self._file.read_text("utf-8").strip()
        return self._known

    def learn(self, url: str) -> None:
        """Keep what a login said; a disk that does not take it costs the links of a later outage alone."""
        if self._given or url == self.get():
            return
        self._known = url
        try:
            self._file.write_text(url + "\n", "utf-8")
        except OSError as error:
            failure("salesforce_url_not_kept", error)
