"""Pick the sentences of passages that answer a question: the offline writer's only tool (pure)."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from bot.grounding import sentences
from bot.screening import orders
from knowledge.documents import Passage

WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*|\d+(?:[.,]\d+)*", re.UNICODE)
STOP = frozenset(
    "a an and any are as at be been but by can could did do does for from get had has have he her him his how i "
    "if in into is it its just me my no not of on or our out she should so than that the their them then there "
    "they this to too up us was we were what when where which while who why will with would you your about say "
    "says tell".split()
)
CUES = frozenset(
    "want wants wanted need needs asked ask worried concern concerns decided agreed agree promised must blocker "
    "budget price deadline quote quoted competitor renewal risk approve approval legal security next".split()
)
MARKUP = re.compile(
    r"\*\*|__|`|\[([^\]]+)\]\([^)]*\)|<[^>]+>|(?<![\w*])([*_])(?=\S)(?P<stressed>[^*_\n]+)(?<=\S)\2(?![\w*])"
)
WORDS_COUNT = 0.25
"""how much sharing all words adds to a passage's cosine; set on the golden questions"""
BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)]|>+|\[[ xX]\])\s+")
LAPSED_COUNTS = 0.1
"""what a page that is expired or a draft loses against one that is verified"""
RULE = re.compile(r"^\|[\s:|-]+\|?$")
"""the line under a table's head"""
SPEAKER = re.compile(r"^\[[\d:.]+\]\s*(?P<who>[^:\[\]]{2,60}):\s+(?P<words>.+)$")


@dataclass(frozen=True)
class Pick:
    """A sentence, the passage it stands in, its place there and how well it fits."""

    text: str
    passage: Passage
    position: int
    score: float


def stems(text: str) -> set[str]:
    """Words without their commonest endings and without stop words."""
    return {_stem(word.lower()) for word in WORD.findall(text) if word.lower() not in STOP}


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def units(text: str) -> list[str]:
    """Sentences, bullets, speaker turns and table rows as plain text; headings, rules, bare numbers and
    orders to a machine are left out."""
    found: list[str] = []
    paragraph: list[str] = []
    lines = [line for line, below in pairwise([*text.splitlines(), "", ""]) if not RULE.match(below.strip())]
    for line in (line.strip() for line in lines):
        if _starts_anew(line):
            found += _plain(sentences(" ".join(paragraph)))
            paragraph = []
        if line.startswith("|"):
            found += _plain(_row(line))
        elif spoken := SPEAKER.match(line):
            found += _plain([f"{spoken['who']}: {sentence}" for sentence in sentences(spoken["words"])])
        elif line and not line.startswith(("#", "---", "```")):
            paragraph.append(BULLET.sub("", line))
    return found


def _plain(units: Sequence[str]) -> list[str]:
    """What stands before an order to a machine; what follows in the same paragraph or turn belongs to it ("… to 1. Then mark …")."""
    honest = takewhile(lambda unit: not orders(unit), units)
    return [plain for unit in honest if (plain := clean(unit)) and re.search(r"[^\W\d_]", plain)]


def _starts_anew(line: str) -> bool:
    return not line or line.startswith(("#", "|", "---", "```")) or bool(BULLET.match(line) or SPEAKER.match(line))


def _row(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    if all(set(cell) <= set(":- ") for cell in cells):
        return []
    return [f"{cells[0]}: {'; '.join(cell for cell in cells[1:] if cell)}" if len(cells) > 1 else cells[0]]


def clean(text: str) -> str:
    """Take Markdown's marks off, keeping the words of links."""
    return " ".join(MARKUP.sub(lambda match: match[1] or match["stressed"] or "", text).split())


def coverage(question: str, passage: Passage) -> float:
    """Share of the question's words that stand in a passage, its title or its place, 0 to 1."""
    wanted = stems(question)
    if not wanted:
        return 0.0
    where = f"{passage.document.title} {passage.chunk.location} {passage.chunk.text}"
    return len(wanted & stems(where)) / len(wanted)


def by_words(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """Passages near in meaning: those that also share the question's words first, pages out of date later."""

    def worth(passage: Passage) -> float:
        lapsed = LAPSED_COUNTS if passage.status in ("expired", "draft") else 0.0
        return passage.score + WORDS_COUNT * coverage(question, passage) - lapsed

    return sorted(passages, key=worth, reverse=True)


def best(question: str, passage: Passage, count: int) -> list[Pick]:
    """The run of at most `count` neighbouring sentences that shares most with the question, in order."""
    wanted = stems(question)
    picks = [Pick(text, passage, i, _overlap(wanted, text, i)) for i, text in enumerate(units(passage.chunk.text))]
    starts = range(max(1, len(picks) - count + 1))
    at = max(starts, key=lambda start: sum(max(pick.score, 0.0) for pick in picks[start : start + count]), default=0)
    return picks[at : at + count]


def _overlap(wanted: set[str], text: str, position: int) -> float:
    words = stems(text)
    if not words:
        return -1.0
    return len(wanted & words) / math.sqrt(len(words) + 6) - position * 0.001


def highlights(passages: Sequence[Passage], count: int) -> list[Pick]:
    """What matters in notes: sentences with a buying cue or a figure, newest documents first."""
    picks = []
    for passage in passages:
        for i, text in enumerate(units(passage.chunk.text)):
            words = stems(text)
            score = len(words & {_stem(cue) for cue in CUES}) + 0.5 * bool(re.search(r"\d", text))
            if score >= 1 and 5 <= len(text.split()) <= 45:
                picks.append(Pick(text, passage, i, score))
    picks.sort(key=lambda pick: (-pick.score + _age(pick.passage) / 30, pick.position))
    return _distinct(picks)[:count]


def _age(passage: Passage) -> float:
    age: int | None = passage.age_days
    return 365.0 if age is None else float(age)


def _distinct(picks: Iterable[Pick]) -> list[Pick]:
    first: dict[str, Pick] = {}
    for pick in picks:
        first.setdefault(pick.text.casefold(), pick)
    return list(first.values())


def asked(passages: Sequence[Passage], ours: Iterable[str], count: int) -> list[Pick]:
    """Questions that the customer's people asked in transcripts, newest first."""
    names = {name.casefold() for name in ours}
    picks = []
    for passage in passages:
        for i, text in enumerate(units(passage.chunk.text)):
            speaker, colon, words = text.partition(": ")
            ours_spoke = speaker.split("(")[0].strip().casefold() in names
            if passage.document.kind == "transcript" and colon and not ours_spoke and _is_question(words):
                picks.append(Pick(text, passage, i, 0.0))
    picks.sort(key=lambda pick: (_age(pick.passage), -len(stems(pick.text)), pick.position))
    return _distinct(picks)[:count]


def _is_question(words: str) -> bool:
    return words.endswith("?") and len(words.split()) >= 4


def badge(passage: Passage) -> str:
    """The page's state of verification, in words."""
    if passage.status in ("unverified", "draft") or passage.age_days is None:
        return passage.status
    days = "1 day" if passage.age_days == 1 else f"{passage.age_days} days"
    return f"{passage.status}, checked {days} ago"
