"""When a guess of what a sentence is for may be followed: held against what its words name, and what rules read in them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.intents import LIKELY, Guess, Intents
from bot.router import ADVICE, CERTAIN, HELP, PERSONAL, QUESTION, REQUESTED, asks, least, stands_alone
from bot.targets import Targets

LONGEST = 200
"""characters from which on words are no short request any more"""
OF_SOMEBODY = frozenset({"log", "draft", "deal", "brief", "plan"})
"""skills that are about an account or a person"""
_WORD = re.compile(r"[^\W\d_]{2}")
OWN = 0.7
"""the same for a question for figures or a day that says whose or when, and for one before a meeting with nobody by name"""
UNREAD = 0.7
"""how certain it must be that words are for a log that knows the account and read nothing in them that it could write"""
READ = 0.99
"""how certain a skill is whose rules read every word, where these have not the frame of a question: a note may read like one"""
LETTER = re.compile(
    r"mail\b|\b(?:to|for|an|für|à|pour|para|message|note|letter|linked ?-?in|voice|script|reply|answer|follow|intro|opener|invit|"
    r"nachricht|brief|schreiben|lettre|courriel|mensaje|correo|carta)",
    re.IGNORECASE,
)
"""words of which a wish for a letter has one at least"""
HAPPENED = re.compile(r"^(?:what|when|who|how much|how often) (?:did|has|have|had|was|were)\b", re.IGNORECASE)
"""a question for what happened, which no battlecard answers"""
HANDED = re.compile(
    r"\b(?:upload(?:ed|ing)?|audio|attach(?:ed|ing|ment)?|past(?:ed|ing)|below|underneath|above|file|recording|transcript|enclosed|"
    r"vtt|docx|txt|pdf|anhang|anbei|angehängt|transkript|aufnahme|ci-joint|transcription|adjunt[oa]|transcripción)\b",
    re.IGNORECASE,
)
"""words for a call that was handed over, or is about to be"""
TIMED = re.compile(
    r"\b(?:team|today|tomorrow|(?:this|next|last) (?:week|month|quarter|year)|q[1-4]|heute|morgen|(?:diese|nächste|letzte)[nmrs]? (?:woche|monat|quartal|jahr)|"
    r"aujourd['’]hui|demain|(?:ce|cette) (?:semaine|mois|trimestre|année)(?:-ci)?|hoy|mañana|est[ea] (?:semana|mes|trimestre|año))\b",
    re.IGNORECASE,
)
"""words of somebody's figures or day, which no page has"""
INNER = re.compile(r"\b(?:when|how (?:long|much|many)|what|which|who) (?:must|do|does|should|can|may)\b", re.IGNORECASE)
"""a question behind a condition: “if they want to be live in September when must they sign” """
COUNTED = re.compile(r"\bhow many\b|\bwithout\b|\bover \d", re.IGNORECASE)
"""words that ask for records by a filter rather than for the figures of a pipeline"""
OWN_WORK = re.compile(
    r"\bmy (?:(?:open|overdue) )?(?:tasks|promises)\b|\b(?:tasks|promises) of mine\b|\bdid i promise\b(?! that)|\bmy deals (?:today|need|first)\b",
    re.IGNORECASE,
)
"""one's own tasks and promises, which the day has in the order in which they cost money"""
SIDED = re.compile(
    r"\b(?:on|from) (?:our|their|the (?:other|customer(?:['’]s|s['’]?)?)) side\b|\b(?:by|per|for each) (?:owner|account|customer)\b",
    re.IGNORECASE,
)
"""tasks of one side only, or counted: a list by a filter, not the day's order"""


@dataclass(frozen=True)
class Guessing:
    """Guesses within one conversation; the cheap looks come before those that read the CRM."""

    intents: Intents
    targets: Targets
    read_whole: Callable[[str], str | None]
    """the skill whose rules read every word, if any"""
    framed: Callable[[str], bool] = lambda words: False
    """whether words have the frame of a question over records"""
    on_pages: Callable[[str], bool] = lambda words: False
    """whether the pages certainly answer words"""
    about: str | None = None
    """id of the account that the conversation or the request is about"""
    after: str = ""
    """the skill that answered before, on which the words may lean; empty: nothing was said before"""
    with_file: bool = False

    def guess(self, words: str) -> Guess | None:
        """What sentences like this one are for; None for a figure, a long text, or what may as well mean something else."""
        if len(words) > LONGEST or not _WORD.search(words):
            return None
        bare, account = self.targets.without_names(words)
        # A single word, such as a competitor's name, is a request where nothing was said that it could belong to.
        if not (self.after or account or stands_alone(words, bare) or bare.strip(" ?.!").isalpha()):
            return None
        guess = self.intents.guess(self.targets.anonymous(words, self.about), self.after)
        framed = self.framed(words)
        if guess.certainty < self._least(guess, words, account) or self._misplaced(guess, words, account):
            skill = self.read_whole(words) if framed else None
            return Guess(skill, 1.0) if skill else None
        if self._settled(guess, words):
            return Guess(guess.skill, 1.0) if framed else guess
        return self._read_whole(guess, words)

    def _least(self, guess: Guess, words: str, account: str) -> float:
        """How certain a guess must be: more so where the log, which knows the account, read nothing in words that it could write."""
        if guess.skill == "log" and (account or self.about):
            return UNREAD
        if self._general(guess, words, account):
            timed = guess.skill in ("pipeline", "changes", "day") and TIMED.search(words)
            return OWN if timed else CERTAIN
        nobody = guess.skill == "prep" and not (account or self.about or self.after)
        if nobody and QUESTION.search(words) and not self.targets.names_person(words):
            return OWN
        return LIKELY if self.after else least(words)

    def _general(self, guess: Guess, words: str, account: str) -> bool:
        """Whether a question asks for nothing of the asker's, so that it is rather one for the pages; a rival is nobody's."""
        if self.after or account or guess.skill == "battlecard" or not QUESTION.search(words):
            return False
        own = PERSONAL.search(words) or REQUESTED.search(words)
        return guess.skill == HELP or not (own or self.targets.names_person(words))

    def _misplaced(self, guess: Guess, words: str, account: str) -> bool:
        """Whether the skill cannot be meant: the pipeline of one account, a summary of no file, advice on nobody."""
        if guess.skill in ("pipeline", "changes"):
            return bool(account)
        if guess.skill == "battlecard":
            return bool(account) and guess.certainty < CERTAIN and HAPPENED.match(words) is not None
        if guess.skill == "summary":
            named = bool(account) or self.targets.names_person(words)
            handed = self.with_file or self.after == "summary" or HANDED.search(words)
            return named and not handed and guess.certainty < READ
        # Of whom words are that follow an answer is asked, where nobody is named.
        alone = not (account or self.about or self.after) and guess.skill in (*OF_SOMEBODY, "prep")
        return alone and self._of_nobody(guess, words) and not self.targets.names_person(words)

    def _of_nobody(self, guess: Guess, words: str) -> bool:
        """Whether words that name nobody are for the pages: a question, a letter to nobody, or what a page answers."""
        asked = (asks(words) or INNER.search(words)) and not REQUESTED.search(words) and guess.certainty < CERTAIN
        if guess.skill == "prep":
            return bool(asked) and self.on_pages(words)
        if ADVICE.match(words) or asked:
            return True
        if guess.skill == "draft":
            return not LETTER.search(words)
        return guess.skill == "log" and (guess.certainty < CERTAIN or self.on_pages(words))

    def _settled(self, guess: Guess, words: str) -> bool:
        """Whether the skill is meant even where the rules for records read every word."""
        if guess.skill == "day":
            return OWN_WORK.search(words) is not None and not SIDED.search(words)
        certain = guess.certainty >= CERTAIN
        return certain and (
            guess.skill == "summary" or (guess.skill in ("pipeline", "changes") and not COUNTED.search(words))
        )

    def _read_whole(self, guess: Guess, words: str) -> Guess | None:
        if self.after and guess.skill in OF_SOMEBODY and guess.certainty >= CERTAIN and not self.framed(words):
            return guess
        if skill := self.read_whole(words):
            return Guess(skill, 1.0 if self.framed(words) else READ)
        # What is framed as a question over records is told which of its words were not read.
        framed = guess.skill not in ("pipeline", "changes") and guess.certainty < CERTAIN and self.framed(words)
        return None if framed else guess
