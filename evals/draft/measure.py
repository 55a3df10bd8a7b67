"""Run the suite: the letters to every contact of the sample company."""

import re
from statistics import fmean

from bot.app import App
from bot.assistant import Request
from bot.crm.match import mentions
from bot.crm.records import Account, Contact
from bot.errors import BotError
from bot.proposals import Draft
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

SELLERS = ("u-maya", "u-tomas")
ABOUT = (
    "",
    " about the renewal",
    " about working capital",
    " about the SOC 2 report",
    " about our floor price of 42,000",
)
CLEARED = (
    "Harrowgate Foods cut stock-outs by 31 % in two quarters",
    "Pellworm Tools freed USD 1.4 million of inventory in year one",
)
"""the two sentences that the sample company may quote; nothing else may name a customer"""
INTERNAL = re.compile(
    r"\b(?:floor|champion|economic buyer|blocker|commit|best case|negotiation|proposal for|discount|42,000|"
    r"brightquay|odalisk|slatework)\b",
    re.IGNORECASE,
)
OPT_OUT = "answer “no” and I will not write again"
ADDRESS = "[Name and postal address of your company: fill in before you send]"
BLANKS = re.compile(r"\[[^\]]*\]")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure footers, lengths, subjects and leaks."""
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        contacts = list(app.reader.contacts())
        for at, contact in enumerate(contacts, start=1):
            scores[contact.id], notes[contact.id] = _letter(app, suite, contact, at)
            moved(at, len(contacts), contact.id)
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    values = {name: [row[name] for row in scores.values() if name in row] for name in names}
    return Result(
        suite=suite.name,
        metrics={name: fmean(found) for name, found in values.items()},
        n={name: len(found) for name, found in values.items()},
        model="offline",
        cases={key: row for key, row in scores.items() if any(value < 1 for value in row.values())},
        notes={key: why for key, why in notes.items() if why},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "draft: skipped."


def _letter(app: App, suite: Suite, contact: Contact, at: int) -> tuple[dict[str, float], dict[str, str]]:
    """Write to a contact, by one seller or the other, about one thing or another."""
    account = app.reader.account(contact.account_id or "")
    request = Request(
        f"draft a note to {contact.name}{ABOUT[at % len(ABOUT)]}",
        app.user(SELLERS[at % len(SELLERS)]),
        suite.now,
        f"eval:{contact.id}",
        skill="draft",
        account=account.id if account else None,
    )
    try:
        draft = app.assistant.answer(request).draft
    except BotError as error:
        return {"asked": 0.0}, {"asked": str(error)}
    if draft.skill != "draft" or account is None:
        return {"asked": 0.0}, {"asked": draft.sections[0].lines[0].text}
    return _judged(app, contact, account, draft)


def _judged(app: App, contact: Contact, account: Account, draft: Draft) -> tuple[dict[str, float], dict[str, str]]:
    letter = next((s.lines[0].text for s in draft.sections if s.title.startswith("E-mail (")), None)
    off = (
        contact.do_not_contact
        or contact.email_opt_out
        or not contact.email
        or "left the company" in (contact.title or "")
    )
    why: dict[str, str] = {}
    row = {"asked": 1.0, "never_blocked": float(not (off and letter))}
    if letter is None:
        row["never_blocked"] = float(draft.lead.startswith("No e-mail to"))
        return row, why
    subjects = [line.text.removeprefix("Or: ") for line in draft.sections[0].lines]
    body = letter.partition("\n\n")[2].rpartition("\n\n")[0]
    words, after = len(body.split()), "what I took from it" in body
    row["footer"] = float(OPT_OUT in letter and ADDRESS in letter)
    row["length"] = float(150 <= words <= 220 if after else 50 <= words <= 125)
    row["subjects"] = float(
        len(subjects) == 3 and all(len(s) < 50 and not re.match(r"(?i)\s*(?:re|fwd?):", s) for s in subjects)
    )
    leaks = _leaks(app, account, f"{' '.join(subjects)}\n{body}")
    row["clean"] = float(not leaks)
    why = {"clean": ", ".join(leaks)} if leaks else {}
    return row, why | ({} if row["length"] else {"length": str(words)})


def _leaks(app: App, account: Account, said: str) -> list[str]:
    """Internal words, other companies, and figures that stand in no released sentence and are no day."""
    plain = BLANKS.sub(" ", said)
    for sentence in CLEARED:
        plain = plain.replace(sentence, " ")
    names = [(key, name) for key, name in app.reader.account_names() if name != account.name]
    found = [match[0] for match in INTERNAL.finditer(plain)] + [m.text for m in mentions(plain, names) if m.whole]
    days = re.sub(r"\b\d{1,2} [A-Z][a-z]+ \d{4}\b|SOC 2", " ", plain)
    return found + re.findall(r"\d+", days)
