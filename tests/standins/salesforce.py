"""A stand-in for Salesforce on loopback, over TLS, written from its public REST documentation; stateful, with faults on demand.

In a test: `with Salesforce() as crm: crm.org.put("Account", Name="Acme")`, the adapter pointed to `crm.url` with
`REQUESTS_CA_BUNDLE` set to `crm.certificate`. From another process: `PYTHONPATH=tests python -m standins.salesforce`
prints the URL and the certificate; POST /__control takes `{"fault": {...}}`, `{"put": [object, {...}]}`, `{"expire": true}`.
"""

import json
import ssl
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from standins.salesforce_objects import STAGES
from standins.salesforce_org import Org

INTEGRATION = "005000000000001AAA"
SESSION = "00D000000000001!session-of-the-integration-user"


@dataclass
class Fault:
    """What goes wrong with the next calls that fit."""

    path: str = ""
    """a regular expression that is searched in the path with its query, decoded"""
    method: str = ""
    status: int = 503
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    skip: int = 0
    """so many calls that fit go through first"""
    mode: str = "answer"
    """answer: with this status; drop: hang up; after: do it, then hang up; hang: do it, then never answer;
    late: do it, then answer with this status; slow: do it when the caller has long gone;
    trickle: do it, then answer a byte at a time while there are faults"""
    seconds: float = 1.5
    """how long `slow` sleeps on it"""


@dataclass(frozen=True)
class Call:
    """A request that came in."""

    method: str
    path: str
    user: str | None
    body: Any
    status: int


class Salesforce:
    """The server; `org` is its state."""

    def __init__(self, port: int = 0, *, secure: bool = True) -> None:
        self.org = Org()
        self.batch_size = 2000
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.tokens = {SESSION: INTEGRATION}
        self.locators: dict[str, tuple[Any, list[Any]]] = {}
        self.apps: dict[str, str] = {}
        """consumer key → public key as PEM text"""
        self.denied: set[str] = set()
        """user names that the connected app is not approved for"""
        self.undescribed: set[str] = set()
        self.setup_allowed = True
        self.stopped = threading.Event()
        self.lock = threading.RLock()
        self._folder = tempfile.TemporaryDirectory()
        self.certificate = str(_certificate(Path(self._folder.name)))
        self._server = self._serve(port, secure)
        self.url = f"{'https' if secure else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._start()

    def __enter__(self) -> "Salesforce":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def stop(self) -> None:
        """Free the port."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, path: str = "", **more: Any) -> None:
        """Let the next calls that fit fail."""
        self.faults.append(Fault(path, **more))

    def register(self, consumer_key: str) -> str:
        """Make a connected app; its private key as PEM text."""
        key = _key("app")
        self.apps[consumer_key] = (
            key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )
        return _pem(key)

    def expire_tokens(self) -> None:
        """No token that was given out is taken any more."""
        self.tokens = {}

    def sent(self, method: str = "", path: str = "") -> list[Call]:
        """The calls of this kind."""
        return [call for call in self.calls if method in ("", call.method) and path in call.path]

    def _start(self) -> None:
        self.org.put("Organization", Id="00D000000000001AAA", Name="Stand-in Ltd")
        self.org.put(
            "User",
            Id=INTEGRATION,
            Name="Integration",
            Username="integration@crm.example",
            Email="crm@seller.example",
            IsActive=True,
            UserType="Standard",
            TimeZoneSidKey="UTC",
        )
        for order, (name, percent, category, closed, won) in enumerate(STAGES, 1):
            self.org.put(
                "OpportunityStage",
                MasterLabel=name,
                ApiName=name,
                SortOrder=order,
                DefaultProbability=percent,
                ForecastCategoryName=category,
                IsActive=True,
                IsClosed=closed,
                IsWon=won,
            )
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _serve(self, port: int, secure: bool) -> ThreadingHTTPServer:
        from standins.salesforce_http import handler

        if not secure:
            return _Quiet(("127.0.0.1", port), handler(self))
        server = _Quiet(("127.0.0.1", port), handler(self))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, str(Path(self._folder.name) / "key.pem"))
        server.context = context
        return server


class _Quiet(ThreadingHTTPServer):
    """Wraps each connection in its own thread, so that a slow handshake holds up nobody."""

    daemon_threads = True
    block_on_close = False
    context: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.context is None:
            super().finish_request(request, client_address)
            return
        try:
            wrapped = self.context.wrap_socket(request, server_side=True)
        except OSError:
            return
        try:
            super().finish_request(wrapped, client_address)
        finally:
            wrapped.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        kind = sys.exc_info()[0]
        if kind is None or not issubclass(kind, OSError):
            super().handle_error(request, client_address)


@cache
def _key(whose: str) -> rsa.RSAPrivateKey:
    """A key that is made once in a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, and its key beside it."""
    key = _key("server")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_text(_pem(key))
    return path


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


if __name__ == "__main__":
    with Salesforce(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as crm:
        sys.stdout.write(json.dumps({"url": crm.url, "certificate": crm.certificate, "session": SESSION}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
