"""Words that somebody speaks to a machine that listens: no part of the call (pure)."""

from bot.skills.summarising.firm import any_of

_TOOL = r"(?:ai|computer|(?:note-?taking|meeting|transcription) (?:assistant|bot|tool)|assistant|note[- ]?taker|bot|summari[sz]er|copilot|language model|llm|gpt)"
_ORDER = (
    r"(?:please|update|set|change|log|ignore|mark|delete|record|write|add|approve|put|forward|send|create|move|include|"
    r"disregard|forget|note|strike|mark down|put down|leave out|remember|state|you (?:must|should))"
)
MACHINE = any_of(
    rf"\b{_TOOL}s?\b(?: \w+){{0,4}}? (?:taking|writing|making|reading|listening|recording|summari[sz]ing|transcribing)\b",
    rf"\b(?:to|for|dear|hey|hello) (?:\w+ ){{0,3}}{_TOOL}s? (?:that|who|which) (?:writes?|takes?|makes?|reads?|records?|listens?|summari[sz]es)\b",
    r"\b(?:to|for) (?:the|an?|any) (?:automatic|automated|auto-?generated|ai|machine)[- ](?:\w+ )?(?:summary|summaries|minutes|notes|transcript|log)\s*[:,;]",
    r"^\W*system(?: (?:message|prompt|note|override))?\s*:|\bnew instructions?\s*[,:]|\bsystem prompt\b",
    rf"(?:^|[,;:.–-]\s*)(?:hey |dear |hello |attention |to the |note to (?:the )?)?{_TOOL}\s*[,:;–-]+\s*{_ORDER}\b",
    rf"^\W*{_TOOL},(?: [^.?!:]{{0,40}}[,:])? (?:please )?{_ORDER}\b",
    rf"\b(?:hey|dear|hello|and|now|so|okay),? {_TOOL},(?: [^.?!]{{0,40}},)? {_ORDER}\b",
    rf"\b(?:to|for) (?:the|any|whatever|whichever) {_TOOL}s?\b[^.?!]{{0,40}}[:,;–-] ?(?:please )?{_ORDER}\b",
    rf"\b(?:whoever|whatever)(?:'s| is) (?:transcribing|recording|taking (?:the )?notes|writing this)\b[^.?!]{{0,20}}[:,;–-] ?(?:please )?{_ORDER}\b",
    rf"\bif you(?:'re| are) an? (?:\w+ )?{_TOOL}\b",
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:above|previous|prior|earlier|instructions?|rules)\b",
    r"\b(?:note|message|instructions?)\s+(?:to|for)\s+(?:any |the |all |every )?(?:ai|assistants?|language models?|llm|bots?)\b",
)
