"""Whether words are meant: no condition, no guess, no denial, no joke, no hearsay; and how people say yes or "but" (pure)."""

import re


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern of several, whatever the case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


def plain(text: str) -> str:
    """The text with one kind of apostrophe, as many places long as before."""
    return text.replace("’", "'")


_DROPPED_FILLER = re.compile(r",?\s*\b(?:um+|uh+|erm?|hmm?|you know|i mean)\b,?|, like,", re.IGNORECASE)
_TWICE = re.compile(r"\b(\w+),? \1\b(?! \1)", re.IGNORECASE)


def smoothed(text: str) -> str:
    """The words without fillers and stutters: "by, by Thursday" is "by Thursday"."""
    words = _DROPPED_FILLER.sub(" ", text)
    return _TWICE.sub(r"\1", " ".join(words.split()))


CONDITION = any_of(
    r"\b(?:unless|provided (?:that|the|you|we)|assuming|in case|as soon as|subject to|depend(?:s|ing)? on|suppose|supposing|in theory|hypothetically)\b",
    r"(?<!at )\bonce\b(?! (?:more|again|a))",
    r"\bif\b",
    r"^(?:had|were|should) (?:i|we|you|they|he|she|it)\b",
)
"""words by which a sentence holds only under a condition"""
WHETHER = re.compile(r"\b(?:check|see|ask|confirm|find out|clarify|verify|test)\b[^,.;:]{0,60}?\bif\b", re.IGNORECASE)
"""an "if" that asks whether: "I'll check with them if it works" """
AT_ONCE = re.compile(
    r"\bas soon as (?:we|i)(?:'re|'ve| are| have|'m)? (?:hang|hung|off|done|finish|ring|out of (?:here|this))\w*(?: up| off)?",
    re.IGNORECASE,
)
"""a condition that only tells when: right after the call"""
GUESS = any_of(
    r"\b(?:might|maybe|perhaps|probably|possibly|could|would|guess|hope(?:fully)? to|hopefully|try to|potentially)\b",
    r"'d\b",
)
DENIAL = any_of(
    r"\b(?:not|never|cannot|neither|nor|nobody|no one|none|no longer|hardly)\b",
    r"n't\b",
    r"^(?:can|do|does|did|wo|is|are|would|could|should|have|has)nt\b",
)
HEARSAY = any_of(
    r"\b(?:he|she|they|you|who|[a-z]+ from \w+|my (?:boss|manager|colleague)\w*(?: \w+)?)(?: also| even| just)? (?:said|says|told|promised|claims?|claimed|wrote|mentioned|swore|meant)\b",
    r"\b(?:apparently|allegedly|supposedly|rumou?r has it|i(?:'ve| have)? heard (?:that )?)\b",
    r"\b(?:said|told (?:me|us)|promised|announced) (?:that )?(?:he|she|they|it)\b",
)
"""what somebody else is reported to have said"""
JOKE = any_of(
    r"^\W*(?:oh|ah|wow|brilliant|wonderful|lovely)\b,? ?(?:great|wonderful|brilliant|fantastic|perfect|lovely|joy|super|sure)?[,!.] ?(?:i|we|another|just|and)\b.*\b(?:just|whole|entire|all|another|then)\b",
    r"\byeah,? right\b(?!,? (?:so|that|i'll|we'll))|\bas if\b|\bin your dreams\b|\bpigs (?:can )?fly\b|\bhell freezes\b|\beat my (?:hat|shoes)\b|\bclone myself\b|\bwho needs (?:sleep|weekends?)\b|\bmagic wand\b|\bcrystal ball\b",
    r"^\W*(?:sure|yes|yeah|right|of course),? and (?:i|we|you|they)(?:'ll| will|'m| am)\b",
    r"\bwhile (?:i'm|we're|you're) at it\b",
    r"\bi(?:'ll| will) (?:just|personally) \w+ (?:the (?:whole|entire)|everything|myself|all)\b",
    r"\b(?:just|only) (?:joking|kidding)\b|\bcan't wait\b(?! to)",
    r"^\W*(?:ha|haha|ha ha|lol)\b[,!. ]+(?:i|we)(?:'ll| will)\b|\bapril fools?\b",
    r"\bif i had a (?:euro|dollar|pound|penny|dime|nickel)\b",
)
"""figures of speech that nobody means as they stand"""
LAUGHED = any_of(
    r"^\W*(?:ha|haha|ha ha|lol|very funny|april fools?|you got me|you had me|nice (?:one|try)|i take it that's a no|kidding aside|joking aside)\b"
)
"""how people answer a joke, or leave their own"""
CUT_OFF = re.compile(r"(?:--|—|–|\.\.\.|…)\W*$")
"""a sentence that was never finished"""
ALOUD = any_of(
    r"\blet(?:'s|s| us| me) (?:see|say|start|begin|park|move on|jump|go through|get going|get started|get to|talk about|take a look|look at|dive|go back|face|"
    r"hope|wait|wrap|pause|recap|be|do (?:it|that|this)|not\b|keep it|stay|use|turn|continue|leave it at|stop|skip|first|quickly|call it|think|know|"
    r"have a look|hear|come back)\b"
)
"""how people steer a talk, which suggests nothing"""
YES = r"(?:yes|yeah|yep|yup|ok|okay|sure|great|perfect|good|fine|right|alright|all right|cool|awesome|excellent|absolutely|definitely|certainly|of course|gladly|wonderful|super)"
ACCEPTED = re.compile(
    rf"^\W*(?:{YES}[,.! ]+)*(?:agreed|deal|done|let'?s do (?:that|it|this)|that works|works for (?:me|us)|sounds (?:good|great|fine|like a plan)|"
    r"we(?:'re| are) agreed|i agree|good, let'?s|absolutely|definitely|let'?s go|"
    r"yes,? (?:please )?do(?: (?:that|it))?|happy with that|fine (?:by|with) (?:me|us)|i(?:'m| am) (?:in|fine with that)|"
    r"(?:please )?do (?:that|it|so)|please do)\b(?! (?:don'?t|not|when|if))",
    re.IGNORECASE,
)
"""words by which a suggestion is taken"""
WILL_DO = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|ok(?:ay)?|of course|absolutely|certainly|sure|gladly|happy to)\b[\s,.!]*)*"
    r"(?:will do|of course|absolutely|certainly|sure|gladly|happy to|with pleasure|no problem|consider it done|yes|you(?:'ll| will) have (?:it|them|that)|"
    r"i(?:'ll| will) (?:do|send|get|arrange|see to) (?:that|it|them))\b",
    re.IGNORECASE,
)
BUT = any_of(
    r"\bbut\b|\bhowever\b|\bthough\b|\bnot\b|n't\b|\bif\b|\bunless\b|\blet me (?:check|think)\b|\bfirst i\b|\?\s*$|\bafter (?:that|the)\b"
)
"""words that take a yes back, or hold it up"""


def is_meant(text: str) -> bool:
    """Whether a sentence is finished, and neither a joke nor what somebody else is said to have said."""
    words = plain(text)
    return not (JOKE.search(words) or HEARSAY.search(words) or CUT_OFF.search(words))


def is_firm(text: str, upto: int | None = None) -> bool:
    """Whether nothing makes it conditional, and nothing up to a place a guess or a denial."""
    words = plain(text)
    before = words if upto is None else words[:upto]
    settled = AT_ONCE.sub("", WHETHER.sub("", words))
    return not (CONDITION.search(settled) or GUESS.search(before) or DENIAL.search(before)) and is_meant(words)
