"""Files out of Slack: what one is, whether it may be read, and its bytes in a folder that is gone afterwards."""

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import BotError
from bot.log import event
from bot.slack.files.sniffing import refusal, suffix_for, true_suffix
from bot.slack.sending.client import TRIES
from bot.slack.sending.outbox import Body

LARGEST = 25 * 1024 * 1024
"""bytes of a file that is read; a transcript of an hour has a fiftieth of that"""
SECONDS = 60.0
"""for one download"""
STALLED = 15.0
"""seconds without a byte after which a connection is given up"""
LONGEST_WAIT = 5.0
SCOPE = "Reading files needs the scope files:read; ask your admin to add it to the app and to install the app again."
GONE = frozenset({"file_not_found", "file_deleted", "access_denied"})
NO_SCOPE = frozenset({"missing_scope", "no_permission", "not_allowed_token_type"})
AGAIN = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Held:
    """A file as Slack tells of it."""

    id: str
    name: str
    """safe as a name on disk, with the ending of what it is"""
    url: str
    link: str
    """where people open it"""


def about(client: WebClient, file_id: str, called: str = "") -> Held:
    """Ask Slack what a file is; BotError says why it is not read, before a byte of it is."""
    try:
        plain: Body = client.files_info(file=file_id).get("file") or {}
    except SlackApiError as error:
        raise BotError(_refused(str(error.response.get("error")), called or "The file")) from error
    name = str(plain.get("name") or plain.get("title") or called or file_id)
    why = refusal(plain, name) or _too_large(plain, name)
    if why:
        raise BotError(why)
    url = str(plain.get("url_private_download") or plain.get("url_private") or "")
    return Held(file_id, _on_disk(name, suffix_for(name, plain)), url, str(plain.get("permalink") or ""))


@contextmanager
def fetched(web: WebClient, held: Held) -> Iterator[Path]:
    """Hand out the file's bytes as a file that is removed afterwards; BotError says why they do not come."""
    if not is_slacks(held.url, web.base_url):
        raise BotError(f"{held.name} is kept outside of Slack; download it and drop it here as a file.")
    with TemporaryDirectory(prefix="seller-file-") as folder:
        path = Path(folder) / held.name
        _download(web, held, path)
        suffix, why = true_suffix(path)
        if why:
            raise BotError(why)
        yield path if suffix == path.suffix.lower() else path.rename(path.with_suffix(suffix))


def is_slacks(url: str, base_url: str) -> bool:
    """Tell whether an address is Slack's own, so that it may be sent the token."""
    try:
        asked, api = urlsplit(url), urlsplit(base_url)
        same = _origin(asked) == _origin(api) and bool(asked.hostname)
        files = asked.scheme == "https" and asked.port in (None, 443)
    except ValueError:
        return False
    return same or (files and asked.hostname in ("files.slack.com", f"files.{api.hostname}"))


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _refused(error: str, name: str) -> str:
    if error in NO_SCOPE:
        return SCOPE
    if error in GONE:
        return f"{name} is not there any more, or not shared with me; drop it again here."
    return f"Slack did not tell what {name} is ({error}); try again in a minute."


def _too_large(plain: Body, name: str) -> str:
    size = int(plain.get("size") or 0)
    return _too_much(name, size) if size > LARGEST else ""


def _too_much(name: str, size: int) -> str:
    held = f" has {size / 1024 / 1024:,.0f} MB, and" if size else " is too large:"
    return f"{name}{held} {LARGEST // 1024 // 1024} MB are read at most; drop a shorter one, such as its transcript as text."


def _on_disk(name: str, suffix: str) -> str:
    stem = re.sub(r"[^\w .,()&+-]", "_", PurePosixPath(name.replace("\\", "/")).name).strip(" .")
    kept = stem[: -len(suffix)] if suffix and stem.lower().endswith(suffix) else stem
    return f"{kept[:100].strip(' .') or 'file'}{suffix}"


class _Stays(HTTPRedirectHandler):
    """Follows Slack within Slack only: a token goes nowhere else."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        """Go on to an address of Slack's files; without the right to a file Slack sends to its login page."""
        if not is_slacks(newurl, self._base_url):
            raise BotError(SCOPE)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(web: WebClient, held: Held, path: Path) -> None:
    address = quote(held.url, safe=":/?#[]@!$&'()*+,;=%~-._")
    request = Request(address, headers={"Authorization": f"Bearer {web.token}"})  # noqa: S310  # checked above
    opener, ends = _opener(web), time.monotonic() + SECONDS
    for left in reversed(range(TRIES)):
        try:
            with opener.open(request, timeout=STALLED) as answer:
                _store(answer, held, path, ends)
            return
        except HTTPError as error:
            if error.code not in AGAIN or not left:
                raise BotError(_http(error.code, held.name)) from error
            _wait(error.headers.get("Retry-After"), ends)
        except (URLError, HTTPException, OSError) as error:
            if not left or time.monotonic() > ends:
                raise BotError(f"{held.name} did not come from Slack ({error}); try again in a minute.") from error
        event("slack_file_again", file=held.id)


def _opener(web: WebClient) -> OpenerDirector:
    proxies = {"http": web.proxy, "https": web.proxy} if web.proxy else None
    secure: ssl.SSLContext | None = web.ssl
    return build_opener(ProxyHandler(proxies), HTTPSHandler(context=secure), _Stays(web.base_url))


def _store(answer: Any, held: Held, path: Path, ends: float) -> None:
    kind = str(answer.headers.get("Content-Type") or "")
    if kind.startswith("text/html") and path.suffix.lower() not in (".html", ".htm"):
        raise BotError(SCOPE)
    total = 0
    with path.open("wb") as out:
        while piece := answer.read1(65_536):
            total += len(piece)
            if total > LARGEST:
                # The size that Slack told was not true.
                raise BotError(_too_much(held.name, 0))
            if time.monotonic() > ends:
                raise BotError(f"{held.name} took longer than {SECONDS:.0f} seconds to come; try again in a minute.")
            out.write(piece)
    told = str(answer.headers.get("Content-Length") or "")
    if told.isdigit() and total < int(told):
        raise OSError("it broke off")


def _http(status: int, name: str) -> str:
    if status in (401, 403):
        return SCOPE
    if status in (404, 410):
        return _refused("file_not_found", name)
    return f"Slack did not hand over {name} (status {status}); try again in a minute."


def _wait(after: str | None, ends: float) -> None:
    wanted = float(after) if after and after.isdigit() else 1.0
    time.sleep(max(0.0, min(wanted, LONGEST_WAIT, ends - time.monotonic())))
