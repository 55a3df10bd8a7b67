"""The frame of a question over records: what it is asked of, before anything of it is read (pure)."""

import re

from bot.skills.asking.read_places import DEMONYMS
from bot.skills.asking.words import Text

HOW_TO = re.compile(
    r"^\W*(?:how (?:often(?! (?:did|have|do) (?:we|i) (?:beat|win|won|lose|lost))|do|does|should|can|to|would|is|are)|why|where (?:is|are|can|do|does)\b(?!.*\b(?:deals?|renewals?|opportunit|pipeline))|when (?:should|do|does|is|must)|what (?:is|are) (?:an? |the )?(?:definition|difference|meaning|rule|policy|process)|"
    r"explain|what (?:discount|should (?:i|we) (?:say|write))|who (?:approves|signs|decides|is responsible|must|has to|handles|owns the(?! (?:most|largest|biggest))))\b",
    re.IGNORECASE,
)
"""a question about how things are done, which the pages answer"""


_PLURAL = r"(?:deals|wins|losses|opportunities|opps|renewals|expansions|upsells|accounts|customers|prospects|clients|companies|contacts|people|champions|decision[- ]makers|buyers|tasks|promises|commitments|meetings|calls|(?:e-?)?mails|c[efiot]os|directors|managers|industries|countries|regions|segments|competitors|reps|sellers|owners|colleagues|stages)"
_ANY = r"(?:deals?|opportunit(?:y|ies)|opps?|renewals?|expansions?|upsells?|accounts?|customers?|prospects?|clients?|contacts?|tasks?|promises?|meetings?|calls?|pipeline)"
_NOUN = r"(?:call|meeting|mail|e-?mail|activity|contact|next step|champion|reply)"
_MOST = r"(?:biggest|largest|smallest|highest|lowest|oldest|newest|latest|most recent)"
_KIND_OF = rf"(?:economic|technical|enterprise|mid-?market|smb|small|big|large|new|former|existing|current|key|stalled|late|inbound|outbound|single[- ]?threaded|{'|'.join(DEMONYMS)})"
"""words before a noun that say which of them"""
STRONG = re.compile(
    rf"^\W*(?:the )?(?:last|latest|next|first|most recent) (?:call|meeting|(?:e-?)?mail|note|activity)\b|^\W*compare (?!us\b|our)\b.*\b(?:and|with|to)\b|^\W*(?:is|are) there (?:any|some)(?:body|one)\b|^\W*count\b.*\b{_PLURAL}\b|^\W*(?-i:[A-Z]{{2,}})\W+{_PLURAL}\b|"
    rf"^\W*(?:the )?(?:total|sum|amount|value)\b.*\b(?:per|by|for each)\b.*\b{_PLURAL}\b|^\W*(?:the )?(?:number|count|sum|total) of\b.*\b{_PLURAL}\b|\b(?:how many (?:minutes|hours)|how much time|how long (?:did|have|has))\b.*\b(?:calls?|meetings?|phone|talk|spen[dt])\b|"
    rf"^\W*(?:{_KIND_OF}\W+){{1,2}}(?:(?:open|won|lost|closed)\W+)?{_PLURAL}\b|^\W*(?:won|lost) (?:since|between)\b|^\W*[\w '’-]{{2,30}}[,:] (?:open |won |lost )?(?:deals|opportunities|accounts|tasks)\b|"
    rf"\bhow many\b.*\b(?:each|every|per) (?:customer|account|company|deal|contact|rep)\b|\bhow long did\b.*\bdeals?\b|"
    rf"^\W*no (?:{_NOUN}|{_PLURAL})\b.*\b(?:deals?|accounts?|customers?)\b|"
    rf"^\W*(?:(?:on|in|for|with|at) which|open|won|lost|closed|active|live|{_MOST}|overdue|top|first|last|two|three|four|five|ten|\d+|team|all|the|every|[\w-]+['’]s?)(?:\W+(?:open|won|lost|closed|active|live|overdue|two|three|four|five|ten|\d+))*\W+{_PLURAL}\b|"
    rf"^\W*(?:(?:please|can you|could you)\W+)*(?:which|what|list|show(?: me)?|find(?: me)?|give me|how many|number of|all|any|top|are there|is there)\b(?:\W+[\w-]+){{0,3}}?\W+{_PLURAL}\b|"
    rf"\bmy\b(?:\W+[\w-]+){{0,2}}?\W+{_PLURAL}\b|\bour\b(?:\W+[\w-]+){{0,2}}?\W+(?:deals|wins|losses|opportunities|opps|renewals|expansions)\b|^\W*who\b.*\b(?:have|has|had|did) (?:i|we) not\b|"
    r"\b(?:did|do|have|has) (?:i|we) (?:win|lose|won|lost)\b|"
    rf"\b{_MOST} (?:open |won |lost |closed )?{_ANY}\b|"
    r"\b(?:average|mean|median|total) (?:deal|contract|opportunity|open|won)\b|\b(?:win|close|loss) rates?\b|\bsales cycles?\b|"
    rf"^\W*{_PLURAL}\b",
    re.IGNORECASE,
)
"""the frame of a question over records, whatever else it says"""
RULED = re.compile(r"\b(?:should|may|must|shall|can|could|would|needs?|ha(?:s|ve) to|allowed)\b", re.IGNORECASE)
"""words of a question for a rule, which the pages answer"""
WISHED = re.compile(
    r"\b(?:that|which) (?:i|we) (?:can|could|should|may|might)\b|\b(?:that|which|who|whom) (?:(?:i|we) )?(?:may|must|can|should) not (?:be )?(?:called|contacted|e-?mailed|mailed|written|phoned|call|contact|e-?mail|write|phone)\b",
    re.IGNORECASE,
)
"""what one may do with the records that are asked for, or not"""

DEALISH = re.compile(
    r"^\W*(?:what|which|how much|anything|everything|all|any|stuff|compare|median|average|closed|open|i(?:['’]d| would| want)|show|list|give)\b.*"
    r"\b(?:closing|to close|is open|open|got open|have open|closed[- ](?:won|lost)|in commit|in best case|amount|open amount|(?:above|over|under|below|north of|worth|between) (?:\w{3} |[$€£])?\d)|"
    r"^\W*(?:closed[- ](?:won|lost)|created|opened) (?:in|since|by|before|after|this|last|and)\b|^\W*(?:\w+ ){1,2}stage\b.*\d|"
    r"\bwh(?:at|ich)\b.*\b(?:we|i|they|have|has)\b.*\b(?:won?|lost|lose|win)\b.*\b(?:in|by|since|this|last)\b|\bwh(?:at|ich)\b.*\bmoved (?:in)?to\b",
    re.IGNORECASE,
)
"""words for deals without the noun: "what is closing before Christmas" """
POLITE = re.compile(
    r"^\W*(?:(?:please|hi|hello|hey|ok|so)\W+)*(?:(?:i(?:['’]d| would) (?:like|love)|i (?:want|need)) (?:to (?:know|see|have)|you to tell me)\s+|(?:can|could|would) you (?:please )?(?:tell|show|give) me\s+|(?:please )?(?:tell|show|give) me\s+|let me (?:know|see)\s+|i(?:['’]m| am) (?:curious|wondering)(?: about)?\s+|do you know\s+)",
    re.IGNORECASE,
)
"""words before the question itself"""


def framed(words: str) -> bool:
    """Whether words have the frame of a question over records, whoever can read it."""
    asked = Text(POLITE.sub("", " ".join(words.split()))).left
    if HOW_TO.match(asked):
        return False
    return bool(DEALISH.search(asked) or STRONG.search(asked)) and not RULED.search(WISHED.sub("", asked))
