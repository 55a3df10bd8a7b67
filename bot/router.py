"""Words and the skills' cards → skill and argument; rules first, a model second where there is one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from pydantic import BaseModel, ConfigDict

import prompts
from bot.errors import ModelError
from bot.intents import LIKELY, SURE, Guess
from bot.llm import LanguageModel
from bot.log import event

FALLBACK, HELP = "ask", "help"
"""what answers words that are for no other skill, and words on the assistant itself"""
QUESTION = re.compile(
    r"\?\s*$|^¿|^(?:what|who|whom|whose|when|where|which|why|how|is|are|was|were|do|does|did|can|could|may|should|will|"
    r"would|have|has|(?:what|who|where|when|how)['’]?s|wer|wem|wen|wann|wo|wie|wieso|warum|welche[rsmn]?|"
    r"qui|quels?|quelles?|quand|combien|comment|pourquoi|est-ce|qué|quién(?:es)?|cuál(?:es)?|cuándo|cuánt[oa]s?|cómo|dónde|por qué)\b",
    re.IGNORECASE,
)


PLAIN = frozenset(
    "a about after again all am an and any anything are as at back be been before by can could did do does doing for from "
    "further get give go going got had has have he help her here him his how i if in into is it its just know let "
    "like lot make me more my no now of off on one or our out over please quick quickly really right say see send shall she "
    "should show so some still tell that the their them then there these they thing things this those to today up us very "
    "want was we were what whats when where which who why will with would yet you your".split()
)
"""words of every request: they tell nothing about what it is for"""
_ENDING = re.compile(r"['’](?:s|re|ve|ll|d|m|t)\b|['’]")
CERTAIN = 0.8
"""from here on a guess goes before what a conversation makes of the words"""
REPLY = re.compile(
    r"^(?:no(?:t|pe)?|yes|ye(?:p|ah)|sorry|rather|instead|actually|make (?:it|that)|i (?:mean|meant|said|want(?:ed)? the))\b",
    re.IGNORECASE,
)
"""how words begin that answer or mend what was said before"""
GENERAL = re.compile(
    r"^what(?:'s|’s| is| are) an? \w+(?: \w+)?\W*$|^what (?:should be|goes|belongs) in(?:to)? an?\b|\b(?:in general|generally)\b",
    re.IGNORECASE,
)
"""what is asked of no account, deal or day"""
PERSONAL = re.compile(
    r"\b(?:i|i'm|me|my|mine|we|we're|us|our|ours|ich|mich|mir|meine?[mnrs]?|wir|uns|unsere?[mnrs]?|je|moi|mon|ma|mes|nous|notre|nos|"
    r"mi|mis|nosotros|nuestr[oa]s?)\b|\bj['’]",
    re.IGNORECASE,
)
"""a question without these, and without an account, is rather one for the pages"""
ADVICE = re.compile(
    r"^(?:how (?:do|should|can|to)|what (?:is|are|does) (?:an? )?\w+(?: mean)?\W*$|when should)\b", re.IGNORECASE
)
"""a question about how something is done, which the pages answer"""
REQUESTED = re.compile(
    r"\b(?:can|could|will|would) (?:you|u)\b|\bplease\b|\bpl[sz]\b|\bbitte\b|\bk(?:a|ö|oe)nn(?:st|test|en|ten) (?:du|sie)\b|"
    r"\bpeux-tu\b|\bpou(?:vez|rriez)-vous\b|\b(?:s'il|s’il) (?:te|vous) pla[iî]t\b|\bstp\b|\bsvp\b|\bpued(?:es|e)\b|\bpodr[ií]as?\b|\bpor favor\b",
    re.IGNORECASE,
)
"""words by which what looks like a question asks us to do something"""
TRAILING = re.compile(
    r"[,;.:] (?:and |so |but )?(?:what|how|who|which|where|when|why|is|are|do|does|should|shall)\b[^,;.:]*$",
    re.IGNORECASE,
)
"""a question behind what is told: “they compare us with Odalisk, what do I say”"""
OTHERWISE, READ_OTHERWISE = 0.85, 0.9
"""how certain a guess must be to go before a trigger of the log, most of which are wide, and before what the log reads in words"""
COMMAND = re.compile(
    r"^/?(?:(?:please|pls|can you|could you|and|also|then) )*(?:log|record|note|remind me(?! (?:what|who|how|where|why|when)\b)|"
    r"(?:add|create|set) an? (?:new )?task|task:|to-?do:|"
    r"(?:set|change|update) (?:the |our |its )?(?:amount|stage|close date|next step|competitor|forecast(?: category)?) to )",
    re.IGNORECASE,
)
"""words that can only mean the log, whatever else they say"""
WRITING = frozenset({"log", "draft"})
"""skills that write something down, which no question for a fact asks for"""
FACT = re.compile(
    r"^(?:what(?:'s| is| are| was| were)|who|whom|whose|which|when|where|why|is|are|was|were|do|does|did|has|have)\b",
    re.IGNORECASE,
)
"""how a question for a fact begins; “can you write to her?” and “what do I write?” are none"""
_SENTENCES = re.compile(r"(?<=[.!?])\s+")


class Routable(Protocol):
    """The part of a skill's card that routing reads."""

    @property
    def description(self) -> str: ...
    @property
    def triggers(self) -> tuple[str, ...]: ...
    @property
    def account_only(self) -> tuple[str, ...]: ...
    @property
    def about(self) -> frozenset[str]: ...
    @property
    def around(self) -> frozenset[str]: ...
    @property
    def of_account(self) -> bool: ...


@dataclass(frozen=True)
class Routed:
    """The skill that will answer, and the argument its trigger cut out (the whole text without one)."""

    skill: str
    rest: str
    sure: bool = True
    goes_on: bool = False
    """whether it asks for something of what the skill did here before"""


class Choice(BaseModel):
    """The skill that does what the seller asks."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    skill: str
    """Its name exactly as in the list."""


def route(
    text: str,
    cards: Mapping[str, Routable],
    names_account: Callable[[str], bool],
    model: LanguageModel | None = None,
    told: Callable[[], str | None] = lambda: None,
    without_names: Callable[[str], tuple[str, str]] = lambda text: (text, ""),
    guess: Callable[[str], Guess | None] = lambda text: None,
    otherwise: float = READ_OTHERWISE,
) -> Routed:
    """Pick a skill: a trigger, a bare account name, the skill that knows the words as told, what sentences like it are
    certainly for, the one whose words these are and no others, what sentences like it are likely for, the model's choice, `ask`; `otherwise` is how certain a guess goes before what is told."""
    words = " ".join(text.split())
    if GENERAL.search(words):
        return Routed(FALLBACK, words)
    likely, found = cache(lambda: _likely(words, cards, guess)), _by_trigger(words, cards, names_account)
    if found and not (found.skill == "log" and (_otherwise(words, likely(), OTHERWISE) or _asks_behind(words))):
        return found
    if "brief" in cards and len(words) <= 80 and not QUESTION.search(words) and names_account(words):
        return Routed("brief", words)
    if skill := None if asks(words) or _otherwise(words, likely(), otherwise) else told():
        return Routed(skill, words)
    (bare, account), guessed = without_names(words), likely()
    if guessed:
        return _taken(guessed, words, account, cards)
    if found := _by_words(words, bare, account, cards):
        return found
    if model is None or QUESTION.search(words):
        return Routed(FALLBACK, words, sure=bool(QUESTION.search(words)))
    return Routed(_by_model(words, cards, model), words)


def _asks_behind(words: str) -> bool:
    return TRAILING.search(words) is not None and not COMMAND.match(words)


def least(words: str) -> float:
    """How certain a guess of what words are for must be."""
    return SURE if QUESTION.search(words) else LIKELY


def asks(words: str) -> bool:
    """Whether words are a question, at least in the end."""
    return bool(QUESTION.search(words) or TRAILING.search(words))


def _taken(guessed: Guess, words: str, account: str, cards: Mapping[str, Routable]) -> Routed:
    of_account = guessed.skill != HELP and cards[guessed.skill].of_account
    return Routed(guessed.skill, account if of_account else words)


def _likely(words: str, cards: Mapping[str, Routable], guess: Callable[[str], Guess | None]) -> Guess | None:
    guessed = guess(words)
    return guessed if guessed and guessed.skill in (*cards, HELP) and not _for_a_fact(words, guessed.skill) else None


def _otherwise(words: str, guessed: Guess | None, least: float) -> bool:
    """Whether words that the log would take are so certainly for another skill that they go there; to `ask` only where it reads records in them."""
    if guessed is None or COMMAND.match(words):
        return False
    return guessed.skill != "log" and guessed.certainty >= (1.0 if guessed.skill == FALLBACK else least)


def stands_alone(words: str, bare: str) -> bool:
    """Whether words make a request without what was said before; `bare` is without the names in them."""
    if REPLY.match(words) or len(re.findall(r"\w+", words)) < 2:
        return False
    return any(word not in PLAIN for word in re.findall(r"\b[^\W\d_]{2,}\b", _ENDING.sub("", bare.lower())))


def _for_a_fact(words: str, skill: str) -> bool:
    """Whether the words only ask, and the skill would write something down or show a whole card."""
    if skill == "battlecard":
        return re.match(r"how (?:much|many)\b", words, re.IGNORECASE) is not None
    if skill == "log" and QUESTION.search(words) and not REQUESTED.search(words):
        return True
    return skill in WRITING and FACT.match(_SENTENCES.split(words)[-1]) is not None


def _by_trigger(words: str, cards: Mapping[str, Routable], names_account: Callable[[str], bool]) -> Routed | None:
    for name, card in cards.items():
        for pattern in (*card.triggers, *card.account_only):
            match = re.match(pattern, words, re.IGNORECASE)
            if match:
                rest = match["rest"].strip(" :?.!")
                if pattern in card.triggers or names_account(rest):
                    return Routed(name, rest)
    return None


def _by_words(words: str, rest: str, account: str, cards: Mapping[str, Routable]) -> Routed | None:
    """The skill that the words are about, where they hold nothing else beside names and plain words."""
    said = set(re.findall(r"[^\W\d_]+", _ENDING.sub("", rest.lower()))) - PLAIN
    for name, card in cards.items():
        fits = card.of_account == bool(account) and said <= card.about | card.around
        if fits and (card.around if not card.about else said & card.about) and (account or not ADVICE.match(words)):
            return Routed(name, words if card.about else account)
    return None


def _by_model(words: str, cards: Mapping[str, Routable], model: LanguageModel) -> str:
    listed = "\n".join(f"{name}: {card.description}" for name, card in cards.items())
    try:
        answer = model.write(prompts.load("route").render(question=words, skills=listed), Choice)
    except ModelError as error:
        event("model_failed", prompt="route", error=type(error).__name__)
        return FALLBACK
    return answer.value.skill if answer.value.skill in cards else FALLBACK
