"""What must be true after each round, and at the end."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.upkeep import deep
from soak.crm import HubSpotCrm
from soak.slack import SORRY, Person
from soak.world import Office

ENDS = ("applied", "undone", "failed")


def after_round(office: Office, people: list[Person]) -> Iterator[str]:
    """What is wrong now: somebody answered twice, something written twice or unasked."""
    for person in people:
        yield from answered_twice(person)
    yield from written_wrongly(office)


def answered_twice(person: Person) -> Iterator[str]:
    """A question has one answer or one apology, and a word that decides one as well; one card shows what it came to."""
    said = 1 + sum(click.verb in ("approve", "edit") for click in person.clicks if person.kind != "command")
    told = [text for text in person.outcomes() if SORRY not in text]
    outcomes = [text for text in told if text not in person.refusals()]
    if len(outcomes) > said or len(told) - len(outcomes) > len(person.clicks):
        yield f"{person.member.id} ({person.kind}) was answered {len(outcomes)} times for {said} questions: {outcomes}"
    apologies = sum(SORRY in message.text for message in person.mine())
    if apologies > said + len(person.clicks):
        yield f"{person.member.id} was apologised to {apologies} times"
    cards = Counter(card.text.split()[1] for card in person.cards())
    for proposal, times in cards.items():
        if times > 1:
            yield f"{person.member.id} has {times} cards of {proposal}"


def written_wrongly(office: Office) -> Iterator[str]:
    """Each key stands in the CRM once, and only for what somebody approved."""
    written = office.crm.written()
    yield from (f"{key} was written {times} times" for key, times in written.items() if times > 1)
    approved = _approved(office.home)
    yield from (f"{key} was written, and nobody approved it" for key in written.keys() - approved)


def _approved(home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "seller.db", timeout=30)) as database:
        return {row[0] for row in database.execute("SELECT change FROM audit WHERE verb = 'approve'")}


def at_the_end(office: Office) -> Iterator[str]:
    """Everybody has an outcome, no yes is lost, and the stores agree."""
    for person in office.people:
        yield from answered_twice(person)
        if person.asked and not person.silent and not (person.outcomes() or person.cards()):
            key = (person.delivery or {}).get("event_id")
            yield f"{person.member.id} asked ({person.kind}, {key}) and has neither an answer nor an apology"
    yield from written_wrongly(office)
    yield from lost(office)
    if isinstance(office.crm, HubSpotCrm):
        yield from (f"HubSpot would not understand {one}" for one in office.crm.odd())
    settings = office.settings()
    with App(settings) as app:
        for one in deep.look(settings, lambda: app.engine, lambda: app.library, datetime.now(UTC)):
            if not (one.part == "proposals" and "may or may not be" in one.says):
                yield f"doctor --deep: {one.part}: {one.says}"


def lost(office: Office) -> Iterator[str]:
    """A yes in the store that has no end, an end that the CRM lacks, and a yes that got no further than Slack."""
    with closing(sqlite3.connect(office.home / "seller.db", timeout=30)) as database:
        database.row_factory = sqlite3.Row
        changes = database.execute("SELECT id, proposal_id, status, error, write FROM changes").fetchall()
        revisions = dict(map(tuple, database.execute("SELECT id, revision FROM proposals")))
        said = {
            row[0] for row in database.execute("SELECT change FROM audit WHERE verb IN ('approve', 'reject', 'undo')")
        }
    written = office.crm.written()
    for row in changes:
        # Pending again with a reason: somebody else changed the value, and the person is asked anew.
        asked_anew = row["status"] == "pending" and row["error"]
        if row["id"] in said and row["status"] not in (*ENDS, "rejected", "unknown") and not asked_anew:
            yield f"the yes to {row['id']} is lost: {row['status']}, {row['error']}"
        kind = '"update_opportunity"' not in row["write"] and "role" not in row["write"][:40]
        if row["status"] == "applied" and kind and not row["error"] and row["id"] not in written:
            yield f"{row['id']} counts as applied, and the CRM does not have it: {row['write']}"
    decided = {row["proposal_id"] for row in changes if row["id"] in said}
    for person in office.people:
        for click in person.clicks:
            stale = click.revision not in (0, revisions.get(click.proposal))
            heard = click.proposal in decided or stale or any(SORRY in m.text for m in person.mine())
            if click.acked and click.verb in ("approve", "reject") and not heard and not person.silent:
                yield f"{person.member.id} said {click.verb} to {click.proposal}, and nothing came of it"


def tally(office: Office) -> dict[str, int]:
    """The figures of a run; a change that the CRM refused is told with its words, as none should be refused."""
    with closing(sqlite3.connect(office.home / "seller.db", timeout=30)) as database:
        states = dict(database.execute("SELECT status, count(*) FROM changes GROUP BY status").fetchall())
        failed = Counter(row[0] for row in database.execute("SELECT error FROM changes WHERE status = 'failed'"))
        approved = database.execute("SELECT count(DISTINCT change) FROM audit WHERE verb = 'approve'").fetchone()[0]
    asked = [person for person in office.people if person.asked]
    return {
        "questions": len(asked),
        "answered": sum(bool(p.cards()) or any(SORRY not in t for t in p.outcomes()) for p in asked),
        "apologies": office.apologies(),
        "unknowable at a kill": sum(p.silent and not (p.cards() or p.outcomes()) for p in asked),
        "events redelivered": office.line.repeated,
        "approved changes": approved,
        "keys in the CRM": len(office.crm.written()),
        **{f"changes {name}": number for name, number in sorted(states.items())},
        **{f"failed: {why}": number for why, number in failed.items()},
    }
