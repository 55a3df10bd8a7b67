"""What must hold of a letter, told from the records and not from the code that wrote it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.app import App
from bot.crm.match import mentions
from bot.crm.records import Account, Contact
from evals.outreach.world import ADDRESS, CLEARED, COMPANY

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
DAY = {
    "en": r"(\d{1,2}) (\w+) (\d{4})", "de": r"(\d{1,2})\. (\w+) (\d{4})", "fr": r"(\d{1,2})(?:er)? (\w+) (\d{4})",
    "es": r"(\d{1,2}) de (\w+) de (\d{4})",
}  # fmt: skip
TELLING = {
    "en": r"\b(?:the|you|your|and|would|is|are|with|for)\b", "de": r"\b(?:sie|ihr\w*|und|das|nicht|für|mit|ist|ich)\b",
    "fr": r"\b(?:vous|votre|le|la|une?|pour|est|et|je|nous)\b", "es": r"\b(?:usted|su|el|la|una?|para|es|y|que|le)\b",
}  # fmt: skip
OPT_OUT = {"en": "answer “no”", "de": "antworten Sie mit „Nein“", "fr": "répondez « non »", "es": "responda «no»"}
SOURCE = {"en": "address", "de": "Adresse", "fr": "adresse", "es": "dirección"}
BLANK = re.compile(r"\[[^\]]*\]")
ORDINARY_NUMBERS = re.compile(r"SOC[- ]2", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """A letter and whom it goes to."""

    app: App
    account: Account
    contact: Contact
    letter: dict[str, Any]
    citations: dict[int, str]
    """the record or page behind each number"""
    today: date

    @property
    def said(self) -> str:
        """Subjects and text without the footer, what is to be filled in, and the cleared sentences."""
        subjects = " ".join([self.letter["subject"], *self.letter["alternatives"]])
        body = self.letter["text"]
        if self.letter["channel"] == "email":
            body = f"{self.letter['greeting']}\n{self.letter['body']}"
        body = body.replace(ADDRESS, " ")
        text = BLANK.sub(" ", f"{subjects}\n{body}")
        for sentence in CLEARED:
            text = text.replace(sentence, " ")
        return text


def judged(written: Written) -> dict[str, str]:
    """Why each check fails; empty where it holds."""
    checks = {
        "numbers": _numbers, "names": _names, "claims": _claims, "length": _length, "subjects": _subjects, "footer": _footer,
        "language": _language, "plain": _plain,
    }  # fmt: skip
    return {name: check(written) for name, check in checks.items()}


def _days(written: Written) -> set[date]:
    """Every day that this person knows of, and the days to come that the request named."""
    contact, app = written.contact, written.app
    found = {
        a.at.date()
        for a in app.reader.activities(written.account.id)
        if contact.id in a.contact_ids and a.kind != "note"
    }
    found |= {contact.consent_at.date()} if contact.consent_at else set()
    found |= {written.account.renewal_date} if written.account.renewal_date else set()
    return found | {date(2026, 12, 3)}


def _dates(written: Written, text: str) -> tuple[list[date], str]:
    language = written.letter["language"]
    months, found = MONTHS[language].split(), []
    for match in re.finditer(DAY[language], text):
        if match[2] in months:
            found.append(date(int(match[3]), months.index(match[2]) + 1, int(match[1])))
            text = text.replace(match[0], " ")
    return found, text


def _numbers(written: Written) -> str:
    days, rest = _dates(written, written.said)
    wrong = [str(day) for day in days if day not in _days(written)]
    return ", ".join(wrong + re.findall(r"\d+", ORDINARY_NUMBERS.sub(" ", rest)))


def _names(written: Written) -> str:
    app, own = written.app, written.account
    companies = [(key, name) for key, name in app.reader.account_names() if key != own.id]
    found = [m.text for m in mentions(written.said.replace(own.name, " "), companies) if m.whole]
    people = [
        (c.id, c.name) for c in app.reader.contacts() if c.name != written.contact.name and len(c.name.split()) > 1
    ]
    said = written.said.replace(written.contact.name, " ")
    found += [name for _, name in people if re.search(rf"\b{re.escape(name)}\b", said)]
    colleagues = {a.owner_id for a in app.reader.activities(own.id) if written.contact.id in a.contact_ids} | {
        "u-maya",
        "u-tomas",
    }
    return ", ".join([*found, *(u.name for u in app.reader.users() if u.id not in colleagues and u.name in said)])


def _claims(written: Written) -> str:
    """Each sentence stands in the "why", and one with a day or a result cites what it rests on."""
    sentences = {row["sentence"]: row["cites"] for row in written.letter["why"]}
    body = written.letter["body"]
    rest = body
    for sentence in sentences:
        rest = rest.replace(sentence, " ")
    if re.search(r"\w", re.sub(r"^[\w ’'é-]+: ", "", rest, flags=re.MULTILINE)):
        return f"without a why: {' '.join(rest.split())[:60]}"
    return "; ".join(text for text, cites in sentences.items() if not _rests(written, text, cites))


def _rests(written: Written, sentence: str, cites: list[int]) -> bool:
    days = [day for day in _dates(written, BLANK.sub(" ", sentence))[0] if day <= written.today]
    quoted = next((text for text in CLEARED if text in sentence), "")
    if not days and not quoted:
        return True
    behind = [written.citations.get(n, "") for n in cites]
    kinds = ("activity:", "account:", "contact:") if days else ("page",)
    return bool(behind) and all(one.startswith(kinds) for one in behind)


def _length(written: Written) -> str:
    letter = written.letter
    words = len(letter["body"].split())
    if letter["channel"] == "linkedin":
        return "" if len(letter["text"]) <= 300 else f"{len(letter['text'])} signs"
    if letter["channel"] == "voicemail":
        return "" if words <= 75 else f"{words} words"
    if letter["channel"] == "call":
        return "" if words <= 180 else f"{words} words"
    recap = any(row["why"].startswith("a letter after a call says") for row in letter["why"])
    low, high = (150, 220) if recap else (50, 125)
    return "" if low <= words <= high else f"{words} words"


def _subjects(written: Written) -> str:
    found = [written.letter["subject"], *written.letter["alternatives"]]
    if written.letter["channel"] != "email":
        return "" if found == [""] else "has a subject"
    false = [text for text in found if len(text) >= 50 or re.match(r"\s*(?:re|aw|wg|tr|rv|fwd?)\s*:", text, re.I)]
    return "" if len({text.casefold() for text in found}) == 3 and not false and all(found) else " / ".join(found)


def _footer(written: Written) -> str:
    letter, language = written.letter, written.letter["language"]
    must = letter["verdict"]["must"]
    if letter["channel"] == "linkedin":
        ends = {"opt_out": OPT_OUT[language], "address": ADDRESS, "sender": letter["text"].splitlines()[-1]}
        return ", ".join(text for what, text in ends.items() if what in must and text not in letter["footer"])
    if letter["channel"] != "email":
        return ""
    known = any(
        written.contact.id in a.contact_ids and a.kind != "note"
        for a in written.app.reader.activities(written.account.id)
    )
    wanted = [OPT_OUT[language], COMPANY, ADDRESS, *([] if known else [SOURCE[language]])]
    return ", ".join(
        text for text in wanted if text not in letter["footer"] or not letter["text"].endswith(letter["footer"])
    )


def _language(written: Written) -> str:
    text = written.said.replace(written.account.name, " ").casefold()
    if written.letter["channel"] == "email":
        text += written.letter["footer"].casefold()
    counts = {code: len(re.findall(found, text)) for code, found in TELLING.items()}
    best = max(counts, key=lambda code: counts[code])
    return "" if best == written.letter["language"] else f"{best} instead of {written.letter['language']}"


def _plain(written: Written) -> str:
    return ", ".join(re.findall(r"https?:|<\w|\*\*|</|\{\w*\}|__|!!", written.letter["text"]))
