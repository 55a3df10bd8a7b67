"""Words that ask for nothing that has to be looked up: what the assistant can do, hello, thanks, an emoji (pure)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.proposals import Draft, Line, Section
from bot.skills import Card

HELP = re.compile(
    r"^(?:/?help(?: me)?|(?:the |your |show |list )*commands|"
    r"what (?:all )?(?:can (?:you|i) (?:do|ask|say)|do you do|are you able to do)(?: you)?(?: (?:here|for me|you))?|"
    r"(?:who|what) are you|what are your (?:features|skills|commands)|how can you help(?: me)?|"
    r"how (?:do|does|can|should) (?:you|i|this(?: bot| assistant)?) (?:work|use|start|begin|get started)(?: (?:this(?: bot)?|it|you|here|with (?:this|you)))?|"
    r"was kannst du(?: alles)?|que sais[- ]tu faire|qu[ée] puedes hacer)[\s?!.]*$",
    re.I,
)
SMALL = re.compile(
    r"^(?:(?:many |ok(?:ay)?,? |great,? )?(?:thanks?|thank you|thx|ty|cheers|merci|danke|gracias)"
    r"(?: (?:a lot|so much|you|very much|again|dir|beaucoup|mate|all))*|"
    r"ok(?:ay)?|great|perfect|nice(?: one)?|awesome|cool|got it|well done|good (?:bot|job|night)|lol|haha(?: nice)?|"
    r"you(?:'re| are) (?:the best|great|awesome)|(?:see|talk to) you(?: (?:later|tomorrow|soon))?|bye)"
    r"(?:[\s,!.]+(?:thanks?|thank you(?: so much)?|thx|that helps|that was helpful|great|perfect))*$",
    re.IGNORECASE,
)
THANKS = frozenset(
    "thanks thank thx ty cheers merci danke gracias perfect perfekt parfait perfecto great brilliant super awesome lovely excellent helpful "
    "useful dank bravo bye goodbye tschüss tschüs ciao adieu adiós".split()
)
BESIDE = frozenset(
    "ok okay you a lot so much very many again that this it s is was were exactly just what all i we needed wanted for now the your help time "
    "work answer really good job bot and beaucoup vielen herzlichen schön dank dir ihnen muchas mil bien sehr gut c est tout das war alles eso "
    "es todo mate everyone team again then bye have nice day evening weekend one will do enough here of us done me see later tomorrow soon au revoir hasta "
    "luego noch schönen tag abend bis bald".split()
)
"""words of thanks, and those that may stand beside them"""
GREETING = re.compile(
    r"(?:hi|hiya|hello|hey|hej|hallo|moin|howdy|servus|guten (?:morgen|tag|abend)|bonjour|bonsoir|salut|hola|buen[oa]s (?:d[ií]as|tardes|noches)|good (?:morning|afternoon|evening|day)|morning)"
    r"(?: (?:there|all|again|team|assistant|seller assistant|bot))*",
    re.IGNORECASE,
)
OUTSIDE = re.compile(
    r"^(?:(?:what(?:'s|’s| is|s)?|how(?:'s|’s| is|s)?) the weather\b.*|how are you(?: doing)?(?: today)?|(?:tell me|know) (?:a|any) jokes?)[\s?!.]*$",
    re.IGNORECASE,
)
"""talk about what neither the CRM nor the pages hold"""
ASSENT = re.compile(
    r"\b(?:ok(?:ay)?|great|perfect|cool|nice|fine|got it)\b|👍|✅|:(?:\+1|thumbsup|white_check_mark):", re.IGNORECASE
)
"""small words that somebody may mean as a yes, which they are not"""
SIGNS = re.compile(r":[\w+-]+:(?::skin-tone-\d:)?|[^\w\s]|\s|_", re.UNICODE)
"""emoji, by name or as they are, and signs between them"""
WELCOME = "Any time."
STILL = "{id} still waits: write “approve” or “reject”, or use its buttons."
HELLO = "Hello. Ask me in your own words, such as “{example}”; “help” shows all that I can do."
NOT_MINE = "That is beyond me: I know your CRM, your notes and the playbooks. Write “help” for all that I can do."


def asks_for_help(words: str) -> bool:
    """Whether somebody asks what the assistant can do."""
    return HELP.match(words) is not None


def greets(words: str) -> bool:
    """Whether somebody only says hello."""
    return GREETING.fullmatch(SIGNS.sub(" ", words).strip()) is not None


def is_small_word(words: str) -> bool:
    """Whether this is thanks or an emoji, to which nothing has to be looked up."""
    bare = SIGNS.sub("", words) or _is_punctuation(words)
    said = re.sub(r":[\w+-]+:|[^\w\s,!.'’]", "", words).replace("’", "'").strip(" ,!.")
    return not bare or SMALL.match(said) is not None or _is_thanks(said)


def _is_thanks(said: str) -> bool:
    """Whether words are thanks or praise, and nothing beside them asks for anything."""
    told = set(re.findall(r"[^\W\d_]+", said.lower()))
    return bool(told & THANKS) and told <= THANKS | BESIDE


def is_outside(words: str) -> bool:
    """Whether this is talk about something that no source here can hold."""
    return OUTSIDE.match(words) is not None


def answer(words: str, cards: Mapping[str, Card], as_of: datetime | None) -> Draft | None:
    """Answer words that ask for nothing that has to be looked up; None for all others."""
    if asks_for_help(words):
        return shown(cards, as_of)
    if greets(words) or _is_punctuation(words):
        lines = [HELLO.format(example=next(card.examples[0] for card in cards.values() if card.examples))]
    elif is_small_word(words):
        lines = [WELCOME]
    elif is_outside(words):
        lines = [NOT_MINE]
    else:
        return None
    return _draft(lines, as_of)


def shown(cards: Mapping[str, Card], as_of: datetime | None) -> Draft:
    """Tell what the assistant can do."""
    return _draft([f"{card.name}: {card.description}{_such_as(card)}" for card in cards.values()], as_of)


def _draft(lines: Sequence[str], as_of: datetime | None) -> Draft:
    section = Section(title="", lines=tuple(Line(text=line) for line in lines))
    return Draft(skill="help", sections=(section,), as_of=as_of)


def may_mean_yes(words: str) -> bool:
    """Whether somebody may think that they agreed to something with these small words."""
    return ASSENT.search(words) is not None


def still_waits(small: Draft, proposal_id: str) -> Draft:
    """Say that “ok” decides nothing, where a proposal waits for a yes in this conversation."""
    line = Line(text=STILL.format(id=proposal_id))
    return small.model_copy(update={"sections": (*small.sections, Section(title="", lines=(line,)))})


def _is_punctuation(words: str) -> bool:
    """Whether there is nothing but signs such as “?” or “…”."""
    return bool(words.strip()) and re.fullmatch(r"[\s!-/:-@\[-`{-~…–—]+", words) is not None


def _such_as(card: Card) -> str:
    return f" Such as “{card.examples[0]}”." if card.examples else ""
