"""The words that ask for outreach (pure): to write, to say on the telephone, to thank, to invite."""

_ASK = r"^(?:please |can you |could you |would you )?(?:help me (?:to )?)?(?:draft|write|compose)(?: up)?(?: me| us)?"
_LETTER = (
    r"(?:e-?mail|mail|note|message|outreach|intro|introduction|follow[- ]?up|line|letter|reply|response|answer|"
    r"linkedin(?: (?:message|note|invite|request))?|in-?mail|connection (?:note|request|message)|voice ?mail(?: script)?|thank[- ]?you|thank[- ]?you note|invitation)"
)
_SPOKEN = (
    r"(?:(?:cold[- ])?(?:call|phone|telephone|calling)[- ](?:opener|opening|script|pitch|intro)|talk[- ]?track|voice ?mail script|"
    r"(?:opener|script)(?= (?:for|to) (?:an?|the|my|our) (?:cold )?(?:phone |telephone )?call))s?(?: (?:for|to) (?:an?|the|my|our) (?:cold )?(?:phone |telephone )?call)?"
)
"""what is said rather than written"""
_MAKE = r"(?:(?:prepare|put together|get|give|write|draft|make|compose|do) (?:me |us )?)?(?:an? |the |my |some )?(?:[a-z]+,? ){0,2}?"
_KIND = r"(?:linked ?in|connection|thank[- ]?you|cold|follow[- ]?up|renewal|re-?engagement|german|french|spanish|english|short|formal|friendly|warm)"
_TONGUE = r"(?:german|french|spanish|english)"
_EVENT = r"(?:webinar|event|conference|fair|workshop|round ?table|dinner|breakfast|lunch|open day|user group|summit|seminar|launch|show)"
_POLITE = r"^(?:please |can you |could you |would you |help me (?:to |with )?|i(?:'d| would) like (?:to |you to )?|i (?:want|need) (?:to )?|let'?s )*"
_NO_DAY = r"(?!.*\b(?:today|tomorrow|tonight|(?:mon|tues|wednes|thurs|fri)day|next week|by|sent|task|remind)\b)(?!.*:)"
"""with a day it is a task to note down, and what was sent is to be logged"""
_NO_TASK = _NO_DAY.replace("|by|", "|")
"""the same where “by e-mail” is no day"""
_ONE = r"(?:(?:the|their|his|her|our) )?[\w'’.&-]+(?: (?!(?:the|an?|our|my|it|that|this|them|about)\b)[\w'’.&-]+){0,6}(?: (?:about|regarding|concerning) .+)?(?:,? (?:and |but |please |bitte |auf )*(?:keep it|make it|not too|short|brief|formal|friendly|in (?:german|french|spanish|english)|per (?:du|sie)|use (?:du|sie|tu|tú|vous|usted)|with (?:du|sie|tu|tú|vous|usted)|duzen|siezen|tutoyer|vouvoyer|tutear|de usted|informal you|formal you)\b[^.?!]*)?"
_FEW = r"(?:(?!to\b|for\b)[\w-]+ ){0,4}?"

TRIGGERS = (
    rf"{_ASK}(?: (?:an?|the|my|another|some))?(?: [a-z-]+){{0,2}}? {_LETTER}s? (?:to|for) (?P<rest>.+)$",
    rf"{_ASK} to (?P<rest>.+)$",
    rf"{_POLITE}{_NO_DAY}(?:e-?mail|message|write(?: back)? to|reply to|respond to|reach out to|get in touch with) (?P<rest>{_ONE})[.!? ]*$",
    rf"{_POLITE}{_NO_DAY}(?:(?:prepare|put together|get|give|send|shoot|drop|write|draft|make) (?:me |us )?{_FEW}|(?:an? |the |new |short |quick ){{0,2}})"
    rf"(?:draft of (?:an? )?)?{_LETTER} "
    rf"(?:to|for|i can send to) (?P<rest>{_ONE})[.!? ]*$",
    rf"{_POLITE}{_NO_DAY}(?:write|draft|compose) something (?:to|for) (?P<rest>.+)$",
    rf"^what (?:should|could|can|do) (?:i|we) (?:write|reply|answer|write back) to (?!an?\b|any|some|customers|prospects|people)(?P<rest>{_ONE})[.!? ]*$",
    rf"{_ASK} (?!me\b|us\b|down\b|an?\b|the\b|that\b)(?P<rest>[^\W\d][\w' .-]{{1,40}}? an? (?:[a-z-]+ ){{0,2}}?{_LETTER}\b.*)$",
    rf"{_ASK}(?: (?:an?|the|my|some))?(?: [a-z-]+,?){{0,4}}? {_LETTER}s?(?: in {_TONGUE})? (?:to|for) (?P<rest>.+)$",
    rf"{_ASK} something (?:[a-z-]+,? ){{0,4}}?(?:to|for) (?P<rest>.+)$",
    rf"{_POLITE}{_NO_DAY}{_MAKE}{_SPOKEN} (?:to|for|with) (?P<rest>{_ONE})[.!? ]*$",
    rf"{_POLITE}{_NO_DAY}(?:an? |the )?(?:{_KIND},? ){{1,3}}(?:e-?mail|mail|note|message|request|letter) (?:to|for) (?P<rest>{_ONE})[.!? ]*$",
    rf"{_POLITE}(?!.*:)invite (?P<rest>.+? to (?:[\w'’-]+ ){{1,4}}?{_EVENT}\b.*)$",
    rf"{_POLITE}{_NO_TASK}follow up (?:with|to) (?P<rest>[\w'’. -]{{2,60}}? (?:by|via|over|on|in|with) (?:an? )?(?:short |friendly |formal )?(?:e-?mail|mail|letter|note|message|linked ?-?in(?: message| note)?|voice ?-?mail)(?: (?:about|regarding|concerning) .+)?)[.!? ]*$",
    rf"{_POLITE}{_NO_DAY}(?:send|drop|shoot|write) (?P<rest>[\w'’. -]{{2,40}} an? (?:{_KIND},? ){{1,3}}(?:note|message|line|e-?mail|mail))[.!? ]*$",
    rf"{_POLITE}{_NO_DAY}(?:say )?thank(?:s|[- ]you)? (?:to )?(?!for\b|you\b|to\b)(?P<rest>[\w'’. -]{{2,50}} for (?:the|our|his|her|their) "
    r"(?:call|meeting|time|demo|visit|e-?mail|feedback|introduction)\b.*)$",
    rf"{_POLITE}draft (?!of\b|for\b)(?P<rest>.*\b(?:to|for)\b.+)$",
    r"^draft(?: an?)?(?: e-?mail| mail| note| outreach)?(?P<rest>)[.! ]*$",
)
