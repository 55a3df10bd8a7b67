"""Run the suite: the gate's table case by case, letters to those whom it allows and to nobody else, replies that opt out."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any

from bot.app import App
from bot.assistant import Request
from bot.crm.local import replace_all
from bot.crm.records import Account, Activity, Contact, Opportunity, Record, User
from bot.errors import BotError
from bot.proposals import Draft
from bot.skills.outreach.gate import Recipient, Refusal, Verdict, decide
from bot.skills.outreach.lint import lint
from bot.skills.outreach.optout import read
from bot.skills.outreach.spec import Language
from bot.store.preferences import Preference, Preferences
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

Scored = tuple[str, dict[str, float], str]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es")
COMMON: dict[Language, str] = {
    "en": "the you your would and is of for", "de": "der die das und ist sie ihre nicht für",
    "fr": "le la les et vous votre est des pour", "es": "el los las y usted su para una que",
}  # fmt: skip
"""words by which a letter's language is told"""
MISSING = {"L-ADDRESS", "L-OPT-OUT", "L-SENDER", "L-SOURCE"}
ANN = User(id="u1", name="Ann Seller", email="ann@ours.example", role="admin")
KINDS = ("a note", "a LinkedIn message", "a call opener", "a voicemail")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure decisions, letters and opt-outs."""
    cases = list(_lines(suite, "decisions.jsonl"))
    scored = [_decided(case, suite) for case in cases]
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        contacts = list(app.reader.contacts())
        steps = len(contacts) + len(cases)
        for at, contact in enumerate(contacts, start=1):
            # An e-mail to everybody, and to every other one words in another channel too.
            kinds = [KINDS[0], *([KINDS[1 + at // 2 % 3]] if at % 2 else [])]
            scored += [_to_contact(app, suite, contact, LANGUAGES[(at + k) % 4], kind) for k, kind in enumerate(kinds)]
            moved(at, steps, contact.id)
        # With these rows the sample company is gone, so they come last.
        for at, case in enumerate(cases, start=len(contacts) + 1):
            if "channel" not in case and "purpose" not in case:
                scored.append(_played(app, suite, case))
            moved(at, steps, case["id"])
    return _result(suite, scored, list(_lines(suite, "optouts.jsonl")))


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "compliance: skipped."


def _result(suite: Suite, scored: Sequence[Scored], replies: Sequence[dict[str, Any]]) -> Result:
    values: dict[str, list[float]] = {}
    for _, row, _ in scored:
        for name, value in row.items():
            values.setdefault(name, []).append(value)
    lost = {key: row for key, row, _ in scored if any(value < 1 for value in row.values())}
    notes = {key: {min(row, key=lambda name: row[name]): why} for key, row, why in scored if key in lost}
    found = {reply["id"]: read(reply["subject"], reply["body"]) is not None for reply in replies}
    right = [reply["id"] for reply in replies if reply["out"] and found[reply["id"]]]
    wrong = {
        r["id"]: {"opt_out_recall" if r["out"] else "opt_out_precision": r["body"]}
        for r in replies
        if r["out"] != found[r["id"]]
    }
    outs = {"opt_out_precision": sum(found.values()), "opt_out_recall": sum(reply["out"] for reply in replies)}
    return Result(
        suite=suite.name,
        metrics={name: fmean(one) for name, one in values.items()} | {n: len(right) / size for n, size in outs.items()},
        n={name: len(one) for name, one in values.items()} | outs,
        model="offline",
        cases=lost,
        notes=notes | wrong,
    )


def _lines(suite: Suite, name: str) -> Iterator[dict[str, Any]]:
    for line in (suite.folder / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _person(case: dict[str, Any]) -> tuple[Account, Contact]:
    person = {"id": "c", "account_id": "a", "name": "Jo Field", "title": "Planner", "email": "jo@company.example"}
    account = Account.model_validate({"id": "a", "name": "Company", "owner_id": ANN.id, **case["account"]})
    return account, Contact.model_validate({**person, **case["contact"]})


def _decided(case: dict[str, Any], suite: Suite) -> Scored:
    account, contact = _person(case)
    days: dict[str, Any] = {name: date.fromisoformat(case[name]) for name in ("wrote", "met", "bought") if name in case}
    refusals = tuple(Refusal(one["channel"], date.fromisoformat(one["day"])) for one in case.get("refusals", ()))
    more: dict[str, Any] = {"known": case.get("known", True), "refusals": refusals, "said": case.get("said", "")}
    to = Recipient(contact, account, suite.now.date(), **days, **more)
    verdict = decide(to, case.get("channel", "email"), case.get("purpose", "first"))
    right = verdict.decision == case["want"] and verdict.rule == case.get("rule", verdict.rule)
    return case["id"], {"decided": float(right)}, f"says {verdict.decision} by {verdict.rule}, not {case['want']}"


def _played(app: App, suite: Suite, case: dict[str, Any]) -> Scored:
    """Ask for a letter in a CRM that holds just this person, with what was between us as e-mails, calls and deals."""
    account, contact = _person(case)
    replace_all(app.engine, [ANN, account, contact, *_between(case, suite)], as_of=suite.now)
    words = f"draft a note to {contact.name}. {case['said']}" if "said" in case else f"draft a note to {contact.name}"
    draft, why = _draft(app, suite, words, account.id, ANN)
    letter = _letter(draft) if draft else None
    allowed = case["want"] in ("ALLOW", "FOOTER")
    row = {"drafted_as_decided": float(draft is not None and bool(letter) == allowed)}
    if not allowed:
        row["never_blocked"] = float(letter is None)
    elif letter and draft:
        row["footer"], why = _footed(letter, ANN)
    return f"played-{case['id']}", row, why or f"{'a' if letter else 'no'} letter, where {case['want']} is wanted"


def _between(case: dict[str, Any], suite: Suite) -> Iterator[Record]:
    def at(day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=9)

    def activity(key: str, kind: Any, when: datetime, direction: Any, body: str = "") -> Activity:
        return Activity(id=key, kind=kind, at=when, subject="A question", body=body, direction=direction, account_id="a", owner_id=ANN.id, contact_ids=("c",))  # fmt: skip

    if case.get("known", True):
        yield activity("known", "email", suite.now - timedelta(days=300), "outbound")
    if "wrote" in case:
        yield activity(
            "wrote", "email", at(case["wrote"]), "inbound", "Could you tell me more about your planning product?"
        )
    elif "met" in case:
        yield activity("met", "meeting", at(case["met"]), None)
    if "bought" in case:
        day = date.fromisoformat(case["bought"])
        yield Opportunity(
            id="o", name="Bought", account_id="a", stage="Closed Won", is_closed=True, is_won=True, close_date=day
        )
    for n, one in enumerate(case.get("refusals", ())):
        yield activity(f"out{n}", "email", at(one["day"]), "inbound", "Please remove me from your list.")


def _to_contact(app: App, suite: Suite, contact: Contact, language: Language, kind: str) -> Scored:
    """Ask for words to a contact of the sample company by somebody who wants them in this language."""
    asker = app.user(suite.asker)
    Preferences(app.engine).save(Preference(user_id=asker.id, language=language), suite.now)
    draft, why = _draft(app, suite, f"draft {kind} to {contact.name}", contact.account_id, asker)
    letter = _letter(draft) if draft else None
    off = contact.do_not_contact or "left the company" in (contact.title or "")
    off = off or (kind == KINDS[0] and (contact.email_opt_out or not contact.email))
    row = {"never_blocked": float(not (off and letter))}
    if letter:
        row["footer"], why = _footed(letter, asker)
    return f"{contact.id} ({kind}, {language})", row, why


def _draft(app: App, suite: Suite, text: str, account: str | None, asker: User) -> tuple[Draft | None, str]:
    request = Request(text, asker, suite.now, f"eval:{text}:{account}", skill="draft", account=account)
    try:
        return app.assistant.answer(request).draft, ""
    except BotError as error:
        return None, str(error)


def _letter(draft: Draft) -> dict[str, Any] | None:
    """The letter as plain values, where one was written."""
    found: dict[str, Any] = (draft.data or {}).get("letter") or {}
    return found if found.get("body") else None


def _footed(letter: dict[str, Any], asker: User) -> tuple[float, str]:
    """Whether all that the verdict asks for stands in it, in the language that its words are in."""
    words = re.findall(r"\w+", letter["text"].casefold())
    language = max(LANGUAGES, key=lambda one: sum(words.count(word) for word in COMMON[one].split()))
    verdict = Verdict("FOOTER", "", "", must=tuple(letter["verdict"]["must"]))
    found = lint(letter["text"], verdict=verdict, language=language, sender=asker)
    faults = [fault.text for fault in found if fault.rule in MISSING]
    return float(not faults and bool(verdict.must)), "; ".join(faults)
