"""What was decided, kept apart from what was only suggested; a later word counts before an earlier one (pure)."""

import re
from itertools import pairwise

from bot.dates import read_dates
from bot.skills.said.clauses import ANY_DAY
from bot.skills.summarising import tongues
from bot.skills.summarising.firm import ACCEPTED, ALOUD, BUT, CONDITION, DENIAL, HEARSAY, any_of, is_meant, plain
from bot.skills.summarising.scan import Noted, Scan, in_order
from bot.skills.summarising.transcript import Sentence

_SINCE = r"(?: now| already| just| all| finally| both| internally| therefore)*"
_BODY = r"(?:we|i|they|he|she|(?:the|our|my) (?:board|team|committee|group|management|partners|owners|directors|council|trustees|parliament|shareholders|steering \w+|management team))"
_CHOSEN = (
    r"(?:decided|agreed|chosen|chose|settled on|signed off on|approved|opted for|resolved to|picked|selected|ma(?:d|k)e (?:up our minds|a decision|the decision)|"
    r"committed to|accepted|given (?:it |you )?the green light)"
)
DECIDED = any_of(
    rf"\b{_BODY}(?:'ve| have| has|'s| did)?{_SINCE} {_CHOSEN}\b",
    rf"\b(?:it'?s|it is|that'?s|that is|this is){_SINCE} (?:decided|agreed|settled|a deal|final)\b",
    r"\b(?:the|our) decision (?:is|was)\b",
    r"\bwe(?:'re| are) (?:all )?(?:going (?:ahead )?with|going ahead|moving (?:forward|ahead) with|sticking with|dropping|cancelling|keeping)\b",
    r"\bwe(?:'ll| will) (?:go (?:ahead )?with|take the|stick with)\b",
    r"\bwe (?:go (?:ahead )?with|accept|hereby accept)\b",
    r"\b(?:i|we)(?:'ll| will|'re| are) (?:keep|keeping|taking) (?:both|all|two|three|four|five|six|\d+)\b",
    r"\b(?:i|we)(?:'ll| will) take (?:one of|two|three|four|five|ten|\d+|all)\b",
    r"^(?:\w+, )?(?:so |then |okay |ok |right )?(?:agreed|deal|decided)\s*[:,–-]\s*\S.{8,}",
    r"\b(?:one thing|what|something) we(?:'ve| have)? (?:settled|decided|agreed)(?: on)?(?: \w+)?(?: is|:| was)",
    r"\bthat'?s what we(?:'ll| will| are going to) do\s*[:,–-]\s*\S",
    r"\bwe(?:'ve| have) signed off\b",
    r"\b(?:gave|given|got|has|have) (?:us |it |you |me )?the (?:go-?ahead|green light|nod)\b",
    r"^(?!.*\b(?:as|not|we|had|nothing)\b).{6,}, (?:agreed|decided|settled|done deal)\W*$",
)
SAID_SO = re.compile(
    r"^\W*(?:so |then )?(?:(?:that is|that's|it is|it's) )?(?:decided|agreed|accepted|deal|done deal|settled|final|done)\W*$",
    re.IGNORECASE,
)
"""a sentence of its own that decides what was said just before"""
LONG_AGO = any_of(
    r"\b(?:last (?:year|month|time|quarter|spring|summer|autumn|winter)|years? ago|months? ago|back then|originally|as (?:we )?agreed|in the past|"
    r"at the time|used to)\b",
    r"\b(?:had|was|were|haven't|hadn't) (?:\w+ )?(?:decided|agreed|approved|chosen)\b",
)
_DENIED = any_of(r"\bnever agreed\b", r"\bnot (?:a )?(?:done )?deal\b", r"\bnothing\b.{0,20}\b(?:decided|agreed)\b")
_GUESSED = any_of(r"\b(?:maybe|perhaps|probably|possibly|might|guess|i think|would have|could have|'d have|close to)\b")
SUGGESTED = any_of(
    r"\b(?:let'?s|let us)\b",
    r"\bhow about (?!the\b|your\b|our\b|my\b|that\b|this\b|it\b|you\b|him\b|her\b|them\b)|\b(?:what if (?=(?:we|i|you)\b)|why don'?t (?:we|you)|why not(?= \w+ \w+))\b",
    r"\bwhat about (?:\w+ing|a|an|having)\b(?!.*\b(?:what|who|how|where|has|have|is|are|do|does|did)\b)",
    r"(?<!when )(?<!how )(?<!where )\b(?:could we|should we|shall we)\b(?! (?:start|begin|go|continue|get|move (?:it|that|this|on))\b)",
    r"\bi(?:'d| would)? (?:like to )?(?:suggest|propose|recommend)\b(?! (?:two|three|some|a few|you) )",
    r"\bi(?:'d| would) be (?:in favou?r of|for)\b",
    r"\bwe (?:could|should|might)\b(?! (?:have|be|say|see|hear|talk|discuss|know))",
    r"\b(?:maybe|perhaps) (?:we|you) (?:could|can|should|might|may)\b(?! (?:tell|see|say|hear|explain|help|show|grab|discuss|talk|have))",
    r"\b(?:maybe|perhaps) (?:start|begin|add|try|use)\b",
    r"\bwe can\b.{0,8}\b(?:maybe|perhaps|always)\b",
    r"\byou (?:could|might want to)\b",
    r"\bit (?:might|could|would) (?:make sense|be (?:good|better|nice|useful|helpful|worth|smart|an idea))\b",
    r"\b(?:one option|an idea|just a thought|might be worth|is worth considering)\b",
)
_PLAIN = any_of(
    r"\b(?:we|you) (?:could|might want to)\b|\bcould we\b|\bi(?:'d| would)? (?:like to )?(?:suggest|propose|recommend)\b|\bcan i suggest\b",
    r"\b(?:what if|why don't) (?:i|we|you)\b|\b(?:maybe|perhaps) (?:we|you)\b",
)
"""words that suggest and are seldom said for anything else, unlike "let's" and "how about" """
_OPEN_ASKED = re.compile(
    r"\b(?:when|how|where|who|what|which|why)\b[^,;]*\b(?:could|should|shall|can) we\b", re.IGNORECASE
)
_MEETING = any_of(
    r"\b(?:meet|speak|talk|call|catch up|get together|reconnect|touch base|take (?:it|that|this) up|discuss|go over)\b(?:.*\b(?:again|next|on|after|at|in)\b|\W*$)"
)
"""how people arrange to see each other, which is no suggestion of what to do"""
_CHANGED = any_of(
    r"\b(?:wait|hold on|hang on|actually|scratch that|correction|you'?re right|on second thoughts?|i misspoke|i meant|sorry)\b",
    r"^\W*no,",
)


CHANGED = "changed in the call"
"""marks a decision that replaced another; its last words count"""


def decisions_and_suggestions(scan: Scan) -> tuple[list[Noted], list[Noted]]:
    """(what was decided, what was suggested and nobody took)."""
    agreed, left = _suggestions(scan)
    found = in_order([*_decided(scan), *_ordered(scan), *_said_so(scan), *_confirmed(scan), *agreed])
    decided = [one for one in found if not scan.is_doubted(one.said, "D")]
    taken = {id(one) for noted in decided for one in noted.said}
    kept = [one for one in left if id(one.said[0]) not in taken and not scan.is_doubted(one.said, _plainly(scan, one))]
    return _last_word(scan, decided), kept


RELATIVE = re.compile(r"\b(?:what|which|things|as|whether|how|where)\s*(?:\w+\s+)?$", re.IGNORECASE)
"""what stands before "we decided" where it only points back: "this is what we decided" """


def _plainly(scan: Scan, one: Noted) -> str:
    """The kind by which a suggestion is weighed."""
    return "S+" if not scan.english or _PLAIN.search(plain(one.said[0].text)) else "S"


def _decided(scan: Scan) -> list[Noted]:
    return [
        Noted((one,), scan.who(one.turn))
        for one in scan.said
        if (scan.english and _is_decision(plain(one.text))) or _is_decided_abroad(scan, one.text)
        if not scan.is_laughed_at(one)
    ]


_GOOD = r"(?:yes|yeah|yep|okay|ok|alright|all right|right|fine|good|great|perfect|deal|meh|cool|sure|that's (?:fair|fine)|fair enough|you've got me|done)"
_ORDER = any_of(
    rf"^\W*(?:{_GOOD}\b[,.! ]*)*(?:then )?(?:(?:go (?:ahead )?with|book|order|put (?:me|us) down for|sign (?:me|us) up for|count (?:me|us) in for) (?!the (?:meeting|call|room)\b)(?!on\b)\w.{{2,}}|do it\W*$)",
)
"""what a customer orders"""
_LETS = re.compile(
    rf"^\W*(?P<good>(?:{_GOOD}\b(?: then)?[,.! ]*)*)let'?s (?:do(?! it \w)|go (?:with|for|ahead with)|take|run|stick with|keep|use|leave)\b(?! (?:it again|that (?:again|later|another)|a call))",
    re.IGNORECASE,
)
_IT_IS = re.compile(
    rf"^\W*(?:{_GOOD}\b[,. ]*)*(?P<what>(?!as\b|there\b)[\w-]+(?: (?!as\b)[\w-]+){{0,3}}) it is(?:,? then)?(?:\W*$|,)",
    re.IGNORECASE,
)
_AGREES = re.compile(rf"^\W*{_GOOD}(?: then)?\W*$", re.IGNORECASE)
_WAITS = any_of(r"^\W*(?:no\b|hm+\b|wait|hold on|not (?:so|yet)|but\b|well,|maybe|are you sure|i'm not)")


def _ordered(scan: Scan) -> list[Noted]:
    """What the customer has done: "Okay, book August.", "Fine. Let's do both." – unless somebody holds it up."""
    return [
        Noted((one,), scan.who(one.turn))
        for one in (scan.said if scan.english else ())
        if scan.is_theirs(one) and _orders(scan, one) and scan.is_earnest(one) and not scan.is_laughed_at(one)
        if not ((answer := scan.reply(one)) and _WAITS.search(plain(answer.text)))
    ]


def _orders(scan: Scan, one: Sentence) -> bool:
    words = scan.words(one)
    if words.rstrip().endswith("?") or CONDITION.search(words) or _GUESSED.search(words):
        return False
    lets = _LETS.match(words)
    if lets:
        return bool(lets["good"].strip()) or _follows_a_yes(scan, one)
    it_is = _IT_IS.match(words)
    dated = it_is and read_dates(it_is["what"], ANY_DAY)
    return bool(
        _ORDER.match(words)
        or (
            it_is
            and not dated
            and not re.search(r"\b(?:what|how|where|that|think|whatever)\b", it_is["what"], re.IGNORECASE)
        )
    )


def _follows_a_yes(scan: Scan, one: Sentence) -> bool:
    own = scan.transcript.of(one.turn)
    at = next(i for i, said in enumerate(own) if said is one)
    if at == 0:
        return False
    before = scan.words(own[at - 1])
    # "Six. Let's go with six.": a word by itself answers what was asked.
    return _AGREES.match(before) is not None or (len(before.split()) <= 2 and not before.rstrip().endswith("?"))


def _is_decided_abroad(scan: Scan, text: str) -> bool:
    return not text.rstrip().endswith("?") and tongues.matches(scan.tongues, "decided", plain(text))


def _is_decision(text: str) -> bool:
    match = DECIDED.search(text)
    if match is None or text.rstrip().endswith("?") or not is_meant(text) or CONDITION.search(text):
        return False
    if RELATIVE.search(text[: match.start()]) or re.search(r"\b(?:agreed|decided) (?:on|upon)\W*$", text):
        return False
    # "Decided not to extend" is a decision, "not decided" is none.
    return not (
        DENIAL.search(text[: match.end()]) or LONG_AGO.search(text) or _DENIED.search(text) or _GUESSED.search(text)
    )


def _said_so(scan: Scan) -> list[Noted]:
    """What a sentence such as "Decided." makes of the one before it."""
    found = []
    for before, one in pairwise(scan.said):
        near = one.turn.k - before.turn.k <= 1 and not before.text.rstrip().endswith("?")
        settles = near and SAID_SO.match(one.text) and is_meant(before.text)
        if settles and not SUGGESTED.search(before.text) and not CONDITION.search(before.text) and _states(before):
            found.append(Noted((before, one), scan.who(one.turn)))
    return found


_WHETHER = any_of(
    r"^(?:.{0,24}[:,;] )?(?:\w+ )?(?:did|have|has) (?:the |your |our )?\w+(?: \w+)? (?:approved?|decided?|agreed?|sign(?:ed)? off|settled?|cho(?:ose|sen)|accept(?:ed)?)\b.*\?"
)
_DID = any_of(r"^\W*(?:(?:yes|yep|yeah)\b[, ]*)?(?:they|we|he|she|it|i) (?:did|have|has)\b(?! not|n't)")


def _confirmed(scan: Scan) -> list[Noted]:
    """What was asked and is so: "Did the board approve it?" – "They did." """
    found = []
    for one in scan.noted(_WHETHER, lambda text: scan.english):
        answer = scan.reply(one.said[0])
        if answer and _DID.search(plain(answer.text)) and not BUT.search(plain(answer.text)):
            found.append(Noted((one.said[0], answer), scan.who(answer.turn)))
    return found


def _states(sentence: Sentence) -> bool:
    """Whether it says something that can be decided; "I'll send it" is a promise."""
    words = plain(sentence.text)
    return len(words.split()) >= 3 and not re.match(r"\W*(?:and )?i(?:'ll| will)\b", words, re.IGNORECASE)


def _suggestions(scan: Scan) -> tuple[list[Noted], list[Noted]]:
    """(suggestions that the next speaker took, those that nobody did)."""
    agreed, left = [], []
    for one in scan.noted(SUGGESTED, _is_suggestion) if scan.english else ():
        sentence = one.said[0]
        answer = scan.reply(sentence)
        # "How about I price it both ways?" offers work, which is a step once it is wanted.
        if not scan.is_earnest(sentence) or _OFFERS.search(plain(sentence.text)):
            continue
        if answer and accepts(answer.text) and not BUT.search(plain(answer.turn.words)):
            agreed.append(Noted((sentence, answer), one.who))
        elif not _MEETING.search(plain(sentence.text)):
            left.append(one)
    left += scan.noted(_ANY, lambda text: tongues.matches(scan.tongues, "suggested", text))
    return agreed, left


_ANY = re.compile("")
_OFFERS = re.compile(r"\b(?:how about|what if|why don't) i\b", re.IGNORECASE)


_STARTS = re.compile(
    r"\byou (?:could|can|should|might) (?:\w+ )?(?:start|begin|kick|tell|walk|introduce)\b", re.IGNORECASE
)
"""how people get a talk going"""


def _is_suggestion(text: str) -> bool:
    steers = (
        ALOUD.search(text)
        or _STARTS.search(text)
        or _OPEN_ASKED.search(text)
        or re.search(r"\blet us know\b", text, re.IGNORECASE)
    )
    return (
        not steers
        and len(text.split()) >= 5
        and not CONDITION.search(re.sub(r"(?i)\bwhat if\b", "", text))
        and not HEARSAY.search(text)
    )


def accepts(text: str) -> bool:
    """Whether the words take a suggestion: in so many words, or by a yes with a day."""
    dated = re.match(r"\W*yes\b", text, re.IGNORECASE) and read_dates(text, ANY_DAY)
    return bool(ACCEPTED.match(plain(text)) or dated)


def _last_word(scan: Scan, decided: list[Noted]) -> list[Noted]:
    """Decisions without those that were taken back or decided anew within a few turns; both lines stay cited."""
    kept: list[Noted] = []
    for one in decided:
        if kept and _replaces(scan, kept[-1], one):
            before = kept.pop()
            one = Noted((*before.said, *one.said), one.who, CHANGED)
        if not _taken_back(scan, one):
            kept.append(one)
    return kept


def _replaces(scan: Scan, before: Noted, one: Noted) -> bool:
    between = [s for s in scan.after(before.said[-1], 4) if scan.place(s) <= scan.place(one.said[0])]
    return one.said[0] in between and any(_CHANGED.search(plain(s.text)) for s in between)


def _taken_back(scan: Scan, one: Noted) -> bool:
    back = re.compile(
        r"\b(?:scratch that|forget (?:that|it|what (?:i|we) said)|take that back|(?:we|that) (?:haven't|hasn't|isn't|wasn't) (?:been )?(?:decided|agreed)|"
        r"nothing is decided|that was premature|not (?:so fast|yet decided)|i spoke too soon)\b",
        re.IGNORECASE,
    )
    return any(back.search(plain(s.text)) for s in scan.after(one.said[-1], 3))
