"""What the parts of a qualification method, and pains, budget, timeline and the like, are told by (pure)."""

import re
from collections.abc import Mapping

from bot.skills.summarising.firm import CONDITION, any_of

_N = r"(?:\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|hundreds?|thousands?|a hundred|a dozen)"
_MONEY = r"(?:[€$£]\s?\d[\d.,]*\s?[km]?\b|\b\d[\d.,]*\s?(?:k\b|m\b|million|thousand|euros?|dollars?|pounds?|francs?|kroner|eur\b|usd\b|gbp\b)|\b(?:million|thousand)s? (?:euros?|dollars?|pounds?))"
_SPAN = rf"{_N}[\w -]{{0,12}}?\b(?:minutes?|hours?|days?|weeks?|months?|shifts?)\b"
_PAPERS = (
    r"(?:procurement|vendor|supplier|security review|legal|redlines?|contract|signature|approval|tender|lead time)"
)
PAIN = any_of(
    r"\b(?:struggl\w+|pain(?:ful|s)?\b(?! au)|pain point|frustrat(?:ed|ing|es)|bottleneck|manual(?:ly)?|by hand|(?<=\w )on paper|by fax|(?:in|with|on|over|across|huge|giant|many|several|different|endless|of|use|using) (?:\w+ ){0,2}spreadsheets?|error[- ]prone|waste[sd]?|wasting|"
    r"write-?offs?|writ(?:e|ing|ten) off|pour away|throw(?:ing|n)? away|threw away|breaks? down|crash(?:es|ed|ing)?|nightmare|a mess|chaos|unreadable|unreliable|outdated|clunky)\b",
    r"\b(?:huge|giant|many|several|five|four|three|different|endless|in|an?) (?:\w+ )?excel\b|\bexcel (?:files?|sheets?|hell|lists?)\b",
    r"\b(?:we|i|they|people|teams?|nurses|staff|customers|carriers|everybody|each of us)(?:'re| are)? (?:\w+ )?(?:(?:lose|losing|lost) (?:money|time|hours|days|weeks|months|customers?|orders?|data|business|revenue|sales|people|deals?|leads?|track|around|about|roughly|almost|nearly|at least|over|one in|two|three|four|five|ten|half|\d|[€$£])|miss(?:ed|ing)? (?:a|an|our|deadlines?|orders?)|stuck|waiting for|wait too)",
    r"\b(?:was|were|is|are|gets?) stuck\b|\blost (?:orders?|revenue|sales|customers|business|hours|time)\b|\b(?:is|are|as|already) scrap\b|\bduct tape\b|\bqueued? for\b|\boutages?\b|\bmissed \w+s\b|\b(?:keeps? me up|drives? (?:me|us|everybody|everyone|people|them|my team) (?:mad|crazy|nuts|up the wall)|killing us|eats? up|fed up|sick of|tired of|(?:team|staff|everybody|everyone|people|they all|users|drivers|nurses|reps) (?:hates?|complains?|swears?)|annoy(?:s|ing) (?:us|everybody|everyone|people|me))\b",
    rf"\btakes? (?:me|us|them|my \w+|our \w+|(?:\w+ ){{0,1}}(?:team|staff|people)|too long|forever|ages)\b|\btakes? {_SPAN}",
    r"\b(?:biggest|main|real|our) (?:problem|issue|headache|challenge)\b|\b(?:problem|issue|trouble) (?:is|we have) that\b",
    r"\b(?:nobody|no one) (?:knows|can tell|has an overview|really knows|sees|trusts)\b|\bcan't (?:see|find|tell) (?:where|which|what|how)\b",
    r"\b(?:types?|typing|enter(?:s|ing)?|key|re-?type)\b.{0,40}\b(?:twice|three times|again|into (?:two|three|four|several) \w+)\b|\bnever match\b|\b(?:go(?:es)? out|come out) wrong\b|\bdon't (?:talk|speak) to each other\b",
    r"\b(?:nobody|no one) (?:noticed|notices|answers|picks up)\b|\bfined us\b|\bwe(?:'re| are) binning\b|\b(?:had|have had|getting) (?:\w+ ){1,3}(?:injur(?:y|ies)|incidents?|complaints|failures|stoppages)\b|\b(?:is|are) not (?:correct|happy about)\b",
    r"\b(?:far|way|much) too (?:late|long|slow)\b|\btoo (?:long|slow), (?:about|around|roughly)\b|\b(?:goes?|go|stay|left) unanswered\b|\bdies? after\b|\bdie after\b|\bout of date\b|(?<!i'm all )\bover the place\b|\blogged (?:us|me) out\b|\boff by\b",
)
NO_PAIN = any_of(
    rf"\b{_PAPERS}\b.*\btakes?\b|\btakes?\b.*\b{_PAPERS}\b|\blost in\b|\b(?:not|n't|no longer) (?:\w+ )?(?:painful|a (?:pain|problem|nightmare)|frustrat\w+)\b|\btakes? a look\b|\bno problem\b|"
    r"\bissue(?:d|s)? (?:the|a|an) (?:po|order)\b|\bstuck in (?:customs|traffic|transit|the post|a meeting|meetings)\b|\b(?:you|your \w+) (?:save|fix|solve)"
)
BUDGET = any_of(
    r"\b(?:budget\w*|grant of|capital programme|capital program|funding|allocat\w+|set aside|put aside|laid aside|earmark\w*|price ceiling|spending limit)\b",
    rf"\b(?:could|can|would|may|will|want to|able to|free up) (?:spend|pay|invest|free up)\b.{{0,30}}(?:{_MONEY}|\d)|\bfree up (?:{_MONEY}|\d)|\b(?:not|no) more than (?:{_MONEY}|\d[\d,.]*)|\bmax(?:imum)? (?:of )?(?:{_MONEY})",
    rf"\b(?:agreed on|accept|fine with) the price\b.*\d|{_MONEY}.{{0,20}}\b(?:in the plan|all in|for this year|this year|approved)\b|\b\d[\d.,]*k? (?:\w+ )?(?:in the plan|all in)\b",
)
NO_BUDGET = any_of(r"\b(?:not a (?:question|matter) of)\b.*budget|\bbudget airline\b")
_LIVE = r"(?:go[- ]?live|live|running|up and running|in place|done|ready|operational|on site|installed|rolled out|in production|finished|completed)"
_POINT = r"(?:\d|the (?:end|start|beginning) of|end of|summer|autumn|fall|winter|spring|christmas|easter|peak|season|(?:the )?(?:next )?(?:audit|quarter|term|rush)|q[1-4]|january|february|march|april|may\b|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|next)"
TIMELINE = any_of(
    rf"\b(?:need|want|have|has|must|should|would like|needs?)\b.{{0,30}}\b{_LIVE}\b.{{0,12}}\b(?:by|before|in|until|for)\b.{{0,25}}\b{_POINT}",
    rf"\b(?:have|has|need|must|want)\b.{{0,25}}\b(?:by|before) (?:the |then\b|this |next )?(?:{_POINT}|then)",
    rf"\b(?:must|have to|has to|needs? to) be\b.{{3,30}}\b(?:by|before) (?:the )?(?:first|{_POINT})|\b(?:have|need) to decide (?:in|by|before|on)\b",
    r"\b(?:our |the )?(?:deadline|go[- ]live|launch|roll[- ]?out|kick[- ]?off)\b.{0,15}\b(?:is|on|in|by|for|planned)\b",
    rf"\b(?:contract|licen[cs]e|lease|support|agreement|subscription|warranty)\b.{{0,25}}\b(?:ends?|expires?|runs? out|is up)\b.{{0,12}}(?:{_POINT})",
    rf"\b(?:decides?|decision|vote|votes|committee|board|tender|steering|partners|po|purchase order|bids?)\b.{{0,40}}\b(?:on|by|in|until)\b (?:the )?(?:\d|{_POINT})",
    rf"\b(?:want|like|plan|planning|aim|hope)(?:ed|ing|s)? to (?:start|kick off|begin|launch|go live|be live)\b.{{0,15}}(?:{_POINT})",
)
NO_TIMELINE = any_of(
    r"\byou(?:'ll| will) (?:have|get) (?:it|them|that)\b|\b(?:postponed|delayed|missed) the\b|\bhad (?:\w+ )?(?:agreed|decided|signed|approved)\b|\btold (?:me|us)\b|\bbudget\b|\bi(?:\'m| am|\'ll be) (?:at|in|on|out)\b|\blast (?:year|month|week|quarter)\b|\b(?:vendor|their) .*\b(?:promised|went)\b|\bhave to (?:go|run|leave|drop|stop)\b|\bhave a (?:call|meeting)\b"
)
PAPER = any_of(
    r"\b(?:procurement|legal|redlines?|contract|msa|dpa|data processing|security (?:review|questionnaire)|soc ?2|iso ?27001|framework agreement|"
    r"purchase order|the po|vendor (?:onboarding|registration|form)|signature|sign (?:off )?(?:the|any|it|this)|auditors?|our portal|supplier portal|our lawyers?|the lawyers?|general counsel|privacy impact)\b",
    r"\bregister (?:in|with|on) our\b|\bterms and conditions\b|\blook(?:ed)? at the terms\b|\bpayment terms\b",
)
NO_PAPER = any_of(
    r"\b(?:cut|reduc\w+|shrink|extend\w*|cancel\w*|renew\w*|end) (?:the|our|this) contract\b|\bas a contract\b|\bcontract(?:or|ors)\b|\b(?:current|old|existing) contract\b.*\b(?:saves?|expires?|ends?|runs?)\b|\blegal (?:bills?|fees?|costs?|team costs?)\b|\bquote me\b"
)
SENTIMENT = any_of(
    r"\b(?:i|we|they|my team|our team|our users|our people|the team|(?:the|our|my) (?:people|crew|staff|users|nurses|drivers|guests|customers|kids|chefs|teachers|doctors))(?:'s|'m|'re| am| are| was| were|'ve been| have been)?(?: (?:really|actually|a|very|quite|pretty|so|absolutely|honestly|pleasantly|extremely|all|also|just|kinda|kind of|a bit|rather|not|truly))*,? ?"
    r"(?:loves?|loved|likes?(?! to)|liked|enjoy(?:ed)?|hates?|excited|impressed|happy(?! to)|pleased|delighted|thrilled|disappointed|unhappy|annoyed|frustrated|worried|nervous|content|gutted|devastated|stoked|chuffed|fed up|relieved|"
    r"surprised|sceptical|skeptical|grateful|angry|upset|dissatisfied|satisfied|over the moon|enthusiastic)\b",
)
NO_SENTIMENT = any_of(
    r"\bthey(?:'re| are|'ve| have)\b|\bi heard from\b|\b(?:would|'d) (?:\w+ )?(?:like|love|be|hate|appreciate)\b|\bif you (?:like|love)\b|\b(?:likes?|liked) (?:it )?to\b|\b(?:as|whatever|if|what) (?:you|we|they|i) like\b|\bwe,? uh,? (?:get )?like\b|\b(?:is|are|'re|'s) (?:all |a bit |just |kind of )?like (?:that|this|them|him|her)\b|\blike,"
)
_SUM = rf"(?:\b{_N}\s*(?:%|per ?cent|million|thousand|hours?|days?|weeks?|minutes?|k\b|m\b|fte|orders?|in (?:five|ten|fifty|a hundred)\b)|{_MONEY}|\bhalf an? (?:hour|day)|\b\d{{1,3}}(?:[.,]\d{{3}})+\b|\b{_N} \w+ (?:a|per|each|every) (?:day|week|month|year|shift|night)\b)"
METRIC = re.compile(
    rf"\A(?=.*{_SUM})(?=.*\b(?:cost(?:s|ing)?\b|sav\w+|los(?:e|es|ing|t|s)\b|reduc\w+|write-?offs?|write off|threw away|spend\w*|waste\w*|cut\b|increase\w*|back orders?|overtime|downtime|turnaround|"
    r"per (?:hour|month|year|week|day|shift|order|contact|sample)|(?<!half )an? (?:hour|month|year|week|day|shift|parcel)|each (?:month|year|week|day)|every (?:month|week|day|monday|year|time|one)|margin|revenue|target|goal|"
    rf"fewer|attrition|churn|occupancy|went from|from \w+ (?:\w+ )?to|gone|burn(?:ed|t|s)?)\b).*|^.{{0,12}}\b{_SPAN} (?:per|a|each) (?:shift|day|week|month)\b",
    re.IGNORECASE | re.DOTALL,
)
NO_METRIC = any_of(
    r"\b(?:budget|set aside|allocated|discount|price(?:d|s)?\b(?! per)|committee|tender|vote|signs?|approv\w+|contract|licen[cs]e|renewal|payback|po|quote)\b|\b\d{4} of\b|\bspend on it\b|\b(?:could|can|would) (?:spend|pay)\b|"
    rf"\b{_PAPERS}\b.*\btakes?\b|\bmeets? (?:on|in|every)\b|\bprogramme? of\b|\bwe have (?:like |about |around |some |only )?{_N} \w+ (?:a|per|every) (?:day|week|month)\W*$"
)
_CHIEF = r"(?:c[efiot]o|coo|chief \w+(?: officer)?|managing director|owners?|president|director|board|partners|group'?s cfo|school board|he|she|mr\.? \w+|mrs\.? \w+|ms\.? \w+|boss|group)"
BUYER = any_of(
    r"\b(?:i|we) sign(?: it)? off\b|\bsigns? (?:\w+ )?off on\b|\bsign(?:s)? (?:it |everything |this |that |all )?(?:off|above|over|together|everything)\b|\bsigns (?:it|this|that|everything|anything)\b|\bfinal (?:say|word|decision)\b|\bi (?:have|need) to approve\b|"
    r"\bapproves (?:everything|anything|all|it|this|the (?:budget|spend|purchase))\b|\bi approve (?:everything|anything|all|the (?:budget|spend|purchase))\b",
    r"\b(?:holds? the budget|(?:own|hold|control)s? the budget|budget (?:owner|holder|is mine)|my budget\b|economic buyer|decision[- ]maker|i decide\b|(?:it's|that's|this is) my (?:decision|call)|green light|holding the pen)\b",
    rf"\b{_CHIEF},?(?: \w+,?)? (?:has|have|needs?) to (?:sign|approve|agree)\b|\b{_CHIEF} (?:signs|approves|decides)\b(?! on)|\bsigns for (?:it|this|anything|everything|that)",
)
NO_BUYER = any_of(
    r"\bi(?:'ve got to| must| have to| need to| should) sign off\b|\bnobody\b|\bhas(?:n't| not) approved\b|\bnot approved\b|\bcommittee\b.*\bdecides\b|\bif (?:the )?board\b|\bnothing\b"
)
CRITERIA = any_of(
    r"\b(?:must[- ]haves?|(?:our|one|key|main|hard|only|important|absolute) (?:\w+ )?(?:requirements?|criteri(?:a|on))|(?:requirements?|criteri(?:a|on)) (?:is|are|for us)\b|most important (?:thing|point|part|for us|to us|is)|key for us|non-negotiable|(?:is|are) (?:mandatory|a must|indispensable|essential|required)|knock-?out)\b",
    r"\b(?:it|that|this|tool|system|product|solution|software|platform|app|units?|cost(?: \w+){0,3}|price(?: \w+){0,3}) (?:has to|needs to|have to|must|need to)(?: also)?\b(?! have (?:been|\w+ed)\b| go\b| be said| admit| say).{2,}",
    r"\bwe need (?:it|the \w+|that|this|a \w+|your \w+) to\b|\bwe need (?:the|a|an) (?:total|full|proper|complete|real)\b|\bwhat we (?:do )?need is\b|\bwithout (?:it|that|this)\b.*\b(?:no deal|needn't|won't)\b|\botherwise we (?:needn't|can't|won't)\b",
    r"\b(?:only|mainly|mostly) (?:looks|cares) (?:at|about)\b|\bthe (?:one |point |thing )+that decides\b|\bthat decides it\b|\bno vendor (?:gets|comes)\b|\bwants a (?:fixed|flat|lower)\b|\btarget is\b|\bdeal[- ]?breaker\b",
)
NO_CRITERIA = any_of(
    r"\bbudget\b|\bhas to (?:send|go|run|leave|ask|sign|approve|be raised|be signed)\b|\b(?:that|this|it) (?:has|needs) to (?:wait|go through|be (?:signed|approved|raised))\b|\b(?:it|that|this) must (?:be|have been) (?:annoying|hard|nice|fun)\b|\bhas (?:the|a|an|no|been|our|my|his|her|nothing|three|two|already|just|its|it|changed|gone|come|grown)\b|\bhave (?:a|an|the)\b"
)
_BODY = r"(?:board|committee|trustees|council|cabinet|steering(?: group| committee)?|partners|owners|works council|evaluation team|panel|jury|group of \w+)"
PROCESS = any_of(
    rf"\b{_BODY}\b.*\b(?:decides?|decide|votes?|approv\w+|meets?|sign|scores?|reviews?|agree|choos\w+|present|chair|looks? at)\b|\b(?:past|through|to|before) (?:the )?(?:\w+ )?{_BODY}\b|\b(?:has|have|needs?) to go through (?!it\b|this\b|that\b|them\b|the (?:list|slides|agenda|numbers))|\b(?:group|panel|committee) of (?:three|four|five|six|\d)",
    r"\bwe(?:'re| are)(?: currently| also| still)? evaluating\b|\bwe evaluate (?:two|three|four|both|several|\d|vendors|tools)\b|\bevaluation (?:phase|process|team)\b|\bshort ?list\w*|\bdecision process\b|\btender\b|\brfp\b|\b(?:run|running|do|doing|start with|with) (?:a|the) (?:pilot|proof of concept|poc)\b|\bthe (?:pilot|proof of concept|poc)\b",
    r"\b(?:they|who|we|partners|then)\b.{0,12}\b(?:vote|votes)\b|\bit (?:meets|votes) (?:on|every)\b|\bvotes on it\b|\b(?:[a-z]+) decides? (?:in|on|by|next|with)\b|\bi decide\b|\bdecide (?:then|in \w+|on \d|by \w+)\b|\bsign it off together\b",
)
NO_PROCESS = any_of(
    r"\b(?:i'm|i am|i'll be|he's|she's) (?:at|in) the (?:\w+ )?board\b|\b(?:they|vendor) .*\bin the past\b|\bboard(?:ing)?(?: room| game)\b|^\W*(?:probably|perhaps|maybe) not\b|\bon board\b|\bif\b.*\b(?:board|i(?:'ll| will) (?:recommend|take|present|bring))\b"
)
CHAMPION = any_of(
    r"\bi(?:'ll| will|'m going to) (?:push|fight|make the case|sell (?:it|this)|champion|advocate|defend)\b",
    r"\bi(?:'m| am) (?:all |fully )?(?:behind|for) (?:this|it|you)\b|\bi want this\b|\byou have my (?:support|backing|vote)\b|\bfight for it\b",
)
SITUATION = any_of(
    r"\b(?:today|currently|at the moment|right now|these days),? (?:we|i|everything|all|our|my)\b(?!'d)(?! say| would)",
    r"\bwe (?:currently |still |now )?(?:use|run|work with|rely on)\b",
)
EVENT = any_of(
    r"\b(?:expires?|contract ends|support ends|ends on|runs? out|go[- ]live|launch|audit|peak season|landlord|deadline|end of life|sunset|docks on|regulation|fine of|moving (?:offices|house))\b",
    r"\b(?:before|until|by) the (?:\w+ )?(?:audit|season|rush|peak|move|inspection|fair|launch)\b",
)
_NEVER = re.compile(r"(?!)")
Rule = tuple[re.Pattern[str], re.Pattern[str]]
"""(what tells it, what speaks against it in the same sentence)"""
FRAMEWORKS: Mapping[str, Mapping[str, Rule]] = {
    "meddpicc": {
        "metrics": (METRIC, NO_METRIC), "economic_buyer": (BUYER, NO_BUYER), "decision_criteria": (CRITERIA, NO_CRITERIA),
        "decision_process": (PROCESS, NO_PROCESS), "paper_process": (PAPER, NO_PAPER), "identify_pain": (PAIN, NO_PAIN),
        "champion": (CHAMPION, CONDITION),
    },
    "bant": {
        "budget": (BUDGET, NO_BUDGET), "authority": (BUYER, NO_BUYER), "need": (PAIN, NO_PAIN),
        "timeline": (TIMELINE, NO_TIMELINE),
    },
    "spiced": {
        "situation": (SITUATION, _NEVER), "pain": (PAIN, NO_PAIN), "impact": (METRIC, NO_METRIC),
        "critical_event": (EVENT, _NEVER), "decision": (PROCESS, NO_PROCESS),
    },
}  # fmt: skip
"""what each part of a method is evidenced by; competition comes from the names that were said"""
CONSENT = any_of(r"\brecord(?:ing|ed|s)?\b")
