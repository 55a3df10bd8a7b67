"""Questions whose answer was put off, or that nobody answered, unless the answer came later in the call (pure)."""

import re

from bot.skills.summarising import tongues
from bot.skills.summarising.firm import any_of, plain
from bot.skills.summarising.scan import MOST, Noted, Scan, subject
from bot.skills.summarising.transcript import Sentence

UNANSWERED = any_of(
    r"\b(?:i|we)(?: \w+)? (?:do not|don'?t)(?: \w+)? (?:know|have (?:a |an |the |that |any )?(?:dates?|answers?|numbers?|figures?|details?|information|idea)\b|have that)",
    r"\b(?:i|we)(?:'ll| will| would|'d)? (?:have|need) to (?:check|double-?check|ask|look|find out|figure|get back|clarify|confirm|verify|take (?:that|this)|come back|see)",
    r"\b(?:i|we) (?:must|should|gotta) (?:check|ask|clarify|find out|confirm)\b",
    r"\b(?:that'?s|it'?s|this is) (?:something|one) (?:we|i)(?:'d)? (?:need|have|still need) to\b",
    r"\blet me (?:check|find out|ask|get back|come back|look (?:it|that|into)|think|clarify)",
    r"\b(?:i|we)(?:'ll| will) (?:find out|get back|come back|check|look into|ask|clarify|let you know)",
    r"\b(?:not (?:entirely |quite |completely |100 percent )?(?:sure|certain)|good question|hard to say|tough to say|too early to (?:say|tell)|"
    r"can(?:no|')t (?:say|promise|tell)(?! you)|can(?:no|')t give you (?:that|a|an|the)|no idea|no clue|beats me|your guess)\b",
    r"\b(?:to be (?:discussed|decided|seen|confirmed|defined)|tbd|tbc|still open|up in the air|not (?:been )?decided yet|undecided|remains to be seen)\b",
    r"^\W*(?:that|it) (?:all )?depends\b",
    r"^\W*(?:before that|before we|hold that (?:thought|question)|let'?s (?:park|come back|take that)|one other thing|first,|later\b|another time)",
)
"""how an answer is put off"""
NOT_YET = any_of(r"^\W*not (?:at the moment|right now|yet|off the top|that i know)\b")
"""how the answer to "what" or "who" is put off; to "have you" it is one"""
_ASKS_WHAT = any_of(r"\b(?:who|what|when|where|which|how|why|any idea)\b")
STILL_OPEN = any_of(
    r"\b(?:still|yet) (?:unclear|open|unresolved|undecided)\b|\bopen question\b|\bunresolved\b|\bremains (?:open|unclear|to be seen)\b"
)
SMALL_TALK = any_of(
    r"\b(?:how are you|how'?s it going|can you (?:hear|see)|are you there|you there|shall we (?:start|begin)|does that make sense|make sense|"
    r"right|okay|ok|is it all right|may i record|is that ok(?:ay)?|any(?:thing)? (?:else|questions))\s*(?:\w+ ?){0,3}\?$",
    r"^\W*(?:and |so |then |but |okay,? |ok,? )*(?:could|can|would|will) (?:you|somebody|someone|we) (?!\w+ (?:confirm|say|tell))(?:please )?(?:ask|send|share|put|set|give|get|train|resend|forward|"
    r"introduce|connect|call|add|check|write|make|do|come|join|start|meet|begin|have|bring)\b",
    r"^[^?]*\w, (?:do|don't|does|doesn't|did|didn't|is|isn't|are|aren't|was|wasn't|were|weren't|have|haven't|has|hasn't|can|can't|will|won't) (?:you|they|he|she|it|we|i)\?$",
    r"^\W*(?:shall|should) (?:we|i)\b|\bwhat about\b.*\bwe\b.*\bmeet\b|^\W*(?:would|could) you be a reference\b",
)
"""what is asked without wanting to know: requests and offers are steps, where they are taken"""
_ANSWERED = any_of(
    r"\b(?:on|to|as for|about|regarding) your (?:\w+ )?(?:question|point)\b",
    r"\b(?:just (?:looked|checked|found|heard|confirmed|got)|i(?:'ve| have) (?:looked|checked|found))\b",
    r"\bto (?:come|get) back to\b|\byou (?:just )?asked\b|^\W*(?:and |so,? |okay,? |ah,? )*yes,",
    r"\b(?:sorry|right|ah|okay), (?:the|your|on the)\b",
)
"""how somebody takes up a question again"""
_ORDINAL = re.compile(r"\byour (?:first|initial) (?:question|point)\b", re.IGNORECASE)
_LATER = 40
"""turns within which an answer is looked for"""


def open_questions(scan: Scan) -> list[Noted]:
    """Each question that stays open, with the words that put it off."""
    found = []
    for one in scan.noted(re.compile(r"\?\W*$"), lambda text: len(text.split()) >= 3):
        sentence = one.said[0]
        if SMALL_TALK.search(plain(sentence.text)) or not scan.is_earnest(sentence):
            continue
        answer, silent = _answer(scan, sentence)
        put_off = answer is not None and _puts_off(scan, sentence, answer)
        if (put_off or (silent and len(sentence.text.split()) >= 4)) and not _answered_later(scan, sentence, answer):
            found.append(Noted((sentence, answer), one.who) if answer and put_off else one)
    found = [one for one in (*found, *_left_open(scan)) if not scan.is_doubted(one.said, "Q")]
    return sorted(found, key=lambda one: scan.place(one.said[0]))[: MOST + 2]


def _answer(scan: Scan, sentence: Sentence) -> tuple[Sentence | None, bool]:
    """(how the next speaker begins, whether nobody says anything any more)."""
    own = scan.transcript.of(sentence.turn)
    left = len(own) - 1 - next(i for i, one in enumerate(own) if one is sentence)
    if left > 1:
        return None, False
    following = scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 2]
    said = [s for turn in following if turn.who != sentence.turn.who for s in scan.transcript.of(turn)]
    return (said[0] if said else None), not following and not left


def _puts_off(scan: Scan, sentence: Sentence, answer: Sentence) -> bool:
    """Whether the reply knows no answer: by its first sentence, or by its next after a short one ("Hm. I'd need to ask")."""
    said = scan.transcript.of(answer.turn)
    heard = [answer] if len(answer.text.split()) > 4 else list(said[:2])
    asks = _ASKS_WHAT.search(plain(sentence.text)) and NOT_YET.search(plain(answer.text))
    return bool(asks) or any(_is_put_off(scan, plain(one.text)) for one in heard)


def _is_put_off(scan: Scan, text: str) -> bool:
    here = scan.english and UNANSWERED.search(text) is not None
    return here or tongues.matches(scan.tongues, "unanswered", text)


def _answered_later(scan: Scan, sentence: Sentence, answer: Sentence | None) -> bool:
    """Whether somebody else than the asker takes it up again and says more than that they will."""
    about = subject(sentence.text)
    for later in scan.after(answer or sentence, _LATER):
        words = plain(later.text)
        if later.turn.who == sentence.turn.who or words.rstrip().endswith("?") or _is_put_off(scan, words):
            continue
        shared = about & subject(" ".join(one.text for one in scan.transcript.of(later.turn)))
        if _ANSWERED.search(words) and (shared or _is_meant_by_number(scan, sentence, later)):
            return True
    return False


def _is_meant_by_number(scan: Scan, sentence: Sentence, later: Sentence) -> bool:
    """Whether "your first question" is this one: the first that anybody else put."""
    asked = (one for one in scan.said if one.text.rstrip().endswith("?") and len(one.text.split()) >= 4)
    first = next((one for one in asked if one.turn.who != later.turn.who), None)
    return _ORDINAL.search(plain(later.text)) is not None and first is sentence


def _left_open(scan: Scan) -> list[Noted]:
    """What is called open without being asked: "What is still unclear to me is who supports it." """
    return scan.noted(STILL_OPEN, lambda text: not text.rstrip().endswith("?") and len(text.split()) >= 6)
