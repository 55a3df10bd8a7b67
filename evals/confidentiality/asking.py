"""Ask as somebody, and gather all that reaches them or anybody beside them: words, blocks, JSON, files, errors, prompts, log."""

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.app import App
from bot.assistant import Request
from bot.commands.output import plain
from bot.crm.port import CrmReader
from bot.errors import BotError
from bot.log import LOGGER, CanonicalFormatter
from bot.proposals import Draft, Proposal
from bot.slack.showing import views
from bot.text import answer_text, charts_text, proposal_text
from evals.confidentiality.teller import Step, Teller
from evals.confidentiality.words import canaries
from evals.confidentiality.world import World, made, write
from evals.runner import empty
from knowledge.errors import KnowledgeError

Sees = str
SEES: tuple[Sees, ...] = ("own", "team", "all")
PAGE = re.compile(r'(?<="page": ")[0-9a-f]{16}')
"""a page's id, which comes of where its file lies"""
PARTS = 6
"""parts of an answer behind “more” that are read"""


class Lines(logging.Handler):
    """Keeps what the product logs."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.setFormatter(CanonicalFormatter("json"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.said.append(self.format(record))


@dataclass(frozen=True)
class Heard:
    """What came of a question."""

    text: str
    """all that was delivered"""
    prompts: str
    log: str
    refused: bool
    """whether it was an error"""
    draft: Draft | None = None
    proposal: Proposal | None = None


@dataclass
class House:
    """A company's home, with an assistant for each setting of who sees what."""

    world: World
    apps: dict[Sees, App]
    log: Lines

    @property
    def reader(self) -> CrmReader:
        """All records."""
        return self.apps["own"].reader

    def home(self, sees: Sees) -> str:
        """Where it lies."""
        return str(self.apps[sees].settings.home)

    def ask(
        self, sees: Sees, who: str, text: str, thread: str, *, model: Teller | None = None, **more: object
    ) -> Heard:
        """Ask one question."""
        app, start = self.apps[sees], len(self.log.said)
        helper = replace(app.assistant, model=model)
        try:
            request = Request(text, app.user(who), self.world.now, thread, **more)  # type: ignore[arg-type]
            reply = helper.answer(request)
        except (BotError, KnowledgeError) as error:
            said, draft, proposal = f"{error} {getattr(error, 'candidates', ())}", None, None
        else:
            draft, proposal = reply.draft, reply.proposal
            said = delivered(app, who, reply.draft, reply.proposal)
        sent = "\n".join(one.user for one in model.sent) if model else ""
        return Heard(said, sent, "\n".join(self.log.said[start:]), draft is None, draft, proposal)


def delivered(app: App, who: str, draft: Draft, proposal: Proposal | None) -> str:
    """An answer in every form in which it leaves the house."""
    blocks = [
        *views.answer(draft, "answer"),
        *(one for part in range(1, PARTS) for one in views.more(draft, "answer", part)),
    ]
    parts = [answer_text(draft), *charts_text(draft.charts), json.dumps(plain(draft), default=str, ensure_ascii=False)]
    parts += [json.dumps([one.text, one.blocks], default=str, ensure_ascii=False) for one in blocks]
    parts += [_file(one.name, one.content) for one in draft.files]
    if proposal:
        parts.append(proposal_text(proposal, app.rights.reader_for(app.user(who))))
    return "\n".join(parts)


def comparable(heard: Heard, home: str) -> str:
    """An answer without what differs each time: how long it took, ids of proposals, and where the home lies."""
    draft = heard.draft
    if draft is None:
        return heard.text
    files = [_file(one.name, one.content) for one in draft.files]
    bare = draft.model_copy(update={"model_ms": 0.0, "files": ()})
    text = f"{json.dumps(plain(bare), default=str, ensure_ascii=False)} {files}".replace(home, "HOME")
    return PAGE.sub("PAGE", text)


def _file(name: str, content: bytes) -> str:
    """The words of a file: of a packed one, of all that is in it."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return " ".join(packed.read(one).decode("utf-8", "replace") for one in packed.namelist())
    return content.decode("utf-8", "replace")


@contextmanager
def house(world: World, settings: Sequence[Sees] = SEES) -> Iterator[House]:
    """Open a home that holds the world; the assistants of all settings share it."""
    log = Lines()
    LOGGER.addHandler(log)
    level, LOGGER.level = LOGGER.level, logging.INFO
    try:
        with empty(world.now) as first:
            fill(first, world)
            apps = {}
            for sees in settings:
                app = App(first.settings.model_copy(update={"crm_sees": sees}), lambda: world.now)
                app.__dict__.update(engine=first.engine, library=first.library)
                apps[sees] = app
            yield House(world, apps, log)
    finally:
        LOGGER.removeHandler(log)
        LOGGER.setLevel(level)


def fill(app: App, world: World) -> None:
    """Load records, pages and notes."""
    from bot.crm.local import replace_all

    replace_all(app.engine, world.records, as_of=world.now)
    pages, notes = write(world, Path(app.settings.home) / "made")
    app.library.ingest([pages])
    app.library.ingest([notes], resolve_account=app.account_key)


def leaked(text: str, secrets: frozenset[str], typed: str) -> set[str]:
    """The canaries in a text that were not typed by whoever asked."""
    return (canaries(text) & secrets) - canaries(typed)


__all__ = ["SEES", "Heard", "House", "Step", "Teller", "comparable", "house", "leaked", "made"]
