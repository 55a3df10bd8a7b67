"""What a later word does to a promise: another day, or none any more (pure)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.skills.summarising import tongues
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import DENIAL, any_of, plain
from bot.skills.summarising.scan import Scan, subject
from bot.skills.summarising.steps import Step
from bot.skills.summarising.transcript import Sentence
from bot.skills.summarising.when import days, moved

NEAR = 5
"""turns within which a correction needs no mention of what it corrects"""
CORRECTS = any_of(
    r"\b(?:make (?:it|that)|scratch that|correction|instead|hold on|hang on|wait|i meant|i misspoke|sorry|actually|rather|better|on second thoughts?|then)\b",
    r"^\W*(?:no|oh|ah|right)\b",
    r"\b(?:sooner|earlier|later|too (?:soon|early|late|tight)|moved|postpone|push(?:ed)? (?:it )?(?:back|out)|pull(?:ed)? (?:it )?(?:forward|in)|takes? (?:a bit )?longer|not before|so it (?:will be|is))\b",
)
_STRONG = any_of(
    r"\b(?:make (?:it|that)|scratch that|correction|instead|you know what|i can (?:even |actually )?(?:do|make|manage)|hold on|hang on|i meant|i misspoke|actually|on second thoughts?|sooner|earlier|too (?:soon|early|late|tight)|postpone|not before|so it (?:will be|is))\b",
    r"\b(?:ah|oh|no),? wait\b|\bsorry, (?:i|we|not|it|that|no)\b|^\W*(?:no|wait),|\blet's (?:say|make it)\b",
)
"""words that correct also without the subject being named"""
TAKEN_BACK = any_of(
    r"\b(?:scratch that|(?<!don't )(?<!not )(?<!won't )forget (?:that|it|the|what (?:i|we) (?:just )?(?:said|promised))|take (?:that|it) back|never ?mind|ignore (?:that|it|what i (?:just )?said)|"
    r"shouldn't have (?:said|promised|offered)|on second thoughts?|strike that|cancel that|i spoke too soon|that won't work after all)\b",
    r"\b(?:i|we) (?:can't|cannot|won't|will not|'m not able to|am not able to|won't be able to) (?:share|send|promise|do|give|make|offer|deliver|commit|get)\b",
    r"\b(?:let's not (?:do (?:that|it)|\w+ (?:that|it|the))|(?:please )?don't (?:send|do|bother|set|share)|no need (?:to|for)|(?:you )?needn't|you don't have to)\b",
)
_HARD = any_of(
    r"\b(?:scratch that|(?<!don't )(?<!not )(?<!won't )forget (?:that|it|the|what)|take (?:that|it) back|never ?mind|shouldn't have|strike that|cancel that|i spoke too soon|let's not|ignore (?:that|it)|no need|don't bother)\b"
)
"""words that take back also without the subject being named"""


TALKED = 3
"""turns after a promise in which its day may be talked over"""
SHORT = 3
"""words of a subject, with those of a day, that a sentence may hold which names nothing but a day"""
_A_DAY = re.compile(
    r"\w{2,}(?:day|tag|di)|mittwoch|tomorrow|tonight|heute|morgen|demain|\w*\d\w*|\w{2,}(?:th|st|nd|rd)", re.IGNORECASE
)
_REFUSES = any_of(
    r"\b(?:i'm|i am|we're|we are|i've|can't|cannot|won't|not|no good|rather|make it|bin ich|kann ich|suis|peux pas|estoy)\b(?! wait)"
)
"""how people say that a day will not do, where they name it again"""
_OFFERS = any_of(
    r"\b(?:make it|make that|better|rather|instead|prefer|wait until|wait till|could you|can you|can it|could it|how about|what about|would|then|so|say|works|suits?|lieber|besser|wäre|plutôt|mejor|mieux)\b",
    r"^\W*(?:on |by |am |le |el )?\w+day\W*$",
)
"""how people name another day for it"""
_YES = any_of(
    r"^\W*(?:fine|ok(?:ay)?|alright|all right|sure|works|good|great|perfect|deal|yes|yeah|yep|no problem|will do|agreed|done|gerne?|passt|gut|d'accord|vale|de acuerdo)\b(?!.*\b(?:but|not|can't)\b)"
)
_ENDED = any_of(
    r"^\W*(?:(?:ok(?:ay)?|alright|all right|right|fine|good|sure|yes)\W+)*(?:then|so|make it|let's say|dann|also|donc|alors|entonces|pues)\b",
    r"\b(?:it is|then|it'll be|works|is fixed)\W*$",
)
"""how people end the talk about a day"""


_MINE = re.compile(r"\b(?:i|we)(?:'ll| will| can)\b", re.IGNORECASE)
"""who says what they themselves do gives nobody else another day"""


Dated = tuple[Sentence, list[tuple[int, str, date]]]
"""a sentence and the days that it names"""


def settled(scan: Scan, found: Sequence[Step], day: date | None, beside: Sequence[Step] = ()) -> list[Step]:
    """The promises as they stand at the end of the call; `beside` are others that are settled already."""
    taken = {id(said) for one in beside for said in one.said}
    dated = [(one, named) for one in scan.said if id(one) not in taken and (named := _days(scan, plain(one.text), day))]
    kept = [_corrected(scan, step, [*beside, *found], dated) for step in found]
    kept = [_talked_over(scan, step, [*beside, *kept], dated) for step in kept]
    return _once([step for step in kept if not _is_taken_back(scan, step, [*beside, *kept])])


def _once(found: Sequence[Step]) -> list[Step]:
    """A promise that was but a later word on another one, and came to the same day, is that other one."""
    return [step for step in found if not any(_is_word_on(step, other) for other in found)]


def _is_word_on(step: Step, other: Step) -> bool:
    begins_there = any(said is step.said[0] for said in other.said[1:])
    return step.due is not None and step.due == other.due and step.owner == other.owner and begins_there


def _days(scan: Scan, words: str, day: date | None) -> list[tuple[int, str, date]]:
    if scan.english:
        return days(words, day)
    told, due, _ = tongues.when(words, day)
    return [(0, told, due)] if due else []


def _corrected(scan: Scan, step: Step, found: Sequence[Step], dated: Sequence[Dated]) -> Step:
    for sentence, named in dated:
        is_later = scan.place(sentence) > scan.place(step.said[0])
        if not is_later or any(sentence is one for one in step.said):
            continue
        if _corrects(scan, step, sentence, found) or _is_settled(scan, step, sentence, dated):
            told, due = named[-1][1], moved(named[-1][2], step.due, named[-1][1])
            if due != step.due:
                step = replace(step, due=due, when=told, said=(*step.said, sentence))
    return step


def _corrects(scan: Scan, step: Step, sentence: Sentence, found: Sequence[Step]) -> bool:
    """Whether a sentence with a day gives this step another day."""
    near = sentence.turn.k - step.said[-1].turn.k <= NEAR
    about = subject(step.what) & subject(_turn_until(scan, sentence))
    cue = CORRECTS.search(_turn_until(scan, sentence))
    own = scan.people.get(sentence.turn.who) == step.owner
    if own and about and cue:
        return True
    others = [one for one in found if any(one_said is sentence for one_said in one.said)]
    if not near or (others and not (own and _STRONG.search(_turn_until(scan, sentence)))):
        return False
    if not step.due or not _STRONG.search(_turn_until(scan, sentence)) or _nearest(scan, sentence, found) is not step:
        return False
    if not own and _MINE.search(plain(sentence.text)):
        return False
    return _names_but_a_day(sentence) and (own or _is_taken(scan, sentence))


def _names_but_a_day(sentence: Sentence) -> bool:
    """Whether it corrects by itself, unlike what follows "Sooner, please": "We have an audit on the 28th"."""
    words, is_short = plain(sentence.text), len(subject(sentence.text)) <= SHORT
    return is_short or (_STRONG.search(words) is not None and not words.rstrip().endswith("?"))


def _is_settled(scan: Scan, step: Step, sentence: Sentence, dated: Sequence[Dated]) -> bool:
    """Whether the owner takes the day that the answer to the promise named: "Friday?" – "Monday's better." – "Monday then." """
    at, own = step.said[-1].turn.k, scan.people.get(sentence.turn.who) == step.owner
    if not own or not step.due or sentence.turn.k != at + 2:
        return False
    taken = {due for one, named in dated if one is sentence for _, _, due in named}
    # What the other asks is another thing: "And I'll have it there for Wednesday?"
    said = [named for one, named in dated if one.turn.k == at + 1 and not one.text.rstrip().endswith("?")]
    asked = {due for named in said for _, _, due in named}
    return bool(taken & asked) and step.due not in taken


def _talked_over(scan: Scan, step: Step, found: Sequence[Step], dated: Sequence[Dated]) -> Step:
    """The day on which both ended where the promised one was no good; none where nobody says which it is."""
    others = {id(said) for one in found if one is not step for said in one.said}
    last = step.said[-1]
    named = [
        (one, days[-1])
        for one, days in dated
        if id(one) not in others and 0 < one.turn.k - last.turn.k <= TALKED and days[-1][2] != step.due
    ]
    if not step.due or not named or not _is_no_good(scan, step, named[0][0]):
        return step
    one, (_, told, day) = named[-1]
    day = moved(day, step.due, told)
    both = len({said.turn.who for said, (_, _, due) in named if due == day}) > 1
    if both or _ENDED.search(plain(one.text)) or _agrees(scan, one, step.owner):
        return replace(step, due=day, when=told, said=(*step.said, one))
    return replace(step, due=None, when="")


def _agrees(scan: Scan, sentence: Sentence, owner: Person) -> bool:
    """Whether who promised it says yes to a day that the other named."""
    after = scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
    return any(scan.people.get(turn.who) == owner and _YES.match(plain(turn.words)) for turn in after)


def _is_no_good(scan: Scan, step: Step, other: Sentence) -> bool:
    """Whether the other day takes the place of the promised one: that is named again beside it, or the owner names it alone."""
    last = step.said[-1]
    heard = [
        plain(one.text).casefold()
        for one in scan.after(last, other.turn.k - last.turn.k)
        if one.turn.who != last.turn.who
    ]
    days = [word for word in re.findall(r"[\w-]+", step.when.casefold()) if _A_DAY.fullmatch(word)]
    clauses = [clause for text in heard for clause in re.split(r"[,.;!?]", text)]
    again = any(word in clause and _REFUSES.search(clause) for word in days for clause in clauses)
    words, own = plain(other.text), scan.people.get(other.turn.who) == step.owner
    if again:
        return _OFFERS.search(words) is not None
    alone = own and len(subject(words)) <= SHORT and _ENDED.search(words) is not None
    return alone and not words.rstrip().endswith("?")


def _turn_until(scan: Scan, sentence: Sentence) -> str:
    """The words of its turn up to its end."""
    said = scan.transcript.of(sentence.turn)
    upto = next(i for i, one in enumerate(said) if one is sentence)
    return plain(" ".join(one.text for one in said[: upto + 1]))


def _nearest(scan: Scan, sentence: Sentence, found: Sequence[Step]) -> Step | None:
    """The dated step that was said last before a sentence."""
    before = [one for one in found if one.due and scan.place(one.said[-1]) < scan.place(sentence)]
    return max(before, key=lambda one: scan.place(one.said[-1]), default=None)


def _is_taken(scan: Scan, sentence: Sentence) -> bool:
    """Whether the next turn does not refuse what somebody asks of another."""
    following = scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
    return any(turn.who != sentence.turn.who and not DENIAL.search(plain(turn.words)) for turn in following)


def _is_taken_back(scan: Scan, step: Step, found: Sequence[Step]) -> bool:
    for sentence in scan.after(step.said[-1], NEAR):
        words = plain(sentence.text)
        if not TAKEN_BACK.search(words):
            continue
        about = subject(step.what) & subject(words)
        if about:
            return True
        # "Scratch that." means the last one, unless what follows says which.
        named = [one for one in found if subject(one.what) & subject(_turn(scan, sentence))]
        if _HARD.search(words) and (named[-1] if named else _last(scan, sentence, found)) is step:
            return True
    return False


def _turn(scan: Scan, sentence: Sentence) -> str:
    return plain(sentence.turn.words)


def _last(scan: Scan, sentence: Sentence, found: Sequence[Step]) -> Step | None:
    before = [
        one
        for one in found
        if scan.place(one.said[-1]) < scan.place(sentence) and sentence.turn.k - one.said[-1].turn.k <= 2
    ]
    return max(before, key=lambda one: scan.place(one.said[-1]), default=None)
