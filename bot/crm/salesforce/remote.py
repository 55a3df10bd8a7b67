"""Salesforce as one connected CRM: who logs in as whom, and what is built on that."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.crm.salesforce import setting_up, soql
from bot.crm.salesforce.access import RecordAccess
from bot.crm.salesforce.address import Address
from bot.crm.salesforce.client import Client
from bot.crm.salesforce.desk import Desk, missing, suppress_gone
from bot.crm.salesforce.fields import FieldMap
from bot.crm.salesforce.logins import AppLogin, ConnectedApp, Login, SessionLogin, safe
from bot.crm.salesforce.source import Source
from bot.crm.salesforce.tables import KINDS, TABLES
from bot.crm.salesforce.transport import Session
from bot.crm.salesforce.writer import Writer
from bot.errors import BotError, CrmError, CrmRejected
from bot.settings import Settings


class Salesforce:
    """A `Remote`; nothing is sent before it is asked for something."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._http = Session(settings.crm_timeout)
        self._names = FieldMap(settings.crm_fields)
        self._app = None if _has_session(settings) else ConnectedApp(settings, self._http)
        self._reader: Client | None = None
        self._sellers: dict[str, tuple[str, Client]] = {}
        self._lock = threading.Lock()
        self.source = Source(self.reader, self._names, settings.currency, Address(settings))
        self.writer = Writer(self.desk)
        self.access = RecordAccess(self.reader, by_session=self._app is None)

    def reader(self) -> Client:
        """Who reads for the mirror: the session, or the integration user."""
        with self._lock:
            if self._reader is None:
                self._reader = self._client(self._first_login())
            return self._reader

    def desk(self, user_id: str | None) -> Desk:
        """Salesforce as this user sees it; with a session alone, everything goes through that."""
        if user_id is None:
            return Desk(self.reader(), "", False, self._names, self.source, self._clock)
        known_id, client = self._seller(user_id)
        return Desk(client, known_id, self._app is not None, self._names, self.source, self._clock)

    def set_up(self) -> Sequence[str]:
        """Create or check the field that makes writes unrepeatable."""
        with self._lock:
            self._sellers.clear()
        return setting_up.set_up(self.reader())

    def check(self) -> str:
        """Who answers as whom, what is not read, and what is missing; CrmError where nothing answers."""
        client = self.reader()
        found = self.source.beside.optional("Organization", [soql.company(("Id", "Name"))])
        for kind in KINDS:
            self._names.shape(kind, client.schema)
        company = str(found[0].get("Name")) if found else "an org without a name"
        said = [f"Salesforce ({company}, {urlsplit(client.base()).netloc}) answers as {self._who(client)}"]
        said += [f"not read: {each}" for each in (self._unread(client), *self.source.left_out) if each]
        hidden = self.access.left_out()
        said += [f"not told: rights to records, so owner and team decide ({hidden.rstrip('.')})"] if hidden else []
        lacking = ", ".join(setting_up.missing(client))
        said += [f"{lacking} lack the field that makes writes unrepeatable, run `seller crm setup`"] if lacking else []
        return "; ".join(said) + "."

    def _unread(self, client: Client) -> str:
        """The objects that this login may not read or the org does not have; also learns what else is not told."""
        names = [TABLES[kind].name for kind in KINDS]
        client.query(soql.select("User", ("Id",), limit=1), deleted=True)
        found = client.batch([soql.select(name, ("Id",), limit=1) for name in names])
        known = self.source.beside.left_out
        missing = [name for name, rows in zip(names, found, strict=True) if rows is None and name not in known]
        return f"{', '.join(missing)} (refused to this login)" if missing else ""

    def _who(self, client: Client) -> str:
        if self._app is not None:
            return client.who
        try:
            me = client.get("chatter/users/me")
        except CrmError:
            return "the session's user"
        return str((me or {}).get("username") or (me or {}).get("name") or "the session's user")

    def _first_login(self) -> Login:
        settings = self._settings
        if self._app is not None:
            return AppLogin(self._app, settings.salesforce_username or "")
        session, url = settings.salesforce_session_id, settings.salesforce_instance_url
        return SessionLogin(url or "", session.get_secret_value() if session else "")

    def _client(self, login: Login) -> Client:
        return Client(login, self._settings.salesforce_api_version.lstrip("v"), self._http)

    def _seller(self, given: str) -> tuple[str, Client]:
        """The user's id and Salesforce as they see it; one login per person."""
        with self._lock:
            held = self._sellers.get(given)
        if held is None:
            held = self._look_up(given)
            with self._lock:
                held = self._sellers.setdefault(given, held)
        return held

    def _look_up(self, given: str) -> tuple[str, Client]:
        rows = []
        with suppress_gone():
            rows = self.reader().rows(soql.user_of(given))
        if not rows:
            raise missing("User", given)
        user = rows[0]
        if user.get("IsActive") is False:
            raise CrmRejected(
                f"{user['Name']} is no active Salesforce user any more: someone else must approve the change."
            )
        client = self.reader() if self._app is None else self._client(AppLogin(self._app, str(user["Username"])))
        return str(user["Id"]), client


def connect(settings: Settings, clock: Callable[[], datetime]) -> Salesforce:
    """Salesforce of the settings; BotError names what is missing. Nothing is sent."""
    absent = next((name for name in _wanted(settings) if not getattr(settings, name)), None)
    if absent is not None:
        raise BotError(
            f"To connect Salesforce, set SELLER_{absent.upper()}: either an instance URL with a session id, or the "
            "username, consumer key and private key of a connected app."
        )
    url = settings.salesforce_instance_url
    for name, given in (("INSTANCE_URL", url), ("LOGIN_URL", settings.salesforce_login_url)):
        if given and not safe(given):
            raise BotError(
                f"SELLER_SALESFORCE_{name} must begin with https://, such as https://acme.my.salesforce.com."
            )
    return Salesforce(settings, clock)


def _has_session(settings: Settings) -> bool:
    return settings.salesforce_session_id is not None and bool(settings.salesforce_session_id.get_secret_value())


def _wanted(settings: Settings) -> tuple[str, ...]:
    if _has_session(settings):
        return ("salesforce_instance_url",)
    named = ("salesforce_consumer_key", "salesforce_private_key", "salesforce_username")
    begun = any(getattr(settings, name) for name in named)
    return named if begun or not settings.salesforce_instance_url else ("salesforce_session_id",)
