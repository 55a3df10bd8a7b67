"""What is said in a call of its recording: asked, announced, agreed to, hung on something, refused (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.skills.summarising import consent_words as words
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.consent_answers import Judge, answered, free, hedges, may_mean, objects, unconditional, yes
from bot.skills.summarising.transcript import Sentence, Transcript, Turn

ANSWERED_WITHIN = 4
"""turns after a question in which an answer to it is looked for"""
HEARD = 3
"""sentences of a turn that may be the answer, and take it back"""
LAST = 4
"""turns from the end in which “stop the recording” ends a call rather than objects to it, where people part"""


@dataclass(frozen=True)
class Heard:
    """What the call says as a whole, who said it, and the sentences that it rests on."""

    status: Literal["all", "some", "told", "refused"]
    who: str
    said: tuple[Sentence, ...]


@dataclass(frozen=True)
class _Word:
    """What one person said about being recorded."""

    turn: Turn
    kind: Literal["told", "asked", "agreed", "all", "hedged", "unclear", "objected", "stop"]
    said: tuple[Sentence, ...]
    named: str = ""
    """who it was, where a mark in somebody else's turn tells"""

    @property
    def who(self) -> str:
        """Whose word it is."""
        return self.named or self.turn.who


@dataclass(frozen=True)
class _Scene:
    """A sentence with what stands around it."""

    transcript: Transcript
    people: Mapping[str, Person]
    turn: Turn
    said: Sequence[Sentence]
    at: int

    @property
    def text(self) -> str:
        """The sentence."""
        return plain(self.said[self.at].text)

    @property
    def rest(self) -> Sequence[str]:
        """What the same person says after it."""
        return [plain(one.text) for one in self.said[self.at + 1 :]]

    @property
    def earlier(self) -> str:
        """What the same person says before it."""
        return " ".join(plain(one.text) for one in self.said[: self.at])

    @property
    def before(self) -> str:
        """The last words of the one who spoke before, where this opens the answer to them."""
        earlier = self.transcript.turns[self.turn.k - 1] if self.turn.k else None
        if earlier is None or earlier.who == self.turn.who or self.at > 1:
            return ""
        return plain(earlier.words)


def said_in(transcript: Transcript, people: Mapping[str, Person]) -> Heard | None:
    """What a call says of its recording; an objection weighs most, then somebody who did not agree. None: nothing."""
    found = list(_words(transcript, people))
    if not found:
        return None
    last = _last(transcript, found)
    against = next((word for word in last.values() if word.kind in ("objected", "stop")), None)
    if against:
        return _heard("refused", against, people)
    agreed = next((word for word in found if word.kind in ("agreed", "all")), None)
    unsure = next((word for word in last.values() if word.kind == "hedged"), None) or _latecomer(transcript, found)
    if agreed is None:
        told = next((word for word in found if word.kind == "told"), None)
        # Who was asked has answered somehow: where nobody can read a yes in it, the seller is to say what it was.
        return _heard("told", told, people) if told and not unsure and not _asked_in_vain(found) else None
    if any(word.kind == "unclear" for word in last.values()):
        return None
    return _heard("some" if unsure else "all", unsure or agreed, people)


def _asked_in_vain(found: Sequence[_Word]) -> bool:
    return any(word.kind == "asked" for word in found)


def _last(transcript: Transcript, found: Sequence[_Word]) -> dict[str, _Word]:
    """The last word of each; what nobody can read takes nothing back that was said before."""
    last: dict[str, _Word] = {}
    for word in found:
        ends = word.kind == "stop" and _at_the_end(transcript, word, last)
        if word.kind not in ("told", "asked", "all") and not ends and not (word.kind == "unclear" and word.who in last):
            last[word.who] = word
    return last


def _heard(status: Literal["all", "some", "told", "refused"], word: _Word, people: Mapping[str, Person]) -> Heard:
    return Heard(status, people[word.who].name if word.who in people else word.who, word.said)


def _at_the_end(transcript: Transcript, word: _Word, last: Mapping[str, _Word]) -> bool:
    """Whether "stop the recording" only ends a call that was agreed to be recorded."""
    agreed, after = any(one.kind == "agreed" for one in last.values()), transcript.turns[word.turn.k + 1 :]
    return agreed and (len(after) < 2 or (len(after) < LAST and any(words.PARTS.search(one.words) for one in after)))


def _latecomer(transcript: Transcript, found: Sequence[_Word]) -> _Word | None:
    """Somebody who came when it had been talked of for the last time."""
    since = max(word.turn.k for word in found if word.kind not in ("unclear", "hedged"))
    for turn in transcript.turns[since:]:
        for one in transcript.of(turn):
            late = turn.k > since and words.COMES_LATE.search(plain(one.text))
            if late or words.JOINED.search(plain(one.text)):
                return _Word(turn, "hedged", (one,))
    return None


def _words(transcript: Transcript, people: Mapping[str, Person]) -> Iterator[_Word]:
    for turn in transcript.turns:
        said = transcript.of(turn)
        for at in range(len(said)):
            yield from _word(_Scene(transcript, people, turn, said, at))


def _word(scene: _Scene) -> Iterator[_Word]:
    text, turn, one = scene.text, scene.turn, scene.said[scene.at]
    if words.ELSE.search(text) or words.NOT_DONE.search(text):
        return
    against = "?" in text and words.ASKS_AGAINST.search(text)
    if not against and words.OBJECTS.search(text) and (words.STOPS.search(text) or not words.ASKS.search(text)):
        yield _Word(turn, "stop" if words.STOPS.search(text) else "objected", (one,))
    elif objects(text) is False and words.TAKEN_DOWN.search(f"{scene.before} {scene.earlier}"):
        yield _Word(turn, "objected", (one,))
    elif words.OTHER_TIME.search(text):
        return
    elif _says(words.ALL_SAID, text) and not _taken_back(scene.rest):
        yield _Word(turn, "all", (one,))
    elif _says(words.AGREES, text) and not against and not _taken_back(scene.rest):
        yield _Word(turn, "agreed", (one,))
    elif against or words.ASKS.search(text) or _is_asked(scene) or words.TELLS.search(text):
        judge = free if against or _invites_no(scene) else yes
        yield _Word(turn, "asked" if "?" in text and not words.TELLS.search(text) else "told", (one,))
        yield from _answers(scene, judge)
    elif words.MENTIONS.search(text):
        yield from _answers(scene, objects)


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether somebody agrees in so many words, and hangs it on nothing."""
    found = pattern.search(text)
    return bool(found and not text.endswith("?") and unconditional(text, *found.span()))


def _taken_back(rest: Sequence[str]) -> bool:
    return answered(["okay", *rest[: HEARD - 1]], yes) is not True


def _is_asked(scene: _Scene) -> bool:
    """Whether a recording is mentioned and, in the same breath, it is asked or hoped that this is fine.

    Or somebody asked whether this is recorded, and is asked back.
    """
    text, after = scene.text, next(iter(scene.rest), "")
    asked = _asks(text) and words.AGREEABLE.search(text)
    if words.MENTIONS.search(text):
        return bool(asked or (_asks(after) and words.CHECKS.match(after)))
    return bool(asked and "?" in scene.before and words.MENTIONS.search(scene.before))


def _asks(text: str) -> bool:
    return "?" in text or words.HOPES.search(text) is not None


def _invites_no(scene: _Scene) -> bool:
    """Whether objections are asked for: "I am recording. Any objections?" """
    return any(words.INVITES_NO.search(text) for text in (scene.text, *scene.rest[:1]))


def _answers(scene: _Scene, judge: Judge) -> Iterator[_Word]:
    """How others took it, within the next turns; where another question came after it, only what names the recording."""
    turn, said, one = scene.turn, scene.said, scene.said[scene.at]
    if not turn.who and scene.rest and judge(scene.rest[0]) is not None:
        # Nobody is named: that somebody answers is all that can be told, and nobody answers their own question.
        took = answered(scene.rest[:HEARD], judge)
        if took is not None:
            yield _Word(turn, "agreed" if took else "objected", tuple(said[scene.at : scene.at + 2]))
        return
    yield from _gestures(scene)
    plainly = all(_leaves_open(text) for text in scene.rest)
    heard: set[str] = set()
    doubted: set[str] = set()
    for answer, direct in _replies(scene):
        first = scene.transcript.of(answer)[:HEARD]
        meant = [sentence for sentence in first if plainly or words.RECORDING.search(sentence.text)]
        for word in _answer(answer, one, meant, judge, direct=direct and plainly) if answer.who not in heard else ():
            (doubted if word.kind == "unclear" else heard).add(answer.who)
            # A later "good" of one whose answer nobody could read may be about anything.
            if word.kind != "agreed" or answer.who not in doubted:
                yield word


def _replies(scene: _Scene) -> Iterator[tuple[Turn, bool]]:
    """The turns in which an answer may stand, each with whether the asker was silent until then; another question ends them."""
    turn, direct = scene.turn, True
    for answer in scene.transcript.turns[turn.k + 1 : turn.k + 1 + ANSWERED_WITHIN]:
        direct = direct and answer.who != turn.who
        if answer.who != turn.who and not _same_side(turn, answer, scene.people):
            yield answer, direct
        if not all(_leaves_open(plain(one.text)) for one in scene.transcript.of(answer)[:HEARD]):
            return


def _gestures(scene: _Scene) -> Iterator[_Word]:
    """Answers without a word that the transcript marks, such as "[Per Aune nods]"."""
    for found in words.GESTURE.finditer(" ".join(scene.rest)):
        kind: Literal["objected", "agreed"] = "objected" if words.NO.match(found["how"]) else "agreed"
        yield _Word(scene.turn, kind, (scene.said[scene.at],), found["who"])


def _answer(
    answer: Turn, question: Sentence, meant: Sequence[Sentence], judge: Judge, *, direct: bool
) -> Iterator[_Word]:
    texts = [plain(one.text) for one in meant]
    took = answered(texts, judge)
    if took is not None:
        about = next(one for one, text in zip(meant, texts, strict=True) if judge(text) is took)
        yield _Word(answer, "agreed" if took else "objected", (question, about))
    elif judge is not objects and any(hedges(text) for text in texts):
        yield _Word(answer, "hedged", (question, meant[0]))
    elif judge is not objects and direct and any(may_mean(text) for text in texts) and not words.CALLED.match(texts[0]):
        yield _Word(answer, "unclear", (question, meant[0]))


def _leaves_open(text: str) -> bool:
    """Whether what follows a question is no other question, which an answer would be to."""
    known = words.CHECKS.match(text) or words.CALLED.match(text) or words.INVITES_NO.search(text)
    return "?" not in text or known is not None


def _same_side(turn: Turn, answer: Turn, people: Mapping[str, Person]) -> bool:
    sides = [people[one.who].side if one.who in people else "unknown" for one in (turn, answer)]
    return sides[0] == sides[1] != "unknown"


_FIGURE = re.compile(r",?\s*\b(?:just )?for the record\b,?", re.IGNORECASE)
"""what is said for emphasis and of no recording"""


def plain(text: str) -> str:
    """The words with straight apostrophes."""
    return _FIGURE.sub("", text.replace("’", "'").replace("´", "'")).strip()
