"""How people ask whether a call may be recorded, say that it is, agree and object: English, German, French, Spanish (pure)."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_CALL = (
    r"(?:call|meeting|conversation|session|chat|discussion|demo|interview|talk|zoom|teams|audio|video|webinar|kick-?off|sync|review|"
    r"presentation|workshop|walk-?through|catch-?up)"
)
_WHAT = rf"(?:(?:this|the|our|today's|that|your) (?:\w+ ){{0,2}}?{_CALL}s?|(?:everything|us|you|you all|myself|ourselves)\b)"
_IT = (
    r"(?:this|it|that)(?=\s*(?:[?.,;!–-]|$|for\b|so\b|if\b|unless\b|is\b|to (?:share|send|take)\b|and (?:transcri|take|share|send)|on (?:zoom|teams|meet)|"
    r"with (?:our|the|my)|here\b|today\b|now\b|please\b|then\b|too\b|as well|in case\b|because\b|while\b|by the way))"
)
_NONE = r"(?=\s*(?:[?.,;!–-]|$|for\b|so (?:that )?\w|and (?:transcri|take|share|send)|on (?:zoom|teams|meet)|with (?:our|the|my)|here\b|today\b|now\b|please\b))"
"""nothing behind the verb: "mind if I record?" """
_RECORD = rf"(?<!the )(?<!a )(?<!of )(?:record|recorded|recording|tape|transcribe|transcribed|transcribing)\b(?:\s+(?:and \w+ )?(?:{_WHAT}|{_IT})|{_NONE})"
_DOING = rf"(?:recording|taping|transcribing)(?: of (?:this|the|our)(?: {_CALL})?)?"
_DEVICE = r"(?:recorder|note-?takers?|note taker|(?:ai|ki|ia)(?: (?:assistant|notes?|tool|bot|note-?taker))?|(?:my|our|the|an?) (?:bot|robot)|bot|copilot|otter|fireflies|gong|transcription|transcript)"
"""what takes down what is said"""
_HELPER = r"(?:assistante?|assistent\w*|asistente|helper)"
_HELPER_ES = r"(?:(?:la |l')?ia|asistente|assistant|bot|ki)"
_NOTES = (
    r"(?:records?|recording|transcrib\w+|tapes?|(?:taking|takes?|writes?|writing|keeps?) (?:the |my |some )?(?:notes|minutes)|mitschreib\w*|protokollier\w*|(?:pren\w+|écri\w+) (?:des|les) notes|"
    r"(?:tom\w+|escrib\w+) (?:las )?(?:notas|apuntes)|transcri\w+)"
)
_LISTENS = rf"(?:{_NOTES}|listen\w*|joins?|joining|sit(?:s|ting)? in|stays?|running|runs?|run|on|mitl(?:äuft|aufen)|zuhör\w*|dabei|particip\w+|escuch\w+|écout\w+)"
_THIS = r"(?:gespräch|call|meeting|termin|anruf|telefonat|sitzung|demo|session|unterhaltung|treffen|videokonferenz|appel|réunion|conversation|échange|entretien|séance|démo|visio|discussion|rendez|llamada|reunión|conversación|sesión|charla|videollamada|entrevista|cita|teams|zoom|band|video)"
_DE = (
    r"(?:aufzeichn\w*|aufgezeichnet|aufzuzeichnen|aufnehm\w*|aufnahme|aufzunehmen|mitschneid\w*|mitgeschnitten|mitzuschneiden|aufnimmt|mitschnitt\w*)\b"
    rf"(?!\s+(?:der|des|von|vom|in|ins|auf)\s+(?!(?:dies\w*|unser\w*|heutig\w*)\s|{_THIS}))"
)
_BETWEEN = rf"(?:\s+(?:ich|wir|sie|du|ihr|das|es|dies\w*|unser\w*|{_THIS}\w*|heute|heutig\w*|gern\w*|kurz|bitte|auch|eigentlich|hier|mal|einfach|eine?|die|euch|uns|alle\w*|nebenbei|mit|ganze|gesamte|für [^?.]{{3,30}}?|zu[mr]? [^?.]{{3,20}}?))*?\s+"
"""between “Darf ich” and the word for recording: it is a word for much else"""
_OTHERS = rf"\b(?!\s+(?:(?:les?|la|las|los|el|des|une?|un|una|vos|nos|ces|nuestr[oa]s|sus)\s+|l')(?!{_THIS}))"
_FR = rf"(?:enregistr\w*){_OTHERS}"
_ES = rf"(?:grab(?:ar|arla|arlo|ación|acion|amos|emos|o|e|en|ando|ada|ado|arse|a)\b){_OTHERS}"
_OK = r"(?:ok(?:ay)?|o\.k\.|all ?right|alright|fine|cool|good|comfortable|happy|acceptable|possible)"

ASKS = _any(
    # English: leave is asked in so many words, of this call.
    rf"\b(?:can|could|may|might|shall|should) (?:i|we)\b[^?.]{{0,30}}?\b{_RECORD}",
    rf"\b(?:{_OK}|agree(?:able|d)?|a problem|an issue)\b[^?.]{{0,40}}?\b(?:if|that|when) (?:i|we)\b[^?.]{{0,25}}?\b{_RECORD}",
    rf"\b{_OK}\b[^?.]{{0,30}}? (?:with|about|for)\b[^?.]{{0,25}}?\b(?:me |us |my |our |being |the |a |this |to be |to )*(?:{_DOING}|recorded|record)\b[^?.]{{0,40}}\?",
    rf"\b(?:get|have) your (?:{_OK}|permission|consent|go-ahead) (?:to|for|on)\b[^?.]{{0,20}}?\b(?:{_RECORD}|{_DOING})",
    rf"\b{_OK}\b[^?.]{{0,20}}? (?:that|if) (?:i|we)\b[^?.]{{0,20}}?\b(?:the |a |this )recording\b",
    rf"\b{_OK}\b[^?.]{{0,30}}?\bif (?:our|my|the|an?) (?:\w+ ){{1,3}}?(?:joins (?:in )?and )?(?:records|transcribes|tapes)\b",
    rf"\b(?:i|we)(?:'d| would)(?: like| love| prefer)? to (?:\w+ )?{_RECORD}|\b(?:i|we)(?:'ll| will) (?:hit )?record\b[^?.]{{0,20}}\b(?:if|unless)\b",
    r"\bwith your (?:permission|consent|ok)\b[^?.]{0,30}\brecord",
    rf"\b{_RECORD}[^?.]{{0,40}}\b(?:if (?:that|it)(?:'s| is)|is (?:that|it|this|everybody|everyone)|are you|with your (?:permission|consent)|(?:that )?{_OK})\b",
    rf"\b(?:permission|consent|go-ahead)\b[^?.]{{0,30}}?\b(?:to|for)\b[^?.]{{0,20}}?\b(?:{_RECORD}|{_DOING})[^?.]{{0,30}}\?",
    rf"\b(?:do|does|has|have) (?:you|everyone|everybody|anyone|we all)(?: all| both)? (?:agree|agreed|consent|consented)\b[^?.]{{0,30}}?\b(?:record|{_DOING})",
    # German, French, Spanish
    rf"\b(?:darf|dürfen|dürfte|kann|können|könnte[n]?|würde[n]?|möchte[n]?)\b{_BETWEEN}{_DE}",
    rf"\b(?:in ordnung|okay|ok|recht|einverstanden|möglich)\b[^?.]{{0,60}}?\b{_DE}[^?.]{{0,20}}\?",
    rf"\b(?:puis-je|peut-on|pouvons-nous|pourrais-je|je peux|on peut|nous pouvons)\b[^?.]{{0,40}}?\b{_FR}",
    rf"\b(?:d'accord|permettez|acceptez|autorisez)\b[^?.]{{0,50}}?\b{_FR}",
    rf"\b(?:puedo|podemos|podría|podríamos|de acuerdo|permite[n]?|está[n]? bien|parece bien)\b[^?.]{{0,50}}?\b{_ES}",
)
"""leave is asked: yes means yes"""
ASKS_AGAINST = _any(
    rf"\b(?:mind|bother|objections?|objects?|opposed|against|concerns?|problems?|issues?|reason (?:why )?(?:i|we) (?:shouldn't|should not|can't|cannot))\b[^?.]{{0,45}}?\b(?:{_RECORD}|{_DOING}|recorded|(?:the |my )?{_DEVICE}\b)",
    rf"\b(?:recording|being recorded|this being recorded|(?:the |a |my )?{_DEVICE}|aufnahme|aufzeichnung|enregistrement|grabación)\b[^?.]{{0,20}}?\b(?:bother|disturb|annoy|trouble|be (?:a problem|an issue)|stören|déranger\w*|gêner\w*|molest\w+)\b",
    rf"\b{_HELPER_ES}\b[^?.]{{0,15}}{_NOTES}[^?.]{{0,10}}\b(?:importa|molesta|dérange|gêne|stört)\b",
    rf"\b(?:stört|stören|etwas dagegen|dagegen)\b[^?.]{{0,40}}?\b{_DEVICE}\b[^?.]{{0,25}}\b{_LISTENS}",
    rf"\b(?:et?was|was|irgend\w*|jemand\w*|wer|einwände|einwand|dagegen|stört\w*|stören)\b[^?.]{{0,20}}?(?:dagegen|gegen)?[^?.]{{0,50}}?\b{_DE}[^?]{{0,30}}\?",
    rf"\b(?:dérange\w*|gêne\w*|ennuie\w*|inconvénient|objections?|oppos\w+)\b[^?.]{{0,50}}?\b{_FR}",
    rf"\b(?:importa\w*|molesta\w*|inconveniente|objeci\w+|opone\w*)\b[^?.]{{0,50}}?\b{_ES}",
)
"""asked whether somebody minds: no means yes"""
MENTIONS = _any(
    rf"\b{_RECORD}",
    r"\b(?:i|we) (?:usually |always |normally |generally |typically )?record (?:these|them|those|all|our|my)\b|\bit records\b",
    r"\b(?:i|we) (?:usually |always |normally |generally |typically )?record\b[^?.,]{0,15} for (?:training|quality|notes|my notes|internal)",
    r"\b(?:hit|press|start|started|turn(?:ed)? on|switch(?:ed)? on|running|run) (?:the |my )?record(?:ing|er)?\b|\brecorder (?:is )?(?:on|running)\b",
    r"\b(?:be|being|is|are|get|getting)(?: being)? recorded\b(?! (?:by|in|as|on|under|for each|per)\b)|\b(?:to|we|i) record these calls\b|\brecord (?:these|our|all) calls\b",
    rf"\bcaptur(?:e|ing) (?:{_WHAT}|{_IT})|\b(?:an? |the )?(?:audio|video|sound) (?:copy|file|track|recording)\b|\btrace (?:audio|vidéo)\b|\bon the record\b|\bred button\b|\b(?:protokoll|mitschrift|transkript\w*)[- ]?(?:tool|bot|dienst|ki)\b|"
    r"^\W*(?:grabamos|enregistrons-nous|nehmen wir auf|zeichnen wir auf)\W*\?",
    r"\b(?:hit|hitting|press|pressing|push|pushing|click|clicking) (?:on )?(?:the |my )?(?:record\w*|red button)\b|\b(?:on|to) (?:tape|video)\b",
    r"\b(?:take|make|keep|get|have|do|capture|leave|start|switch on|turn on) (?:a|an|the|this|our) (?:\w+ )?recording\b(?! (?:of (?:the|a|last|your)|from|studio|device|system|tool|feature))",
    rf"\b{_DEVICE}\b[^?.]{{0,25}}\b{_LISTENS}\b|\b{_LISTENS} (?:the |a |die |der )?{_DEVICE}\b|\b{_HELPER}\b[^?.]{{0,25}}\b{_NOTES}|\b(?:zoom|teams|software|system|assistant)\b[^?.]{{0,25}}\b(?:records?|recording|transcribes?|transcribing|tapes?)\b|\brecording is\b|\b(?:the|my) (?:recorder|note-?taker|note taker)\b",
    r"\b(?:let|have|leave|got) (?:the |a |my |an )?(?:transcription|recorder|note-?taker|note taker|bot)\b",
    r"(?<!the )(?<!a )(?<!that )\brecording\b(?! of (?:the )?(?:last|yesterday|your))(?: this| the call)?|\b(?:the|this) recording\b(?! (?:of|from))",
    rf"\b{_DE}|\b{_FR}|\b{_ES}",
)
"""speaks of a recording, perhaps of this one"""
ELSE = re.compile(
    r"\b(?:ins|als|in (?:die|den|das|dem|der|unsere?n?|ihre?n?)|auf (?:die|den)|nutzer|kunden|mitarbeiter|punkt|bestellung\w*) (?:\w+ )?(?:mit )?auf(?:zu|ge)?(?:nehmen|nommen|nimmt|genommen)\b|"
    r"\b(?:send|share|watch(?:ed)?|saw|seen|link|upload|find|get|have|receive|listen\w*) (?:you |me |us |him |her |them )?(?:to )?(?:the|a|your|my|that|our) (?:\w+ )?recording\b(?! (?:on|going|running|started))|"
    r"\b(?:your|the) (?:product|tool|software|platform|app|system)\b|\bcustomers?\b",
    re.IGNORECASE,
)
"""another recording, or what a product does"""
AGREEABLE = re.compile(
    rf"\b(?:{_OK}|agree|consent|permission|objects?|minds|allowed|on board|va bien|confirm|(?:can|may|could) {_DEVICE}|objections?|problem|mind|bother|against|let me|let us|allow|(?:may|can|could|shall|might) (?:i|we)|everybody|both|if you|passt|dagegen|darf|dürfen|"
    rf"puis-je|peut-on|on peut|convient|gêne|inconvénient|permettez|works? for|on board|thumbs up|reason|possible|posible|permiso|va bien|est[aá] bien|in ordnung|puedo|podemos|parece|molesta|inconveniente|permiten?|in ordnung|einverstanden|okay|recht|stört|d'accord|ça (?:te|vous) va|dérange|de acuerdo|importa)\b",
    re.IGNORECASE,
)
TELLS = _any(
    rf"\b(?:rooms?|lines?|calls?|meetings?) (?:are |is |always )?record(?:s|ed)? (?:by default|automatically)|\btranscription (?:has )?started\b|\b(?:call|conversation|meeting)s? (?:may|will|can) be (?:monitored|listened to) (?:and|or) recorded\b|"
    rf"\b(?:jede[sr]?|diese[sr]?|unsere?) {_THIS}\w*\b[^?.]{{0,20}}\b(?:aufgezeichnet|mitgeschnitten)\b|\bgard\w* une trace (?:audio|vidéo)\b",
    rf"\b(?:i've|i have|we've|we have|i|we) got (?:the |a |my |an )?{_DEVICE} (?:running|on|recording|here|going)\b|\b(?:we|i) record (?:everything|every call|every meeting)\b",
    rf"\b(?:my|our|the|an?) (?:\w+ )?(?:assistant|bot|{_DEVICE}) (?:is|are|will be|'s) (?:also |now )?(?:recording|transcribing|taking notes|listening)\b",
    rf"\b(?:this|the|our|today's) (?:\w+ )?{_CALL} (?:is|will be|may be|'s|is now|is going to be)(?: being| now)? (?:recorded|transcribed|taped)\b",
    rf"\b(?:i am|i'm|we are|we're|i'll be|we'll be|i have started|i've started|we've started|i'll start|starting|i just started|i am going to start)"
    rf" (?:now |also |just )*(?:the |to )?(?:{_RECORD}|{_DOING})",
    rf"\b(?:i will|i'll|we will|we'll|i'm going to|we're going to|i have to|let me) (?:just |also |now |quickly )*{_RECORD}",
    r"\brecording (?:is )?(?:in progress|has started|started|is on|on now|has begun|is running)\b",
    r"\b(?:we|you)(?: are|'re) being recorded\b|\bis being recorded\b|\b(?:are|is) on a recorded line\b|\bthis is (?:a )?recorded\b",
    rf"\b(?:gespräch|anruf|telefonat|meeting|termin|sitzung)\b[^?.]{{0,30}}?\b{_DE}|\b(?:ich|wir) (?:(?:zeichne[n]?|nehme[n]?)\b[^?.]{{0,40}}?\bauf|schneide[n]?\b[^?.]{{0,40}}?\bmit)\b(?! (?:dem|der|den|das|die|einen|eine))",
    rf"\b(?:appel|réunion|conversation|échange|entretien)\b[^?.]{{0,30}}?\b{_FR}|\b(?:j'|nous )enregistr\w+|\benregistrement (?:est )?en cours\b",
    rf"\b(?:llamada|reunión|conversación|sesión)\b[^?.]{{0,30}}?\b{_ES}|\bestamos grabando\b|\bestoy grabando\b",
)
"""said to be recorded, and nothing asked"""
CHECKS = re.compile(
    rf"^\W*(?:(?:is|are|does|do|would|can|if|i hope|hope|everybody|everyone|anybody|anyone|any|both|all|so|and|just|you|for|it|this|they|shout|tell me|let me know|say so|speak up|stop me|sind|ist|wäre|das|est-ce|c'est|está)\b[^?]{{0,50}}?)?"
    rf"(?:{_OK}|agree\w*|objections?|object|mind|problem|issue|concerns?|complaints?|yes|right|with you|works?|thumbs up|on board|shall we|einverstanden|in ordnung|recht|passt|dagegen|d'accord|"
    rf"ça vous va|convient|dérange|de acuerdo|parece bien|importa|vale|notes?|minutes|notizen|protokoll|delete\w*|share\w*|hear\w*)\b[^?]{{0,60}}[?.!]*$",
    re.IGNORECASE,
)
"""what may follow in the same breath: "Is that fine with everybody?", "It is for my notes." """
CALLED = re.compile(
    r"^\W*(?:[A-Z][\w'-]+|you|and|everyone|everybody|all)(?:,? (?:and |or )?(?:[A-Z][\w'-]+|you|all)){0,3}\?$"
)
"""somebody is only asked by name: "Ingrid?" """
ALL_SAID = _any(
    r"\b(?:everybody|everyone|you(?: all| both)?|all (?:of you|participants|parties|attendees)|both (?:sides|parties)|the participants|we all|we've all|you've all)"
    r"(?: here)?(?:'ve| have| has)? (?:all |both |already |kindly |verbally )*(?:agreed|consented|given (?:your|their) (?:consent|permission|ok)|approved|okayed|said yes)\b[^?.]{0,40}\b(?:record\w*|taped|transcri\w+)\b",
    r"\b(?:thanks|thank you)(?: all| both| everybody| everyone)? for (?:agreeing|consenting|letting|allowing|your (?:consent|permission|ok))\b[^?.]{0,30}\b(?:record\w*|transcri\w+)\b",
    r"\brecord(?:ed|ing)\b[^?.]{0,30}\bwith (?:the |your |everybody's |everyone's |full |all )*(?:\w+ )?(?:consent|permission|agreement|approval)\b",
    r"\ball (?:participants|parties|attendees)(?: have)? (?:consented|agreed)\b",
    r"\b(?:alle|beide)(?: \w+){0,2} (?:haben|sind)\b[^?.]{0,40}\b(?:zugestimmt|einverstanden|eingewilligt)\b",
    r"\bavec (?:l'accord|le consentement) de\b|\bcon (?:el )?consentimiento\b|\bmit (?:\w+ )?(?:einverständnis|zustimmung|einwilligung)\b",
)
"""somebody says in front of all that all agreed"""
OBTAINED = _any(
    r"^\W*(?:consent|permission) (?:was |has been |is )?(?:given|granted|obtained|received|confirmed)\b",
    r"\b(?:all|both|every\w+|the|participants|attendees|parties)\b[^.]{0,30}\bconsented\b|^\W*(?:participants|attendees|parties) consented\b",
    r"\b(?:consent|permission) (?:was |has been |is |were )?(?:given|granted|obtained|received|confirmed)\b[^.]{0,30}\b(?:all|both|every\w+)\b",
    r"\b(?:all|both|every\w+)\b[^.]{0,40}\b(?:gave|given|give|confirmed|granted) (?:\w+ )?(?:consent|permission)\b",
)
"""a head that names no recording: consent of whom is said, and in a transcript there is nothing else to agree to"""
AGREES = _any(
    rf"\byou (?:can|may|are allowed to|are welcome to)(?: all| also| certainly| gladly| absolutely)? {_RECORD}",
    r"\b(?:feel free|go ahead|happy for you|fine for you|free|welcome|okay for you|ok for you|please do)\b[^?.]{0,20}\b(?:to |and )?(?:record|tape|transcribe)\b(?! (?:calls|all|every|each|data))",
    r"\b(?:i|we)(?:'m| am|'re| are)? (?:agree|consent|give (?:you )?(?:my|our) (?:consent|permission|ok)|(?:fine|ok|okay|happy|good|comfortable|cool) (?:with|about|to))\b[^?.]{0,25}\b(?:record\w*|be recorded|being recorded|transcri\w+)\b",
    r"\b(?:recording|being recorded|that you record|the recording) is (?:fine|ok|okay|no problem|all right|alright)\b|\b(?:don't|do not) mind (?:being recorded|the recording|you recording|if you record)\b",
    r"\bno (?:objections?|problem|issue)s? (?:to|with|from (?:me|us) (?:to|with)) (?:the |being |you |this )*record\w*\b",
    rf"\b(?:dürfen|können|kannst|darfst) (?:sie |du |ihr )?(?:gerne? |ruhig )?(?:das |es |alles |das gespräch )?{_DE}(?![^.]*\?)|\beinverstanden mit der {_DE}",
    rf"\bvous pouvez {_FR}|\bje (?:suis d'accord|consens|accepte)\b[^?.]{{0,30}}{_FR}|\bpuede[ns]? {_ES}|\bpuedes {_ES}|\bestoy de acuerdo\b[^?.]{{0,30}}{_ES}",
)
OBJECTS = _any(
    r"\b(?:quita|quite|apaga|corta|para|det[eé]n)n? (?:ya )?la grabación\b|\b(?:mach|machen|schalt|schalten|stell|stellen) (?:sie )?(?:bitte )?die (?:aufnahme|aufzeichnung) (?:\w+ )?(?:aus|ab)\b",
    rf"\b(?:turn|switch|leave|keep|take|put) (?:the |this |that |your )?(?:record\w*|{_DEVICE}) off\b|\b(?:aufnahme|aufzeichnung|mitschnitt)\b[^?.]{{0,25}}\b(?:aus(?:machen|schalten|stellen)?|ab(?:stellen|schalten|brechen)?|stoppen|beenden|anhalten|löschen)\b|"
    r"\b(?:éteindre|éteignez|arrêter|couper|stopper) (?:\w+ )?l'enregistrement\b|\b(?:apagar|parar|pare|detener|quitar|cortar) (?:\w+ )?la grabación\b",
    r"\b(?:please |kindly )?(?:don't|do not|never|stop|no) (?:record|recording|tape|taping|transcribing)\b(?!s)(?! (?:calls|those|all|every|deals|any of (?:our|that) data|needed|required|problem|fee|limit))",
    r"\b(?:rather|prefer|prefer if|like it better if|want)\b[^?.]{0,35}\b(?:not|\w*n't|no)\b[^?.]{0,25}\brecord(?:ed|ing)?\b",
    r"\b(?:not\b|\w*n't\b)[^?.]{0,25}\b(?:comfortable|ok|okay|happy|fine|allowed|agree|consent|agreed|consented|want)\b[^?.]{0,30}\b(?:record(?:ed|ing)?|being taped|to be taped)\b",
    r"\b(?:can|could|would|will) (?:you|we)(?: please)? (?:stop|turn off|switch off|pause|end|kill|disable) (?:the |this |that |your )?record\w*\b",
    r"\b(?:turn|switch) (?:the |that |your )?recording off\b|\b(?:turn|switch) off (?:the |that |your )?record\w*\b|\bplease (?:stop|pause|turn off|switch off) (?:the |that |your )?record\w*\b",
    r"\b(?:i|we) (?:object|refuse|decline)\b[^?.]{0,25}\brecord\w*\b|\bwithout (?:the |a |any )?recording,? please\b|\bunless (?:you|the) [^?.]{0,15}record",
    rf"\b(?:bitte )?(?:nicht|keine|kein|ohne)\b[^?.]{{0,20}}?\b{_DE}\b(?! problem)|\b{_DE}\b[^?.]{{0,15}}\b(?:aus|stoppen|beenden|abschalten|ausschalten)\b|\blieber nicht\b[^?.]{{0,25}}{_DE}",
    rf"\b(?:n'|ne (?:pas |m'|nous )?)(?:être )?{_FR}|\bne pas être {_FR}|\b(?:arrêtez|coupez|arrêter|couper) l'enregistrement\b|\bpas d'enregistrement\b",
    r"\b(?:no|sin)\b (?:me |nos |lo |la |se |que )?(?:graben?\b|grabar\b|grabes\b|grabación)|\bque no se grabe\b|\b(?:pare|apague|detenga)n? la grabación\b",
)
"""somebody does not want to be recorded"""
_HELLO = r"(?:(?:o+h|um|uh|er|well|so|hi|hello|hey|hallo|bonjour|hola|good morning|good afternoon|morning|thanks|thank you|ah|haha|ha|lol|hm+|right|you know|mhm|ok so|and|äh|euh)\b[\s,.!–-]*(?:[A-Z]\w+[,.!]\s*)?)*"
YES = re.compile(
    rf"^\W*{_HELLO}(?:yes|yeah|yep|yup|yea|sure(?: thing)?|of course|absolutely|certainly|definitely|totally|ok(?:ay)?|all ?right|alright|fine\b|"
    r"(?:that|this|it)(?:'s| is|'ll be| would be)(?: \w+)? (?:fine|ok|okay|all ?right|alright|good|cool|no problem|not a problem)\b|that works|"
    r"no (?:problem|worries|objections?|issues?|concerns?)\b|not a problem|(?:all|both) (?:fine|good|comfortable|happy|ok|okay)|permission granted|granted|go (?:right |on )?ahead|go for it|please do|please go|by all means|happy (?:with|to|for)|"
    r"works for|sounds good|let's\W*$|(?:likewise|ditto|idem|dito|ebenso|ebenfalls|pareil|igualmente|lo mismo)\b|i consent|record (?:away|it)|keep (?:it )?(?:rolling|running|recording)|i let you|(?:it|that)(?:'s| is) a yes|you are\b|(?:it|they|he|she) (?:can|may)\b|(?:mine|me|us|ours),? (?:too|as well)|confirmed|\[?nods?\b|nickt\b|\U0001F44D|thumbs up|let (?:it|him|her|the \w+) (?:in|stay|run|join)|(?:it|that|they|he) (?:can|may) (?:stay|join|listen|come|record|run)|be my guest|knock yourself out|as you (?:like|wish)|i(?:'m| am) (?:easy|relaxed|all for it)|i have nothing against|you(?:'re| are) (?:welcome|free) to|i(?:'ve| have) (?:nothing to hide|okay)|"
    r"(?:for|from|on) (?:me|us|my (?:side|end|part)|our (?:side|end|part))\b,? (?:it's |that's |it is |that is |yes|)(?:okay|ok|fine|all right|alright|good|yes)|roger|fire away|happily|gladly|with pleasure|"
    r"(?:good|great|cool|perfect)\b(?! (?:morning|afternoon|evening|day|question|to|point|news|quarter|year))|all good|you do\b|you(?:'ve| have) got (?:it|my|our)|we are\b|i am\b|you have (?:it|my|our)|(?:i|we) do\b|it is\b|agreed|i agree|we agree|(?:i |we )?(?:don't|do not) mind|i(?:'m| am) (?:fine|ok|okay|good|happy|comfortable|cool|in)|"
    r"we(?:'re| are) (?:all )?(?:fine|ok|okay|good|happy|comfortable)|you (?:can|may)|feel free|i consent|we consent|(?:same|me too|likewise|fine) (?:here|for|by|with)|same here|"
    r"ja\b|jawohl|klar|gerne?|natürlich|selbstverständlich|sicher|kein problem|in ordnung|einverstanden|passt|von mir aus|machen sie|geht klar|alles klar|"
    r"auf jeden fall|absolut\b|logisch|unbedingt|sehr gerne?|meinetwegen|nur zu|gerne doch|(?:das )?(?:ist|geht|wäre) (?:für (?:mich|uns) )?(?:okay|ok|in ordnung|klar|gut|völlig in ordnung|absolut in ordnung)|"
    r"(?:für|von) (?:mich|uns|unserer seite|meiner seite)(?: aus)? (?:(?:ist|passt|geht|wäre) das\b|okay|ok|in ordnung|gut|gerne|klar)|(?:ich|wir) (?:bin|sind) (?:damit )?einverstanden|machen wir|sie (?:können|dürfen)|"
    r"oui|tout à fait|absolument|parfait|avec plaisir|d'accord|bien sûr|desde luego|c[oó]mo no|sin duda|ningún inconveniente|me parece bien|pas de (?:problème|souci)|aucun (?:problème|souci)|allez-y|vas-y|(?:moi|pour moi|nous),? (?:oui|aussi|ça va|c'est bon)|volontiers|(?:bien )?entendu|ça (?:me |nous )?(?:va|marche|convient)|faites(?: donc)?|je vous en prie|(?:c'est )?(?:bon|ok|parfait) pour (?:moi|nous)|(?:je|nous) (?:suis|sommes) d'accord|vous pouvez|"
    r"(?:por (?:mí|nosotros|mi parte|nuestra parte)|para mí),? (?:está |)(?:bien|vale|perfecto|ok|okay|de acuerdo|claro|adelante)|(?:me|nos) parece (?:bien|perfecto)|(?:estoy|estamos) de acuerdo|(?:me|nos) va bien|permiso concedido|concedido|por (?:mi|nuestra) parte,? (?:también|sí)|yo también|a mí también|tienen? (?:mi |nuestro |el )?permiso|dale\b|venga\b|puede[ns]?\b|"
    r"s[ií]\b|claro|por supuesto|adelante|sin problema|no hay problema|ningún problema|de acuerdo|vale|perfecto|está bien)",
    re.IGNORECASE,
)
NO = re.compile(
    rf"^\W*{_HELLO}(?:actually,? |sorry,? |hmm,? )*(?:no\b(?! (?:problem|worries|objection|issue|concern|hay))|nope|nah|i(?:'d| would) rather|rather not|please (?:don't|do not)|i(?:'d| would)? prefer|not really|"
    r"(?:that|this)(?:'s| is) not (?:ok|okay|fine)|i(?:'m| am) not (?:comfortable|ok|okay|happy)|nö|nee|thumbs down|\[?shakes?\b|\U0001F44E|nein|lieber nicht|bitte nicht|ungern|das (?:möchte|will) ich (?:lieber )?nicht|not today|non\b|je préfère|plutôt pas|prefiero|mejor no|yes,? i (?:do|would) mind|i do mind)",
    re.IGNORECASE,
)
FREE = re.compile(
    rf"^\W*{_HELLO}(?:no\b(?!,? (?:please|i(?:'d| would) (?:rather|prefer)|that's not|we (?:can't|cannot)))|nope|not at all|none\b|nobody|nö\b|nee\b|nein|gar nicht|überhaupt nicht|keineswegs|non\b|pas du tout|aucun\w*|no\b|para nada|ninguno|ninguna|en absoluto|"
    r"go (?:right )?ahead|be my guest|by all means|sure|that's (?:fine|ok|okay)|fine|all good|please do|feel free|happy|okay|ok\b|no problem)",
    re.IGNORECASE,
)
"""how somebody says that they do not mind"""
YES_FREE = re.compile(
    rf"^\W*{_HELLO}(?:yes|yeah|yep|ja|oui|s[ií])\W+(?:that|it|this|i'm|we're|go|no problem|fine|sure|of course|please|klar|kein|bien|claro)",
    re.IGNORECASE,
)
MINDS = re.compile(
    r"^\W*(?:(?:it|that) (?:would|does|will)\b(?! not|n't)|(?:si|ja|doch|sí|oui|yes|kind of|yeah),? (?:un peu|ein bisschen|etwas|schon|un poco|a bit|a little|kind of|somewhat)\b|(?:a bit|a little|un peu|un poco|ein bisschen)\b)|"
    rf"^\W*{_HELLO}(?:yes|yeah|ja|oui|s[ií]|sure|of course|certainly|absolutely)?\W*(?:i|we) (?:do|would|have|am|are)\b(?! (?:not|fine|okay|ok|happy|good|no))(?!n't)|"
    r"\b(?:i do|i would|i'd) mind\b|\brather (?:you )?(?:not|didn't)\b|\blieber nicht\b",
    re.IGNORECASE,
)
SUPPOSED = re.compile(
    r"\b(?:not|never|nobody|if|unless|until|once|when(?:ever)?|whether|make sure|ensure|assume|suppose|hope|need|needs|should|must|would|before|"
    r"nicht|wenn|falls|sobald|hoffe|muss|müssen|pas|quand|faut|espère|cuando|espero|debe)\b|n't\b|\bsi\b",
    re.IGNORECASE,
)
"""before words that agree: it is denied, or only supposed"""
OTHER_TIME = re.compile(
    r"\b(?:next|last|previous|earlier|upcoming|future) (?:\w+ )?(?:calls?|meetings?|times?|sessions?|weeks?|months?|demos?|ones?|webinars?|workshops?)\b|\b(?:yesterday|tomorrow)(?:'s)?\b|\bin (?:the )?future\b|"
    r"\b(?:nächste[snrm]?|letzte[snrm]?|vorige[snrm]?|künftig\w*|gestern|gestrige[snrm]?)\b|\bla prochaine\b|\bprochaine?s?\b|\bdernière? (?:réunion|appel|fois)\b|\bhier\b(?! (?:ist|sind|mit|auf))(?=.*\benregistr)|"
    r"\bpróxim[oa]s?\b|\búltim[oa] (?:reunión|llamada|vez)\b|\bayer\b",
    re.IGNORECASE,
)
"""another call than this one"""
HOPES = re.compile(
    r"\b(?:hope|trust|assume|presume|guess|take it|unless|as long as|provided|if|hoffe|falls|wenn|sofern|espère|sauf si|si|espero|supongo|salvo que|a menos que)\b",
    re.IGNORECASE,
)
"""leave is asked without a question mark: "I hope you don't mind" """
INVITES_NO = re.compile(
    r"\b(?:objections?|mind|bother|opposed|dagegen|einwände|problems?|issues?|concerns?|stört|dérange|gêne|inconvénient|importa|molesta|inconveniente)\b[^?]*\?|"
    r"\b(?:hope|trust|assume|unless|if|shout|tell me|let me know|say so|speak up|stop me)\b[^.?]{0,40}\b(?:objects?|minds?|against|problem|rather not|not (?:ok|okay|fine|happy))\b|"
    r"\b(?:hoffe|espère|espérons|espero|esperamos)\b[^.?]{0,40}\b(?:stört|dagegen|dérange|gêne|importe|importa|moleste)\b|"
    r"\b(?:falls|wenn|sofern|außer)\b[^.?]{0,30}\b(?:dagegen|stört)\b|\bsi\b[^.?]{0,30}\b(?:dérange|gêne|objection|contre|molesta|importa|inconveniente)\b",
    re.IGNORECASE,
)
"""to what asks for objections, no is the answer that means yes"""
RECORDING = re.compile(r"record|aufzeich|aufgezeichnet|aufnahme|mitschnitt|enregistr|grabaci|grabad", re.IGNORECASE)
NOT_DONE = re.compile(
    r"\b(?:(?:it|that|this|call)(?:'s| is| was) not|isn't|wasn't|aren't|never) (?:being )?record(?:ed|ing)\b",
    re.IGNORECASE,
)
STOPS = re.compile(
    r"\b(?:stop|turn|switch|pause|end|off|arrêtez|arrêter|coupez|couper|pare|parar|apague|apagar|aus\w*|stoppen|beenden|anhalten)\b",
    re.IGNORECASE,
)
"""an objection that ends a recording which runs"""
PARTS = re.compile(
    r"\b(?:bye|goodbye|talk soon|speak soon|see you|have a (?:good|nice|great)|until|tschüss|tschau|ciao|auf wiedersehen|auf wiederhören|bis (?:bald|dann|morgen)|schönen tag|"
    r"au revoir|à bientôt|bonne journée|adiós|hasta (?:luego|pronto)|buen día)\b",
    re.IGNORECASE,
)
"""how people part"""
COMES_LATE = re.compile(
    r"\b(?:sorry|apologies)\b[^.?!]{0,12}\blate\b|\bwhat (?:did|have) i miss(?:ed)?\b|\b(?:i(?:'ve| have)? )?(?:only |just |now )+(?:joined|dialled in|dialed in|got in|came in|hopped on)\b|"
    r"\bi(?:'m| am) (?:here|back)\W|^\W*back[.!]|\b(?:they|he|she) (?:is|are) (?:just |now )*(?:joining|dialling in|dialing in|coming in)\b(?: now| us)?|\bi'm in now\b|\bjoined the (?:call|meeting|conversation)\b|"
    r"\b(?:bin|komme) (?:etwas |ein bisschen |leider )?(?:zu )?spät\b|\b(?:ist|kommt) (?:gerade|jetzt) (?:dazu|hinzu)\w*\b|\bwas habe ich verpasst\b|\b(?:désolée?|pardon)[^.?!]{0,20}\bretard\b|"
    r"\bvient de (?:nous )?rejoindre\b|\b(?:perdón|perdonad?|siento)[^.?!]{0,25}\b(?:tarde|retraso)\b|\bacaba de (?:unirse|entrar|conectarse)\b",
    re.IGNORECASE,
)
"""somebody comes when the call has begun"""
TAKEN_DOWN = re.compile(
    r"\b(?:recorded|recording|recorder|taped|transcrib\w+|transcript|aufgezeichnet|aufzeichnung|aufnahme|mitgeschnitten|enregistr\w+|grab(?:ado|ación|ando))\b",
    re.IGNORECASE,
)
"""that a call is taken down, told just before somebody is against it"""
GESTURE = re.compile(
    r"[\[(](?P<who>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*)*):? (?P<how>nods?|nodding|thumbs up|👍|nickt|hoche la tête|asiente|shakes? (?:his|her|their) head|thumbs down|👎)[^\])]*[\])]"
)
"""an answer without a word"""
JOINED = re.compile(
    r"[\[(][^\])]*\b(?:joined|joins|has entered|ist beigetreten|beigetreten|a rejoint|rejoint|se ha unido|se unió|se ha conectado)\b[^\])]*[\])]",
    re.IGNORECASE,
)
"""the mark by which a transcript tells that somebody came"""
