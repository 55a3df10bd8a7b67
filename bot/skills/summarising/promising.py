"""Words by which people take something on, and what they take on (pure)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.skills.summarising.attendees import Person
from bot.skills.summarising.firm import CUT_OFF, any_of, is_firm, smoothed

STRONG = (
    r"send|resend|share|forward|circulate|e-?mail|mail|text|ping|message|drop (?:you|it|them|off|the|those)|upload|hand over|attach|schedule|reschedule|book|set up|set (?:\w+ ){1,4}up|scan|docusign|drive (?:it|them|that)|have .{2,40}\b(?:sent|delivered|shipped|installed|replaced)|wipe|answer (?:it|that|this)\b.*\b(?:in writing|by e-?mail)|(?:get|have|ask) (?:our |my )?[\w.]+ (?:to )?(?:send|call|e-?mail|mail|ring|pull|check|look|forward|text|share|drop|bring|do|prepare|set)\b|put (?:it|that|this|you|them|us) on (?:the|our) (?:list|agenda)|arrange|organi[sz]e|invite|"
    r"check|double-?check|confirm|verify|clarify|find out|look into|investigate|get back|come back to|follow up|follow-up|reach out|loop|introduce|connect|put .{2,40}\b(?:in touch|in contact)|call|ring|phone|speak (?:to|with)|talk (?:to|with)|"
    r"chase|escalate|remind|ask|request|raise (?:it|this|that|the|a)|draft|prepare|put together|put (?:it|that|this|them|the|everything|those|some) .*(?:writing|together|paper|page|slide|e-?mail|contract|offer)|write|rewrite|rework|revise|update|correct|amend|adjust|"
    r"compile|collect|gather|summari[sz]e|document|submit|order|register|apply|provide|deliver|ship|return (?:it|the|them|that)|sign|countersign|review|complete|fill (?:in|out)|finali[sz]e|install|configure|enable|activate|unlock|reserve|"
    r"invoice|refund|credit|quote|calculate|estimate|propose|present (?:it|this|that|the) (?:to|on|at|in)|line (?:it|them|that|this|up|.{3,30} up)|sort (?:it|that|this|them|out|.{2,30} out)|take care|make sure|let (?:you|him|her|them|everybody|everyone|(?:the|our|my|your) .{2,30}?) know|"
    r"run (?:it|this|that|them) (?:by|past)|keep (?:you|them) (?:posted|updated|informed)|bring (?:it|this|that|the|a|an|them|my|our|last|some)|pull (?:the|together|those|some|it|out)|dig (?:out|up)|get (?:you|them|him|her|it to you|that to you|the .{2,40} (?:drafted|done|signed|ready|over|to you))|"
    r"test|add (?:it|that|this|them|you|the|a)|change (?:the|it|that)|mark up|count|measure|extract|export|free up|throw in|print|have (?:it|them|that|this) (?:ready|done|over|back|with)|fix|take (?:it|this|that) (?:to|back|up with|offline with)|"
    r"pass (?:it|that|this|them|your|the) (?:on|along|to)|raise"
)
"""verbs by which people take work on, with or without a day"""
WEAK = (
    r"get|give|put|set|make|show|tell|read|move|change|build|train|plan|replace|name|bring|run|open|create|import|migrate|demo|host|visit|copy|report|price|test|handle|cover|pay|release|deploy|transfer|hold|take|include|keep|look|return|"
    r"pull|order|print|track|upgrade|download|assess|analy[sz]e|audit|translate|publish|post|wire|nominate|settle|cancel|join"
)
"""verbs that are work where somebody gets it, or where a day is named"""
VERBS = rf"{STRONG}|{WEAK}|sending|sharing"
_FOR_YOU = any_of(
    r"\b(?:you|them|him|her|everybody|everyone|your \w+|the team|my (?:boss|manager|team|director|ceo|cfo|cio))\b"
)
_STATE = any_of(
    r"^(?:be|been|see|think|know|need|want|like|love|hate|say|go|come(?! back| by)|do(?! (?:you|them|him|her|up) )|hear|feel|eat|drink|sleep|stay|leave|retire|travel|fly|miss|die|use|happen|wait|grow|lose|win|start|begin|stop|never|always|still|probably|not|"
    r"also be|end|finish|meet|have (?!it|them|that|this|\w+ (?:send|call|pull|e-?mail|ring|check|look|forward|share|drop|bring|prepare)\b|.*\b(?:ready|done|sent|delivered|shipped|installed|replaced|(?:for|with|to) (?:you|them)|over|test|check|look at|send|call|drafted|signed)\b)|hope|try|believe|guess|assume|remember|forget|renew|decide|vote|ever|only|work|live|launch|kick)\b"
)
"""verbs that are no work by themselves, even with a day"""
_IN_CALL = any_of(
    r"\bin (?:a|one|two|a few|five|ten|some) (?:seconds?|minutes?|moments?|bit)\b|\bjust a (?:second|moment)\b|\bwhile (?:we|you) (?:talk|speak|wait)\b"
)
_POINTS_BACK = re.compile(r"\b(?:what|which|who|where|how|whatever|everything)\s+$", re.IGNORECASE)
_LEADS = re.compile(
    r"^(?:\W*(?:okay|ok|so|and|then|well|right|great|perfect|yes|sure|good)\b[,.]?\s*)*(?:by|on|until|before|tomorrow|today|tonight|next|this|first thing|end of|in|monday|tuesday|wednesday|thursday|friday|give me (?:until|till)|let me have until)\b",
    re.IGNORECASE,
)
"""how a sentence opens with the day of what it promises"""
_LEAD = r"(?:(?:also|then|just|definitely|certainly|personally|be sure to|make sure to|of course|gladly|now|still|quickly|go ahead and|go and|happily)\s+)*"
_STUTTER = r"(?:,? ?(?:i|we)(?:'ll| will),?)?"
_PROMISE = re.compile(
    rf"\b(?P<who>i|we)(?:'ll| will| (?:in turn|also|then|personally|myself|definitely) will|'m going to|'m gonna| am going to|'re going to|'re gonna| are going to| shall| promise to){_STUTTER},?\s+{_LEAD}(?P<what>\w[\w-]*\b.*)",
    re.IGNORECASE,
)
_LET_ME = re.compile(
    r"\blet me (?P<what>(?:send|check|confirm|find out|get back|come back|ask|look into|forward|share|put together|prepare|talk to|speak to|clarify|verify|set up)\b.*)",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:i|we)(?: can)? (?P<what>(?:send|share|bring|give|forward|deliver|get|return|take|move|prepare|put|present|call|let|do)\s+"
    r"(?:over |across |back |along )?(?:you|it|them|that|this|the|our|a|an)\b.*)",
    re.IGNORECASE,
)
"""only with a day: "I send you a template by Friday" """
_RECEIVE = re.compile(
    r"\b(?:you(?:'ll| will)|(?:it|that|they)(?:'ll| will) be(?= (?:with you|in your (?:inbox|mailbox))\b)) (?P<what>(?:have|get|receive|find|hear|with you|in your \w+)\b.*)",
    re.IGNORECASE,
)
_LET = re.compile(r"let (?P<name>[A-Z]\w+) (?!know\b)\w+")
"""who lets another do it takes nothing on: "I'll let Colin find a date" """
_BY_THEN = re.compile(r"\bby then\W*$", re.IGNORECASE)
_SEEN = re.compile(
    r"(\b(?:i|we)(?:'ll| will) )see (?:if|what|whether|how)\b[^,;]{3,60}?,? and (?=(?:come|get) back|let you know|text|call|ring|e-?mail|send|ping)",
    re.IGNORECASE,
)
"""work before the work that is promised: "see what I can do and come back to you" """
_NO_RECEIPT = re.compile(
    r"^(?:have (?:to|a look|time|fun|noticed|seen)|get (?:to|used|into|there|over|the (?:idea|picture)|it,)|find (?:that|it|out))\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"(?:^|^(?:And|Then|So|But|Also),? |[.,;:]\s*|\b(?:and|then|so|but)\s)(?P<name>(?!(?:And|Then|So|But|Also|Maybe|Perhaps)\b)[A-Z][\w'’-]*\w(?: [A-Z][\w'’-]*\w)?)(?:'ll| will| is going to)\s+{_LEAD}(?P<what>(?:{VERBS})\b.*)"
)
REQUEST = re.compile(
    rf"\b(?:(?:can|could|would|will) you (?:please |maybe |perhaps |already |also |kindly )*|(?:would|do) you mind )(?P<what>(?:{VERBS}|sending|sharing)\b.*)\?",
    re.IGNORECASE,
)
CAN_WE_HAVE = re.compile(r"\b(?:can|could|may) (?:we|i) (?:have|get|see) (?P<what>.*)\?", re.IGNORECASE)
PLEASE = re.compile(rf"^\W*(?:and |so |then )?please (?P<what>(?:{VERBS})\b.*[^?])$", re.IGNORECASE)
OFFER = re.compile(
    rf"\b(?:shall|should|can|may|how about|what if|why don't) i (?P<what>(?:{VERBS})\b.*)\?", re.IGNORECASE
)
ASKED_WHEN = re.compile(r"\bwhen (?:can|could|will|would|do) (?:i|we|you) (?P<what>\w+\b.*)\?", re.IGNORECASE)
NO_WORK = re.compile(
    r"^(?:share (?:my|the|a) screen|show you (?:now|here|how|what|in a (?:second|minute|moment))|get (?:to|into|started|going|it|that|there|used|along|straight)\b(?! (?:to you|over|done|across|back))|give (?:you|it|him|them) (?:an? )?(?:example|idea|sense|overview|quick|brief|minute|hint|try|go|thought|shot|feel)|ask you|"
    r"come back to (?:that|this|it)\b(?! (?:by|on))|ask (?:\S+ ){0,3}question\b|have (?:\w+ ){1,3}questions?\b|talk (?:about|you|through)|speak (?:to that|about)|take (?:a (?:look|second|moment|step)|you|care of yourself|that as|it from here|it as|it that|that (?:a|to mean))|"
    r"have (?:to|a look|time|lunch|coffee|dinner|fun|a (?:call|think|chat))|start (?:with|by)|run (?:you )?through|read (?:it|that) out|call it|pass (?:it|you|over)|be|find (?:it|that|this) (?:hard|difficult)|"
    r"tell you (?:now|straight|what|how|why|where|who|when|a|one|something|honestly|frankly|the truth|that)\b|make (?:it|this|that|them) (?:quick|short|simple|brief|work|clear)|make (?:sense|do|a living|up for)|put it (?:this|that|differently|bluntly)|add (?:one|that|just|to that|something)|"
    r"let you (?:go|start|begin|speak|finish|talk)|check while|ask (?:a|one|this|that|the) (?:question|quick)|look at (?:it|that|this)\b|look (?:for|up) (?:something|it|that|this)\b|look it up|open (?:it|this|that|with)|close (?:with|by)|present (?:it|this)? ?now|mark (?:my|your) words|"
    r"give you that(?=\W*$)|leave you to it|give (?:it|that|this|them|him|her) an? \w+(?=\W*$)|plan (?:on|for)|move on|change (?:the subject|my mind)|drop (?:off|out|by the way)|name (?:one|a few|it)|hold|keep (?:both|all|using|it|them|in mind)\b|pay attention|set the scene|set (?:that|this) aside|write (?:it|that|this) down\b|think|consider|handle it from)\b|^read it$|^(?:do|let) (?:the same|that|it|so)\b(?!.*\bknow\b)",
    re.IGNORECASE,
)
"""what people do in the call itself, or say without meaning work"""
OWN = re.compile(
    r"\b(?:i|we)(?:'ll| will|'m going to| am going to|'re going to)(?! (?:be|see|know|need|think|say|start|stop|skip|leave|have to|like|take it|never|go|hear|miss|drink|eat|bet|admit|believe|tell you)\b)|"
    r"\b(?:will|'ll) (?:be with|reach|get to) you\b|\b(?:will|'ll) be (?:\w+ )?(?:in|on|at) (?:your|the) \w+|\b(?:to|with) you (?:by|on|before|tomorrow|today|tonight|this)\b|"
    r"\byou (?:get|have) (?:it|them|that|(?:the|our|my) \w+)\b|\bwill do\b|\bleave (?:it|that|this|them) (?:with|to) (?:me|us)\b|\bconsider (?:it|that) done\b|^\W*(?:i'm )?on it\W*$|"
    r"\bi owe you\b|\b(?:is|are|'s|'re) (?:coming|going) (?:out |over )?(?:to you|your way)\b|\blet me (?:get|check|double-check|verify|confirm|ask|send|find|look|talk|speak|dig)\b|"
    r"\bi (?:ring|call|send|make|mount|write|bring|order|book|mail|draft|prepare|check|ask) (?!back\b)\w+|"
    r"\b(?:ich|wir)\b(?! (?:bin|sind|habe?n?|kann|können|muss|müssen|weiß|wissen|glaube|denke|sehe|hätte)\b)|"
    r"\b(?:je|nous)\b(?! (?:(?:vous|te|les?|la) )?(?:suis|sommes|vois|ai|avons|peux|pouvons|dois|devons|sais|pense|crois|préfère)\b)|\bj'(?!ai\b)|\b(?:haben|bekommen|kriegen) sie\b|\bvous (?:aurez|recevrez)\b|\b(?:te|os|le|les) (?:mando|paso|envío|digo|llamo)\b",
    re.IGNORECASE,
)
"""how people speak of what they themselves will do"""
ASKED_POLITELY = re.compile(r"\b(?!haben|bekommen|kriegen|hätten)\w+en(?:'s| sie)\b", re.IGNORECASE)
"""German for what somebody else is asked to do"""
_ANOTHER = re.compile(
    r"(?:,|;|\.|:|–|-| and| but| then)\s+(?=(?:then )?(?:I|i|we|We|you|You|[A-Z]\w+)(?:'ll| will| am going to|'m going to)\b)"
)
_TAG = re.compile(r",\s*(?:okay|ok|right|all right|alright|yes|is that ok(?:ay)?)\?\W*$", re.IGNORECASE)


@dataclass(frozen=True)
class Promise:
    """What somebody takes on."""

    owner: Person
    what: str
    dated_only: bool = False
    """whether only a day makes it a promise"""
    lead: str = ""
    """the day where the sentence opens with it"""


def promises(text: str, speaker: Person, people: Mapping[str, Person]) -> Iterator[Promise]:
    """Each promise of a sentence, one after the other."""
    words = _SEEN.sub(r"\1", smoothed(_TAG.sub(".", text)))
    if words.rstrip().endswith("?") or CUT_OFF.search(words):
        return
    start = 0
    for cut in [*(match.end() for match in _ANOTHER.finditer(words)), len(words)]:
        clause = words[start:cut]
        found = _promise(clause, words, speaker, people)
        if found:
            opening = words[: start + len(clause) - len(found.what)]
            yield from _parts(replace(found, lead=opening if _LEADS.match(opening) else ""))
        start = cut


def _promise(clause: str, whole: str, speaker: Person, people: Mapping[str, Person]) -> Promise | None:
    for pattern, dated in ((_PROMISE, False), (_LET_ME, False), (_RECEIVE, True), (_PRESENT, True)):
        match = pattern.search(clause)
        if match and _is_work(clause, match, is_receipt=pattern is _RECEIVE):
            what = match["what"]
            if pattern is _RECEIVE:
                what = re.sub(r"^(?:with you|in your \w+)\b", "provide it", what)
                what = re.sub(r"^(?:have|get|receive|find|hear)\b", "provide", what)
            needs_day = dated or (pattern is _PROMISE and not _is_plain_work(what))
            needs_day = needs_day and not _BY_THEN.search(what)
            return (
                Promise(doer(what, speaker, people), _ended(what), needs_day)
                if _holds(clause, whole, match.start("what"))
                else None
            )
    other = _OTHER.search(clause)
    owner = named(other["name"], people, speaker) if other and not NO_WORK.match(other["what"]) else None
    return (
        Promise(owner, _ended(other["what"]))
        if owner and other and _holds(clause, whole, other.start("what"))
        else None
    )


def doer(what: str, speaker: Person, people: Mapping[str, Person]) -> Person:
    """Who does it: the speaker, or the attendee whom they let do it."""
    let = _LET.match(what)
    return (named(let["name"], people, speaker) if let else None) or speaker


def _is_work(clause: str, match: re.Match[str], *, is_receipt: bool) -> bool:
    """Whether it is work after the call, and not "what I'll show you now"."""
    what = match["what"]
    nothing = _NO_RECEIPT.match(what) if is_receipt else (NO_WORK.match(what) or _STATE.match(what))
    return not nothing and is_later(clause, match.start())


def is_later(clause: str, upto: int) -> bool:
    """Whether what begins there is done after the call, and not "what I'll show you now"."""
    return not (_IN_CALL.search(clause[upto:]) or _POINTS_BACK.search(clause[:upto]))


def _is_plain_work(what: str) -> bool:
    """Whether it is work without a day being named."""
    if re.match(rf"(?:{STRONG})\b", what, re.IGNORECASE):
        return True
    return re.match(rf"(?:{WEAK})\b", what, re.IGNORECASE) is not None and _FOR_YOU.search(what) is not None


def _ended(what: str) -> str:
    return re.sub(r"(?:,? (?:and|but|then)|[,;:–-])\s*$", "", what.strip())


def _holds(clause: str, whole: str, upto: int) -> bool:
    """Whether the clause is firm; a condition counts wherever it stands in the sentence."""
    return is_firm(clause, upto) and is_firm(whole, 0) and not IN_RETURN.match(whole)


IN_RETURN = re.compile(
    r"^\W*(?:just |please |you )?(?!let )\w+(?: it to)? (?:me|us)\b(?! until| till).*\b(?:and|then) (?:then )?(?:i|we)(?:'ll| will)\b",
    re.IGNORECASE,
)
"""what somebody does only once they are given something: "send me the list and I'll import it" """
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
