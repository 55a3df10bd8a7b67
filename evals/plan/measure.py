"""Run the suite: a plan for each account, its file read back, its days walked through, its owners looked up."""

import io
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from statistics import fmean
from typing import Any

import docx
from docx.document import Document

from bot.app import App
from bot.crm.local import upsert_all
from bot.crm.records import Account, Contact, Opportunity, OpportunityContactRole, Record, Task
from bot.dates import long_date
from bot.people import teams_of
from bot.proposals import Draft
from bot.skills import Ask, Context, plan
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

MADE = 40
"""made-up accounts"""
POISON = (
    "floor price", "discount", "champion", "blocker", "economic buyer", "MEDDPICC", "forecast", "Commit", "probability", "at risk",
    "Brightquay", "margin", "walk away", "lowest price", "deal desk", "competitor",
)  # fmt: skip
"""what made-up records are full of, and what no file may hold"""
WORDS = re.compile(
    "|".join(
        map(
            re.escape, (*POISON, "Best Case", "Pipeline", "Negotiation", "Qualification", "python-docx", "confidential")
        )
    ),
    re.IGNORECASE,
)
QUIET = ("word/styles.xml", "word/theme/theme1.xml", "word/fontTable.xml", "word/numbering.xml", "word/webSettings.xml")
"""parts of Word's own that hold no text"""


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure files, days, owners and proposals."""
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        upsert_all(app.engine, list(_made(suite.now.date())), as_of=suite.now)
        accounts = list(app.reader.accounts())
        for at, account in enumerate(accounts, start=1):
            found = _account(app, suite, account, at, accounts)
            scores[account.id] = {name: float(not why) for name, why in found.items()}
            notes[account.id] = {name: why for name, why in found.items() if why}
            moved(at, len(accounts), account.id)
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    return Result(
        suite=suite.name,
        metrics={name: fmean(row[name] for row in scores.values()) for name in names},
        n=dict.fromkeys(names, len(scores)),
        model="offline",
        cases={key: row for key, row in scores.items() if any(value < 1 for value in row.values())},
        notes={key: why for key, why in notes.items() if why},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is made by it, so that it always is."""
    return "plan: skipped."


def _made(today: date) -> Iterator[Record]:
    """Accounts whose records are full of what no customer may read."""
    chance = random.Random(7)
    roles = ("economic_buyer", "champion", "technical_buyer", "procurement", "user", "blocker")
    for k in range(MADE):
        account = Account(
            id=f"made-{k}",
            name=f"Quarrel {chr(65 + k % 26)}{chr(97 + k // 26)} Works",
            owner_id="u-maya",
            currency="EUR",
        )
        yield account
        bad = [chance.choice(POISON) for _ in range(6)]
        for n in range(k % 6):
            blocked = chance.random() < 0.2
            yield Contact(id=f"mc-{k}-{n}", account_id=account.id, name=f"Person{chr(97 + n)} Numb{chr(97 + k % 26)}", do_not_contact=blocked,
                          title=chance.choice(("CFO", "IT Manager", f"Head of Purchasing ({bad[0]})", f"Counsel, {bad[1]}", None)))  # fmt: skip
        yield Opportunity(id=f"mo-{k}", name=f"{bad[2]} deal {k}", account_id=account.id, owner_id="u-maya", amount=Decimal(10_000 + 137 * k), currency="EUR",
                          stage="Negotiation", next_step=f"{bad[3]}: never below {900 + k}", competitor="Brightquay",
                          next_step_date=today + timedelta(days=chance.randint(-20, 20)))  # fmt: skip
        for n in range(k % 6):
            yield OpportunityContactRole(
                id=f"mr-{k}-{n}", opportunity_id=f"mo-{k}", contact_id=f"mc-{k}-{n}", role=roles[n]
            )
        yield Task(id=f"mt-{k}", subject=f"{bad[4]} {k} %, ask Dana about {bad[5]}", due=today + timedelta(days=5), account_id=account.id,
                   side=chance.choice(("ours", "theirs")))  # fmt: skip


def _account(app: App, suite: Suite, account: Account, at: int, accounts: Sequence[Account]) -> dict[str, str]:
    user = app.user(suite.asker)
    teams = teams_of(user, app.reader.users())
    context = Context(app.reader, lambda: app.library, None, user, teams, suite.now, app.benchmarks)
    day = suite.now.date() + timedelta(days=7 + (at * 37) % 360)
    deals = app.reader.opportunities(account.id, open_only=True)
    about = f" {deals[0].name}" if deals else ""
    draft = plan.run(context, Ask(f"mutual action plan for{about}, go-live on {day}", account.id))
    others = [one.name for one in accounts if one.id != account.id and one.name not in account.name]
    return {
        "clean": _leaks(app, account, draft, others),
        "bare": _properties(draft),
        "chained": _chained(draft, suite.now.date(), day),
        "owners": _strangers(app, account, draft),
        "proposed": _writes(app, account, draft),
    }


@lru_cache(maxsize=2)
def _document(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def _text(draft: Draft) -> str:
    """What a customer reads."""
    document = _document(draft.files[0].content)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def _leaks(app: App, account: Account, draft: Draft, others: Sequence[str]) -> str:
    """What of the CRM or the pages stands in the file beside names and days; empty: nothing."""
    text = _text(draft)
    with zipfile.ZipFile(io.BytesIO(draft.files[0].content)) as held:
        parts = "\n".join(held.read(name).decode("utf-8", "replace") for name in held.namelist() if name not in QUIET)
    told = re.sub(r"<[^>]*>", " ", parts)
    found = [f"says “{match[0]}”" for match in WORDS.finditer(f"{text} {told}")]
    found += [f"names {name}" for name in others if re.search(rf"\b{re.escape(name)}\b", text)]
    texts = [task.subject for task in app.reader.tasks(account.id)] + [
        o.next_step for o in app.reader.opportunities(account.id) if o.next_step
    ]
    found += [f"holds “{one}”" for one in texts if one in text]
    blocked = [contact.name for contact in app.reader.contacts(account.id) if contact.do_not_contact]
    found += [f"names {name}, who is not to be contacted" for name in blocked if name in text]
    plain = text.replace(account.name, "")
    for day in sorted(map(long_date, [*_days(draft), _as_of(draft)]), key=len, reverse=True):
        plain = plain.replace(day, "")
    figures = re.findall(r"\d+", plain)
    return "; ".join([*found, *(f"has the figure {figure}" for figure in figures)])[:300]


def _days(draft: Draft) -> list[date]:
    return [date.fromisoformat(step["date"]) for step in _data(draft)["steps"]]


def _data(draft: Draft) -> dict[str, Any]:
    return draft.data or {}


def _as_of(draft: Draft) -> date:
    made = _document(draft.files[0].content).core_properties.created
    return made.date() if made else date.min


def _properties(draft: Draft) -> str:
    """What the file tells of whoever made it; empty: nothing."""
    told = _document(draft.files[0].content).core_properties
    found = [
        value
        for value in (told.author, told.last_modified_by, told.comments, told.keywords, told.subject, told.category)
        if value
    ]
    with zipfile.ZipFile(io.BytesIO(draft.files[0].content)) as held:
        found += [
            name
            for name in held.namelist()
            if "comments" in name or name.startswith(("customXml", "docProps/app", "docProps/thumb"))
        ]
    return ", ".join(found)


def _chained(draft: Draft, today: date, go_live: date) -> str:
    """Whether each step is as many working days before the next as it takes, or, where there is too little time, in order."""
    steps, days = _data(draft)["steps"], _days(draft)
    if days[-1] != go_live or days != sorted(days) or min(days) < today:
        return f"days are {[day.isoformat() for day in days]}"
    if [day for day in days[:-1] if day.weekday() > 4 and day != go_live]:
        return "a step is at the weekend"
    if not _data(draft)["fits"]:
        return "" if draft.lead else "too little time is not said"
    gaps = [_walk(a, b) for a, b in pairwise(days[:-1])]
    takes = [step["takes"] for step in steps[1:-1]]
    return "" if gaps == takes else f"gaps are {gaps}, not {takes}"


def _walk(first: date, last: date) -> int:
    """Working days between two days, one day after the other."""
    count = 0
    while first < last:
        first += timedelta(days=1)
        count += first.weekday() < 5
    return count


def _strangers(app: App, account: Account, draft: Draft) -> str:
    """Owners in the file who are no contact of the account and no user; empty: none."""
    known = (
        {contact.name for contact in app.reader.contacts(account.id)}
        | {user.name for user in app.reader.users()}
        | {"to be named"}
    )
    table = _document(draft.files[0].content).tables[0]
    named = {cell.text for row in list(table.rows)[1:] for cell in row.cells[2:]}
    return ", ".join(sorted(named - known))


def _writes(app: App, account: Account, draft: Draft) -> str:
    """Whether all that is proposed is of this account."""
    contacts = {contact.id for contact in app.reader.contacts(account.id)} | {None}
    deals = {o.id for o in app.reader.opportunities(account.id)} | {None}
    wrong = []
    for one in draft.writes:
        held = one.write.model_dump()
        fits = held.get("contact_id") in contacts and held.get("opportunity_id") in deals
        fits = fits and (held["kind"] == "create_task" or held.get("field") == "next_step")
        wrong += [] if fits and held.get("account_id", account.id) == account.id else [str(held)]
    return "; ".join(wrong)[:200]
