"""By which words a sentence asks for something or commits to it: forms of English, no single company's words (pure)."""

import re
from collections.abc import Mapping

VERBS = frozenset(
    """accept access acknowledge act add address adjust advise allow announce answer apply appreciate approve arrange ask
    assign attach attend avoid be begin book bring browse buy call cancel capture change check choose circulate clarify
    clear click close come comment compare complete confirm connect consider contact continue coordinate copy correct cover
    create cut decide delete deliver describe design determine develop discuss distribute do don't donate download draft drop
    e-mail edit email enable enjoy ensure enter establish evaluate expect explain explore extend fax feel file fill finalize
    find finish fix follow forget forward fwd get give go grab handle hang have help hit hold identify ignore include indicate
    inform insert install invite join keep kindly know launch learn leave let let's list listen locate log look mail make mark
    meet modify move note notify obtain open order organize page pass paste pay phone pick place plan play post prepare
    present press print proceed process produce protect provide pull purchase put read receive recommend record redeem refer
    register reject release remember remind remove rename replace reply report request resend reserve resolve respond
    retrieve return review ring run save say schedule scroll search see select send set share ship shop show sign sit speak
    specify start state stay stop submit subscribe suggest supply support take talk tell test text think touch track transfer
    try turn type understand unsubscribe update upgrade upload use verify view visit vote wait watch work write""".split()
)
"""what an order begins with"""
_VERB = "|".join(sorted(VERBS))
_WHO = r"(?:you|u|one of you|someone|somebody|anyone|anybody|y'all)"
_LEAD = (
    r"\W*(?:\d+[.)]\s*)?(?:(?:also|and|but|so|then|now|ok|okay|otherwise|instead|again|thanks|simply|just|always|never|next|"
    r"finally|first|if so|in addition|in the meantime|additionally|therefore)[\s,:;-]+)*"
)
_NAMED = re.compile(
    r"(?:(?i:hi|hey|dear|hello)[ ,]+)?(?:[A-Z][\w.]+(?:(?: and|,|/|&)? [A-Z]\w+){0,2}\s*[,:–-]+\s*)(?=\w)"
)
_LEADING = re.compile(_LEAD, re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z'-]+")
_MID = re.compile(
    r"(?:,|;|:| - | and| then| so| or|\)|\.)\s+(?:please |just |then |simply |also )?([a-z'-]+)\b(?! (?:is|are|was|will|of|to be)\b)",
    re.IGNORECASE,
)

_PATTERNS = {
    "please": r"\b(?:please|pls|plz|kindly)\b",
    "please + verb": rf"\bplease (?:also |do not |don't |be sure to |feel free to |just |see that |\w+ly )?(?:{_VERB})\b",
    "please first": r"^\W*please\b",
    "can you": rf"\b(?:can|could|would|will|won't|can't) {_WHO}\b",
    "can you?": rf"\b(?:can|could|would|will|won't|can't) {_WHO}\b[^?]*\?",
    "can we": r"\b(?:can|could|shall|should|may) (?:we|i)\b",
    "let me know": r"\b(?:let (?:me|us|\w+) know|lmk|get back to me|advise)\b",
    "let me": r"\blet me\b(?! know)",
    "let us": r"\b(?:let'?s|let us)\b(?! know)",
    "? last": r"\?\W*$",
    "?": r"\?",
    "you?": r"^(?=.*\?).*\b(?:you|your|u)\b",
    "wh-": r"(?:^|[,;:.] *|\b(?:and|but|so|or) )(?:what|when|where|who|which|why|how|whose|what's|how's|who's|where's)\b",
    "do you": (
        r"^\W*(?:(?:and|so|but|also|or|\w+,)\s+)?(?:do|does|did|is|are|was|were|have|has|any|am) "
        r"(?:you|we|they|i|he|she|it|there|this|that|the|anyone|anybody|anything|chance|idea|luck|word|\w+)\b"
    ),
    "i would like": (
        r"\b(?:i|we)(?:'d| would)(?: really| also)? (?:like|love|prefer|appreciate|want|ask|suggest|recommend|propose)\b"
    ),
    "would you like": r"\b(?:would|do) you (?:like|want|mind|care|have)\b",
    "want you": (
        r"\b(?:need|want|like|love|ask|asking|expect|have|invite|urge|encourage|remind|prefer|appreciate) "
        r"(?:you|u|your|someone|him|her|them)\b"
    ),
    "i need": r"\b(?:i|we)(?:'ll| will| also| just| really)* (?:need|require|want)\b",
    "you should": (
        r"\b(?:you|everyone|everybody|all|u)(?:'ll| will| may| might| also)* "
        r"(?:need|must|should|have to|ought|want to|might want|may want)\b"
    ),
    "needs to be": r"\b(?:needs?|must|should|has to|have to) (?:to )?be\b",
    "appreciate": (
        r"\b(?:appreciate|appreciated|grateful|be great if|be helpful if|be nice if|be ideal|helpful if|would help)\b"
    ),
    "i will": r"\b(?:i|we)(?:'ll| will| shall)\b(?! (?:be (?:able|out|in)|have been))",
    "i will + verb": (
        r"\b(?:i|we)(?:'ll| will| shall|'m going to| am going to| are going to| plan to| intend to| can| promise to) "
        rf"(?:also |then |try to |try and |certainly |be happy to |make sure to |\w+ly )?(?:{_VERB})\b"
    ),
    "i am going": r"\b(?:i|we)(?:'m| am|'re| are) (?:going to|planning to|\w+ing)\b",
    "i can": r"\b(?:i|we) can\b",
    "will be": r"\bwill be\b",
    "others will": r"\b(?:he|she|they|it|who|which|that|[a-z]+) (?:will|would|is going to)\b",
    "do not hesitate": r"\b(?:don't|do not|never|not) (?:\w+ )?hes?itate\b|\bfeel free\b",
    "call me": (
        r"\b(?:call|contact|e-?mail|phone|page|fax|ring|reach|visit|write|reply|respond|give me|give us|send me|send us|tell|"
        r"ask|see) (?:me|us|him|her|them|my|our|at|to|a call|the|[a-z]\w+)\b"
    ),
    "if you": r"\bif (?:you|u|there|possible|not|so|anyone|necessary)\b",
    "questions": (
        r"\b(?:any|have|other|further|additional) (?:\w+ )?"
        r"(?:questions?|comments?|problems?|concerns?|feedback|thoughts?|suggestions?)\b"
    ),
    "make sure": r"\b(?:make sure|be sure|ensure|remember to|don't forget|do not forget|take a (?:look|moment|minute|few))\b",
    "why not": r"\bwhy (?:don't|not)\b|\bhow about\b|\bwhat about\b|\bwhat do you think\b",
    "wondering": (
        r"\b(?:is it possible|possible (?:for|to)|any chance|wondering if|wanted to (?:ask|know|see|check|follow)|"
        r"want to know|like to know|i was hoping|we were hoping|curious)\b"
    ),
    "deadline": (
        r"\b(?:asap|as soon as|by (?:the end|eod|cob|close|noon|monday|tuesday|wednesday|thursday|friday|tomorrow|today|next|\d)|"
        r"today|tomorrow|tonight|deadline|immediately|before \w+day)\b"
    ),
    "weekday": r"\b(?:mon|tues?|wed|weds|wednes|thu|thurs?|fri|satur|sat|sun)(?:day)?s?\b",
    "meet": (
        r"\b(?:meet(?:ing)?|lunch|dinner|coffee|conference call|get together|schedule|available|availability)\b"
    ),
    "link": r"https?://|\$link|www\.|<link>",
    "mail": r"\S@\S",
    "bulk": (
        r"\b(?:address book|safe[- ]?sender|unsubscribe|inbox|white ?list|delivery|click (?:here|below|above|the)|mailing list|"
        r"free|save|offer|shop|earn|deals?|% off|today only|expires?)\b|[$]\d"
    ),
    "please, bulk": (
        r"^(?=.*\b(?:please|pls|plz|kindly)\b).*(?:\b(?:address book|safe[- ]?sender|unsubscribe|inbox|white ?list|delivery|"
        r"click (?:here|below|above|the)|mailing list|free|save|offer|shop|earn|deals?|% off|today only|expires?)\b|[$]\d)"
    ),
    "past": (
        r"\b(?:was|were|had|did|said|told|got|went|sent|called|asked|discussed|met|received|spoke|agreed|made|\w{3,}ed)\b"
    ),
    "third first": r"^\W*(?:he|she|they|it|the|this|that|there|these|those|a|an|our|my|his|her|their|its)\b",
    "i first": r"^\W*(?:i|we|i'm|i've|we're|we've)\b",
    "if first": r"^\W*(?:if|when|once|in order|to|for|as|with|in|on|at|after|before|since|while|because)\b",
    "you first": r"^\W*(?:you|your|y'all|u)\b",
    "if …, verb": (
        r"^\W*(?:if|when|once|to|for|in|on|as|after|before|at)\b[^,]*, ?"
        rf"(?:please |then |just |simply |kindly |do |you )?(?:{_VERB})\b"
    ),
    "you": r"\b(?:you|your|u)\b",
    "i": r"\bi\b|\bi'",
    "we": r"\bwe\b|\bwe'",
    "thanks": r"\b(?:thanks|thank you|thx)\b",
    "look forward": r"\blook(?:ing)? forward\b",
    "attached": r"\b(?:here (?:is|are)|attached|enclosed|find (?:attached|the|my|enclosed))\b",
    "not": r"n't\b|\bnot\b|\bnever\b",
    ": last": r":\s*$",
    "! last": r"!\s*$",
    ". last": r"\.\s*$",
    "discuss": r"\b(?:discuss|talk|chat|speak)\b",
    "happy to": r"\b(?:happy|glad|pleased|willing|available) to\b",
    "hope": r"\b(?:hope|hopefully|hoping|wish)\b",
    "i think": r"\b(?:i|we) (?:think|believe|guess|feel|suggest)\b",
    "you + verb": rf"\byou (?:{_VERB})\b",
}  # fmt: skip
PATTERNS: Mapping[str, re.Pattern[str]] = {name: re.compile(one, re.IGNORECASE) for name, one in _PATTERNS.items()}


def marks(text: str) -> set[str]:
    """Which marks a sentence bears."""
    found = {name for name, pattern in PATTERNS.items() if pattern.search(text)}
    return found | _sized(text) | _ordering(text, found)


def first_word(text: str) -> str:
    """The word a sentence begins with, after "and", "also" and a name that it speaks to."""
    rest = _NAMED.sub("", _LEADING.sub("", text, count=1), count=1)
    word = _WORD.match(_LEADING.sub("", rest, count=1))
    return word[0].lower() if word else ""


def _sized(text: str) -> set[str]:
    n = len(text.split())
    sizes = {"<= 5 words": n <= 5, "<= 10 words": n <= 10, "> 25 words": n > 25, "> 40 words": n > 40}
    return {name for name, holds in {**sizes, "upper case": text.isupper()}.items() if holds}


def _ordering(text: str, found: set[str]) -> set[str]:
    first = first_word(text)
    orders = first in VERBS
    dated = bool(found & {"deadline", "weekday"})
    holds = {
        "order": orders,
        "order, short": orders and len(text.split()) <= 6,
        "order, link": orders and "link" in found,
        "order, bulk": orders and "bulk" in found,
        "order?": orders and "?" in found,
        "order of a click": first in ("see", "note", "click", "join", "add", "find"),
        "order later on": any(word.lower() in VERBS for word in _MID.findall(text)),
        "i will, dated": "i will + verb" in found and dated,
    }
    return {name for name, is_so in holds.items() if is_so}
