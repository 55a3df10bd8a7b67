"""Random sessions leave whole lines, and every falsified trail is told and called by its name."""

import shutil
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine, select

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.records import User
from bot.errors import BotError
from bot.proposals import Decision
from bot.store.database import open_engine, reading, writing
from bot.store.tables import audit, changes
from bot.store.trail import Trail
from bot.terminal import bars
from evals.audit.mutations import MUTATIONS, unguard
from evals.runner import home
from evals.suite import Result, Suite

SESSIONS, EACH = 24, 12
"""sessions that are talked, and falsified copies of the trail for each way to falsify it"""
SEED = 20261126
SAID = (
    "brief me on {account}", "log that I spoke to their CFO at {account}, follow up Tuesday", "what do we say when they call us expensive?",
    "log a note at {account}: they asked for references", "create a task for {account}: send the contract by Friday",
)  # fmt: skip
DECIDED = ("approve", "approve", "approve one", "reject", "undo", "not asked", "by somebody else")


def skipped() -> str:
    """Why the suite cannot run; it always can."""
    return ""


def run(suite: Suite, quiet: bool) -> Result:
    """Talk, then look at every write's lines; falsify copies of the trail, and verify each."""
    draw = Random(SEED)
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for session in range(SESSIONS):
            _session(app, draw, session, suite.now + timedelta(hours=session))
            moved(session + 1, SESSIONS, "sessions")
        whole, writes, chained = Trail(app.engine).verify().whole, *_chains(app.engine)
        app.engine.dispose()
        found, named, notes = _falsified(app.settings.home / "seller.db", draw)
    n = len(MUTATIONS) * EACH
    return Result(
        suite=suite.name,
        metrics={"whole": float(whole), "chains": chained / writes, "found": found / n, "named": named / n},
        n={"whole": 1, "chains": writes, "found": n, "named": n},
        model="offline",
        notes=notes,
    )


def _session(app: App, draw: Random, number: int, now: datetime) -> None:
    """One person's talk: a few questions, and something decided on what is proposed."""
    users = [user for user in app.reader.users() if user.active and user.role in ("seller", "admin")]
    names = [name for _, name in app.reader.account_names()]
    user, account = draw.choice(users), draw.choice(names)
    for words in draw.sample(SAID, 3):
        request = Request(words.format(account=account), user, now, f"audit:{number}")
        try:
            reply = app.assistant.answer(request)
        except BotError:
            continue  # a name that fits several, or none: it is in the trail as well
        _decide(app, draw, reply, users)


def _decide(app: App, draw: Random, reply: Reply, users: list[User]) -> None:
    if reply.proposal is None:
        return
    verb, key = draw.choice(DECIDED), reply.proposal.id
    mine = next(user for user in users if user.id == reply.proposal.requester)
    other = next(user for user in users if user.id != mine.id and user.role != "admin")
    if verb == "not asked":
        return
    by, only = (other, ()) if verb == "by somebody else" else (mine, (1,) if verb == "approve one" else ())
    chosen = "reject" if verb == "reject" else "approve"
    try:
        app.approvals.decide(Decision(verb=chosen, proposal_id=key, only=only), by)
        if verb == "undo":
            app.approvals.decide(Decision(verb="undo", proposal_id=key), by)
    except BotError:
        return


def _chains(engine: Engine) -> tuple[int, int]:
    """How many changes were written, and how many of them have their lines in order: asked, proposed, approved, applied."""
    with reading(engine) as connection:
        applied = connection.execute(
            select(changes.c.id, changes.c.proposal_id).where(changes.c.applied_at.is_not(None))
        ).all()
        lines = connection.execute(
            select(audit.c.id, audit.c.verb, audit.c.proposal, audit.c.change).order_by(audit.c.id)
        ).all()
    whole = 0
    for change, proposal in applied:
        at = {
            line.verb: line.id
            for line in reversed(lines)
            if line.proposal == proposal and line.change in (None, change)
        }
        order = [at.get("propose", 0), at.get("approve", 0), at.get("applied", at.get("already", 0))]
        whole += 0 < order[0] < order[1] < order[2] and "answered" in at
    return len(applied), whole


def _falsified(database: Path, draw: Random) -> tuple[int, int, dict[str, dict[str, str]]]:
    found, named = Counter[str](), Counter[str]()
    notes: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, mutation in MUTATIONS.items():
            for _ in range(EACH):
                copy = Path(folder) / "copy.db"
                shutil.copyfile(database, copy)
                engine = open_engine(f"sqlite:///{copy}", durable=False)
                with writing(engine) as connection:
                    unguard(connection)
                    mutation.do(connection, draw)
                faults = Trail(engine).verify().faults
                engine.dispose()
                found[name] += bool(faults)
                right = bool({fault.kind for fault in faults} & mutation.kinds)
                named[name] += right
                if not right:
                    notes[name] = {"named": "; ".join(f"{fault.kind}: {fault.says}" for fault in faults)[:300]}
    return found.total(), named.total(), notes
