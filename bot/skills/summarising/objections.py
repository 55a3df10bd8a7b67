"""What the customer holds against it, whether they took the answer, and what puts the deal at risk (pure)."""

import re
from collections.abc import Sequence

from bot.skills.summarising.firm import BUT, any_of, plain
from bot.skills.summarising.scan import MOST, Noted, Scan, in_order
from bot.skills.summarising.transcript import Sentence

OBJECTION = any_of(
    r"\b(?:too|rather|quite|very|so|kind of|pretty|a bit|a little) (?:expensive|pricey|costly|steep|risky|complicated|complex|clunky|slow|rigid|high)\b",
    r"\btoo (?:late|long|low|big|heavy|small|short|many|hard|difficult)\b|\b(?:is|are|be|that\'s|it\'s) too much\b(?! at once)|\btoo much (?:for (?:us|me)|work|money|risk|effort)\b",
    r"\btoo (?:early|soon) (?:for us|to (?:decide|commit|sign|buy|switch))\b",
    r"\b(?:expensive|over (?:our )?budget|beyond (?:our )?budget|no budget|hard to (?:justify|defend|sell)|can't defend|deal[- ]?breaker|show[- ]?stopper|sticking point|no[- ]go)\b",
    r"\b(?:concern(?:s|ed)? (?:is|about|that|with|over)|(?:is|am|are|i'm|we're|bit|really|very|little|also|still|quite) (?:concerned|worried|hesitant|sceptical|skeptical|reluctant|"
    r"nervous|uneasy|wary|afraid|anxious|uncomfortable|torn|unsure)|my (?:concern|worry|fear|problem|issue|reservation)s? (?:is|are|with)|worries me|bothers me|bugs me|scares (?:me|us))\b",
    r"\b(?:not (?:convinced|comfortable|happy with|sold on|persuaded|sure (?:this|that|it|we|you|about))|"
    r"(?:don'?t|do not) (?:want to be|want a) (?:locked|tied|bound|another|stuck)|(?:don'?t|do not) (?:see|believe in) (?:the (?:value|benefit|point|need|return|business case|difference)|how|why|this working|it working)|(?:don'?t|do not) (?:think|believe) (?:this|that|it|we|you)(?:'ll|'d|'re| will| can| could| would| works?| fits?| need| have| cover)\b|"
    r"(?:can'?t|cannot) (?:justify|accept|live with|sign|commit|defend|afford|take (?:on )?(?:unlimited|that|the|this)|agree to|work with|go (?:with|beyond|above)))\b",
    r"\b(?:way|far|well) (?:over|above|beyond) (?:what|our|the|my)\b|\bnot going to (?:sign|pay|accept|rip|replace|switch|commit|agree)\b",
    r"\b(?:we're|we are|i'm|i am) not (?:signing|paying|accepting|buying)\b|\bis not possible (?:with|for|in) (?:us|our)\b|\b(?:is|it's|are|they're) (?:a bit |much |also )?(?:heavier|dearer|pricier|too loud|a bit loud)\b|\bdearer than\b|\b(?:is|are|was|feels?|seems?) steep\b|\b(?:per ?cent|%) (?:above|over|more than) (?-i:[A-Z])|\bcan(?:no|')t have that\b",
    r"\b(?:locked in|lock-in|tied (?:down|to you))\b",
    r"\b(?:(?:is|are|was|were) (?:much |a lot |way )?cheaper|(?:per ?cent|%) (?:below|less than|under|cheaper)|dearer than you)\b",
    r"\bnumbers (?:don't|do not|didn't) (?:work|add up)\b|\b(?:doesn't|does not|won't) (?:add up|work for us|fly|fit (?:our|us|the))\b|\b(?:burned|bitten|burnt) before\b|\bon the fence\b|\bbut there(?:'s| is) no (?!doubt|rush|hurry|problem)",
    r"\b(?:paying for (?:air|nothing|features)|not worth (?:it|the)|costs? a fortune|rip-?off|rises? every year)\b",
)
_NONE = any_of(
    r"\b(?:not|n't|no longer|never|isn't|aren't) (?:\w+ ){0,2}(?:too|worried|concerned|expensive|a (?:concern|problem|deal[- ]?breaker|show[- ]?stopper)|nervous|afraid)\b",
    r"\bno (?:concerns?|worries|objections?|issues?)\b|\bnot hard to\b|\bcan't (?:commit|sign) (?:\w+ ){0,3}(?:without|before|until)\b.*\bif\b",
    r"\b(?:not|n't) sure (?:if|whether|when|who|what|how|which|where)\b|\btoo (?:late|long|early|soon|bad) (?:for me|today|in the)\b|\bdon't (?:see|think) (?:any|there|you (?:need|have)|that's a problem)\b",
    r"\b(?:they|theirs|the other \w+) (?:is|are|was|were|looked?) (?:too |way too )?(?:expensive|slow|complicated)\b",
)
"""words by which it is denied, is small talk, or is held against somebody else"""
_THEIR_PAIN = any_of(
    r"\b(?:replace|glowing|respond|find out|notice|react|wait|waits|takes us)\b.*\btoo (?:late|long)\b|\btoo (?:late|long),? (?:about|typically)\b"
)
"""what is too late or takes too long at the customer's own, which is their pain"""
ASKED = any_of(
    r"\b(?:isn't|aren't|is|won't) (?:that|it|this|they) (?:be )?(?:a bit |rather |quite |very |not |awfully )?(?:too |expensive|risky|pricey|costly|steep|a lot (?:of money|for))",
    r"\bhow do (?:i|we) know (?:that )?(?:it|they|you|this|your \w+)\b|\bwhy (?:should|would) (?:i|we) (?:pay|switch|trust|believe|change)\b|\bwhat guarantee\b",
)
"""objections that are put as questions"""
OUTRIGHT = any_of(
    r"\b(?:i|we)(?:'m| am|'re| are) (?:\w+ )?(?:worried|concerned|nervous|sceptical|skeptical) (?:about|that) (?!you\b|him\b|her\b)",
    r"(?-i:\b[A-Z]\w+) (?:is|are|was|were) (?:\w+ )?(?:cheaper|less expensive|half the price)\b|\bcheaper than you(?:rs)?\b",
)
"""what is held against it in so many words that nothing need speak for it besides"""
SETTLED = re.compile(
    r"^\W*(?:(?:oh|ah|well|ok(?:ay)?|right|good|great|fine|yes|alright|perfect|i see|then)[,.! ]+)*"
    r"(?:(?:well,? )?(?:that|this|it)(?:'s| is| would be| sounds)? (?:then )?(?:helps?|works?|solves (?:that|it)|makes sense|answers|is fine|fine|all right|alright|okay|ok|good enough|reassuring|"
    r"a relief|acceptable|perfect|would work|does help|settles it|what i (?:needed|wanted) to hear)|makes sense|fair enough|fine(?: with me| by me)?[.!]|good[.!]|"
    r"perfect|understood|problem solved|(?:i|we) can live with (?:that|it)|(?:i'm|we're|i am|we are) (?:fine|okay|ok|happy|good|convinced|reassured)(?: with (?:that|it))?|"
    r"then (?:that|it|we)(?:'s| is|'re| are)? (?:fine|good|okay|all right)|no longer (?:an issue|a concern)|(?:i|we) have no (?:more|further|other) (?:objections?|concerns?|questions?)|you(?:'ve| have) convinced|that (?:would|does|will) (?:take the sting|solve|help|do))\b",
    re.IGNORECASE,
)
"""words by which an answer is taken"""
RISK = any_of(
    r"\b(?:being|been|get(?:ting)?) (?:acquired|sold|taken over|wound up|shut down)\b|\bis retiring\b|\b(?:shutting|closing|winding) down\b|\b(?:merger|take-?over|reorg\w*|restructur\w+|lay-?offs?|hiring freeze|bankrupt\w*|insolven\w+)\b",
    r"\b(?:frozen|on hold|put on ice|budget (?:freeze|cuts?)|stopped all projects)\b",
    r"\bi(?:'m| am|'ll be) leaving\b(?! (?:now|the office|for|in a (?:minute|second)))|\b(?:i|she|he) (?:quit|resigned)\b|\bleaves? the company\b|\blast day (?:here|is)\b",
    r"\b(?:look(?:ing)? (?:for|at) (?:something|somebody|someone) else|look elsewhere|go(?:ing)? (?:back )?out to tender|walk away|pull the plug|not going to renew|won't renew)\b",
    r"\b(?:i'm|we're|i am|we are|we'll be|i'll be) (?:cancel+ing|terminating|switching|out)\b(?! (?:of (?:office|time)|on|for|that|this|until|till|all|next|in|at|the|today|tomorrow|and|with))|\b(?:we|i)(?:'ll| will) (?:cancel|terminate|switch)\b",
)
"""what puts the deal at risk; also under a condition, as a threat is one"""
_NO_RISK = any_of(
    r"\b(?:we|i) (?:aren't|are not|won't|will not|am not|'m not|'re not) (?:cancel|leav|terminat|switch|look)\w*"
)


def objections(scan: Scan) -> list[Noted]:
    """Each objection, and whether the customer took the answer to it."""
    found = []
    for one in in_order([*scan.theirs("O", OBJECTION, but=_NONE, most=3 * MOST), *_outright(scan), *_asked(scan)]):
        if not _THEIR_PAIN.search(plain(one.said[0].text)):
            found.append(objected(scan, one.said[0]))
    return found[:MOST]


def objected(scan: Scan, sentence: Sentence) -> Noted:
    """An objection with what became of it in the call."""
    taken = _taken(scan, sentence)
    return Noted((sentence, taken) if taken else (sentence,), scan.who(sentence.turn), settled=taken is not None)


def _outright(scan: Scan) -> list[Noted]:
    return [
        Noted((one,), scan.who(one.turn))
        for one in scan.statements
        if OUTRIGHT.search(scan.words(one)) and not _NONE.search(scan.words(one))
    ]


def _asked(scan: Scan) -> list[Noted]:
    return [one for one in scan.noted(ASKED, lambda text: text.rstrip().endswith("?")) if scan.is_theirs(one.said[0])]


def _taken(scan: Scan, sentence: Sentence) -> Sentence | None:
    """The words by which the same side took the answer."""
    side, answered = scan.side(sentence.turn), False
    for turn in scan.transcript.turns[sentence.turn.k + 1 : sentence.turn.k + 7]:
        said = scan.transcript.of(turn)
        if scan.side(turn) != side or side == "unknown":
            answered = answered or scan.side(turn) == "ours"
        elif answered and said and SETTLED.match(plain(said[0].text)) and not BUT.search(plain(turn.words)):
            return said[0]
        elif any(OBJECTION.search(plain(one.text)) for one in said):
            return None
    return None


def risks(scan: Scan) -> Sequence[Noted]:
    """What the customer says that puts the deal at risk."""
    return [
        Noted((one,), scan.who(one.turn))
        for one in scan.said
        if scan.is_theirs(one) and not one.text.rstrip().endswith("?") and len(one.text.split()) >= 4
        if RISK.search(plain(one.text)) and not _NO_RISK.search(plain(one.text)) and scan.is_earnest(one)
        if not scan.is_doubted((one,), "R")
    ][:MOST]
