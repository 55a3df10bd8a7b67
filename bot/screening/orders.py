"""Whether a text gives orders to a machine that reads it: a warning, and never the defence (pure).

Whoever knows these words writes around them, and a request such as “write a poem” is no order to anybody in particular.
What keeps an answer safe is that code picks targets and tools, whatever a text says.
"""

import base64
import binascii
import re
import unicodedata

from bot.screening.inert import UNSEEN
from knowledge.repeats import shortened

_TOLD = r"(?:instructions?|prompts?|rules|directions?|directives?|orders|guidelines|commands?)"
_MACHINE = (
    r"(?:a\.?i\.?(?! act\b)|ai[- ]?(?:assistants?|agents?|models?|bots?|tools?)|(?:large )?language models?|llms?|chat-?bots?|chatgpt|gpt|copilot|"
    r"summari[sz]ers?|(?:ai )?note[- ]?takers?|virtual assistants?|ki|ia)"
)
_ORDER = (
    r"(?:please|always|never|do not|don't|update|set|change|log|ignore|disregard|forget|mark|delete|record|write|add|approve|reject|put|forward|send|"
    r"create|move|include|note|strike|leave|state|say|tell|mention|print|reveal|open|reply|answer|respond|you (?:must|should|are))"
)
_ANSWER = r"(?:answer|response|reply|output|message|summary)"
ORDERS = re.compile(
    "|".join(
        (
            # set aside what it was told before
            rf"\b(?:ignor(?:e|ing)|disregard|forget|override|bypass|do not (?:follow|listen to|obey)|stop following)\b(?: \w+){{0,3}}? "
            rf"(?:previous|previously given|prior|above|preceding|earlier|existing|original|your|you were given|system)(?: \w+){{0,2}}? ?{_TOLD}\b",
            rf"\b(?:ignore|disregard|forget)\b (?:all|any|everything|the {_TOLD}|{_TOLD})\b(?: \w+){{0,4}}? (?:above|before|so far|{_TOLD}|were told)\b",
            r"\b(?:ignore|disregard|forget|do not listen to) (?:all |any |the |everything )*(?:previous|above|preceding|earlier|prior) (?:information|text|context|conversation|messages?|orders)\b",
            rf"\bforgotten (?:about )?(?:all |any )*(?:the |your )*{_TOLD}\b",
            r"\bignoriere?n? (?:sie )?(?:\w+ ){0,3}?(?:anweisung|anleitung|vorgabe|regel)\w*|\b(?:vergiss|missachte) (?:\w+ ){0,3}?(?:anweisung|vorgabe|regel)\w*",
            r"\b(?:ignore[rz]?|oublie[rz]?) (?:\w+ ){0,3}?(?:instructions|consignes|règles)\b|\b(?:ignora|olvida|omite)[dn]? (?:\w+ ){0,3}?(?:instrucciones|reglas|órdenes)\b",
            r"\b(?:ignora|dimentica)(?:te)? (?:\w+ ){0,3}?(?:istruzioni|regole)\b|\b(?:ignore|esqueça) (?:\w+ ){0,3}?(?:instruções|regras)\b",
            r"\b(?:игнорируй|забудь)\w* (?:\w+ ){0,3}?(?:инструкци|указани|правил)\w*|(?:忽略|无视|忘记).{0,12}(?:指示|指令|说明|规则)|(?:指示|命令|ルール).{0,6}無視",
            # tell what it was told, or what it holds
            rf"\b(?:print|repeat|reveal|show|output|display|list|disclose|write (?:down|out)|give me|tell me|leak)\b(?: \w+){{0,4}}? (?:system prompt|your (?:\w+ )?(?:prompt|{_TOLD})"
            rf"|(?:previous|above|initial|original|hidden|other|secret) (?:\w+ )?{_TOLD}|all {_TOLD}|the {_TOLD} (?:above|given|so far|you))\b",
            rf"\bwhat (?:are|were) your (?:\w+ )?{_TOLD}\b|\bsystem prompt\b.{{0,30}}\b(?:reveal|print|show|repeat)|\brepeat the words above\b|\bsystem-?prompt\b.{{0,20}}\b(?:aus|an)\b",
            # speak to it by name
            rf"\b(?:note|message|instructions?|hint|hinweis|nota|attention|request)s? (?:to|for|an|para|à l'?|pour) (?:\w+ ){{0,2}}?(?:{_MACHINE}|assistants?|bots?|asistente)\b",
            rf"\b(?:dear|hey|hello|attention),? (?:\w+ )?{_MACHINE}\b|\bto (?:the|any|all|every) {_MACHINE}\b[^.?!\n]{{0,40}}[:,;–—] ?{_ORDER}\b",
            rf"(?:^|[.!?:;>\n-]\s*){_MACHINE}(?: \w+){{0,3}}?\s*[,:;–—-]+\s*(?:\w+ly )?{_ORDER}\b",
            rf"(?:^|[.!?:;>\n-]\s*)(?:assistant|bot)\s*[,:;]+\s*{_ORDER}\b",
            rf"\bif you(?:'re| are) (?:an? )?(?:\w+ )?{_MACHINE}\b|\b{_MACHINE} (?:that|who|which) (?:reads?|processes|summari[sz]es) this\b|\b{_MACHINE} reading this\b",
            r"\bas an ai,? you\b|\byou are (?:an? |special )?(?:\w+ )?(?:dan|chatgpt)\b|\bdan (?:mode|can)\b|\b(?:developer|maintenance|debug|god|jailbreak|apophis) mode\b.{0,40}\byou\b|\byou\b.{0,40}\b(?:developer|maintenance|god|jailbreak|dan) mode\b",
            r"\bfrom now on,? (?:you(?:'ll| will| are| must| reply| act| should| can| answer| have)|every (?:answer|response|reply|summary))|\byou will be called \w+ from now on\b",
            # change the answer that is being written
            rf"\b(?:modify|alter|augment|enhance|rephrase|obfuscate|encode) your {_ANSWER}\b|\b(?:start|begin|end|finish) (?:your|the|every|each) {_ANSWER}s? with\b",
            rf"\b(?:letters?|vowels?|spaces|typos|characters|keywords|punctuation|anagrams?|misspellings?|symbols|numbers|base\d\d)\b[^.!?]{{0,40}}\b(?:of|in|from|for) your {_ANSWER}\b",
            rf"\byour {_ANSWER} [^.!?]{{0,30}}\b(?:spaces|typos|anagrams?|anagrammed|misspellings|backwards?|base\d\d|encoding|alphanumeric|homophonic|vowels)\b",
            r"\b(?:in|of|at the end of|to) (?:every|each|any) (?:answer|summary|brief|reply)\b.{0,40}\b(?:write|say|mention|add|include|link)\b|\b(?:write|say|mention|add|include|put)\b[^.!?]{0,60}\b(?:in|into|to|at the end of) (?:every|each) (?:answer|summary|brief|reply|letter)s?\b",
            # forged structure
            r"<\|\w+\|>|\[/?inst\]|<<sys>>|</?\s*(?:data|system|assistant|instructions?|prompt)\b[^<>]*>|#{2,} ?(?:instruction|response|system|assistant)s?:",
            r"(?:^|[\n{(\[:>])\s*system(?: (?:message|prompt|note|override))?\s*:|\bnew instructions?\s*[,:]|\"(?:tool|cites|bottom_line|missed|sentences)\"\s*:",
        )
    ),
    re.IGNORECASE,
)
"""what a sentence to a person hardly ever holds"""
BLOB = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{20,2000}={0,2}")
SMUGGLED = re.compile("[\U000e0020-\U000e007e]{4,}|[\u202d\u202e]|(?:\\w[\u200b\u2060]){3,}")
"""words in signs that nobody sees, a turned reading direction, words that are broken up so that no search finds them"""
LIKE_LATIN = str.maketrans(
    "аеорсухіѕјһԁɡոνοαερτικΑΒΕΖΗΙΚΜΝΟΡΤΥΧІАВЕКМНОРСТУХ", "aeopcyxisjhdgnvoaeptikABEZHIKMNOPTYXIABEKMHOPCTYX"
)
"""letters of other scripts that look like Latin ones"""


def orders(text: str) -> bool:
    """Whether a text seems to give orders to a machine."""
    return SMUGGLED.search(text) is not None or _ordered(text) or any(map(_ordered, _decoded(text)))


def _ordered(text: str) -> bool:
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", shortened(text))).replace("’", "'")
    readings = (plain,) if plain.isascii() else (plain, plain.translate(LIKE_LATIN))
    return any(ORDERS.search(one) for one in readings)


def _decoded(text: str) -> list[str]:
    """What base64 in a text says, where it is words."""
    found = []
    for blob in BLOB.findall(text):
        try:
            said = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue  # no words in base64
        found += [said] if said.isprintable() else []
    return found
