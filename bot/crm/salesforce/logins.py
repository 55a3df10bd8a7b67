"""Who speaks to Salesforce: one session as it is, or a login by signed assertion for each person (JWT bearer flow)."""

import threading
import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
import requests

from bot.crm.salesforce import failures
from bot.errors import BotError, CrmRejected, CrmUnavailable
from bot.settings import Settings

ASSERTION_SECONDS = 180
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def safe(url: str) -> bool:
    """Whether a token may go there: encrypted, or to this machine."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return parts.hostname in ("127.0.0.1", "localhost", "::1")
    return parts.scheme == "https" and bool(parts.hostname)


class Login(Protocol):
    """How one identity comes by its token."""

    who: str
    renews: bool

    def token(self) -> tuple[str, str]:
        """The instance's URL and a token for it."""

    def forget(self) -> None:
        """The token was not taken: get another one next time."""


class SessionLogin:
    """A session that somebody else began."""

    renews = False

    def __init__(self, url: str, session_id: str) -> None:
        self.who = "the session"
        self._url = url
        self._session_id = session_id

    def token(self) -> tuple[str, str]:
        """The session as it is."""
        return self._url, self._session_id

    def forget(self) -> None:
        """Nothing: it cannot be renewed."""


class AppLogin:
    """A person's login through the connected app, whose token is kept until it expires."""

    renews = True

    def __init__(self, app: "ConnectedApp", who: str) -> None:
        self.who = who
        self._app = app
        self._held: tuple[str, str] | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def token(self) -> tuple[str, str]:
        """The kept token, or a fresh one."""
        with self._lock:
            if self._held is None or time.monotonic() >= self._until:
                self._held, seconds = self._app.log_in(self.who)
                self._until = time.monotonic() + seconds
            return self._held

    def forget(self) -> None:
        """Log in anew next time."""
        with self._lock:
            self._held = None


class ConnectedApp:
    """The connected app of the settings: signs assertions and trades them for tokens."""

    def __init__(self, settings: Settings, http: requests.Session) -> None:
        self._login_url = settings.salesforce_login_url.rstrip("/")
        self._instance_url = settings.salesforce_instance_url
        self._consumer_key = settings.salesforce_consumer_key
        self._key = settings.salesforce_private_key
        self._http = http

    def log_in(self, username: str) -> tuple[tuple[str, str], float]:
        """A token in this person's name, and how many seconds it holds.

        Raises CrmRejected where Salesforce refuses the login, CrmUnavailable where it does not answer.
        """
        body = {"grant_type": _GRANT, "assertion": self._assertion(username)}
        try:
            answer = self._http.post(f"{self._login_url}/services/oauth2/token", data=body, allow_redirects=False)
            content: Any = answer.json() if answer.content else {}
        except (OSError, ValueError) as error:
            raise failures.translate(error, writing=False) from error
        if answer.status_code == 200 and isinstance(content, dict) and content.get("access_token"):
            url = content.get("instance_url") or self._instance_url or self._login_url
            if not safe(str(url)):
                raise CrmRejected("Salesforce's login names an address without https: ask its admin about My Domain.")
            return (str(url), str(content["access_token"])), float(content.get("expires_in") or 3600)
        raise _refused(answer.status_code, content, username)

    def _assertion(self, username: str) -> str:
        claims = {
            "iss": self._consumer_key,
            "sub": username,
            "aud": self._login_url,
            "exp": int(time.time()) + ASSERTION_SECONDS,
        }
        try:
            return jwt.encode(claims, self._pem(), algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError) as error:
            raise BotError(
                "SELLER_SALESFORCE_PRIVATE_KEY is no private key in PEM form: give the connected app's RSA key."
            ) from error

    def _pem(self) -> str:
        """The key's text, which may stand in a file; text pasted on one line has \\n for its line ends."""
        given = self._key.get_secret_value() if self._key else ""
        if "-----BEGIN" in given:
            return given.replace("\\n", "\n")
        try:
            return Path(given).expanduser().read_text()
        except (OSError, ValueError) as error:
            raise BotError(
                "SELLER_SALESFORCE_PRIVATE_KEY is neither a key in PEM form nor a file that can be read: correct it."
            ) from error


def _refused(status: int, content: Any, username: str) -> Exception:
    words = failures.said(content) or f"status {status}"
    if status == 429 or status >= 500:
        return CrmUnavailable(f"Salesforce's login is busy ({words}): try again in a few minutes.")
    if isinstance(content, dict) and str(content.get("error")) in ("invalid_client", "invalid_client_id"):
        return CrmRejected(
            f"Salesforce does not know the connected app ({words}): check SELLER_SALESFORCE_CONSUMER_KEY."
        )
    return CrmRejected(
        f"Salesforce does not let {username} log in through the connected app ({words}): ask its admin to "
        "pre-authorize this user and to check the app's certificate."
    )
