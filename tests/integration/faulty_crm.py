"""A CRM on loopback that outlives the processes that write to it, and fails in every way that a seeded dice says.

It has no unique key of its own: whoever repeats a doubtful write without looking makes a second record, which shows.
"""

import json
import random
import threading
from dataclasses import dataclass
from decimal import Decimal
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from approvals_world import START

from bot.crm.writes import Approval, Receipt, UpdateOpportunity
from bot.errors import CrmChanged, CrmDoubtful, CrmRejected, CrmUnavailable, CrmUnknown

PATIENCE = 10.0
"""seconds after which a client gives up: never before the server has done what it was asked"""
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Effect:
    """One thing that was written: by which change, to what, from which value to which."""

    key: str
    record: str
    old: Any
    new: Any


class FaultyCrm:
    """The server with its records; a context manager."""

    def __init__(self, seed: int, deals: dict[str, str]) -> None:
        self._dice, self._lock = random.Random(seed), threading.Lock()
        self._deals, self._before = dict(deals), dict(deals)
        self.effects: list[Effect] = []
        self.asked = threading.Semaphore(0)
        """released at each request, so that a test can count along"""
        self.faults: dict[str, int] = {}
        self.well = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "FaultyCrm":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, body: Any) -> Answer | None:
        """Do what is asked as the dice have it; None: no answer at all."""
        self.asked.release()
        with self._lock:
            fault = "" if self.well else self._dice.choices(("", "429", "500", "500 late", "late", "blind"), FAULTS)[0]
            self.faults[fault] = self.faults.get(fault, 0) + 1
            if fault in ("429", "500"):
                return int(fault), {}
            if fault == "blind" and method == "GET" and path == "/records":
                return 409, {}
            done = self._do(method, path, body)
            return {"500 late": (500, {}), "late": None}.get(fault, done)

    def _do(self, method: str, path: str, body: Any) -> Answer:
        if path == "/records":
            if method == "POST":
                self.effects.append(Effect(body["key"], body["record"], None, body["new"]))
            held = [at for at, effect in enumerate(self.effects) if effect.key == body["key"]]
            return 200, {"ids": held}
        deal = path.rpartition("/")[2]
        if method == "GET":
            stale = not self.well and self._dice.random() < 0.1
            return 200, {"amount": (self._before if stale else self._deals)[deal]}
        if not self.well and self._dice.random() < 0.05:  # a colleague was faster
            self._set(deal, str(self._dice.randrange(10_000)))
        if self._deals[deal] != body["old"]:
            return 412, {"amount": self._deals[deal]}
        self.effects.append(Effect(body["key"], deal, body["old"], body["new"]))
        self._set(deal, body["new"])
        return 200, {}

    def _set(self, deal: str, amount: str) -> None:
        self._before[deal], self._deals[deal] = self._deals[deal], amount

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                answer = crm.answer(self.command, self.path, body)
                if answer is None:
                    self.close_connection = True
                    return
                data = json.dumps(answer[1]).encode()
                try:
                    self.send_response(answer[0])
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    return  # the client was killed meanwhile

            do_GET = do_POST = do_PATCH = _serve

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


FAULTS = (70, 8, 5, 6, 6, 5)
"""of a hundred requests: fine, 429, 500, 500 after writing, no answer after writing, and that it cannot tell"""


class FaultyWriter:
    """A `CrmWriter` for it, as thin as an adapter may be."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc

    def apply(self, approval: Approval) -> Receipt:
        """Look first where an earlier try is in doubt; write; read back."""
        write = approval.write
        if isinstance(write, UpdateOpportunity):
            return self._update(approval, write)
        body = {
            "key": approval.change_id,
            "record": write.model_dump()["account_id"],
            "new": write.model_dump()["subject"],
        }
        found = self._look(body) if approval.doubtful else []
        found = found or self._ask("POST", "/records", body)["ids"]
        return _receipt(approval, str(found[0]), {"subject": body["new"]})

    def undo(self, receipt: Receipt) -> Receipt:
        """Not asked here."""
        raise CrmRejected("This CRM takes nothing back; change the record there.")

    def _update(self, approval: Approval, write: UpdateOpportunity) -> Receipt:
        body = {"key": approval.change_id, "old": str(write.old), "new": str(write.new)}
        path = f"/deals/{write.opportunity_id}"
        present = self._ask("GET", path, {})["amount"]
        if present == body["old"]:
            present = self._ask("PATCH", path, body).get("amount", body["new"])
            if present == body["new"]:
                return _receipt(approval, write.opportunity_id, {"amount": body["new"]})
        if approval.doubtful and present == body["new"]:
            return _receipt(approval, write.opportunity_id, {"amount": body["new"]})
        raise CrmChanged(f"The amount is {present} meanwhile.", Decimal(present))

    def _look(self, body: Any) -> list[int]:
        try:
            ids: list[int] = self._ask("GET", "/records", body)["ids"]
        except CrmDoubtful as error:
            raise CrmUnavailable("The CRM did not answer a question; the change waits.") from error
        return ids

    def _ask(self, method: str, path: str, body: Any) -> Any:
        connection = HTTPConnection(self._host, timeout=PATIENCE)
        try:
            connection.request(method, path, json.dumps(body))
            answer = connection.getresponse()
            data = json.loads(answer.read())
        except (OSError, HTTPException) as error:
            raise CrmDoubtful("The CRM did not answer; the change waits.") from error
        finally:
            connection.close()
        if answer.status == 429:
            raise CrmUnavailable("The CRM is asked too often; the change waits.")
        if answer.status == 500:
            raise CrmDoubtful("The CRM failed; the change waits.")
        if answer.status == 409:
            raise CrmUnknown("The CRM cannot be asked whether it made the write; look there.")
        return data


def _receipt(approval: Approval, record_id: str, values: dict[str, Any]) -> Receipt:
    return Receipt(
        change_id=approval.change_id, record="opportunity", record_id=record_id, link=f"crm://{record_id}",
        values=values, applied_at=START,
    )  # fmt: skip
