"""One world: Slack, a model, a CRM, the app that is killed, and the people who go on asking."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from slack_blocks import Shown
from slack_members import Member
from slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from websockets.exceptions import ConnectionClosed

from bot.app import App
from bot.crm.local import upsert_all
from bot.settings import Settings
from evals.bench.chroma_server import ChromaServer
from soak.crm import ACCOUNTS, BORN, PEOPLE, Crm, Embedded, HubSpotCrm, SalesforceCrm, records
from soak.model import Model
from soak.plan import Ask, Round, World
from soak.slack import SORRY, Click, Line, Person, give

PATIENCE = 25.0
"""seconds in which a person waits for what comes of a question"""
STARTS = 60.0
PAGE = "# Badge {n}\n\nWhoever visits plant {n} wears badge number {n} and signs at gate {n}.\n"


class Child:
    """`seller serve` in a process of its own."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment, self._log = environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and do not wait."""
        words = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(words, env=self._environment, stdout=log, stderr=log)

    def end(self, how: int) -> int:
        """End it and wait until it is gone."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        status = self.process.wait(STARTS)
        self.process = None
        return status


class Office:
    """Everything of one world; use within `with`."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.home = world, folder, folder / "home"
        self.pages = folder / "pages"
        self._stack = ExitStack()
        self.slack = self._stack.enter_context(SlackServer().open())
        self.line = Line(self.slack)
        self.model = Model()
        self._stack.callback(self.model.close)
        self.crm: Crm = {"salesforce": SalesforceCrm, "hubspot": HubSpotCrm}.get(world, lambda: Embedded(self.home))()
        self._stack.callback(self.crm.close)
        self.chroma = self._chroma() if world == "replicas" else None
        self.environment = self._settings()
        self.people: list[Person] = []
        self.counts: Counter[str] = Counter()
        self._numbers = 0
        self._furnish()
        self.children = [
            Child(self.environment, folder / f"serve{n}.log") for n in range(2 if world == "replicas" else 1)
        ]

    def __enter__(self) -> "Office":
        for child in self.children:
            child.start()
        self.slack.wait(self.slack.connected, "a connection", STARTS)
        return self

    def __exit__(self, *_: object) -> None:
        self.line.ended.set()
        for child in self.children:
            if child.process is not None:
                child.end(signal.SIGKILL)
        self._stack.close()

    def _chroma(self) -> ChromaServer:
        (self.folder / "chroma-server").mkdir()
        server = ChromaServer(self.folder / "chroma-server")
        server.start()
        self._stack.callback(server.stop)
        return server

    def _settings(self) -> dict[str, str]:
        chroma = {"SELLER_CHROMA_URL": self.chroma.url} if self.chroma else {}
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("SELLER_", "OPENAI_"))}
        return {
            **ours, **self.crm.environment, **chroma, "SELLER_HOME": str(self.home), "SELLER_MODEL": "openai:loopback",
            "OPENAI_API_KEY": "loopback", "OPENAI_BASE_URL": self.model.url, "SELLER_MODEL_TIMEOUT": "1.5",
            "SELLER_CRM_TIMEOUT": "1", "SELLER_SLACK_TIMEOUT": "2", "SELLER_REINGEST_MINUTES": "1",
            "SELLER_SLACK_API_URL": self.slack.api_url, "SELLER_SLACK_BOT_TOKEN": BOT_TOKEN,
            "SELLER_SLACK_APP_TOKEN": APP_TOKEN, "SELLER_SYNC_MINUTES": "1",
        }  # fmt: skip

    @contextmanager
    def _in_environment(self) -> Iterator[None]:
        """Give this process the environment of the app for a while."""
        before = dict(os.environ)
        try:
            os.environ.update(self.environment)
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def settings(self) -> Settings:
        """The app's settings, for this process."""
        with self._in_environment():
            return Settings()

    def _furnish(self) -> None:
        """Fill the CRM or the mirror, and the knowledge base with the folder that the app reads again."""
        self.pages.mkdir(parents=True)
        self.home.mkdir(mode=0o700)
        for n in range(5):
            (self.pages / f"badge-{n}.md").write_text(PAGE.format(n=n), encoding="utf-8")
        with App(self.settings()) as app:
            if self.world in ("embedded", "replicas"):
                upsert_all(app.engine, records(), as_of=BORN)
            else:
                with self._in_environment():
                    app.sync()
            app.library.ingest([self.pages])

    # A round

    def begin(self, plan: Round, number: int, dice: random.Random) -> list[tuple[Person, threading.Thread]]:
        """Let everything of a round happen, beside what the rounds before still wait for."""
        self._mend()
        for fault in plan.faults:
            self._fail(fault)
        if plan.page:
            (self.pages / f"badge-{number + 100}.md").write_text(PAGE.format(n=number + 100), encoding="utf-8")
            self.counts["pages"] += 1
        came = [(self._person(ask), ask) for ask in plan.asks]
        threads = [(person, threading.Thread(target=self._meet, args=(person, ask))) for person, ask in came]
        for _, thread in threads:
            thread.start()
        if plan.kill is not None:
            threading.Event().wait(plan.kill)
            self.kill(dice.choice(self.children))
        return threads

    def kill(self, child: Child) -> None:
        """Kill a process at this moment, and start it again."""
        child.end(signal.SIGKILL)
        self.counts["kills"] += 1
        with_only_one = len(self.children) == 1
        if with_only_one:
            with self.slack.changed:
                self.slack.changed.wait_for(lambda: not self.slack.connected(), 10)
        self._note_silent()
        child.start()

    def _note_silent(self) -> None:
        """Whose answers nobody can look up: those that one person alone would have seen."""
        database = sqlite3.connect(self.home / "seller.db", timeout=30)
        rows = database.execute(
            "SELECT json_extract(task, '$.place.user') FROM deliveries WHERE state = 'alone'"
        ).fetchall()
        database.close()
        for person in self.people:
            if (person.member.id,) in rows:
                person.silent = True

    def _person(self, ask: Ask) -> Person:
        self._numbers += 1
        user = self.slack.person(f"U{self._numbers}", "mia@example.test")
        person = Person(Member(self.slack, self.line, user), ask.kind)  # type: ignore[arg-type]
        self.people.append(person)
        self.counts[f"asked {ask.kind}"] += 1
        return person

    def _meet(self, person: Person, ask: Ask) -> None:
        """What one person does: ask, wait, decide."""
        threading.Event().wait(ask.pause)
        person.asked = give(lambda: self._ask(person, ask))
        if not person.asked:
            self.counts["questions that Slack never got through"] += 1
            return
        decides = ask.kind in ("log", "amount", "command")
        person.wait(lambda: person.cards() if decides else person.outcomes(), PATIENCE)
        if decides and person.cards():
            self._decide(person, ask.decision)

    def _ask(self, person: Person, ask: Ask) -> None:
        account, member = ACCOUNTS[ask.account], person.member
        match ask.kind:
            case "brief":
                person.delivery = member.say(f"brief me on {account}")
            case "playbook":
                person.delivery = member.say("which badge does a visitor of plant 3 wear?")
            case "mention":
                channel = self.slack.channel(f"C{member.id}", member.id)
                person.delivery = member.mention(f"brief me on {account}", channel)
            case "command":
                member.command("/log", self._log(person, ask), f"C{member.id}")
            case "amount":
                amount = 2000 + self._numbers
                person.delivery = member.say(f"set the amount of {account} plant to {amount}")
            case _:
                person.delivery = member.say(f"log that {self._log(person, ask)}")

    def _log(self, person: Person, ask: Ask) -> str:
        said = f"I spoke to {PEOPLE[ask.account]} of {ACCOUNTS[ask.account]} about badge {person.member.id}"
        return f"{said}, follow up Tuesday"

    def _decide(self, person: Person, decision: str) -> None:
        card = person.cards()[-1]
        buttons = [name for name in card.buttons if name.startswith("approve")]
        if not buttons:
            return
        yes = "approve:all" if "approve:all" in buttons else buttons[0]
        match decision:
            case "approve" | "undo" | "twice":
                self._click(person, card, yes)
                self._then(person, card, decision, yes)
            case "one":
                self._click(person, card, buttons[0])
            case "reject":
                self._click(person, card, yes.replace("approve", "reject"))
            case "word":
                self._say(person, card, "approve")
            case "edit":
                self._edit(person, card)

    def _then(self, person: Person, card: Shown, decision: str, yes: str) -> None:
        """Click once more, or take it back."""
        if decision == "twice":
            self._click(person, card, yes)
        if decision == "undo":
            person.wait(lambda: any(name.startswith("undo") for name in card.buttons), 8)
            undo = next((name for name in card.buttons if name.startswith("undo")), None)
            if undo:
                self._click(person, card, undo)

    def _edit(self, person: Person, card: Shown) -> None:
        """Change the day in words, and approve what the card shows then."""
        self._say(person, card, "edit due=2027-05-03")
        person.wait(lambda: f"{card.text.split()[1]}:2" in str(card.blocks), 5)
        now = [name for name in card.buttons if name.startswith("approve")]
        if now:
            self._click(person, card, "approve:all" if "approve:all" in now else now[0])

    def _click(self, person: Person, card: Shown, action: str) -> None:
        proposal = card.text.split()[1]
        button = next((b for b in [card.button(action)] if b), None) if action in card.buttons else None
        if button is None:
            return
        acked = give(lambda: person.member.send_click(card, button))
        revision = int(button["value"].partition(":")[2])
        person.clicks.append(Click(action.partition(":")[0], proposal, acked, revision))
        self.counts[f"clicks {action.partition(':')[0]}"] += 1

    def _say(self, person: Person, card: Shown, words: str) -> None:
        """Say it in the thread of the card."""
        if person.delivery is None or "event" not in person.delivery:
            return
        thread = person.delivery["event"].get("thread_ts") or person.delivery["event"]["ts"]
        if give(lambda: person.member.say(words, thread_ts=thread)):
            person.clicks.append(Click(words.split()[0], card.text.split()[1], True))
            self.counts[f"words {words.split()[0]}"] += 1

    # What fails

    def _fail(self, fault: str) -> None:
        self.counts[f"fault {fault}"] += 1
        if fault.startswith("model"):
            self.model.faults.append(fault)
        elif fault.startswith("crm"):
            self.crm.fail(fault)
        elif fault == "chroma down":
            assert self.chroma is not None
            self.chroma.stop()
        else:
            self._fail_slack(fault)

    def _fail_slack(self, fault: str) -> None:
        slack = self.slack
        method = ("chat.postMessage", "users.info", "chat.update")[self._numbers % 3]
        match fault:
            case "slack 429":
                slack.fail(method, 429, Retry_After="1")
            case "slack 500":
                slack.fail(method, 500)
            case "slack timeout before":
                slack.hang(method)
            case "slack timeout after":
                slack.hang(method, "after")
            case "slack disconnect":
                if slack.connected():
                    with suppress(ConnectionClosed):
                        slack.drop_connection()
            case _:
                again = next((p for p in reversed(self.people) if p.delivery), None)
                if again is not None and again.delivery is not None:
                    delivery = again.delivery
                    give(lambda: self.line.send("events_api", delivery, 1))

    def _mend(self) -> None:
        """What was down for a round comes back."""
        if self.chroma is not None and self.chroma.process is None:
            self.chroma.start()
        if len(self.slack.calls) > 2000:
            self.slack.calls.clear()

    def end(self) -> list[int]:
        """Let everything come to an end, and stop the app as SIGTERM does; gives the statuses."""
        self._mend()
        self.crm.calm()
        self.model.faults.clear()
        self.slack._failures.clear()
        deadline, quiet = time.monotonic() + 240, 0.0
        # Whoever has heard nothing when nothing is open any more will hear nothing.
        while time.monotonic() < deadline and quiet < 20 and (self._open() or self._unanswered()):
            threading.Event().wait(0.5)
            quiet = 0.0 if self._open() else quiet + 0.5
        # A process that is still starting has nothing to end in order.
        self.slack.wait(lambda: len(self.slack._sockets) >= len(self.children), "all processes", STARTS)
        return [child.end(signal.SIGTERM) for child in self.children]

    def _open(self) -> int:
        """Approved changes that are not written yet, and deliveries that are under way."""
        database = sqlite3.connect(self.home / "seller.db", timeout=30)
        changes = "status IN ('approved', 'applying', 'waiting') OR undo_by IS NOT NULL"
        left = database.execute(f"SELECT (SELECT count(*) FROM changes WHERE {changes})").fetchone()[0]
        left += database.execute("SELECT count(*) FROM deliveries WHERE state <> 'done'").fetchone()[0]
        database.close()
        return int(left)

    def _unanswered(self) -> bool:
        return any(p.asked and not p.silent and not (p.outcomes() or p.cards()) for p in self.people)

    def apologies(self) -> int:
        """How often somebody was told that they have to ask again."""
        return sum(SORRY in message.text for message in self.slack.shown)

    def clear(self) -> None:
        """Drop the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
