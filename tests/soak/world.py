"""One world: Slack, a model, a CRM, the app that is killed, and the people who go on asking."""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from postgres import empty_database
from slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from sqlalchemy import func, or_, select

from bot.app import App
from bot.crm.local import upsert_all
from bot.settings import Settings
from bot.store.tables import changes, deliveries
from evals.bench.chroma_server import ChromaServer
from soak.company import BORN, records
from soak.crm import Crm, Embedded, HubSpotCrm, SalesforceCrm
from soak.faults import Faults
from soak.model import Model
from soak.people import People
from soak.plan import SEVERAL, Round, World
from soak.process import STARTS, Child, environment
from soak.slack import SORRY, Line, Person
from soak.store import Store

PAGE = "# Badge {n}\n\nWhoever visits plant {n} wears badge number {n} and signs at gate {n}.\n"


class Office:
    """Everything of one world; use within `with`."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder, self.pages = world, folder, folder / "pages"
        # As docs/slack.md has it: replicas on PostgreSQL have homes of their own.
        self.homes = [folder / f"home{n}" for n in range(2 if world == "postgres" else 1)]
        for each in (*self.homes, self.pages):
            each.mkdir(mode=0o700)
        self._stack = ExitStack()
        self.slack = self._stack.enter_context(SlackServer().open())
        self.line, self.model = Line(self.slack), Model()
        self._stack.callback(self.model.close)
        self.counts: Counter[str] = Counter()
        self.people = People(self.slack, self.line, self.counts, alone=world not in SEVERAL)
        self._faults = Faults(self.slack, self.line, self.people, self.counts)
        self._faults.chroma = self._chroma() if world in SEVERAL else None
        database = self._database()
        self.store = Store(database or f"sqlite:///{self.homes[0] / 'seller.db'}")
        self._stack.callback(self.store.close)
        self.crm = self._crm()
        self._stack.callback(self.crm.close)
        self.environment = self._environment(database)
        self._furnish()
        self.children = [self._child(n) for n in range(2 if world in SEVERAL else 1)]

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

    def _database(self) -> str | None:
        return self._stack.enter_context(empty_database()) if self.world == "postgres" else None

    def _crm(self) -> Crm:
        match self.world:
            case "salesforce":
                return SalesforceCrm()
            case "hubspot":
                return HubSpotCrm()
            case _:
                return Embedded(self.store)

    def _environment(self, database: str | None) -> dict[str, str]:
        shared = {"SELLER_CHROMA_URL": self._faults.chroma.url} if self._faults.chroma else {}
        shared |= {"SELLER_DATABASE_URL": database} if database else {}
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("SELLER_", "OPENAI_"))}
        return {
            **ours, **self.crm.environment, **shared, "SELLER_MODEL": "openai:loopback",
            "OPENAI_API_KEY": "loopback", "OPENAI_BASE_URL": self.model.url, "SELLER_MODEL_TIMEOUT": "1.5",
            "SELLER_CRM_TIMEOUT": "1", "SELLER_SLACK_TIMEOUT": "2", "SELLER_REINGEST_MINUTES": "1",
            "SELLER_SLACK_API_URL": self.slack.api_url, "SELLER_SLACK_BOT_TOKEN": BOT_TOKEN,
            "SELLER_SLACK_APP_TOKEN": APP_TOKEN, "SELLER_SYNC_MINUTES": "1",
        }  # fmt: skip

    def _child(self, n: int) -> Child:
        home = self.homes[n % len(self.homes)]
        return Child({**self.environment, "SELLER_HOME": str(home)}, self.folder / f"serve{n}.log")

    def settings(self, home: Path) -> Settings:
        """The app's settings in one of its homes, for this process."""
        with environment({**self.environment, "SELLER_HOME": str(home)}):
            return Settings()

    def _furnish(self) -> None:
        """Fill the CRM or the mirror, and the knowledge base with the folder that the app reads again."""
        for n in range(5):
            self._page(n)
        with App(self.settings(self.homes[0])) as app:
            if isinstance(self.crm, Embedded):
                upsert_all(app.engine, records(), as_of=BORN)
            else:
                with environment(self.environment):
                    app.sync()
            app.library.ingest([self.pages])

    def _page(self, n: int) -> None:
        (self.pages / f"badge-{n}.md").write_text(PAGE.format(n=n), encoding="utf-8")

    def begin(self, plan: Round, number: int, dice: random.Random) -> list[tuple[Person, threading.Thread]]:
        """Let everything of a round happen, beside what the rounds before still wait for."""
        self._faults.mend()
        if len(self.slack.calls) > 2000:
            self.slack.calls.clear()
        for fault in plan.faults:
            self._faults.set(fault, self.model, self.crm)
        if plan.page:
            self._page(number + 100)
            self.counts["pages"] += 1
        came = [(self.people.person(ask), ask) for ask in plan.asks]
        threads = [(person, threading.Thread(target=self.people.meet, args=(person, ask))) for person, ask in came]
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
        """Whose answers nobody can look up: those that one person alone would have seen, or where the app is no member."""
        left = self.store.rows(select(deliveries.c.state, deliveries.c.task).where(deliveries.c.state != "done"))
        places = [(state, task["place"]) for state, task in left if task]
        silent = {
            place["user"]
            for state, place in places
            if state == "alone" or (state == "posting" and place["channel"] in self.slack.left)
        }
        for person in self.people.all:
            person.silent = person.silent or person.member.id in silent

    def end(self) -> list[int]:
        """Let everything come to an end, and stop the app as SIGTERM does; gives the statuses."""
        self._faults.mend()
        self.crm.calm()
        self.model.faults.clear()
        self.slack._failures.clear()
        deadline, quiet = time.monotonic() + 240, 0.0
        # Whoever has heard nothing when nothing is open any more will hear nothing.
        while time.monotonic() < deadline and quiet < 20 and (self._open() or self._unheard()):
            threading.Event().wait(0.5)
            quiet = 0.0 if self._open() else quiet + 0.5
        # A process that is still starting has nothing to end in order.
        self.slack.wait(lambda: len(self.slack._sockets) >= len(self.children), "all processes", STARTS)
        return [child.end(signal.SIGTERM) for child in self.children]

    def _open(self) -> int:
        """Approved changes that are not written yet, and deliveries that are under way."""
        moving = changes.c.status.in_(["approved", "applying", "waiting"])
        queries = (
            select(func.count()).select_from(changes).where(or_(moving, changes.c.undo_by.is_not(None))),
            select(func.count()).select_from(deliveries).where(deliveries.c.state != "done"),
        )
        return sum(int(self.store.rows(query)[0][0]) for query in queries)

    def _unheard(self) -> bool:
        return any(person.unheard for person in self.people.all)

    def apologies(self) -> int:
        """How often somebody was told that they have to ask again."""
        return sum(SORRY in message.text for message in self.slack.shown)

    def clear(self) -> None:
        """Drop the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
