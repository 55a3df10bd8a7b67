"""How people say what they want of a letter that is there, as patterns (pure)."""

import re
from collections.abc import Mapping

from bot.skills.outreach.phrases import OTHERS, WRITTEN

Update = dict[str, object]

LESS_FORMAL = "less formal"
NAMES = "|".join(map(re.escape, [*WRITTEN, *OTHERS]))
BIT = r"(?:(?:just |only )?(?:a (?:bit|little(?: bit)?|touch|tad|lot)|much|slightly|somewhat|even|still|way|far|really|very|rather|more like|quite|etwas|ein bisschen|un peu|un poco) )*"
SIMPLE: Mapping[str, Update] = {
    rf"{BIT}(?:shorter|briefer|terser|tighter|more (?:concise|compact|to the point)|less (?:wordy|long)|kürzer|plus court|más corto)": {"longer": -1},
    r"(?:shorten|trim|cut|tighten|condense|kürze)(?: down| up)?(?: (?:it|that|this|the (?:text|letter|e-?mail|mail|draft|message)))?(?: down| up)?(?: a bit| a little| some)?|half (?:the length|as long)|(?:in |to |only |just )?(?:one|two|three|2|3|a few|a couple of) (?:lines|sentences)": {
        "longer": -1
    },
    r"(?:way |far |much |a (?:bit|little) |bit )*too (?:long|wordy)(?: for \w+)?|(?:a )?bit long(?: for \w+)?": {"longer": -1},
    rf"{BIT}(?:longer|more (?:detailed|detail|thorough|words)|länger|plus long|más largo)": {"longer": 1},
    r"(?:expand|lengthen|flesh out|elaborate)(?: (?:it|that|this|on it))?(?: a bit| a little)?|too short": {"longer": 1},
    rf"{BIT}(?:short|brief|concise)|(?:(?:trim|cut|shorten|get|keep|bring) (?:it|this|that) )?(?:down )?(?:to|in) (?:one|two|three|four|five|six|a few|a couple of|\d+) (?:lines?|sentences?)": {
        "length": "short"
    },
    rf"{BIT}(?:long|detailed)": {"length": "long"},
    r"(?:of )?(?:usual|normal|standard|medium) length": {"length": "usual"},
    rf"{BIT}(?:warmer|friendlier|kinder|softer|nicer|gentler|cosier|(?:way |far |a bit )?too (?:cold|stiff|harsh|dry|blunt|direct|pushy|distant)|loosen(?: (?:it|this|that))?(?: up)?|warm (?:it|this|that) up|add (?:a bit of |some |more )?warmth|less (?:cold|stiff|harsh|dry|direct|blunt|pushy)|"
    r"more (?:friendly|warm|warmly|personal|casual|human|relaxed|cordial)|(?:in a )?friendly(?: tone)?|warm(?: tone)?|casual|informal|"
    r"wärmer|freundlicher|herzlicher|persönlicher|plus (?:chaleureux|amical|cordial)|más (?:cálido|cercano|amable|cordial))": {
        "tone": "friendly"
    },
    rf"{BIT}(?:more (?:formal|formally|official|polite|businesslike|professional)|(?:way |far |a bit )?too (?:friendly|casual|familiar|informal|chatty)|less (?:friendly|casual|familiar|informal|chatty)|formal|formally|"
    r"in a formal tone|formeller|förmlicher|höflicher|plus (?:formel|poli)|más formal)": {"tone": "formal"},
    rf"{BIT}less formal|(?:way |far |a bit )?too formal": {"tone": LESS_FORMAL},
    rf"{BIT}(?:more (?:direct|blunt|straight(?:forward)?|assertive)|direct|blunter|punchier|(?:get )?to the point(?: (?:faster|sooner|quicker|earlier))?|direkter|plus direct|más directo)": {
        "tone": "direct"
    },
    rf"{BIT}(?:plainer|simpler|more (?:neutral|plain|simple)|plain|neutral|(?:less|not so) (?:flowery|enthusiastic|salesy|promotional|marketing-?y|gushing)|(?:way |far |much |a bit )?too (?:flowery|enthusiastic|salesy|promotional|marketing-?y|gushing)|not (?:so )?salesy)": {"tone": ""},
    r"(?:more )?like (?:me|mine|i (?:would )?(?:write|talk|sound|say)(?: it)?|something i (?:would|might|could) (?:write|say|send))|in my (?:own )?(?:style|voice|tone|words)|(?:use|follow) my (?:own )?(?:style|voice|tone)": {
        "mine": True
    },
    r"(?:(?:an?|the|some|any|one|from an?|with an?) )?(?:other|another|different|new|fresh|alternative|second|next|more)(?: (?:angle|version|try|take|approach|hook|idea|variant|reason|one|draft|attempt|option|opening|opener|start|beginning|first line))|start with something else|something different|i (?:don'?t|do not) like (?:it|(?:this|that|the) (?:angle|opening|hook|one|start|version))|"
    r"try again|again|once more|rewrite|reword|rephrase|re-?do|another|something else|anderer? (?:ansatz|aufhänger)|un autre angle|otro (?:ángulo|enfoque)": {
        "angle": True
    },
    r"(?:as |for |on |into |use )?(?:an? |the )?(?:linked ?-?in(?: (?:message|note|version|request|inmail))?|inmail|connection (?:note|request))": {
        "channel": "linkedin"
    },
    r"what (?:would|should|could|do) i say on (?:the |their )?(?:voice ?-?mail|mailbox)|(?:as |for |into )?(?:an? |the )?(?:voice ?-?mail|voice message|mailbox message)(?: (?:message|script|version))?": {"channel": "voicemail"},
    r"(?:as |for |into )(?:an? |the )?(?:phone |telephone |cold )?call(?: (?:opener|opening|script|intro|version))?|"
    r"(?:an? |the )?(?:phone |telephone |cold )?call (?:opener|opening|script)(?: for (?:this|it|that))?|(?:as |for )?(?:an? )?talk ?track": {"channel": "call"},
    r"(?:as |for |into |back to )(?:an? |the )?e-?mail(?: (?:version|again))?|an e-?mail": {"channel": "email"},
    r"(?:as |into )(?:an? )?follow[- ]?up(?: (?:e-?mail|mail|note|message|letter))?": {"purpose": "follow_up"},
    r"(?:as |into )(?:an? )?(?:first (?:touch|contact|e-?mail|mail|note|message)|intro(?:duction)?|cold e-?mail)": {"purpose": "first"},
    r"(?:as |into )(?:an? )?renewal (?:e-?mail|mail|note|message|letter|reminder)": {"purpose": "renewal"},
    r"(?:as |into )(?:an? )?(?:re-?engage(?:ment)?|win[- ]?back)(?: (?:e-?mail|mail|note|message|letter))?": {"purpose": "re_engage"},
    r"(?:as |into )(?:an? )?(?:event )?invit(?:e|ation)": {"purpose": "event"},
}  # fmt: skip
LANGUAGE = re.compile(
    rf"(?:(?:translate|put|write|translated)(?: (?:it|that|this))? )?(?:(?:back )?(?:in|into|to|auf|en|ins) )?(?:an? )?(?P<name>{NAMES})(?: (?:version|one|please|bitte))?",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"^(?:(?:please|pls|(?:can|could|would|will|should) (?:you|we|i)|ok(?:ay)?|no|hm+|well|and|but|now|then|also|rather|better|maybe|let'?s|i(?:'d| would) (?:like|prefer)|"
    r"i (?:want|need|prefer)(?: (?:it|this|that))?|we need|(?:do |try |write |say )?the same|same(?: thing)?|give me|show me|try|do(?: (?:it|this|that))?|have|go|be|see|in an?|(?:it )?needs|(?:it )?(?:sounds|reads|feels|is)|sound|it (?:should|must|has to) be|it'?s|it is|that'?s|that is|"
    r"(?:make|keep|turn|write|rewrite|re-?do|rephrase|reword|word|phrase|put|do|get|have) (?:it|that|this|them|the (?:text|letter|e-?mail|mail|draft|message|tone)|mine)(?: (?:sound|read|feel|be))?|"
    r"mach (?:es|das|ihn)|bitte|s'il te plaît|hazlo)[\s,:]+)+",
    re.IGNORECASE,
)
AFTER = re.compile(
    r"(?:[\s,]+(?:please|pls|thanks|thank you|instead|now|then|too|as well|for me|way|tone|would be (?:good|nice|great|better)|if you can|again|bitte|merci|por favor|s'il (?:te|vous) pla[iî]t|stp|svp|stattdessen))+$",
    re.IGNORECASE,
)
POINT = r"(?P<points>(?:the |a |an |our |my |their |that |any |both )?[^?!.;:\n]{1,70}?)"
WITH = re.compile(
    rf"(?:(?:but )?with|also (?:mention|say|include|with)|add|include|mention|tick|bring in|put in|put back) (?!you\b|me\b|us\b){POINT}",
    re.I,
)
BACK_IN = re.compile(r"(?:put|bring|take) (?P<points>.{1,70}?) back(?: in)?", re.IGNORECASE)
WITHOUT = re.compile(
    rf"(?:(?:but )?without|no|leave out|skip|untick|drop|remove|delete|cut|take out|don'?t mention|do not mention|omit) (?!idea\b|thanks\b|problem\b){POINT}",
    re.I,
)
ONLY = re.compile(rf"(?:with )?(?:only|just|nothing but) {POINT}", re.IGNORECASE)
NOUNS = re.compile(
    r"(?:(?:the|a|an|our|my|their|that|any|both|other|second|first|last)\s+)*(?:[\w-]+\s+){0,2}(?:proofs?|proof points?|points?|talking points?|results?|references?|"
    r"customer stor(?:y|ies)|case stud(?:y|ies)|examples?|problems?|pains?|questions?|topics?|renewals?|occasions?|reasons?|openings?|openers?|calls?|meetings?|demo|webinar|"
    r"first lines?|dates?|signals?)|(?:(?:points?|no\.?|number)\s*)?#?\d+(?:\s*(?:,|and|&)\s*#?\d+)*",
    re.IGNORECASE,
)
"""what a talking point is called wherever it is said; other names are looked for among those of the letter"""
DROP = re.compile(
    r"(?:drop|remove|delete|cut|take out|leave out|skip|strike|lose|kill|omit|without) (?P<what>(?:the |that |its )?(?:"
    r"(?:very )?(?:first|second|third|fourth|fifth|sixth|last|next to last|final|1st|2nd|3rd|4th|5th|\d) (?:sentence|line|paragraph|part)|(?:sentence|line|paragraph) \d|"
    r"(?:sentence|line|paragraph|part|bit) (?:about|on|with|that says|saying|where) .+|(?:ps|p\.s\.|post ?script|closing question|bullets?|bullet points?|list)))",
    re.IGNORECASE,
)
PRESSES = "No letter presses its reader; where a date is real, put it in with your own words: “use this: …”."
NOT_KNOWN = "That change is not made from here; say which words, such as: change “these” to “others”, or send the whole text: “use this: …”."
PRESS = re.compile(
    rf"{BIT}(?:more (?:urgent|pressing|pushy|aggressive)|pushier|urgent)|(?:add|create|with|put in)(?: some| a bit of| more| a sense of)* (?:urgency|pressure|fomo|a (?:fake )?deadline)|"
    r"(?:put|apply)(?: some| a bit of| more)* pressure(?: on (?:him|her|them))?|pressure (?:him|her|them)|dringender|plus urgent|más urgente",
    re.IGNORECASE,
)
PART = re.compile(
    r"(?:please |can you |could you )*(?:add|append|insert|put|include|use|change|fix|correct|check|remove|move|merge|split|bold|underline|write|make|give|end|start|close|begin|swap|shorten|rewrite|rephrase)\b"
    r"[^?\n]{0,60}?\b(?:p\.? ?s\b\.?|post ?script|greeting|salutation|closing|sign[- ]?off|signature|footer|sentences?|paragraphs?|grammar|spelling|typos?|wording|bullets?|emojis?|first line|last line)",
    re.IGNORECASE,
)
"""of what a letter has, and nothing else that is talked of here"""
NEXT_SUBJECT = re.compile(
    r"(?:use |with |try |take )?(?:an?|the|some|any|one)?\s*(?:other|another|different|new|better|next|alternative) subject(?: line)?s?|change the subject(?: line)?",
    re.IGNORECASE,
)
NEW_SUBJECT = re.compile(
    r"(?:please )?(?:(?:change|set|make|use|put|have) )?(?:the |a |this |as )*(?:subject(?: line)?|betreff|objet|asunto)\s*(?:to|into|:|=|as|is|should be|with)\s*"
    r"[\"“„«'‘]?(?P<subject>\S.{1,150}?)[\"”“»'’]?",
    re.IGNORECASE,
)
SIGN = re.compile(
    r"(?:please )?(?:sign|signed)(?: it| off| this)?(?: (?:off )?(?:as|with|by|just|only))* [\"“']?(?P<name>(?-i:[^\W\d_a-z])[\w'’.-]*(?: (?-i:[^\W\d_a-z])[\w'’.-]*){0,3})[\"”']?",
    re.IGNORECASE,
)
OWN = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|please|no|rather|better|and|now|here)[\s,]+)*(?:(?:use|take|send|keep) (?:this(?: one)?|my (?:own )?(?:version|text|words|wording)|the following)(?: (?:instead|version|text))?|"
    r"(?:here(?:'s| is)|this is) (?:my|what i(?:'ll| will| would)? (?:send|write|wrote|sent|changed it to)|the (?:final|edited|new))(?: (?:own |final |edited |new )*(?:version|text|one|wording|draft|edit|letter))?|"
    r"my (?:own |final |edited )*(?:version|text|edit)|i (?:changed|edited|rewrote|reworded) it(?: to| like this| as follows)?|(?:replace|change) (?:it|the (?:text|letter|draft)) (?:with|to|by))\s*(?::|\n)\s*(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
QUOTED = r"[\"“„«'‘](?P<{0}>[^\"”“»]{{1,600}}?)[\"”“»'’]"
SWAP = re.compile(
    rf"(?:change|replace|swap|turn|make|edit|instead of|say)\s+{QUOTED.format('old')}\s*,?\s+(?:to|with|by|into|for|say|read)\s+{QUOTED.format('new')}",
    re.IGNORECASE,
)
INSTEAD = re.compile(
    rf"(?:say|write|put)\s+{QUOTED.format('new')}\s+(?:instead of|for|rather than)\s+{QUOTED.format('old')}",
    re.IGNORECASE,
)
BARE_SWAP = re.compile(
    r"(?:change|replace|swap) (?P<old>\S.{0,200}?) (?:to|with|by) (?P<new>\S.{0,400}?)", re.IGNORECASE
)
UNDO = re.compile(
    r"(?:undo(?: (?:it|that|this|the (?:last )?(?:change|edit)))?|(?:go |take it )?back(?: to (?:the )?(?:one before|last one|previous (?:one|version)|first (?:one|version)|earlier (?:one|version)))?|"
    r"(?:(?:show me|use|take|give me|restore) )?(?:the )?(?:one|version|draft) before(?: that)?|(?:(?:use|take|restore) )?the (?:previous|last|earlier|old) (?:one|version|draft)|revert(?: (?:it|that))?|as it was(?: before)?|take (?:that|it) back|"
    r"the (?:previous|last|earlier|old|first) (?:one|version|draft) was (?:better|nicer|good)|(?:i )?(?:liked|prefer(?:red)?) the (?:one before|previous (?:one|version)|old one)(?: better| more)?)",
    re.IGNORECASE,
)
DAY = r"(?P<when>(?: (?:just now|now|today|yesterday|earlier(?: today)?|this (?:morning|afternoon|noon)|last (?:night|week|\w+day)|on (?:\w+day|the \d+\w*|\d+\.? \w+|\w+ \d+\w*)|\w+day(?: morning| afternoon)?|an hour ago|\d+ (?:days?|hours?) ago))*)"
NAMED = re.compile(r" \(letter (?P<letter>[0-9a-f]{6,12})\)$")
"""which letter a button is about"""
SENT = re.compile(
    r"(?:(?:ok(?:ay)?|done|great|thanks|yes|so)[,. ]+)*(?:(?:i(?:'ve| have)?|it(?:'s| is| has been| was)?|that(?:'s| is| was)?)? ?(?:just |now |already )?(?:sent|mailed|e-?mailed|delivered|posted)(?: (?:it|that|this|the (?:e-?mail|mail|letter|message|draft)|this one))?(?: (?:off|out))?(?: to (?:him|her|them))?|"
    r"i (?:just )?(?:made the call|left (?:it|the voice ?mail|that voice ?mail)|called(?: (?:him|her|them))?|said it)|"
    r"(?:please )?(?:log|mark|record|save|note)(?: (?:it|this|that|the (?:e-?mail|mail|letter|message|draft|call)))?(?: down)? (?:as|that i) (?:sent|called|made|delivered)(?: (?:it|them|him|her))?|log (?:it|this|that))"
    r"(?P<logged>[,.;]? (?:and |so )?(?:please |pls )?(?:log|record|note|save|file)(?: (?:it|this|that|the (?:e-?mail|mail|letter|message)))?"
    r"(?: (?:on|to|in|into|at|with|against|under) (?:the |that |their )?(?:account|crm|deal|record|customer))?(?: please)?)?"
    rf"{DAY}",
    re.IGNORECASE,
)
SEND = re.compile(
    r"(?:ok(?:ay)?,? |now |please )*send (?:it|that|this|the (?:e-?mail|mail|draft|letter|message))(?: off| out| now| to (?:them|him|her)| please)*",
    re.I,
)
ASKED = re.compile(
    r"(?:can|could|would|will|should) (?:you|we|i)\b|(?:and|any)\b|what (?:would|should|could|do) i say\b",
    re.IGNORECASE,
)
"""how a wish may begin that ends with a question mark"""
LABEL = re.compile(r" \([^()]{2,120}\)$")
"""somebody as they were chosen from several"""
TO = re.compile(
    r"(?:send it |address it |write it |make it |do it |(?:the )?same |rather |better |now |and )*(?:to|for|à|para) (?P<to>[^\n?!:;,]{2,60}?)(?P<instead> instead| stattdessen| rather| this time| too| as well)?",
    re.IGNORECASE,
)
TOPIC = re.compile(
    r"(?:(?:make|write|do|let) it |write |talk |rather |more |change the topic to |topic: |(?:it )?(?:should|must) be |instead )*(?:about|regarding|concerning|focus(?:ed)?(?: it)? on|on the (?:topic|subject) of|(?<=topic to )|(?<=topic: ))\s*(?P<topic>[^\n?!]{2,120}?)(?P<instead> instead| rather)?",
    re.IGNORECASE,
)
FORGET = re.compile(
    r"(?:please )?(?:forget|delete|erase|clear|reset|drop|ignore|(?:stop|quit) (?:using|following|copying)|(?:do not|don'?t) (?:use|follow|copy)) (?:all )?(?:of )?(?:my (?:own )?(?:writing )?(?:style|voice|tone)(?: samples?| of writing)?|how i write|(?:my|the) (?:style )?samples?(?: of (?:my|how i) (?:style|write|writing))?|what you (?:know|learn(?:ed|t)) (?:of|about|from) (?:my (?:style|writing|edits)|how i write))",
    re.IGNORECASE,
)
