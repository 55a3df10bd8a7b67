"""What words that follow an answer leave out: the job, where they only name an account; the account, where they count in a list."""

import re
from collections.abc import Sequence

from bot import skills
from bot.crm.match import Mention
from bot.errors import Ambiguous
from bot.router import PLAIN, QUESTION, TRAILING, Routed
from bot.store.threads import Thread, Turn
from bot.targets import Targets

OF_ONE = frozenset({"brief", "prep", "plan", "log", "deal", "draft"})
"""skills that are about one account"""
SHORT = 80
"""characters of words that only name an account"""

BESIDE = PLAIN | frozenset(
    "same thing question next one other another too also as well again now then please pls plz thanks thx ok okay no not than sorry mean meant rather instead "
    "good great cool fine interesting und auch bei für noch nun jetzt dann nicht statt als lieber das gleiche dasselbe bitte wie steht's et aussi chez pour puis maintenant "
    "même chose la le stp y también para ahora mismo lo con por favor en".split()
)
"""words beside the name of an account that ask for nothing of their own"""
ORDINALS = {
    word: at
    for at, words in enumerate(("first 1st top erste ersten erster premier première primero primera", "second 2nd zweite zweiten deuxième segundo segunda",
                                "third 3rd dritte dritten troisième tercero tercera", "fourth 4th vierte vierten quatrième cuarto cuarta", "fifth 5th fünfte"))
    for word in words.split()
} | {"last": -1, "letzte": -1, "letzten": -1, "dernier": -1, "dernière": -1, "último": -1, "última": -1}  # fmt: skip
_ONE = (
    r"ones?|one['’]s|deals?|accounts?|customers?|companies|company|opportunity|opp|renewal|name|kunden?|kundin|firma|konto|"
    r"client|compte|cliente|cuenta|empresa|entreprise|"
    r"(?:of|from|in|on|von|de|aus) (?:them|these|those|the list|that list|this list|denen|der liste|ceux-ci|la liste|la lista)"
)
_ENDS = (
    r"there|here|is|are|was|has|had|does|do|did|will|would|can|could|should|doing|going|looking|looks?|and|or|but|then|now|please|pls|too|"
    r"as|again|instead|at|about|for|with|to|from|in|on|of|that|who|which|we|you|i|close[sd]?|"
    r"bitte|auch|und|an|aus|ist|dann|noch|et|est|aussi|y|por|también"
)
"""words with which what is counted ends where no noun follows"""
_OTHER = (
    r"call|meeting|version|sentence|line|paragraph|time|step|draft|quarter|half|touch|week|day|month|year|order|invoice|review|visit|"
    r"e-?mail|mail|note|contact|letter|offer|contract"
)
COUNTED = re.compile(
    rf"(?P<asks>^\W*(?:(?:and|so) )?(?:is|are|was|ist|est) )?\b(?:the|that|this|der|die|das|dem|den|le|la|el) (?P<which>{'|'.join(ORDINALS)})"
    rf"(?: (?:{_ONE})(?=[\s,.;:?!]|$)(?! (?:{_OTHER})s?\b)|(?=\s*(?:[,.;:?!]|$)|\s+(?:{_ENDS})\b)|(?(asks)(?=\s+[^\W\d]+\W*$)|(?!)))",
    re.IGNORECASE,
)
"""one of several that were listed: the ordinal ends what is named, or a noun for what lists hold follows (“is the second safe?”)"""
REASON = re.compile(
    r"(?:\s*[,;.–-]\s+|\s+)(?:because|since|as|so that|weil|da|denn|parce que|car|porque)\s+.+$|"
    r"\s*[,;.–]\s+(?:they|their|he|his|she|her|we|our|it|its|i|my|that|this|sie|ihr|er|wir|ils|elle|il|nous|ellos)\b.+$",
    re.IGNORECASE | re.DOTALL,
)
"""why something is asked, behind it: “a week later, their board meets then” """


def only_names(bare: str) -> bool:
    """Whether words, of which the names of accounts were taken out, ask for nothing beside them: “and … too, please”."""
    said = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", re.sub(r"['’]s\b", "", bare.lower()))
    return all(word in BESIDE for word in said) and not re.search(r"\d", bare)


def counted(words: str) -> int | None:
    """Which of several that were listed is meant, from 0, or -1 for the last; None where none is."""
    match = COUNTED.search(words)
    return ORDINALS[match["which"].lower()] if match else None


def without_reason(words: str) -> str:
    """A wish without what is said behind it on why; empty where nothing is, or where that asks something itself."""
    wish = REASON.sub("", words).strip()
    return "" if wish == words.strip() or QUESTION.search(words) or TRAILING.search(words) else wish


def names_alone(words: str, targets: Targets) -> list[Mention]:
    """The accounts that words mean which ask for nothing beside them; empty for other words."""
    named = targets.names_in(words) if len(words) <= SHORT else []
    bare = words
    for mention in named:
        bare = bare.replace(mention.text, " ")
    return targets.mentioned(words) if named and only_names(bare) else []


def named_again(words: str, targets: Targets, answered: str) -> Routed | None:
    """The skill that answered last, asked once more in words that only name another account; at first a brief."""
    named = names_alone(words, targets)
    if not named:
        return None
    last = skills.cards().get(answered)
    # After a question to the pages or a decision, the name of an account alone asks for its brief.
    return Routed(last.name if last and last.again else "brief", named[0].text)


def listed_account(text: str, routed: Routed, thread: Thread, turns: Sequence[Turn], targets: Targets) -> str | None:
    """The account that words count out of the newest list ("the second one"); a meeting is counted by its own skill.

    Raises Ambiguous where the list is shorter.
    """
    at = counted(text)
    own = routed.goes_on or (routed.skill == thread.skill and routed.skill not in OF_ONE)
    if at is None or own or (routed.skill in ("log", "prep") and thread.skill in ("day", routed.skill)):
        return None
    answers = [_in_order(turn.text, targets) for turn in reversed(turns) if turn.role == "assistant"]
    # The answer on one of a list is no list.
    found = next((one for one in answers if len(one) > 1), answers[0] if answers else [])
    if -len(found) <= at < len(found):
        return found[at]
    if len(found) < 2:
        return None
    names = [account.name for key in found if (account := targets.reader.account(key))]
    raise Ambiguous(f"The last list names {len(names)} accounts; which one do you mean?", candidates=names[:10])


def _in_order(said: str, targets: Targets) -> list[str]:
    """The accounts that an answer names, in its order."""
    named = sorted(targets.names_in(said), key=lambda mention: said.find(mention.text))
    return list(dict.fromkeys(one.ids[0] for one in named if len(one.ids) == 1))
