"""What a letter is about: the seller's own words, if a customer may read them, in the letter's language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.crm.match import mentions
from bot.crm.records import Contact
from bot.dates import find_dates
from bot.skills import Context
from bot.skills.extract import units
from bot.skills.outreach.lint_words import URGENCY
from bot.skills.outreach.phrases import language_of, phrases
from bot.skills.outreach.proof import PLAYBOOK
from bot.skills.outreach.spec import Language
from bot.skills.view import AccountView
from knowledge.documents import Scope
from knowledge.errors import KnowledgeError

INTERNAL = re.compile(
    r"\b(?:floor|margin|walk-?away|lowest|discount\w*|rebate|per ?cent|internal\w*|champion|blocker|economic buyer|meddpicc|bant|"
    r"quota|forecast|commit|confidential|competitors?|"
    r"mindestpreis\w*|preisuntergrenze|rabatt\w*|marge|vertraulich\w*|prix plancher|remises?|confidentiel\w*|precio mínimo|descuentos?|confidencial\w*|margen)\b",
    re.IGNORECASE,
)
PRIVATE = re.compile(
    r"\b(?:illness|sick\w*|pregnan\w+|religio\w+|politic\w+|divorce\w*|redundanc\w+|lay-?offs?)\b", re.IGNORECASE
)
ODD = re.compile(r"[\n\r.;:!?\"“”<>\[\]{}|@#$€£%]|https?")
TOUCH = re.compile(
    r"\b(?:our|your) (?:last |recent |first |yesterday'?s |today'?s )*(?:call|meeting|conversation|chat|talk|visit|lunch|dinner)\b",
    re.IGNORECASE,
)
LONGEST = 8
"""words of a topic that is taken over"""
_ARTICLE = re.compile(r"^(?:the|our|your|a|an|some|this|that) ", re.IGNORECASE)
_ON = re.compile(r",? (?:on|for|of) $|,? $", re.IGNORECASE)


@dataclass(frozen=True)
class Topic:
    """What the letter is about, as it may be said, and what of the seller's words was left out."""

    words: str
    left_out: tuple[str, ...] = ()


def topic_of(context: Context, view: AccountView, contact: Contact, raw: str, *, event: bool, met: bool) -> Topic:
    """The words on what it is about, without what may not go to a customer."""
    raw, rest = _first_sentence(" ".join(raw.split()))
    if not raw:
        return Topic("")
    if rest:
        found = topic_of(context, view, contact, raw, event=event, met=met)
        return Topic(found.words, (*found.left_out, f"“{rest[:60]}”: add it in your own words where it fits."))
    said = re.sub(r"\b(?:their|his|her)\b", "your", raw, flags=re.IGNORECASE)
    why = unspeakable(context, view, contact, said)
    if why:
        return Topic("", (f"What you asked to write about (“{raw[:60]}”): {why}.",))
    if TOUCH.search(said) and not met and not event:
        return Topic("", (f"“{raw[:60]}”: no call or meeting with {contact.name} is on record.",))
    if re.search(r"\brenew", said, re.IGNORECASE) and not renews(view):
        return Topic("", (f"The renewal: none is on record at {view.account.name}.",))
    return Topic(said)


def _first_sentence(raw: str) -> tuple[str, str]:
    """What it is about ends with the sentence; what follows is said to us, or for the seller to say."""
    head, *rest = re.split(r"[.!?]\s+(?=\S)", raw, maxsplit=1)
    return head.strip(" .!?,"), "".join(rest).strip(" .!?,")


def unspeakable(context: Context, view: AccountView, contact: Contact, said: str) -> str:
    """Why these words may not go to a customer as they are; empty where they may."""
    if len(said.split()) > LONGEST or ODD.search(said):
        return "it is more than a short phrase, so put it into the letter yourself"
    why = _taboo(said)
    if why:
        return why
    if _rivals(view, said):
        return "it names a competitor"
    others = [(c.id, c.name) for c in view.contacts if c.id != contact.id]
    others += [(user.id, user.name) for user in context.reader.users()]
    names = [(key, name) for key, name in context.reader.account_names(said) if key != view.account.id]
    if mentions(said, others, people=True) or mentions(said, names):
        return "it names somebody else"
    if not _figures_stand(context, said):
        return "its figure stands on no page for customers"
    return "it stands in an internal note" if _kept_inside(context, view, contact, said) else ""


def _taboo(said: str) -> str:
    if INTERNAL.search(said):
        return "it is internal"
    if URGENCY.search(said):
        return "it presses them"
    return "it is about somebody's private life or job" if PRIVATE.search(said) else ""


def _rivals(view: AccountView, said: str) -> list[str]:
    every = [name.strip() for o in view.opportunities if o.competitor for name in re.split(r"[,;]", o.competitor)]
    return [name for name in every if name and re.search(rf"\b{re.escape(name)}\b", said, re.IGNORECASE)]


def renews(view: AccountView) -> bool:
    """Whether a renewal is on record."""
    return bool(view.account.renewal_date) or any((o.type or "").casefold() == "renewal" for o in view.open)


def _figures_stand(context: Context, said: str) -> bool:
    """Whether every figure of the words, with the word before it, stands on a page that customers may be shown.

    A day to come is the seller's to say: it is when they invite or propose something.
    """
    for start, end, day in reversed(find_dates(said, context.today)):
        said = said[:start] + said[end:] if day >= context.today else said
    figures: Sequence[str] = re.findall(r"(?:[^\W\d]+\s+)?\S*\d\S*", said)
    if not figures:
        return True
    try:
        found = context.library.search(said, scope=_for_customers(context), kinds=PLAYBOOK, k=4, now=context.now)
    except KnowledgeError:
        return False
    texts = " ".join(f"{passage.document.title} {passage.chunk.text}" for passage in found).casefold()
    return all(figure.casefold() in texts for figure in figures)


def _kept_inside(context: Context, view: AccountView, contact: Contact, said: str) -> bool:
    """Whether a name in the words stands beside something internal in a note, and on no page for customers."""
    own = f"{view.account.name} {contact.name}".casefold()
    names = [word for word in re.findall(r"[^\W\d_][\w-]+", said) if word[0].isupper() and word.casefold() not in own]
    if not names:
        return False
    try:
        found = context.library.search(said, scope=context.scope(view.account.id), k=6, now=context.now)
        shown = context.library.search(said, scope=_for_customers(context), kinds=PLAYBOOK, k=4, now=context.now)
    except KnowledgeError:
        return True
    public = " ".join(f"{passage.document.title} {passage.chunk.text}" for passage in shown)
    secret = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", public)]
    texts = [unit for passage in found if not passage.document.quotable for unit in units(passage.chunk.text)]
    return any(
        INTERNAL.search(text) and re.search(rf"\b{re.escape(name)}\b", text) for text in texts for name in secret
    )


def _for_customers(context: Context) -> Scope:
    return Scope.shared(teams=context.teams, audience="customer")


def said_in(language: Language, topic: str, today: date) -> str | None:
    """A topic in a letter's language, as a noun; None where it stands in another one and no word list knows it."""
    words = phrases(language)
    day = next(iter(find_dates(topic, today)), None)
    if day and day[2] >= today:
        what = said_in(language, _ON.sub("", topic[: day[0]]) + topic[day[1] :], today)
        return words.event_on.format(what=what, day=words.date(day[2])) if what else None
    if language == "en" or language_of(topic) == language:
        return topic
    return _translated(language, topic)


def _translated(language: Language, topic: str) -> str | None:
    bare = _ARTICLE.sub("", topic)
    terms = phrases(language).terms
    if bare.casefold() in terms:
        return terms[bare.casefold()]
    proper, _, noun = bare.rpartition(" ")
    if proper and noun.casefold() in terms and all(not part[0].islower() for part in proper.split()):
        term = terms[noun.casefold()]
        return "-".join([*proper.split(), term]) if language == "de" else f"{term} {proper}"
    return bare if all(not part[0].islower() for part in bare.split()) and bare == topic else None
