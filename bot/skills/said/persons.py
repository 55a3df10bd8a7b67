"""People in a seller's words: who plays which part in the deal, and who is new (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.crm.match import fold, options
from bot.crm.records import Contact, ContactRole
from bot.skills.said.clauses import Clause, Words
from bot.skills.said.hedges import why_not
from bot.skills.said.scene import Scene
from bot.skills.view import AccountView

_ROLES: dict[str, ContactRole] = {
    "economic buyer": "economic_buyer", "eb": "economic_buyer", "budget holder": "economic_buyer", "champion": "champion",
    "decision maker": "decision_maker", "decision-maker": "decision_maker", "technical buyer": "technical_buyer",
    "procurement": "procurement", "purchasing": "procurement", "blocker": "blocker", "user": "user", "coach": "coach",
}  # fmt: skip
_ROLE = rf"(?P<role>{'|'.join(sorted(_ROLES, key=len, reverse=True))})s?\b"
_TAIL = r"(?:\s+(?:for|on|in|of|at|here|there|now|too|as well|from now on|any ?more|any longer)\b.{0,60})?[\s.!]*$"
_PARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?P<who>[^,;:]{{2,60}}?)(?:'s|\s+(?:is|are|was|were|will be|becomes?|turn(?:s|ed) out to be|acts? as|remains?))\s+"
        rf"(?:(?:now|not|also|clearly|really|definitely|our|the|an?|their|my|another|main|new)\s+)*{_ROLE}{_TAIL}",
        rf"^(?:(?:the|our|their|my|new|main)\s+)*{_ROLE}(?:\s+(?:for|on|in|of|at)\s+[^,;:]{{2,40}}?)?\s*(?:\bis\b|\bare\b|\bwill be\b|=|:|→|->)\s*(?:now\s+)?(?P<who>[^,;:]{{2,60}}?)[\s.!]*$",
        rf"^(?:make|set|mark|add|put|name)\s+(?P<who>[^,;:]{{2,60}}?)\s+(?:(?:as|to be|down as|our|the|an?)\s+)*{_ROLE}{_TAIL}",
    )
)
PRONOUN = re.compile(r"(?:she|he|they)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """A clause that says what somebody is to the deal."""

    who: str
    role: ContactRole
    clause: Clause


def part(clause: Clause, scene: Scene) -> Part | None:
    """Who plays which part, as the clause says it."""
    text = scene.bare(clause)
    for pattern in _PARTS:
        match = pattern.match(text)
        if match and not re.match(
            r"(?:there|it|this|that|what|who|which|nobody|someone|somebody)\b", match["who"], re.IGNORECASE
        ):
            return Part(match["who"].strip(), _ROLES[match["role"].lower()], clause)
    return None


_UP = "A-Z\u00c0-\u00de\u0100-\u024f"
_NAME = rf"[{_UP}][\w'’.-]*(?:\s+(?:van|von|de|der|den|da|di|del|la|le|bin|al|af|av))*(?:\s+[{_UP}][\w'’-]+){{1,3}}"
_NEW = re.compile(
    r"(?i:\b(?P<told>(?:(?:please\s+)?(?:add|create|save|record)\s+(?:an?\s+)?(?:new\s+)?|new\s+)contacts?)\b|"
    r"\b(?:a|another|the|their)\s+new\s+(?:guy|person|contact|colleague|man|woman|lady|stakeholder|face|buyer|one)\b"
    r"(?:\s+(?:there|called|named))*)\s*[:,\u2013\u2014-]?\s*"
)
_ADD = re.compile(rf"(?i:\b(?:add|create|save)\s+)({_NAME})(?i:\s+as\s+(?:an?\s+)?(?:new\s+)?contact)\b")
_MET = re.compile(rf"({_NAME})(?=\s*,\s*(?i:(?:who is|who's)\s+)?(?i:their|the)\s+new\s+)")
"""a person with a title that is new to us: "met Olav Dahl, their new COO" """
_MAIL = re.compile(r"\s*[,(;]?\s*(?i:e-?mail|mail|at)?:?\s*<?([\w.+'-]+@[\w-]+(?:\.[\w-]+)+)>?\)?")
_PHONE = re.compile(r"\s*,?\s*(?i:phone|tel|mobile)?\.?:?\s*(\+?\d[\d ()/-]{6,}\d)")
_TITLE_WORDS = (
    r"c[efitmors]o|ciso|cpo|vp|svp|evp|director|manager|head|lead|leader|president|officer|buyer|engineer|analyst|planner|counsel|"
    r"lawyer|procurement|purchasing|finance|architect|owner|partner|assistant|consultant|controller|chief|founder|specialist|"
    r"coordinator|administrator|supervisor|treasurer|operations|sales|marketing|logistics|legal|it"
)
_TITLE = re.compile(
    rf"\s*(?:,\s*|\(\s*|\s(?:as|is)\s+)(?:(?:who is|she is|he is|she's|he's|their|the|an?|new)\s+)*((?=[^,;()\n]{{2,60}})(?=[^,;()\n]*\b(?i:{_TITLE_WORDS})\b)"
    r"[^,;()\n.]{2,60}?)\s*(?:\)|(?=[,;\n.]|\s+(?:and|who|at)\s|\s*$|\s+\())"
)
_AND = re.compile(rf"\s*(?:,|;|\n|,?\s+and\b|&)\s*(?={_NAME})")


@dataclass(frozen=True)
class NewContact:
    """A person whom the words call new."""

    name: str
    title: str | None
    email: str | None
    start: int
    end: int
    told: bool
    """whether the seller said to add them, rather than that they met somebody new"""
    problem: str = ""
    note: str = ""


def new_contacts(words: Words, view: AccountView) -> list[NewContact]:
    """The people that the words call new, each with what is told of them."""
    own = _own(words)
    found: list[NewContact] = []
    for mark in _NEW.finditer(own):
        if found and mark.start() < found[-1].end:
            continue
        about = next((c.own for c in words.clauses if c.start <= mark.start() < c.end), mark[0])
        if why_not(about):
            continue
        found += _listed(own, mark, view)
    for added in _ADD.finditer(own):
        if not why_not(next((c.own for c in words.clauses if c.start <= added.start() < c.end), added[0])):
            found.append(_person(own, added[1], added.end(), added.start(), view, told=True))
    for mark in _MET.finditer(own):
        if all(not n.start <= mark.start() < n.end for n in found) and not why_not(_clause_at(words, mark)):
            found.append(_person(own, mark[1], mark.end(), mark.start(), view, told=False))
    return found


def _clause_at(words: Words, mark: re.Match[str]) -> str:
    return next((c.own for c in words.clauses if c.start <= mark.start() < c.end), mark[0])


def _own(words: Words) -> str:
    """The text with everything blanked that is no clause of the seller's own."""
    out = [" "] * len(words.text)
    for clause in words.clauses:
        out[clause.start : clause.end] = clause.own
    for at, sign in enumerate(words.text):
        if out[at] == " " and sign in ",;.\n&":
            out[at] = sign
    joined = "".join(out)
    for match in re.finditer(r"\b(?:and)\b", words.text):
        joined = (
            joined[: match.start()] + "and" + joined[match.end() :]
            if not joined[match.start() : match.end()].strip()
            else joined
        )
    return joined


def _listed(own: str, mark: re.Match[str], view: AccountView) -> list[NewContact]:
    found: list[NewContact] = []
    at, start = mark.end(), mark.start()
    while (name := re.compile(_NAME).match(own, at)) and len(found) < 10:
        person = _person(own, name[0], name.end(), start, view, told=bool(mark["told"]))
        found.append(person)
        more = _AND.match(own, person.end)
        if not more:
            break
        at = start = more.end()
    if not found and mark["told"]:
        rest = re.match(r"[^,;.\n]*", own[mark.end() :])
        end = mark.end() + (rest.end() if rest else 0)
        problem = "gives no first and last name; what is the whole name of the new contact?"
        return [NewContact("", None, None, start, end, told=True, problem=problem)]
    return found


def _person(own: str, name: str, at: int, start: int, view: AccountView, *, told: bool) -> NewContact:
    title, email, note = "", "", ""
    for _ in range(4):
        if not email and (mail := _MAIL.match(own, at)):
            email, at = mail[1].rstrip("."), mail.end()
        elif phone := _PHONE.match(own, at):
            note, at = f"the phone number {phone[1]} is left out; add it in the CRM", phone.end()
        elif not title and (called := _TITLE.match(own, at)):
            title, at = called[1].strip()[:1].upper() + called[1].strip()[1:], called.end()
    plain = re.sub(r"\s+", " ", name).strip(" .'’-")
    return NewContact(
        plain, title or None, email or None, start, at, told, _clash(plain, email, view), note or _near(plain, view)
    )


def _clash(name: str, email: str, view: AccountView) -> str:
    """Why this person cannot be new; empty where nothing speaks against it."""
    same = next((c for c in view.contacts if fold(c.name) == fold(name)), None)
    if same:
        return f"{same.name} is on record already"
    mail = next((c for c in view.contacts if email and (c.email or "").casefold() == email.casefold()), None)
    if mail:
        return f"{email} is the address of {mail.name}, who is on record; whose is it?"
    return ""


def _near(name: str, view: AccountView) -> str:
    near = [m.name for m in options(name, [(c.id, c.name) for c in view.contacts]) if m.why == "typo"]
    return f"look twice: {near[0]} is on record and may be the same person" if near else ""


def by_pronoun(who: str, before: Sequence[Contact]) -> list[Contact]:
    """The one person that "she" or "he" can mean."""
    return list(before) if PRONOUN.fullmatch(who) and len(before) == 1 else []


def is_about(told: Part, new: NewContact, *, known: bool) -> bool:
    """Whether the part is said of somebody who is only being added."""
    named = bool(set(fold(told.who).split()) & set(fold(new.name).split()))
    return named or (not known and PRONOUN.fullmatch(told.who) is not None and new.start < told.clause.start)
