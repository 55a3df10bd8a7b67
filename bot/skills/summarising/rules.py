"""Which sentences of a call are decisions, suggestions, objections and the like: only where the words say so (pure)."""

import re
from collections.abc import Mapping

from bot.skills.extract import TO_MACHINES


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


NOT_FIRM = _any(
    r"\b(?:if|unless|provided|assuming|in case|as soon as|once|subject to|depend\w*|might|maybe|perhaps|probably|"
    r"possibly|could|would|guess|hope to|try to|not|never|cannot|neither|nobody|no one)\b",
    r"n't\b",
)
"""words by which a sentence is conditional, only possible, or denied"""
DECIDED = _any(
    r"\b(?:we|i|they|he|she|(?:the|our) (?:board|team|committee|group|management))(?:'ve| have| has|'s| had)?\s+(?:now |already |just |all |finally )*"
    r"(?:decided|agreed|chosen|settled on|signed off on|approved)\b",
    r"\b(?:it'?s|it is|that'?s|that is|this is)\s+(?:now )?(?:decided|agreed|settled|a deal)\b",
    r"\b(?:the|our) decision (?:is|was)\b",
    r"\bwe(?:'re| are) (?:going ahead with|going with|moving (?:forward|ahead) with)\b",
    r"\bwe(?:'ll| will) go (?:ahead )?with\b",
    r"^(?:so )?(?:agreed|deal|decided)\s*[:,–-]\s*\S.{8,}",
)
SAID_SO = re.compile(
    r"^\W*(?:(?:that is|that's|it is|it's) )?(?:decided|agreed|accepted|deal|settled)\W*$", re.IGNORECASE
)
"""a sentence of its own that decides what was said just before"""
LONG_AGO = _any(
    r"\b(?:last (?:year|month|time|quarter)|years? ago|months? ago|back then|originally|as (?:we )?agreed)\b"
)
SUGGESTED = _any(
    r"\b(?:let'?s|let us|how about|what if|what about|why don'?t (?:we|you)|could we|shall we|should we)\b",
    r"\bi(?:'d| would)? (?:like to )?(?:suggest|propose|recommend)\b",
    r"\bwe (?:could|should)\b",
    r"\b(?:maybe|perhaps) (?:we|you|it)\b",
    r"\byou (?:could|might want to)\b",
    r"\bit (?:might|could|would) make sense\b",
    r"\b(?:one option|an idea|just a thought)\b",
)
TALK = _any(
    r"\blet(?:'s|s| us| me) (?:see|say|start|begin|move on|jump|go through|talk about|take a look|look at|dive|go back|face|"
    r"hope|wait|get started|wrap|pause|recap)\b"
)
"""how people steer a talk, which suggests nothing"""
ACCEPTED = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|ok(?:ay)?|sure|great|perfect|good|fine)[,.! ]+)*(?:agreed|deal|done|let'?s do (?:that|it|this)|"
    r"that works|works for (?:me|us)|sounds good|we(?:'re| are) agreed|i agree|good, let'?s|absolutely, let'?s|"
    r"yes, (?:please )?do (?:that|it))\b",
    re.IGNORECASE,
)
WILL_DO = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|ok(?:ay)?|of course|absolutely|certainly|sure|gladly|happy to)\b[\s,.!]*)*"
    r"(?:will do|of course|absolutely|certainly|sure|gladly|happy to|no problem|yes|you(?:'ll| will) have (?:it|them|that)|"
    r"i(?:'ll| will) (?:do|send|get) (?:that|it|them))\b",
    re.IGNORECASE,
)
BUT = _any(r"\bbut\b|\bhowever\b|\bthough\b|\bnot\b|n't\b|\bif\b|\bunless\b|\blet me (?:check|think)\b|\?\s*$")
OBJECTION = _any(
    r"\b(?:too|rather|quite|very|so) (?:expensive|pricey|costly|risky|complicated|complex|much|slow|late|high)\b",
    r"\b(?:expensive|over (?:our )?budget|beyond (?:our )?budget|no budget|hard to justify|deal[- ]?breaker|show[- ]?stopper)\b",
    r"\b(?:concern(?:s|ed)?|worr(?:y|ies|ied)|hesitan\w+|sceptical|skeptical|reluctan\w+|nervous about|push ?back)\b",
    r"\b(?:not (?:convinced|comfortable|sure (?:this|that|it|we|you))|don'?t (?:see|believe|think) (?:the|this|that|it|we|you)|"
    r"can'?t (?:justify|accept|live with|sign|commit))\b",
    r"\b(?:(?:is|are|was|were) (?:much |a lot )?cheaper|(?:per ?cent|%) (?:below|less than|under) you|dearer than you)\b",
)
SETTLED = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|good|great|fine|yes)[,.! ]+)*(?:that (?:helps|works|makes sense|answers|is fine|would work)|"
    r"makes sense|fair enough|fine(?: with me| by me)?[.!]|good[.!]|perfect|understood|then (?:that|it) is fine)",
    re.IGNORECASE,
)
UNANSWERED = re.compile(
    r"\b(?:(?:i|we) (?:do not|don'?t) know|(?:i|we)(?:'ll| will| would|'d)? (?:have|need) to (?:check|ask|look|find out|get back)|"
    r"let me (?:check|find out|ask|get back|come back)|(?:i|we)(?:'ll| will) (?:find out|get back|come back|check|look into)|"
    r"not sure|good question|hard to say|cannot (?:say|promise|tell)|can'?t (?:say|promise|tell)|no idea)\b",
    re.IGNORECASE,
)
SMALL_TALK = _any(
    r"\b(?:how are you|how'?s it going|can you (?:hear|see)|you there|shall we (?:start|begin)|does that make sense|make sense|"
    r"right|okay|is it all right|may i record|is that ok(?:ay)?)\s*(?:\w+ ?){0,3}\?$"
)
CONSENT = _any(r"\brecord(?:ing|ed|s)?\b")
PAIN = _any(
    r"\b(?:struggl\w+|pain(?:ful| point)?|frustrat\w+|bottleneck|manual(?:ly)?|by hand|spreadsheets?|error[- ]prone|waste[sd]?|wasting|"
    r"write-?offs?|pour away|lose|losing|lost|too long|takes (?:us )?(?:\w+ ){0,3}(?:hours|days|weeks)|breaks? down|nightmare|stuck)\b"
)
BUDGET = _any(r"\b(?:budget\w*|spend|funding|capex|opex|allocat\w+|per year|a year in (?:licen[cs]es|total)|price)\b")
TIMELINE = _any(
    r"\b(?:go[- ]live|deadline|roll[- ]?out|time ?line|launch|(?:need|want|have) (?:it|this|that) (?:live |running |done |in place )?by|"
    r"before (?:the )?(?:end|summer|winter|christmas|peak|season|audit|quarter|q[1-4])|by (?:the )?(?:end of|q[1-4]|summer|christmas))\b"
)
PAPER = _any(
    r"\b(?:procurement|legal|redlines?|contract|msa|dpa|data processing|security (?:review|questionnaire)|soc ?2|iso ?27001|"
    r"purchase order|vendor (?:onboarding|registration|form)|signature|sign(?:s|ed)? (?:the|any|it)|auditor|terms)\b"
)
SENTIMENT = _any(
    r"\b(?:i|we|they)(?:'m|'re| am| are| was| were)? (?:really |very |quite |pretty |so )*(?:love|loved|like|liked|excited|impressed|happy|"
    r"pleased|delighted|disappointed|unhappy|annoyed|frustrated|worried|nervous|content)\b"
)
_SUM = r"\b\d[\d.,]*\s*(?:%|per ?cent|k\b|m\b|million|thousand|hours?|days?|weeks?|euros?|dollars?|pounds?|kroner|fte)|[€$£]\s?\d"
METRIC = re.compile(
    rf"(?=.*(?:{_SUM}))(?=.*\b(?:cost\w*|sav\w+|los\w+|reduc\w+|write-?offs?|spend\w*|waste\w*|cut|increase\w*|back orders?|year|month|week|"
    r"margin|revenue|per)\b).*",
    re.IGNORECASE | re.DOTALL,
)
BUYER = _any(
    r"\b(?:signs? off|final (?:say|word|decision)|approv(?:es?|al)|holds? the budget|budget (?:owner|holder|is mine)|economic buyer|"
    r"(?:has|needs|must|have) to (?:sign|approve)|decision[- ]maker|i decide|decides\b)"
)
CRITERIA = _any(
    r"\b(?:must[- ]haves?|requirements?|criteri(?:a|on)|deal[- ]?breaker|(?:it|that|this) (?:has|needs) to (?:be|work|support|have|run)|"
    r"most important|we need (?:it|the \w+) to)\b"
)
PROCESS = _any(
    r"\b(?:board|committee|steering|evaluat\w+|short ?list\w*|decision process|decide|tender|rfp|pilot|proof of concept|poc|vote)\b"
)
CHAMPION = _any(
    r"\bi(?:'ll| will|'m going to) (?:push|fight|make the case|take (?:it|this) to|sell it|bring (?:it|this) to)\b",
    r"\bi(?:'m| am) (?:all |fully )?(?:behind|for) (?:this|it|you)\b|\bi want this\b",
)
SITUATION = _any(
    r"\b(?:today|currently|at the moment|right now) we\b|\bwe (?:currently |still |now )?(?:use|run|work with|rely on)\b"
)
EVENT = _any(
    r"\b(?:expires?|renewal|contract ends|go[- ]live|launch|audit|peak season|landlord|deadline|answer \w+ \w+ by|end of life|sunset)\b"
)
RIVAL = re.compile(
    r"\b(?i:look(?:ed|ing)? at|evaluat(?:e|ed|ing)|compar(?:e|ed|ing)(?: you| us| it)? (?:to|with|against)|"
    r"(?:a )?(?:quote|offer|proposal|demo) from|pilot(?:ed|ing)?(?: with)?|up against|"
    r"competitor(?: is|,)?|switch(?:ed|ing)? (?:from|to))\s+(?P<who>[A-Z][\w&.-]+(?: [A-Z][\w&.-]+)?)"
)
FRAMEWORKS: Mapping[str, Mapping[str, re.Pattern[str]]] = {
    "meddpicc": {
        "metrics": METRIC, "economic_buyer": BUYER, "decision_criteria": CRITERIA, "decision_process": PROCESS,
        "paper_process": PAPER, "identify_pain": PAIN, "champion": CHAMPION,
    },
    "bant": {"budget": BUDGET, "authority": BUYER, "need": PAIN, "timeline": TIMELINE},
    "spiced": {
        "situation": SITUATION, "pain": PAIN, "impact": METRIC, "critical_event": EVENT, "decision": PROCESS,
    },
}  # fmt: skip
"""what each part of a method is evidenced by; competition comes from the names that were said"""
_TOOL = r"(?:ai|assistant|note[- ]?taker|bot|summari[sz]er|copilot|language model|llm|gpt)"
_ORDER = (
    r"(?:please|update|set|change|log|ignore|mark|delete|record|write|add|approve|put|forward|send|create|move|include|"
    r"disregard|forget|note|remember|you (?:must|should))"
)
MACHINE = _any(
    rf"\b{_TOOL}s?\b(?: \w+){{0,4}}? (?:taking|writing|making|reading|listening|recording|summari[sz]ing)\b",
    rf"(?:^|[,;:.–-]\s*)(?:hey |dear |to the |note to (?:the )?)?{_TOOL}\s*[,:;–-]+\s*{_ORDER}\b",
    TO_MACHINES.pattern,
)
"""words to a machine that listens: no part of the call"""
