"""Words by which the router knows that something is to be logged or changed, on the lower-cased text."""

from bot.skills.said.touch import ERRANDS

_ASK = (
    r"(?:(?:and|also|then|ok|so|now|please|can you|could you|would you|we need to|i need to|we have to|let'?s|just|"
    r"(?:we )?(?:have )?(?:agreed|decided) (?:with .{2,40}? )?to),? ){0,5}"
)
_STATED = r"(?=.{1,1000}$)(?!(?!(?:and |so |also |then |ok,? )*(?:please |can you|could you|would you)).*\?$)"
"""no question, but for one that asks us to do it; a longer text is no instruction but a note"""
_WHICH = r"(?: (?:of|for|on|at) [^,;:?]{1,60}?)?"
_IS = (
    (
        r"(?: ?[:=]| is| are| to| now| moves| moved| slips| slipped| slid| should be| goes| went| becomes| stays| by| on| up|"
        r" down| out|'s| will| at)\b"
    )
    .replace(r"[:=]|", r"[:=](?= ?\w)|")
    .replace(r")\b", r")(?!\w)")
)
_PART = r"(?:champion|economic buyer|decision[- ]maker|technical buyer|blocker|coach)"
_TELLING = (
    r"(?!(?:who|what|which|whose|where|when|why|how|is|are|was|were|do|does|did|if|should|tell|a|an|show|give|list)\b)"
)
_CHANGE = (
    r"(?:push|pull|slip|slide|delay|postpone|bring|move|shift|set|change|update|put|extend|raise|lower|increase|decrease|reduce|"
    r"bump|drop|advance|mark|make|call|downgrade|upgrade|cut|reopen)"
)
_FIELD = r"(?:close|closing|close date|signing|signature|amount|stage|next steps?|forecast|competitor|loss reason|deal value)"
_DAY = r"(?:the \d|end|eo[wmqy]|next|mon|tue|wed|thu|fri|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q[1-4])"

TRIGGERS = (
    r"^(?:please |can you |could you )?file (?:an? )?(?:outgoing |incoming |outbound |inbound )?(?:e-?mail|mail|call|meeting|note|visit)\b(?P<rest>.*)$",
    r"^/?(?:please |can you |could you )?(?:log|record|note)\b(?: that| this|:)?(?P<rest>.*)$",
    r"^(?:please |can you |could you )?(?:(?:remind|nudge|poke) me\b(?! (?:what|who|how|where|why)\b)|(?:add|create|new|set|another) (?:an? )?(?:new )?(?:task|to-?do|reminder)\b|task:|to-?do\b:?|"
    r"leg(?:e)? (?:mir )?(?:[\w.äöü]+ ){0,4}?(?:eine )?(?:neue )?(?:aufgabe|erinnerung) an\b|erinner(?:e)? mich\b|rappelle[- ]moi\b|recuérdame\b|(?:crée|ajoute)(?:-moi)? une (?:nouvelle )?tâche\b|(?:crea|añade) una (?:nueva )?tarea\b|"
    r"follow[- ]?up\b|don'?t (?:let me )?forget to\b)(?P<rest>.*)$",
    r"^(?:(?:hi|hey|hello)\b[!,. ]*)?(?:i |we |i've |i have )?(?:just )?(?:spoke|spoken|talked|met|called|phoned|rang|e?-?mailed|visited|wrote to|told|"
    r"heard from|caught up with|sent (?!me\b)|got off the phone|(?:had|got|left) (?:an? )?(?:\w+ )?(?:call|meeting|lunch|"
    r"chat|demo|dinner|coffee|breakfast|e-?mail|mail|voicemail|message))\b(?!.*\?$)(?P<rest>.*)$",
    rf"^(?:(?:i|we)(?: need to| have to| must| should| will|'ll) )?(?:{ERRANDS})\b(?!.*\?$)(?P<rest>.*)$",
    rf"^{_STATED}{_TELLING}(?:she|he|they|[\w'-]+(?: [\w'-]+)?) (?:just )?(?:e-?mailed|called|phoned|rang|texted)\b(?: (?:me|us|back|today|yesterday)\b|,)(?P<rest>.*)$",
    rf"^{_STATED}(?:she|he|they) (?:has |have |just |also )*(?:asked (?:me|us) to|signed\b)(?P<rest>.*)$",
    # a field of the deal: "push close to the 30th", "set the amount of Northwick to 120k", "call it best case"
    rf"^{_STATED}{_ASK}{_CHANGE} (?:(?:the|our|its|[\w&'-]+) ){{0,4}}?{_FIELD}\b{_WHICH}(?: \w+)?(?: from .{{1,30}}?)? ?"
    r"(?:to|by|as|is|in|until|into|for|up|down|out|back|forward|:|=)(?P<rest>.*)$",
    rf"^{_STATED}{_ASK}(?:the |our |new )?(?:[\w&'-]+ ){{0,3}}?{_FIELD}{_WHICH}{_IS}(?P<rest>.+)$",
    rf"^{_STATED}{_ASK}(?:move|push|pull|slip|advance|bring|shift|progress|delay|postpone|downgrade|upgrade|put) (?!me\b|us\b|back on\b|together\b|(?:the |our |my )?(?:[\w-]+ )?(?:demo|meeting|call|workshop|kick-?off|session)\b)"
    r"(?P<rest>.{0,80}? ?\b(?:to|into|in to|until|by|out|back|forward) .+)$",
    rf"^{_STATED}{_ASK}(?:bump|raise|lower|drop|cut|reduce|increase) (?P<rest>.{{1,80}}?\b(?:to|by) [^ ]*\d.*)$",
    rf"^{_STATED}{_ASK}(?:slips|slides|slipped|slid|up|down) (?:to|into|by|out|a)\b (?P<rest>.+)$",
    rf"^{_STATED}{_ASK}(?:mark|set|put|call|make|flag|commit|forecast) .{{0,60}}?\b(?:closed|won|lost|commit|best case|omitted|this one|pipeline)\b(?P<rest>.*)$",
    rf"^{_STATED}{_ASK}commit (?P<rest>(?:it|this|that|the deal)(?: one| deal)?[.! ]*)$",
    rf"^{_STATED}{_ASK}(?:it|we|(?:the|this|that) (?:[\w&'-]+ ){{0,3}}?(?:deal|one))(?:'s|'re)?(?: (?:slips|slipped|moves|moved|will move|closes|will close))?"
    r"(?: (?:is|are))?(?: now| just)* ?(?:up to|down to|worth|won|lost|to|on|out|an?|in|next) (?P<rest>.*(?:\d|commit|best case|pipeline|now|stage|won|lost|week|month|quarter|q[1-4]).*)$",
    rf"^{_STATED}{_ASK}(?:it|this|the deal)(?:'s| is) now (?:worth |at )?(?P<rest>.*\d.*)$",
    rf"^{_STATED}{_ASK}(?:i |we |we've |we have |i've )?(?:just |finally |sadly |unfortunately )*(?:won|lost|closed[- ](?:won|lost))\b(?! (?:deals|opportunities|renewals|expansions)\b)(?P<rest>.*)$",
    rf"^{_STATED}{_ASK}(?:we're|we are) (?:now )?in (?P<rest>[\w ]{{3,30}}(?: now| stage)?)$",
    rf"^{_STATED}{_ASK}(?:they|he|she) (?:only )?(?:wants?|needs?) \d[\d.,]* (?P<rest>.*)$",
    rf"^{_STATED}{_ASK}(?:they|he|she) (?:also |only |really |now )*(?:wants?|needs?|asks? for|asked for|requires?) (?P<rest>.+ by {_DAY}.*)$",
    rf"^{_STATED}{_ASK}(?:they(?:'re| are)?|we(?:'re| are)) (?:also |now )*(?:look(?:ing)? at|evaluating|talking to|considering|up against|competing with) (?P<rest>\w.*)$",
    rf"^{_STATED}(?:they|she|he|their \w+) .*[,;.] ?(?:and )?(?:{_CHANGE} (?:the |our )?(?:close|closing|amount|stage|deal|it)\b|remind me\b|next step)(?P<rest>.*)$",
    rf"^{_STATED}{_ASK}amount (?P<rest>[^ ]?\d.*)$",
    rf"^{_STATED}{_ASK}(?:the |this |our )?(?:it|deal) (?:grew|grows|went|goes|fell|shrank|dropped|came) (?:up |down )?to (?P<rest>.*\d.*)$",
    rf"^{_STATED}{_TELLING}.*\b(?:push|pull|move|slip|bring|delay)(?:ing|ed|s)? (?:the |our )?(?:close|closing)(?: date)? (?P<rest>.*(?:by|to|out|in|up|back|forward|until)\b.*)$",
    # anywhere in a statement: a field with its new value
    rf"^{_STATED}{_TELLING}.*\b(?:close|closing)(?: date)?,? ?(?:(?:moves?|moved|slips?|slipped|is now|goes|now) |to |->|→|:|=|(?:in |on |by |at )?(?={_DAY}|tomorrow))(?P<rest>.*)$",
    rf"^{_STATED}{_TELLING}.*\b(?:amount|deal value) ?(?:is |to |down to |up to |now |from |->|→|:|=) ?(?P<rest>\D{{0,20}}\d.*)$",
    rf"^{_STATED}{_TELLING}.*\bstage ?(?:(?:is|back to|to|now|is now) |->|→|:|=) ?(?P<rest>\w.*)$",
    rf"^{_STATED}{_TELLING}.*\bnext steps? ?(?:is |are |:|=|->|→)(?P<rest>.*)$",
    rf"^{_STATED}{_TELLING}.*\bclosed[- ](?:won|lost)\b[.! ]*(?P<rest>)$",
    rf"^{_STATED}(?:i am|i'm|we are|we're) (?:now |just )?(?:pushing|moving|pulling|slipping) (?P<rest>.*(?:to|into|out|in) .*)$",
    rf"^{_STATED}{_TELLING}.*[,.;] ?(?:and )?(?:remind me|follow up) (?P<rest>(?:on |in |next )?(?:{_DAY}|tomorrow|to |a |two ).*)$",
    rf"^{_STATED}(?:(?:a )?(?:good|great|quick|short|long|nice|first|intro) )?(?:call|meeting|chat|lunch|coffee|dinner|demo|workshop) with (?P<rest>.*)$",
    rf"^{_STATED}{_TELLING}(?:they|[\w' ]{{2,40}}they) (?:now |also )*compare us (?:with|to) (?P<rest>.*)$",
    rf"^{_STATED}{_TELLING}[\w' .-]{{2,50}} are (?:our |the )?{_PART}s\b(?P<rest>.*)$",
    # people: "Ingrid is our champion", "procurement is Mona", "new contact Per Lund, COO"
    rf"^{_STATED}{_TELLING}[\w' .-]{{2,50}} (?:is|are|will be|turned out to be) (?:(?:now|also|our|the|a|an|their) ){{1,3}}{_PART}s?\b(?P<rest>.*)$",
    rf"^{_STATED}(?:the |our |their )?(?:{_PART}|procurement)(?: (?:at|for|on) [^,:;]{{2,40}}?)? (?:is|are) (?P<rest>.+)$",
    rf"^{_STATED}{_ASK}(?:make|set|add) .{{2,50}} (?:as )?(?:the |our |a )?{_PART}\b(?P<rest>.*)$",
    rf"^{_ASK}(?:(?:add|create|save) (?:an? )?(?:new )?|new )contacts?\b(?P<rest>.*)$",
    rf"^{_STATED}{_ASK}(?:add|create|save) (?P<rest>[\w'-]+ [\w' -]{{2,40}} as (?:a )?(?:new )?contact\b.*)$",
)
TRIGGERS_WITH_ACCOUNT = (
    rf"^{_STATED}(?:for |on |at |re:? )?(?P<rest>[^,:]{{2,60}}?) ?[,:] ?.*\b(?:{_CHANGE}|closes?|closing|commit|{_FIELD}|won|lost|slips|slipped|"
    rf"remind me|follow up|spoke|met|called|looking at|talking to|evaluating|{_PART})\b.*$",
    rf"^{_STATED}(?P<rest>[^,:]{{2,60}}?)(?:'s)? (?:deal )?(?:{_FIELD}{_IS}|slips|slipped|moves to|(?:will close|closes|closing) (?:on|at|in|by|next|end)|"
    r"is (?:now )?(?:won|lost|closed)|is now in)\b.*$",
    rf"^{_STATED}{_ASK}commit (?P<rest>[^,:]{{2,60}}?)[.! ]*$",
)
