"""Words by which the router knows that something is to be logged or changed, on the lower-cased text."""

from bot.skills.said.touch import ERRANDS

_ASK = r"(?:(?:and|also|then|ok|so|now|please|can you|could you|would you|we need to|i need to|we have to|let'?s|just),? )*"
_NO_QUESTION = r"(?!(?:(?!can you|could you|would you).)*\?$)"
_WHICH = r"(?: (?:of|for|on|at) [^,;:?]{1,60}?)?"
_IS = r"(?: ?[:=]| is| are| to| now| moves| moved| slips| slipped| should be| goes| went| becomes| stays| by| up| down|'s)"
_PART = r"(?:champion|economic buyer|decision[- ]maker|technical buyer|blocker|coach)"
_QUESTION = r"(?!(?:who|what|which|whose|where|when|why|how|is|are|was|were|do|does|did|if|should|tell|a|an)\b)"
_CHANGE = (
    r"(?:push|pull|slip|slide|delay|postpone|bring|move|shift|set|change|update|put|extend|raise|lower|increase|decrease|reduce|"
    r"bump|drop|advance|mark|make|call|downgrade|upgrade|cut)"
)
_FIELD = r"(?:close|closing|close date|amount|stage|next steps?|forecast|competitor|loss reason|deal value)"

TRIGGERS = (
    r"^(?:please |can you |could you )?(?:log|record|note)\b(?: that| this|:)?(?P<rest>.*)$",
    r"^(?:please |can you |could you )?(?:remind me|(?:add|create|new) (?:a )?(?:new )?task|task:|to-?do\b:?|"
    r"follow[- ]?up|don'?t (?:let me )?forget to)\b(?P<rest>.*)$",
    r"^(?:i |we |i've |i have )?(?:just )?(?:spoke|spoken|talked|met|called|phoned|rang|e?-?mailed|visited|wrote to|"
    r"heard from|caught up with|sent (?!me\b)|got off the phone|(?:had|got|left) (?:an? )?(?:\w+ )?(?:call|meeting|lunch|"
    r"chat|demo|dinner|coffee|breakfast|e-?mail|mail|voicemail|message))\b(?!.*\?$)(?P<rest>.*)$",
    rf"^(?:(?:i|we)(?: need to| have to| must| should| will|'ll) )?(?:{ERRANDS})\b(?!.*\?$)(?P<rest>.*)$",
    # a field of the deal: "push close to the 30th", "set the amount of Northwick to 120k", "call it best case"
    rf"^{_NO_QUESTION}{_ASK}{_CHANGE} (?:(?:the|our|its|[\w&'-]+) ){{0,4}}?{_FIELD}\b{_WHICH}(?: \w+)? ?(?:to|by|as|is|in|until|into|for|up|down|out|back|:|=)"
    r"(?P<rest>.*)$",
    rf"^{_NO_QUESTION}{_ASK}(?:the |our )?(?:[\w&'-]+ ){{0,3}}?{_FIELD}{_WHICH}{_IS}\b?(?P<rest>.+)$".replace(
        r"\b?", ""
    ),
    rf"^{_NO_QUESTION}{_ASK}(?:move|push|pull|slip|advance|bring|shift|progress) (?!me\b|us\b|back on\b)(?P<rest>.{{1,80}}? ?\b(?:to|into|in to|by|until) .+)$",
    rf"^{_NO_QUESTION}{_ASK}(?:mark|set|put|call|make|flag|commit|forecast) .{{0,60}}?\b(?:closed|won|lost|commit|best case|omitted|this one|pipeline)\b(?P<rest>.*)$",
    rf"^{_NO_QUESTION}{_ASK}(?:it|the deal|this one|that one|this deal) (?:slips|slipped|moves|moved|is now|is won|is lost|closes)\b(?P<rest>.*)$",
    rf"^{_NO_QUESTION}{_ASK}(?:i |we |we've |we have |i've )?(?:just |finally |sadly |unfortunately )*(?:won|lost|closed[- ](?:won|lost))\b(?! to\b.*\bknow)(?P<rest>.*)$",
    rf"^{_NO_QUESTION}{_ASK}(?:we're|we are) (?:now )?in (?P<rest>[\w ]{{3,30}}(?: now| stage)?)$",
    rf"^{_NO_QUESTION}{_ASK}(?:they|he|she) (?:only )?(?:wants?|needs?) \d[\d.,]* (?P<rest>.*)$",
    rf"^{_NO_QUESTION}{_ASK}(?:they(?:'re| are)?|we(?:'re| are)) (?:also |now )*(?:look(?:ing)? at|evaluating|talking to|considering|up against|competing with) (?P<rest>\w.*)$",
    rf"^{_NO_QUESTION}(?:they|she|he|their \w+) .*[,;.] ?(?:and )?(?:{_CHANGE} (?:the |our )?(?:close|closing|amount|stage|deal|it)\b|remind me\b|next step)(?P<rest>.*)$",
    # people: "Ingrid is our champion", "procurement is Mona", "new contact Per Lund, COO"
    rf"^{_NO_QUESTION}{_QUESTION}[\w' .-]{{2,50}} (?:is|are|will be|turned out to be) (?:(?:now|also|our|the|a|an|their) ){{1,3}}{_PART}s?\b(?P<rest>.*)$",
    rf"^{_NO_QUESTION}(?:the |our |their )?(?:{_PART}|procurement) (?:is|are) (?P<rest>.+)$",
    rf"^{_NO_QUESTION}{_ASK}(?:make|set|add) .{{2,50}} (?:as )?(?:the |our |a )?{_PART}\b(?P<rest>.*)$",
    rf"^{_ASK}(?:(?:add|create|save) (?:an? )?(?:new )?|new )contacts?\b(?P<rest>.*)$",
)
TRIGGERS_WITH_ACCOUNT = (
    rf"^{_NO_QUESTION}(?:for |on |at |re:? )?(?P<rest>[^,:]{{2,60}}?) ?[,:] ?{_ASK}(?:{_CHANGE}|commit|{_FIELD}|won|lost|we (?:won|lost)|remind me|spoke|met|called)\b.*$",
    rf"^{_NO_QUESTION}(?P<rest>[^,:]{{2,60}}?)(?:'s)? (?:deal )?(?:{_FIELD}{_IS}|slips|slipped|is (?:now )?(?:won|lost|closed))\b.*$",
)
