"""Subjects for which a call waits until its host decides: people's jobs, disputes, mergers, health, pay (pure).

A word alone is no reason: "payroll software", "acquisition cost" and "legal reviews the contract" are what sellers talk
about all day. What counts is that a person, or a company's secret, is talked of.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.skills.summarising.transcript import Sentence

TABLE = "2026-11"
"""version of the rules below"""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_JOB = (
    r"(?:employee|colleague|co-?worker|manager|boss|planner|driver|assistant|engineer|supervisor|director|analyst|accountant|controller|buyer|"
    r"worker|operator|clerk|developer|teammate|member of (?:staff|the team)|head of \w+|vp|cfo|ceo|cio|coo|secretary|technician|foreman|trainee|intern|lead|dispatcher|scheduler|recruiter|consultant|nurse|mechanic|picker|"
    r"packer|electrician|welder|cashier|receptionist|designer|programmer|tester|admin|staffer|(?:sales|service|account) (?:rep|person|executive|manager)|salesperson|temp)"
)
_NAME = r"(?-i:(?!(?:I|We|They|It|The|You|This|That|Our|My|Your|A|An|And|But|So|If|For|Of|In|On|Q\d|ERP|API|CRM|SAP|Excel|Contracts?|Licen[cs]es?|Agreements?|Subscriptions?|Services?|Support|Access|Accounts?|Demand|Sales|Revenue|Marketing|Finance|Legal|Procurement|Production|Orders?|Users?|Systems?|Servers?|Sessions?|Jobs?|Processes)\b)[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?)"
_KIN = r"(?:wife|husband|son|daughter|mother|father|mum|mom|dad|brother|sister|partner|child|baby)"
_WHO = rf"(?:him|her|them all|somebody|someone|(?:my|our|your|the|their|his|her|an?|one of (?:my|our|the)) (?:\w+ ){{0,2}}?(?:{_JOB}|{_KIN})s?|{_NAME})"
_WHOSE = rf"(?:his|her|(?:my|our|your|the|their) (?:\w+ ){{0,2}}?{_JOB}(?:'s|s')|(?:my|his|her|our) {_KIN}'s|{_NAME}'s|each employee's|people's|the team's|everybody's|everyone's)"
_STAFF = r"(?:people|employees|staff|workers|workforce|drivers|planners|dispatchers|managers|engineers|technicians|colleagues|headcount|jobs|positions|roles|heads|(?:half|part|third|quarter) of (?:the|our|my) \w+)"
_ILL = (
    r"(?:depression|anxiety|burn-?out|asthma|migraines?|cancer|diabetes|epilepsy|insomnia|ptsd|adhd|arthritis|panic attacks?|chronic \w+|back pain|"
    r"an? (?:\w+ )?(?:illness|disease|disorder|injury|addiction|heart condition|condition))"
)
_IS = r"(?:'s|'re|'m| is| are| was| were| has been| have been| had| has| will be| might be| may be|'ll be)"

RULES: Mapping[str, re.Pattern[str]] = {
    "personnel": _any(
        rf"\b(?:fire|firing|fired|sack|sacked|sacking|dismiss|dismissed|dismissing|lay off|laid off|laying off|demote|demoted|get rid of)\b (?:{_WHO}|(?:(?:\w+|of (?:the|our|my)) ){{0,2}}?{_STAFF})\b(?! (?:alert|notification|up|off|rules?|system|tool|software|event|job|banner|warning|server|machine|module|feature|role|view|screen|app|tool)s?\b)",
        rf"\b(?:{_WHO}|i|he|she|they|people|\d+ (?:of )?\w+){_IS} (?:going to be |to be |about to be |being |\w+ )?(?:fired|sacked|dismissed|laid off|made redundant|let go|demoted|terminated|suspended from|(?:pushed|forced|managed|edged) out)\b(?! (?:by|when|after) the (?:trigger|system|rule))",
        rf"\b(?:opened|opens|started|launched|running) (?:an? |the )?(?:\w+ )?(?:investigation|inquiry) (?:into|against|on) {_WHO}\b|\b(?:there (?:will|are going to|may|might|could) be|(?:have|going|need) to (?:make|announce)|making|further|more) redundancies\b",
        rf"\b(?:cut|cutting|shed|shedding|reduc(?:e|ing)|shrink(?:ing)?) (?:\w+ ){{0,2}}?(?:of )?(?:the |our )?(?:staff|workforce|employees|headcount)\b(?! (?:time|hours|costs?|effort|turnover|work|training|meals|travel|plan))|\bterminat(?:e|ing|ed) (?:\w+ ){{0,3}}?{_JOB}s\b(?! (?:contract|licen[cs]e|seat|account)s?)",
        rf"\b(?:he|she|i|they|{_WHO})(?:'ll| will| might| may| could|'s going to)? (?:lose[s]?|lost|losing) (?:his|her|my|their) jobs?\b|\b\d*\w* ?jobs (?:go(?: with|,|\.|$)|at risk|are lost|will be lost)|\b(?:my|his|her|{_NAME}'s) (?:job|position|role)(?: is|'s| was| will be| has been| gets)(?: being)? (?:eliminated|cut|made redundant|abolished|at risk|axed)\b",
        r"\bescorted (?:off|out)\b|\bgard(?:en|ening) leave\b|\b(?:employment|labou?r) (?:tribunal|court)\b|\b(?:unfair|constructive) dismissal\b|\bprud'hommes\b|\barbeitsgericht\b",
        r"\bi(?:'ve| have|'m| am)? (?:just |already )?(?:resigned|resigning|handed in my (?:notice|resignation)|given (?:in )?my notice|quit(?:ting)? my job|being (?:fired|laid off|let go|made redundant))\b",
        r"\bmade redundant\b|\bredundanc(?:y|ies) (?:round|pay|package|talks?|plan|programme|program|notices?)\b|\b(?:announc\w+|plan\w*|face|facing) redundancies\b|\blay-?offs?\b|\bmass dismissals?\b|\blet(?:ting)? go of (?:him|her|them|some|several|many|(?:\w+ ){0,2}?(?:people|employees|staff|workers|drivers|planners|colleagues))\b|\b(?:jobs|positions|roles) (?:will|are going to|have to|must) (?:go|disappear|be cut)\b|\bjob cuts?\b|\bseverance\b|\bworks? council\b[^.]{0,40}\b(?:dismiss|terminat|redundan)\w*",
        rf"\b(?:let|letting) (?:{_WHO}|(?:\w+ ){{0,2}}?{_STAFF})(?: (?:in|from|of|at|there)(?: \w+){{1,3}})? go\b(?! (?:live|through|ahead|to|back|over|with|into|on))|\b(?:dismissal|firing|sacking|layoff|termination) of (?:{_WHO}|(?:the |our )?(?:\w+ )?{_STAFF}|m(?:r|s|rs)\b)|\bmak(?:e|ing|es) (?:{_WHO}|(?:\w+ ){{0,2}}?{_STAFF}) redundant\b|\bcut(?:ting)? (?:\w+ ){{0,2}}?(?:jobs|headcount|positions)\b",
        rf"\bterminat(?:e|ed|ing|ion of) (?:{_WHO}(?:'s)?|the employment|employment|(?:his|her|their) (?:contract|employment))(?! (?:contract|agreement|subscription|licen[cs]e|deal)\b)|\bwrongful (?:termination|dismissal)\b",
        r"\b(?:written|formal|final|verbal|official|last) warning (?:to|for|from hr|letter)\b|\b(?:gave|give|given|got|get|receive[ds]?|issue[ds]?|had|has|on) (?:\w+ ){0,3}?(?:written|formal|final|verbal|official) warnings?\b(?! (?:light|system|sign|message)s?)|\bdisciplin(?:ary|ed)\b(?! approach)|\bgross misconduct\b|\bmisconduct\b",
        r"\bperformance improvement plan\b|\b(?:on|onto) a pip\b|\bperformance (?:review|issues?|problems?|rating|appraisal) (?:of|with|for) (?:him|her|(?-i:[A-Z][a-z]+))\b",
        rf"\b(?:he|she|(?:my|our|your|their|the) (?:\w+ )?{_JOB})(?:'s|'s been| is| was| has been| isn't| is not| hasn't been| has not been| doesn't| does not)(?: \w+)? (?:underperform\w*|perform(?:ing)?(?= (?:well |badly |poorly )?(?:enough |at all )?(?:in (?:his|her) (?:role|job)|as a manager|as a team))|not up to the job|a poor performer|a low performer)\b",
        rf"\b(?:his|her) (?:poor |bad |weak )?(?:performance|attitude|absences|behaviou?r)\b|\b{_NAME}'s (?:poor|bad|weak) performance\b|\b(?:poor|low|weak) performers?\b|\btalk to {_WHO} about (?:his|her) performance\b|\bfail(?:ed|s)? (?:his|her) probation\b|\bprobation(?:ary)? (?:period )?(?:of|for) {_NAME}",
        r"\b(?:sexual(?:ly)? )?harass(?:ment|ed|ing)?\b|\bbullying\b|\bbullied\b|\bgrievance (?:against|procedure|filed)\b|\b(?:filed|raised|a) (?:a |formal )*grievance\b|\bcomplaint (?:to|with) hr (?:about|against)\b|\bdiscriminat\w+ (?:against (?:him|her|me|women|an? employee|employees)|claim|complaint)\b",
        rf"\b(?:{_WHO}|he|she)(?:'s| has| is)? (?:just |already |secretly )?(?:handed in (?:his|her) (?:notice|resignation)|resign(?:ed|ing|s)(?! (?:himself|herself|to))|given (?:his|her) notice|leaving but nobody knows)\b",
        r"\b(?:gekündigt|entlassen|entlassung\w*|abmahnung\w*|kündigung (?:von|für) (?:herrn?|frau))\b|\b(?:stellenabbau|personalabbau|arbeitsplätze abbauen|plan social|suppressions? de postes?|recorte de plantilla)\b|\b(?:kündigen|feuern) (?:wir )?(?:ihm|ihr|herrn|frau)\b|\b(?:licenciement\w*|licenciée?s?|licencier|avertissement écrit)\b|\b(?:despido\w*|despedid[oa]s?|despedir a|despedimos a)\b",
    ),
    "legal": _any(
        r"\b(?:an?|the|our|their|this|that|pending|ongoing|facing|another|two|three|several|against|new) (?:\w+ )?law ?suits?\b(?<!those lawsuits)(?<!kind of lawsuits)|\blaw ?suits? (?:with|against|from|over|by|about|filed)\b|\blitigat(?:e|ion|ing)\b(?! (?:software|teams?|customers?|clients?|practice|support|module|department|lawyers? use|hold feature|platform|tool|group|firms?|market))",
        rf"\b(?:sue|sued|suing|sues)\b(?= (?:us|them|you|him|her|the (?!data|records)|our|for|over|{_NAME}))|\bthreaten\w* to sue\b|\b(?:being|get|got|was|were|been) sued\b|\btak(?:e|en|ing) (?:us|them|him|her|you|{_NAME}) to court\b|\bgo(?:ing|es)? to court\b|\bin court (?:with|against|over)\b|\bcourt (?:case|hearing|order|date|proceedings)\b",
        r"\blegal (?:action|dispute|proceedings|battle|claim|fight)s?\b|\bclass[- ]action\b|\bsubpoena\w*\b|\binjunction\b|\b(?:cease and desist)\b",
        r"\battorney[- ]client\b|\blegal privilege\b|\bprivileged (?:and confidential|advice|conversation|communication|information|memo|and)\b|\b(?:this|that|it|which)(?:'s| is) (?:legally )?privileged\b",
        r"\b(?:lawyers?|attorneys?|counsel|barrister|solicitors?)\b[^.]{0,40}\b(?:advised?|advises|recommend\w*|told us|thinks?|say|says|warn\w*)\b[^.]{0,60}\b(?:settle|not to (?:say|admit|answer|talk|comment|put)|liab(?:le|ility)|exposure|claim|dispute|case|damages|lose|win)\b(?! (?:cap|clause))",
        r"\b(?:out[- ]of[- ]court )?settlement (?:with|offer|talks|negotiation\w*|agreement with|of the (?:case|claim|dispute))\b|\bsettl(?:e|ed|ing) (?:the (?:case|claim|dispute|suit)|(?:\w+ ){0,2}?out of court)\b|\b(?:be|being|been|get|got|getting) taken to court\b|\b(?:served|serve) (?:\w+ )?(?:papers|a writ|a claim)\b|\bdemand letter\b|\b(?:open(?:ed|s)|brought|filed) a (?:court |criminal |legal )?case against (?:us|them|him|her|our|the company)\b|\b(?:porté|porter|porte) plainte\b|\b(?:nos|les|le) (?:ha |han )?denunci\w+\b|\bproceedings against (?:us|them|him|her|me|our|the company|my)\b",
        rf"\b(?:police|prosecutors?|tax (?:office|authorit\w+)|regulators?|customs|inspectors?|authorit(?:y|ies)) (?:\w+ ){{0,2}}?(?:raided|searched|seized|fined|charged|sued|prosecut\w+|arrested)\b|\b(?:we|he|she|they|{_WHO})(?:'ve| have| has| were| was|'re| are| is) (?:\w+ )?(?:been )?(?:fined|prosecuted|arrested|indicted|charged with|convicted)\b(?! (?:by the hour|an? fee|per))",
        r"\barbitration (?:with|against|proceedings|case|hearing|over)\b|\b(?:in|enter\w*|start\w*) arbitration\b|\bclaims? (?:for damages|against (?:us|you|them|him|her|the company|our|(?-i:[A-Z])))\b|\b(?:claim(?:ing)?|pay|sued? for) damages\b",
        r"\b(?:patent|copyright|trademark) infring\w+\b|\binfring\w+ (?:our|their|your|a) (?:patent|copyright|trademark)s?\b|\b(?:prosecutors?|criminal charges?|indict\w+)\b|\b(?:under|facing an?) (?:criminal )?investigation\b|\binvestigation (?:against|into) (?:us|our|them|the company)\b|\binvestigat(?:ed|ing) (?:us|by the (?:police|authorit|regulator|prosecutor))",
        r"\b(?:rechtsstreit\w*|klage (?:gegen|eingereicht)|verklag\w+|gerichtsverfahren|anwaltsgeheimnis)\b|\b(?:procès|litige|poursuites? judiciaires?|secret professionnel)\b|\b(?:demanda (?:judicial|contra)|litigio|pleito|juicio contra)\b",
    ),
    "M&A": _any(
        rf"\b(?:we|they|i|{_NAME}|(?:the|our|my) (?:company|group|board|owners?|parent|competitor|firm)|somebody|someone|who)(?:'re|'s|'ll| are| is| will| may| might| want| wants| plan| plans| intend| intends| hope| hopes| would like| have agreed| has agreed| have decided| has decided| are trying| is trying)(?: \w+)?(?: in (?:talks|discussions|negotiations))? (?:to |of )?(?:be(?:ing)? )?(?:acquir(?:e|ed|ing)|taken over|buying out|take over|bought (?:by|out)|merge with|merging with|sold to)\b(?! (?:new |more )?(?:customers|users|leads|logos|talent|data|skills|knowledge|certificates?|licen[cs]es?|tasks?|responsib\w+|accounts?|from (?:lars|her|him)|the (?:task|project|role|account|work|lead|data|tickets?|records|branch|two))\b)",
        r"\bsell (?:us|the company|it all) to an?\b|\b(?:buy|buying|purchase of|sale of|sell|selling) (?:the |our |their |a |another |that |this )?(?:whole |entire )?(?:company|business|competitor|division|subsidiary|firm)\b(?! (?:software|edition|plan|tier|version|intelligence|case|class|suite|central|line|a|an|licen[cs]es?|cards?|more|to|users))",
        r"\b(?:the |this |our |their |an? |planned |possible |pending |secret |confidential |upcoming )+(?:merger|takeover|acquisition)\b(?! (?:costs?|channels?|funnels?|team|of (?:\w+ ){0,2}?(?:customers|users|leads|data|talent|skills|logos)|manager|strategy for|price per|module|tax|of (?:new |more |further )?(?:hardware|equipment|licen[cs]es|machines|vehicles|trucks|software)|(?:of|between) (?:the |our |these )?(?:two|both|three) (?!compan|firms?|groups?|business|banks?)|(?:of|between) (?:(?:the|our|these|two|both|all) )*(?:product|line|database|table|file|list|team|warehouse|branch|system|account|record|data|site|plant|store)\w*))(?! (?:in|of [^.,]{2,40} in) (?:19|20)\d\d)(?<!customer acquisition)(?<!user acquisition)(?<!talent acquisition)(?<!data acquisition)(?<!lead acquisition)(?<!since the acquisition)(?<!after the acquisition)(?<!after the merger)(?<!since the merger)(?<!after our acquisition)(?<!since our acquisition)",
        r"\bmergers? and acquisitions?\b(?! (?:team|department|software|tool))|\bm&a\b(?! (?:software|tool|team uses))|\bmerger (?:with|talks|is|closes|agreement)\b|\bhostile (?:bid|takeover)\b|\btakeover (?:bid|offer|target|talks)\b|\b(?:acquisition|merger) (?:talks|target|is (?:not public|confidential|signed|under way|underway)|closes|of (?:the company|a competitor))\b",
        r"\b(?:in|during|passed|start\w*|begin\w*|finish\w*|after|under|for) (?:the (?:middle of )?|our |their )*due diligence\b(?! (?:questionnaire|form|document|checklist|call|process for|on|of (?:vendors?|suppliers?|your|our|the (?:tool|vendor|supplier))))|"
        r"\bdue diligence\b[^.?!]{0,80}\b(?:buyer|bidder|target|acqui\w+|merg\w+|investors?|data room|takeover|sale of the (?:company|business))\b|\b(?:buyer|bidder|acquirer|investor)s?\b[^.?!]{0,60}\bdue diligence\b",
        r"\bdata room\b(?! (?:temperature|cooling))|\bletter of intent to (?:buy|acquire|sell)\b|\bterm sheet\b[^.]{0,40}\b(?:investor|acqui|buyer|series|round)|\b(?:not public|not announced|under embargo)\b[^.]{0,60}\b(?:sale|deal|merger|acqui\w+|takeover|buyer)\b|\bgoing public\b(?! with)|\b(?:we|they|company|group|owners?|board)\b[^.?!]{0,40}\bgo public\b(?! with)|\b(?:owners?|founders?|shareholders?|family|investors?|partners?)\b[^.?!]{0,30}\b(?:sell|sells|selling|sold|give up) (?:their|his|her|its|the) (?:\w+ )?(?:shares?|stakes?|part|half)\b|\b(?:sell|selling|sold|sale of) (?:my|our|his|her|their) (?:shares|stakes?)\b|\b(?:competitor|fund|investor|buyer|rival)s? (?:has |have |just )*(?:made|put in|sent|submitted) (?:\w+ ){0,3}?(?:offer|bid) (?:for|to buy) (?:the |our )(?:whole |entire )?(?:business|company|group|firm)\b|\b(?:company|group|division|business|unit|we|we're|is|are) (?:\w+ ){0,2}?carved out\b|\b(?:owners?|founders?|family|shareholders?|board) (?:\w+ ){0,3}?looking for a (?:buyer|successor|new owner)\b|\bpart of (?:a|another) (?:bigger|larger|different|new) (?:company|group)\b(?= (?:soon|next|by|from|in)\b)|\b(?:an|our|the) ipo\b",
        r"\b(?:übernahme (?:von|durch|der firma)|fusion mit|fusionier\w+ mit)\b|\b(?:rachat de|fusion avec|offre publique)\b|\bwir (?:werden|wurden|sollen) (?:\w+ ){0,4}?(?:übernommen|verkauft|aufgekauft|gekauft)\b|\b(?:on va|nous allons|nous sommes|on est) (?:être |en train d'être )?rachetée?s\b|\bnos (?:van a comprar|compran?|ha comprado|han comprado|vende[n]?)\b|\b(?:adquisición de la empresa|fusión con|compra de la empresa)\b",
    ),
    "health": _any(
        rf"\b(?:{_WHO}|i|he|she|they){_IS} (?:\w+ ){{0,2}}?(?:diagnosed with|pregnant|in (?:the )?hospital(?! (?:business|sector|market|industry|segment|space|group|team|world))|hospitali[sz]ed|having (?:an operation|surgery|chemo\w*)|seriously ill|terminally ill|very ill|in rehab|in therapy|burn(?:t|ed) out|on (?:long[- ]term |extended )?(?:sick|medical|stress|maternity) leave|off (?:with|due to|because of) (?:stress|depression|burn-?out|an? \w+ (?:illness|injury|operation|surgery)|cancer)|hiv|recovering from|undergoing|suffering from (?:\w+ )?{_ILL})\b",
        rf"\b(?:{_WHO}|he|she|i) (?:suffers|suffered|suffer) from (?:\w+ )?{_ILL}|\b(?:from|to|into|entered|finished) rehab\b|\b(?:on|takes?|taking) (?:antidepressants|chemotherapy|strong medication)\b|\b(?:lost|losing) (?:the|her|their|our) baby\b|\b(?:he|she|(?:my|our|their) (?:\w+ )?(?:{_JOB}|{_KIN}))(?:'s| is| was| has been| gets?)(?: \w+)? (?:depressed|disabled|bipolar|ill|an alcoholic)\b",
        rf"\b(?:{_WHO}|he|she|i)(?:'s| has| had| have| got| just had| is having| needs)(?: \w+)? (?:cancer|a stroke|a heart attack|a miscarriage|a burn-?out|depression|a tumou?r|diabetes|ms\b|epilepsy|covid complications|a nervous breakdown|a (?:drinking|drug|gambling|mental health|heart) problem|an operation on|surgery\b|chemo\w*|a serious (?:illness|disease|accident))",
        rf"\b(?!people's|everybody's|everyone's){_WHOSE} (?:\w+ )?(?:cancer|illness|diagnosis|disease|depression|burn-?out|surgery|operation|chemo\w*|pregnancy|disability|medical (?:record|condition|leave|history|results)|sick leave|mental health|miscarriage|addiction|drinking|health (?:problem|issue|condition)s?|health)\b(?! (?:module|feature|system|score|check|index|data model|software))",
        r"\bmy (?:doctor|therapist|oncologist|psychiatrist)\b|\blong[- ]term sick\b(?! leave module)|\b(?:is|are|was) krankgeschrieben\b|\b(?:er|sie|herr \w+|frau \w+) (?:hat|ist) [^.]{0,30}(?:krebs|krankgeschrieben|schwanger|burn-?out|depress\w+)\b",
        r"\b(?:il|elle) (?:a|est) [^.]{0,25}(?:cancer|en arrêt maladie|enceinte|dépression|malade)\b|\b(?:él|ella) (?:tiene|está) [^.]{0,25}(?:cáncer|de baja|embarazada|depresión|enferm[oa])\b|\bist schwanger\b|\best enceinte\b|\bestá (?:embarazada|de baja)\b",
    ),
    "pay": _any(
        rf"\b{_WHOSE} (?:\w+ )?(?:salary|salaries|pay|wages?|bonus(?:es)?|compensation|pay ?(?:rise|raise|cheque|check|slip)|base pay|commission cut)\b(?! (?:module|data|file|system|software|run|import|as you go|per|for|the (?:invoice|licen[cs]e)))",
        rf"\b(?:salary|salaries|wages?|bonus(?:es)?|pay ?(?:rise|raise|cut)s?|payroll data|compensation|severance pay) (?:of|for|to) (?:{_WHO}|the (?:\w+ ){{0,2}}?(?:team|staff|board|directors|managers|drivers|planners|employees)|our (?:team|staff|board|directors|managers|drivers|planners|employees|people)|each (?:employee|person))\b",
        rf"\b(?:{_WHO}|he|she|they|each (?:driver|planner|employee))(?: \w+)? (?:earns?|earned|makes|made|is paid|are paid|gets? paid|was paid|is on|takes home)\b(?! (?:from|by|sense|sure|it|the|up|a (?:decision|mistake|living|call|note)|that|on|him|us|every|monthly)\b)[^.]{{0,20}}?(?:(?<![\w])\d{{1,3}}(?:[.,]\d{{3}})+\b(?! \w+s\b(?<!dollars)(?<!euros)(?<!pounds))|\d+ ?k\b|[€$£] ?\d|\d+ ?(?:thousand|euros?|dollars?|pounds?|usd|eur|gbp|kroner)\b)|\b(?:{_WHO}|he|she) (?:earns?|makes|gets paid) (?:more|less|twice|half|as much)\b|\b(?:what|how much) (?:do|does|did) (?:he|she|{_NAME}|(?:your|his|her|the) (?:\w+ )?{_JOB}s?) (?:earn|get paid)\b",
        r"\b(?:cut|cutting|freeze|freezing|reduce|reducing|lower|lowering|raise|raising|increase|increasing) (?:the |our |all |everybody's |people's |their )*(?:salaries|wages|bonuses|pay of|pay for the)\b|\bsalary (?:list|bands?|negotiation\w*|review|increase|cut|freeze)s?\b(?! (?:module|feature|import))|\bpay ?slips? of (?:the|our|his|her|\w+'s)\b|\basked for a (?:pay )?(?:raise|rise)\b(?! (?:of|in) the)|\b(?:i|he|she|my \w+) (?:got|gets?|received|was (?:given|refused|denied)|want(?:s|ed)?|deserves?) (?:a|my|his|her|no) (?:pay |salary )?(?:raise|rise|bonus)\b(?! (?:in|\w+s?\b(?<!of)(?<!for)(?<!this)(?<!last)(?<!next)(?<!and)(?<!too)))|\b(?:he|she|i) negotiated (?:a|his|her|my) (?:bonus|salary|raise|severance)\b|\bbase salar(?:y|ies)\b(?! (?:field|data|module|column|import|calculat\w+))|\b(?:pay|salary) gap between\b|\b(?:pay|salary) (?:rise|raise|cut) (?:for|of) \w+",
        rf"\b(?:he|she|i|{_WHO}) (?:was|is|am|were|are|has been|have been) (?:\w+ )?(?:(?:under|over)paid\b|paid (?:twice|too (?:much|little)|less|more than|late|poorly|badly|below))|\bpay(?:s|ing)? (?:our|the|my|your|a|each) (?:\w+ )?{_JOB}s? (?:only |about |around |over |less than |more than )*[€$£]? ?\d",
        r"\b(?:gehaltserhöhung|gehaltskürzung|lohnkürzung)\b|\b(?:augmentation|baisse) de salaire\b|\b(?:aumento|subida|recorte) (?:de|del) (?:sueldo|salario)\b",
        rf"\b(?:pay|paying) (?:him|her|{_NAME}) (?:only |about |around |over |less|more than )*\d|\b(?:unpaid|late) (?:wages|salaries)\b|\b(?:gehalt|gehälter|lohn) (?:von|für|der)\b|\b(?:sein|ihr)(?:e|es|em)? gehalt\b|\b(?:salaire|paie) (?:de|d')\b|\bson salaire\b|\b(?:el )?(?:salario|sueldo) de\b|\bsu (?:salario|sueldo)\b",
    ),
}
"""subject → what touches it"""
ABSENT = _any(
    r"\b(?:i(?:'m| am| was| have been|'ve been|'ll be| will be)|(?:he|she|(?-i:[A-Z]\w+))(?:'s| is| was| will be|'ll be)) (?:\w+ )?(?:off sick|out sick|sick(?! (?:of|and tired))|ill|unwell|not (?:feeling )?well|at the doctor'?s?|down with (?:a cold|the flu|something)|under the weather)\b",
    r"\b(?:i|he|she) (?:have|has|had|got|caught) (?:a (?:bad )?)?(?:cold|the flu|a fever|a migraine|a headache|covid)\b",
    r"\bich bin (?:nächste woche |gerade )?krank\b|\bje suis malade\b|\bestoy enferm[oa]\b",
)
"""a short absence: nothing waits for it, and the line itself is left out"""


@dataclass(frozen=True)
class Touch:
    """A subject, and the sentences that touch it."""

    subject: str
    said: tuple[Sentence, ...]
    sure: bool = True
    """False: it may touch it, as a guess of middling certainty says"""

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that touch it."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))


def touched(said: Sequence[Sentence], names: Sequence[str] = ()) -> list[Touch]:
    """The subjects that a call touches, in the order of the rules; `names` are people's."""
    known = _known(names)
    texts = [(one, one.text if known is None else known.sub(_pronoun, one.text)) for one in said]
    found = {subject: tuple(one for one, text in texts if touches(pattern, text)) for subject, pattern in RULES.items()}
    return [Touch(subject, sentences) for subject, sentences in found.items() if sentences]


def _known(names: Sequence[str]) -> re.Pattern[str] | None:
    """People's whole and first names, which the rules read like a pronoun."""
    parts = {part for name in names for part in (name, name.split()[0]) if len(part) > 2 and part[0].isupper()}
    listed = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b(['’]s(?= \w+\b(?! (?:a|an|the)\b)))?") if parts else None


def _pronoun(match: re.Match[str]) -> str:
    return "her" if match[1] else "she"


def touches(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a sentence touches a subject."""
    return pattern.search(text.replace("’", "'")) is not None


def subjects(text: str) -> Iterator[str]:
    """The subjects that one sentence touches."""
    return (subject for subject, pattern in RULES.items() if touches(pattern, text))


def is_absence(text: str) -> bool:
    """Whether a sentence only says that somebody is ill for a while."""
    return ABSENT.search(text.replace("’", "'")) is not None and next(subjects(text), None) is None
