"""Words by which people take something on, and what they take on (pure)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import CUT_OFF, any_of, is_firm

VERBS = (
    r"send|share|get|set|schedule|book|check|confirm|come back|come by|follow up|loop|introduce|draft|prepare|review|ask|forward|upload|download|"
    r"provide|put|circulate|update|call|ring|phone|e-?mail|mail|text|ping|message|drop|invite|arrange|sign|countersign|ship|deliver|finali[sz]e|find|look (?:into|up|for|at)|"
    r"bring|return|write|rewrite|connect|run (?:it|this|that|them|the numbers|a|some) ?(?:by|past)?|speak (?:to|with)|talk (?:to|with)|present|submit|order|pass|give|"
    r"make sure|make|reach out|build|test|complete|fill|read|take (?:it|this|that|them|a sample|care)|raise|organi[sz]e|clarify|request|install|"
    r"register|upgrade|propose|pull|dig out|resend|rework|revise|change|adjust|amend|correct|fix|repair|add|attach|compile|collect|gather|assemble|extract|export|import|"
    r"count|measure|mark up|mark (?:it|them|that|the|any|all)|print|reserve|block|hold the|apply|create|open|enable|configure|activate|unlock|migrate|show|demo|host|visit|"
    r"chase|escalate|remind|line up|involve|copy|document|summari[sz]e|report|calculate|estimate|quote|price|benchmark|evaluate|assess|analy[sz]e|audit|translate|publish|post|"
    r"release|roll out|deploy|transfer|pay|wire|invoice|refund|credit|free up|secure|obtain|investigate|verify|validate|track|handle|sort|let (?:you|him|her|them|everybody) know|"
    r"keep (?:you|them) (?:posted|updated)|get back|throw in|check in|train|plan|replace|move|tell (?:you|him|her|them)|name|nominate|settle|cancel|close the ticket|have (?:it|them|that|this|an?|the|our|your|my|two|some|\w+) .*(?:with you|ready|done|over|drafted|in your inbox|finished)|have (?:it|them|that|this)"
)
_LEAD = r"(?:(?:also|then|just|definitely|certainly|personally|be sure to|make sure to|of course|gladly|now|happily|probably not|still|quickly|go ahead and|go and|try and|have to)\s+)*"
_STUTTER = r"(?:,? ?(?:i|we)(?:'ll| will),?)?"
_PROMISE = re.compile(
    rf"\b(?P<who>i|we)(?:'ll| will|'m going to|'m gonna| am going to|'re going to|'re gonna| are going to| shall| promise to){_STUTTER},?\s+{_LEAD}(?P<what>(?:{VERBS})\b.*)",
    re.IGNORECASE,
)
_LET_ME = re.compile(
    r"\blet me (?P<what>(?:send|check|confirm|find out|get back|come back|ask|look into|forward|share|put together|prepare|talk to|speak to|clarify|verify|set up)\b.*)",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:i|we)(?: can)? (?P<what>(?:send|share|bring|give|forward|deliver|get|return|take|move|prepare|put|present|call|let|do)\s+"
    r"(?:you|it|them|that|this|the|our|a|an)\b.*)",
    re.IGNORECASE,
)
"""only with a day: "I send you a template by Friday" """
_RECEIVE = re.compile(r"\byou(?:'ll| will) (?P<what>(?:have|get|receive|find|hear)\b.*)", re.IGNORECASE)
_NO_RECEIPT = re.compile(r"^(?:have (?:to|a look|time|fun|noticed|seen)|get (?:to|used|into|there|over|the (?:idea|picture)|it,)|find (?:that|it|out))\b", re.IGNORECASE)
_OTHER = re.compile(
    rf"(?:^|^(?:And|Then|So|But|Also),? |[.,;:]\s*|\b(?:and|then|so|but)\s)(?P<name>(?!(?:And|Then|So|But|Also|Maybe|Perhaps)\b)[A-Z][\w'’-]*\w(?: [A-Z][\w'’-]*\w)?)(?:'ll| will| is going to)\s+{_LEAD}(?P<what>(?:{VERBS})\b.*)"
)
REQUEST = re.compile(
    rf"\b(?:(?:can|could|would|will) you (?:please |maybe |perhaps |already |also |kindly )*|(?:would|do) you mind )(?P<what>(?:{VERBS}|sending|sharing)\b.*)\?", re.IGNORECASE
)
CAN_WE_HAVE = re.compile(r"\b(?:can|could|may) (?:we|i) (?:have|get|see) (?P<what>.*)\?", re.IGNORECASE)
PLEASE = re.compile(rf"^\W*(?:and |so |then )?please (?P<what>(?:{VERBS})\b.*[^?])$", re.IGNORECASE)
OFFER = re.compile(rf"\b(?:shall|should|can|may) i (?P<what>(?:{VERBS})\b.*)\?", re.IGNORECASE)
ASKED_WHEN = re.compile(r"\bwhen (?:can|could|will|would|do) (?:i|we|you) (?P<what>\w+\b.*)\?", re.IGNORECASE)
NO_WORK = re.compile(
    r"^(?:share (?:my|the|a) screen|show you (?:now|here|how|what|in a (?:second|minute|moment))|get (?:to|into|started|going|it|that|there|used|along|straight)\b(?! (?:to you|over|done|across|back))|give (?:you|it|him|them) (?:an? )?(?:example|idea|sense|overview|quick|brief|minute|hint|try|go|thought|shot|feel)|ask you|"
    r"come back to (?:that|this|it)\b(?! (?:by|on))|talk (?:about|you|through)|speak (?:to that|about)|take (?:a (?:look|second|moment|step)|you|care of yourself|that as|it from here|it as|it that|that (?:a|to mean))|"
    r"have (?:to|a look|time|lunch|coffee|dinner|fun|a (?:call|think|chat))|start (?:with|by)|run (?:you )?through|read (?:it|that) out|call it|pass (?:it|you|over)|be|find (?:it|that|this) (?:hard|difficult)|"
    r"tell you (?:what|how|why|a|one|something|honestly|frankly|the truth|that)\b|make (?:it|this|that|them) (?:quick|short|simple|brief|work|clear)|make (?:sense|do|a living|up for)|put it (?:this|that|differently|bluntly)|add (?:one|that|just|to that|something)|"
    r"let you (?:go|start|begin|speak|finish|talk)|check while|ask (?:a|one|this|that|the) (?:question|quick)|look at (?:it|that|this)\b|look (?:for|up) (?:something|it|that|this)\b|look it up|open (?:it|this|that|with)|close (?:with|by)|present (?:it|this)? ?now|mark (?:my|your) words|"
    r"plan (?:on|for)|move on|change (?:the subject|my mind)|drop (?:off|out|by the way)|name (?:one|a few|it)|hold|pay attention|set the scene|set (?:that|this) aside|write (?:it|that|this) down\b|think|handle it from)\b|^read it$|^(?:do|let) (?:the same|that|it|so)\b(?!.*\bknow\b)",
    re.IGNORECASE,
)
"""what people do in the call itself, or say without meaning work"""
_ANOTHER = re.compile(r"(?:,|;|\.|:|–|-| and| but| then)\s+(?=(?:then )?(?:I|i|we|We|you|You|[A-Z]\w+)(?:'ll| will| am going to|'m going to)\b)")
_DROPPED_FILLER = re.compile(r",?\s*\b(?:um+|uh+|erm?|hmm?|you know|i mean)\b,?|, like,", re.IGNORECASE)
_TWICE = re.compile(r"\b(\w+),? \1\b(?! \1)", re.IGNORECASE)
_TAG = re.compile(r",\s*(?:okay|ok|right|all right|alright|yes|is that ok(?:ay)?)\?\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Promise:
    """What somebody takes on."""

    owner: Person
    what: str
    dated_only: bool = False
    """whether only a day makes it a promise"""


def smoothed(text: str) -> str:
    """The words without fillers and stutters: "by, by Thursday" is "by Thursday"."""
    words = _DROPPED_FILLER.sub(" ", text)
    return _TWICE.sub(r"\1", " ".join(words.split()))


def promises(text: str, speaker: Person, people: Mapping[str, Person]) -> Iterator[Promise]:
    """Each promise of a sentence, one after the other."""
    words = smoothed(_TAG.sub(".", text))
    if words.rstrip().endswith("?") or CUT_OFF.search(words):
        return
    start = 0
    for cut in [*(match.end() for match in _ANOTHER.finditer(words)), len(words)]:
        clause = words[start:cut]
        found = _promise(clause, words, speaker, people)
        start = cut
        if found:
            yield from _parts(found)


def _promise(clause: str, whole: str, speaker: Person, people: Mapping[str, Person]) -> Promise | None:
    for pattern, dated in ((_PROMISE, False), (_LET_ME, False), (_RECEIVE, True), (_PRESENT, True)):
        match = pattern.search(clause)
        if match and not (_NO_RECEIPT if pattern is _RECEIVE else NO_WORK).match(match["what"]):
            what = re.sub(r"^(?:have|get|receive|find|hear)\b", "provide", match["what"]) if pattern is _RECEIVE else match["what"]
            return Promise(speaker, _ended(what), dated) if _holds(clause, whole, match.start("what")) else None
    other = _OTHER.search(clause)
    owner = named(other["name"], people, speaker) if other and not NO_WORK.match(other["what"]) else None
    return Promise(owner, _ended(other["what"])) if owner and other and _holds(clause, whole, other.start("what")) else None


def _ended(what: str) -> str:
    return re.sub(r"(?:,? (?:and|but|then)|[,;:–-])\s*$", "", what.strip())


def _holds(clause: str, whole: str, upto: int) -> bool:
    """Whether the clause is firm; a condition counts wherever it stands in the sentence."""
    return is_firm(clause, upto) and is_firm(whole, 0)


_AND_THE = re.compile(r"\s+and (?=(?:the|a|an|our|your|my|all)\b)")


def _parts(promise: Promise) -> Iterator[Promise]:
    """Two things with a day each: "send you the deck today and the prices by Friday"."""
    cut = _AND_THE.search(promise.what)
    lead = re.match(r"\w+(?: (?:you|them|him|her|us))?\s", promise.what)
    if cut and lead and _DAY.search(promise.what[: cut.start()]) and _DAY.search(promise.what[cut.end() :]):
        yield Promise(promise.owner, promise.what[: cut.start()], promise.dated_only)
        yield Promise(promise.owner, lead[0] + promise.what[cut.end() :], promise.dated_only)
    else:
        yield promise


_DAY = any_of(
    r"\b(?:today|tonight|tomorrow|this (?:afternoon|evening|week)|next \w+|end of|eo[dwmq]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:by|on|until) the \d+|\d{1,2}(?:st|nd|rd|th)|january|february|march|april|june|july|august|september|october|november|december)\b"
)


def named(name: str, people: Mapping[str, Person], speaker: Person | None = None) -> Person | None:
    """The one attendee of a whole or first name; nobody speaks of themselves by name while another has it."""
    low = name.casefold()
    fits = {p.label: p for p in people.values() if p.name.casefold() == low or p.name.casefold().split()[:1] == [low]}
    if len(fits) > 1 and speaker:
        fits.pop(speaker.label, None)
    return next(iter(fits.values())) if len(fits) == 1 else None
