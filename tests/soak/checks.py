"""What must be true after each round, and at the end."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select

from bot.app import App
from bot.store.tables import audit, changes, proposals
from bot.upkeep import deep
from soak.company import AMOUNT
from soak.crm import HubSpotCrm
from soak.slack import SORRY, Person, proposal_of
from soak.world import Office

ENDS = ("applied", "undone", "failed")
UPDATES = ("update_opportunity", "set_contact_role")
"""what leaves no record of its own in the CRM"""


def after_round(office: Office, people: list[Person]) -> Iterator[str]:
    """What is wrong now: somebody answered twice, something written twice or unasked."""
    for person in people:
        yield from answered_twice(person)
    yield from written_wrongly(office)


def answered_twice(person: Person) -> Iterator[str]:
    """A question has one answer or one apology, and a word that decides one as well; one card shows what it came to.

    A database that fails between an answer and its card is told of, too.
    """
    decided = sum(click.verb in ("approve", "edit") for click in person.clicks if person.kind != "command")
    said = person.most + decided
    told = [text for text in person.outcomes() if SORRY not in text]
    refusals, troubles = person.refusals(), person.troubles()
    outcomes = [text for text in told if text not in refusals + troubles]
    if len(outcomes) > said or len(refusals) > len(person.clicks) or len(troubles) > said + len(person.clicks):
        yield f"{person.member.id} ({person.kind}) was answered {len(outcomes)} times for {said} questions: {outcomes}"
    apologies = sum(SORRY in message.text for message in person.mine())
    if apologies > said + len(person.clicks):
        yield f"{person.member.id} was apologised to {apologies} times"
    cards = Counter(proposal_of(card) for card in person.cards())
    for proposal, times in cards.items():
        if times > 1:
            yield f"{person.member.id} has {times} cards of {proposal}"


def written_wrongly(office: Office) -> Iterator[str]:
    """Each key stands in the CRM once, and only for what somebody approved."""
    written = office.crm.written()
    yield from (f"{key} was written {times} times" for key, times in written.items() if times > 1)
    approved = _said(office, "approve")
    yield from (f"{key} was written, and nobody approved it" for key in written.keys() - approved)


def _said(office: Office, *verbs: str) -> set[str]:
    return {row[0] for row in office.store.rows(select(audit.c.change).where(audit.c.verb.in_(verbs)))}


def at_the_end(office: Office) -> Iterator[str]:
    """Everybody has an outcome, no yes is lost, and the stores agree."""
    for person in office.people.all:
        yield from answered_twice(person)
        yield from unheard(person)
    yield from written_wrongly(office)
    every = office.store.rows(select(changes))
    yield from lost(office, every)
    yield from refused(office, every)
    yield from amounts(office, every)
    yield from stale_clicks(office, every)
    if isinstance(office.crm, HubSpotCrm):
        yield from (f"HubSpot would not understand {one}" for one in office.crm.odd())
    for home in office.homes:
        settings = office.settings(home)
        with App(settings) as app:
            # As the app's next round does: what a Chroma that was down cut off goes on there.
            app.library.ingest([office.pages])
            for one in deep.look(settings, lambda: app.engine, lambda: app.library, datetime.now(UTC)):
                if not (one.part == "proposals" and "may or may not be" in one.says):
                    yield f"doctor --deep: {one.part}: {one.says}"


def unheard(person: Person) -> Iterator[str]:
    """A question without an answer or an apology, or an answer to words that were edited since."""
    if person.unheard:
        key, heard = (person.delivery or {}).get("event_id"), len(person.outcomes())
        yield f"{person.member.id} asked ({person.kind}, {key}), and {heard} of {person.due} questions were answered"
    said = " ".join(message.text + message.words for message in person.mine())
    if person.wants not in said and SORRY not in said and "try again" not in said:
        yield f"{person.member.id} edited the question to ask about {person.wants}, and was told: {said[:200]}"


def lost(office: Office, every: Sequence[Row[Any]]) -> Iterator[str]:
    """A yes in the store that has no end, and an end that the CRM lacks."""
    said, written = _said(office, "approve", "reject", "undo"), office.crm.written()
    for row in every:
        # Pending again with a reason: somebody else changed the value, and the person is asked anew.
        asked_anew = row.status == "pending" and row.error
        if row.id in said and row.status not in (*ENDS, "rejected", "unknown") and not asked_anew:
            yield f"the yes to {row.id} is lost: {row.status}, {row.error}"
        creates = row.write["kind"] not in UPDATES
        if row.status == "applied" and creates and not row.error and row.id not in written:
            yield f"{row.id} counts as applied, and the CRM does not have it: {row.write}"


def refused(office: Office, every: Sequence[Row[Any]]) -> Iterator[str]:
    """A refusal ends in words that the person reads, and comes of a fault that was set."""
    written, read = office.crm.written(), "\n".join(message.words for message in office.slack.shown)
    expected = [words for fault, words in office.crm.refuses.items() if office.counts[f"fault {fault}"]]
    for row in every:
        if row.status != "failed":
            continue
        if not any(words in (row.error or "") for words in expected):
            yield f"{row.id} was refused, and nothing was set to refuse it: {row.error}"
        if row.error and row.error[:40] not in read:
            yield f"{row.id} was refused, and nobody was told: {row.error}"
        if row.id in written:
            yield f"{row.id} counts as refused, and the CRM has it: {row.write}"


def amounts(office: Office, every: Sequence[Row[Any]]) -> Iterator[str]:
    """What counts as applied was really the amount at some time; no other amount ever was, and none that was undone is."""
    had, approved = office.crm.amounts(), _said(office, "approve")
    ours = [row for row in every if row.write["kind"] == "update_opportunity" and row.write["field"] == "amount"]
    for row in ours:
        deal, new = had[row.write["opportunity_id"]], Decimal(str(row.write["new"]))
        if row.status == "applied" and new not in deal:
            yield f"{row.id} counts as applied, and the amount was never {new}: {deal}"
        if row.status == "undone" and deal[-1] == new:
            yield f"{row.id} counts as undone, and the amount is still {new}"
        if row.status == "failed" and new in deal:
            yield f"{row.id} counts as refused, and the amount was {new}: {deal}"
    wanted = {(row.write["opportunity_id"], Decimal(str(row.write["new"]))) for row in ours if row.id in approved}
    for deal_id, values in had.items():
        for value in set(values) - {AMOUNT}:
            if (deal_id, value) not in wanted:
                yield f"{deal_id} had the amount {value}, and nobody approved it"


def stale_clicks(office: Office, every: Sequence[Row[Any]]) -> Iterator[str]:
    """A yes that got no further than Slack."""
    said = _said(office, "approve", "reject", "undo")
    revisions = {row.id: row.revision for row in office.store.rows(select(proposals.c.id, proposals.c.revision))}
    decided = {row.proposal_id for row in every if row.id in said}
    for person in office.people.all:
        for click in person.clicks:
            stale = click.revision not in (0, revisions.get(click.proposal))
            told = person.troubles() or any(SORRY in m.text for m in person.mine())
            heard = click.proposal in decided or stale or told
            if click.acked and click.verb in ("approve", "reject") and not heard and not person.silent:
                yield f"{person.member.id} said {click.verb} to {click.proposal}, and nothing came of it: {[m.text[:90] for m in person.mine()]}"


def tally(office: Office) -> dict[str, int]:
    """The figures of a run; a change that the CRM refused is told with its words."""
    every = office.store.rows(select(changes.c.status, changes.c.error))
    states = Counter(row.status for row in every)
    failed = Counter(str(row.error) for row in every if row.status == "failed")
    asked = [person for person in office.people.all if person.asked]
    return {
        "questions": sum(p.due for p in asked),
        "answered": sum(bool(p.cards()) or any(SORRY not in t for t in p.outcomes()) for p in asked),
        "apologies": office.apologies(),
        "unknowable at a kill": sum(p.silent and not (p.cards() or p.outcomes()) for p in asked),
        "events redelivered": office.line.repeated,
        "approved changes": len(_said(office, "approve")),
        "keys in the CRM": len(office.crm.written()),
        **{f"changes {name}": number for name, number in sorted(states.items())},
        **{f"failed: {why}": number for why, number in failed.items()},
    }
