"""How somebody took being recorded: a plain yes, a no, or neither, as with a condition; English, German, French, Spanish (pure).

A refusal that is taken for a yes is the worst error there is. So a yes counts only where nothing behind it turns it: no
negation that is left once “no problem” and its like are taken for what they mean, no condition, no question back.
"""

import re
from collections.abc import Callable, Sequence

from bot.skills.summarising import consent_words as words

Judge = Callable[[str], bool | None]
_FLAGS = re.IGNORECASE
_OKAY = " okay "
_NO_TROUBLE = re.compile(
    r"\b(?:(?:i|we|it|that|this|there|ich|wir|das|es|je|nous|yo)(?: really| personally|'ve| have)? )?(?:"
    # English
    r"(?:i |we )?(?:have |has |see |there(?:'s| is) )?(?:no|zero|without (?:a|any)|not (?:a|an|any)|nothing of a) (?:real |big |particular |such )?"
    r"(?:problems?|objections?|issues?|concerns?|worries|worry|bother|trouble|harm|drama)|"
    r"(?:i |we |it |that |this )?(?:don't|do not|doesn't|does not|wouldn't|won't|would not|will not|shouldn't|didn't) (?:\w+ )?(?:(?:mind|object|bother|matter)\b(?: me| us)?(?: at all)?|"
    r"have (?:a |an |any )?(?:problems?|objections?|issues?|concerns?)|be (?:a|an) (?:problem|issue))|"
    r"(?:can't|cannot|can not|don't|do not) (?:see|think of|imagine) (?:any |a |an )?(?:why not|reasons? (?:why )?not|problems?|issues?|objections?)|"
    r"why (?:ever )?not|nothing against (?:it|that|this)|(?:couldn't|could not) care less|"
    # German
    r"kein(?:e|en|er|erlei)? (?:problem\w*|thema|einwände?|einwand|bedenken|ding|sache|umstände)|"
    r"(?:ich |wir )?(?:habe?n? )?(?:gar |überhaupt )?nichts dagegen(?: einzuwenden)?|(?:das )?(?:stört|stören) (?:mich|uns|hier)? ?(?:gar |überhaupt |wirklich )?nicht|"
    r"warum (?:auch )?nicht|nur zu|(?:das )?macht (?:mir |uns )?(?:gar |überhaupt )?nichts(?: aus)?|(?:da |es )?spricht nichts dagegen|"
    # French
    r"(?:il n'y a |je n'ai |je ne vois |nous ne voyons |je n'y vois |nous n'y voyons |y a )?(?:pas de?|pas d'|aucune?|sans) ?(?:problèmes?|soucis?|objections?|inconvénients?)|"
    r"(?:ça|cela) ne (?:me |nous )?(?:dérange|gêne|pose)(?: absolument| du tout)?(?: pas| aucun problème)(?: de problème)?|pourquoi pas|rien contre|"
    # Spanish
    r"(?:no (?:hay|tengo|tenemos|veo|vemos) )?(?:sin|ning[uú]n|ninguna) (?:problema|inconveniente|objeci[oó]n|pega)e?s?|"
    r"no (?:hay|tengo|tenemos|veo|vemos) (?:problema|inconveniente|objeci[oó]n)(?: algun[oa])?|"
    r"(?:no|tampoco) (?:me|nos) (?:importa|molesta)|(?:y )?por qué no|c[oó]mo no"
    r")\b(?: at all| whatsoever)?\s*\??",
    _FLAGS,
)
"""said with a no, and meant as a yes"""
_NO_IS_YES = re.compile(
    r"\b(?:(?:no|nein|non),? (?:niemand|personne|nadie|nobody|none|no one|nothing|nichts|rien|nada|(?:gar |überhaupt )?nicht)(?=\W*$)|not (?:at all|really|in the least|in the slightest|for me|for us|from (?:me|us|my side|our side))|(?:of course|certainly|absolutely|definitely|surely) not|"
    r"(?:(?:i|we|it|that|they|he|she) (?:wouldn't|would not|don't|do not|doesn't|does not|won't|will not)|(?:nobody|no one) (?:does|would|will))(?=\W*$)|"
    r"(?:none|not|nobody) (?:from|on|with) (?:me|us|my side|our side|here)|none here(?: either)?|(?:gar|überhaupt|natürlich|sicher|bestimmt|absolut) nicht|von (?:mir|uns|meiner seite|unserer seite)(?: aus| auch)* nicht|"
    r"(?:bien sûr|certainement|absolument) (?:que non|pas)|pas (?:du tout|vraiment|le moins du monde)|"
    r"(?:claro|por supuesto|desde luego) que no|para nada|en absoluto|ni mucho menos)(?!\w)",
    _FLAGS,
)
"""the same, where it was asked whether somebody minds"""
_AS_YOU_LIKE = re.compile(
    r"\b(?:if you(?:'d)? (?:like|want|wish|need(?: to| it)?|must|prefer|please)|if (?:it|that|this) (?:helps?(?: you)?|makes (?:it|things) easier|is (?:useful|easier|better|helpful))|"
    r"(?:wenn|falls) (?:sie|du|ihr) (?:möchten|wollen|mögen|möchtest|willst|wollt|mögt|das (?:möchten|wollen|brauchen))|wenn(?:'s| es| das) (?:\w+ )?hilft|"
    r"si (?:vous (?:voulez|souhaitez|préférez)|tu veux|ça (?:vous |t')?aide)|si (?:quieren?|quieres|lo desean?|le ayuda|les ayuda))\b",
    _FLAGS,
)
"""no condition, though it looks like one"""
_REFUSES = re.compile(
    r"\b(?:absolutely|certainly|definitely|of course|surely|probably|preferably|please|better|rather|i'd say|would) (?:not|don't|no)\b|\bno way\b|\bover my dead body\b|\bno (?:chance|thanks|thank you)\b|\bnot a chance\b|\bforget it\b|\bout of the question\b|\bi'll pass\b|\bkick (?:it|that) out\b|\bspeak freely\b|\bwant (?:it|that|this) (?:stopped|off|gone|deleted|out)\b|\boff from now on\b|\bchanged my mind\b|\bnot (?:with me|if i can help it|under any|on my watch)\b|"
    r"\b(?:don't|do not|doesn't|does not|won't|will not|wouldn't|didn't|never|not going to) (?:\w+ )?(?:want|like|wish|agree|consent|allow|permit|accept|record|tape|do (?:that|this|recordings?))\b|"
    r"\b(?:can't|cannot|can not|may not|mustn't|unable to|not able to) (?:\w+ )?(?:agree|allow|consent|accept|permit|do (?:that|this)|be (?:recorded|taped)|have (?:that|this))\b|"
    r"\bnot (?:\w+ )?(?:ok(?:ay)?|fine|comfortable|happy|keen|allowed|permitted|acceptable|possible|wanted|a fan|in favou?r|agree\w*|consent\w*|all right|alright|good|cool)\b|"
    r"\buncomfortable\b|\b(?:isn't|aren't|wasn't) (?:\w+ )?(?:ok(?:ay)?|fine|comfortable|happy|allowed|possible|all right|alright)\b|\b(?:leave|keep|turn|switch|prefer|want|have) (?:it|that|this|the record\w+) off\b|"
    r"\b(?:switch|turn) (?:it|that) off\b|\bno record\w*\b|\bi(?:'d| would)? (?:much )?prefer(?: it)?(?: if| that)? ?(?:not|you didn't|we didn't|without|no)\b|\b(?:rather|prefer) (?:you|we|that)\b[^.]{0,20}(?:not|n't)\b|\brather not\b|"
    r"\b(?:forbid\w*|prohibit\w*|banned|against (?:our|the|my|company) (?:policy|rules?|guidelines))\b|^\W*(?:i|we|they) (?:do not|don't|am not|are not|aren't|would not|wouldn't|can't|cannot)\W*(?:(?:sorry|thanks|i'm afraid|either)\W*)?$|\b(?:better|happier|easier|rather|prefer\w*) (?:\w+ ){0,2}?without\b|\b(?:is|are) not (?:welcome|wanted)\b|"
    r"\b(?:lieber|besser) ohne\b|\b(?:préfère|préférons|plutôt|mieux) sans\b|\b(?:mejor|prefier\w*|preferimos) sin\b|\b(?:l'|la |le )(?:arrêter|couper|éteindre)\b|"
    r"\b(?:auf keinen fall|kommt nicht in frage|(?:sicher|bestimmt|gerne?|lieber|bitte|besser|natürlich|möglichst|leider) nicht|möchte(?:n)? (?:ich|wir) nicht|(?:ich|wir) (?:möchten?|wollen|will) (?:\w+ )?(?:nicht|keine)|"
    r"(?:geht|ist|wäre) (?:\w+ ){0,3}?nicht (?:\w+ )?(?:recht|okay|in ordnung|erlaubt|möglich|erwünscht)|(?:das |es )?geht (?:\w+ ){0,3}?nicht|nicht (?:einverstanden|erlaubt|gestattet|mit uns|mit mir))\b|"
    r"\b(?:(?:certainement|surtout|absolument|plutôt|sûrement) pas|bien sûr que non|hors de question|(?:je|nous) (?:ne )?(?:préf\w+|veux|voulons|souhait\w+|suis|sommes) (?:\w+ )?pas|pas d'accord|pas question|interdit|pas autorisé)\b|"
    r"\b(?:(?:claro|por supuesto|desde luego|mejor) que no|de ninguna (?:manera|forma)|mejor no|ni hablar|no (?:quiero|queremos|quisiera|estoy de acuerdo|estamos de acuerdo|me parece|nos parece|está permitido|lo permit\w+|se puede)|prohibido)\b",
    _FLAGS,
)
"""does not want it, wherever in the sentence it is said"""
_ABOUT_IT = re.compile(
    r"\b(?:it|that|this|machine|bot|notes?|pen|private(?:ly)?|record\w*|das|es|davon|notizen|ça|cela|machine|notes|eso|esto|notas)\b",
    _FLAGS,
)
_AGAINST_IT = re.compile(
    r"\b(?:never|didn't|did not|haven't|have not|hadn't) (?:\w+ )?(?:agree[d]?|consent(?:ed)?|allow(?:ed)?|sa(?:y|id) yes)\b|\bi (?:do|would) mind\b|"
    r"\b(?:stop|switch|turn|shut|leave|keep) (?:it|that|this) off\b|\b(?:stop|switch off|turn off|pause|end|kick out|remove) (?:it|that|this)\b|\bkick (?:it|that|him) out\b|\bplease (?:delete|erase|remove) (?:it|that|this)\b|"
    r"\bspeak freely\b|\bwant (?:it|that|this) (?:stopped|off|gone|deleted|out)\b|\boff from now on\b|\bchanged my mind\b|\brather (?:you|we|it)\b[^.]{0,15}(?:not|n't)\b|\b(?:habe|hab|haben) (?:\w+ ){0,3}?nicht zugestimmt\b|\b(?:machen|schalten|stellen) sie (?:das|es|sie) (?:bitte )?(?:wieder )?(?:aus|ab)\b|"
    r"\b(?:n'ai|n'avons) (?:jamais|pas) (?:accepté|donné|consenti)\b|\b(?:arrêtez|coupez|éteignez|effacez)[- ](?:ça|cela|le|la)\b|\bno (?:he|hemos) (?:aceptado|consentido|dado)\b|\b(?:párel|apágel|bórrel|quítel)[ao]\b",
    _FLAGS,
)
"""against what runs, said without the word for it"""
_HEDGES = re.compile(
    r"\b(?:check|ask|clear|confirm|run (?:it|that|this) (?:by|past)|talk to|speak (?:to|with)) (?:\w+ ){0,3}?(?:with|first|before|boss|manager|legal|compliance|counsel|lawyers?|it|hr|team|colleagues?|council)\b|"
    r"\b(?:can't|cannot|can not) (?:speak|answer|say|decide) for\b|\b(?:has|have|need|needs|would have) to (?:agree|approve|confirm|be asked|say yes)\b|\bonly (?:if|when|once|after)\b|\bas long as\b|\bprovided\b|\bunless\b|\bdepends\b|"
    r"\bnot sure\b|\bunsure\b|\b(?:don't|do not) know (?:about|what|if|whether|how)\b|\bweiß ich nicht\b|\bje ne sais pas\b|\bno sé\b|\blet me (?:check|ask|think)\b|\bi'd (?:need|have) to\b|"
    r"\b(?:müsste|muss|müssen|müssten) (?:ich|wir|da|das|erst) (?:\w+ ){0,5}?(?:fragen|klären|prüfen|abstimmen)\b|\bnur wenn\b|\bsofern\b|\bsolange\b|\bnicht sicher\b|"
    r"\b(?:dois|devons|faut|devrais) (?:que )?(?:[\w']+ ){0,3}?(?:demander|vérifier)\w*\b|\b(?:seulement|uniquement) si\b|\bà condition\b|\bpas sûre?\b|"
    r"\b(?:tengo|tenemos|hay|tendría|tendríamos) que (?:\w+ ){0,2}?(?:preguntar|consultar|comprobar)\w*\b|\bs[oó]lo si\b|\bsiempre (?:que|y cuando)\b|\bno estoy segur[oa]\b",
    _FLAGS,
)
"""neither yes nor no, but on a condition, or not theirs to say"""
_TURNS = re.compile(
    r"\b(?:on mute|the question|say (?:that|it) again|pardon|no|not|never|nobody|none|neither|nor|without|rather|prefer|instead|refuse\w*|object\w*|decline\w*|against|afraid|off|stop|"
    r"if|unless|until|(?:as|so) long as|provided|providing|only|but|except|apart from|although|though|however|once|depend\w*|subject to|wait|hold on|hang on|actually|check|ask|see what|not sure|unsure|maybe|hear (?:me|us)|hello|the first|part of|half|"
    r"perhaps|possibly|later|yet|still need|(?:has|have|needs?) to (?:agree|approve|confirm|sign|be asked|say|know|okay)|must (?:agree|approve|confirm|sign|be asked|say|know|okay)|bet|"
    r"nein|nicht|keine?[nrsm]?|nie|niemand|lieber|ungern|ohne|dagegen|wenn|falls|sofern|solange|sobald|nur|aber|jedoch|erst|außer|ausser|vorausgesetzt|klären|fragen|vielleicht|später|muss|müssen|abhängig|"
    r"non|pas|jamais|aucune?|plutôt|contre|sans|sauf|seulement|uniquement|mais|tant que|à condition|d'abord|peut-être|demander|vérifier|plus tard|dépend|faut|doit|pourvu|"
    r"nunca|mejor|prefier\w*|sin|tampoco|pero|solo|sólo|solamente|siempre que|siempre y cuando|salvo|excepto|mientras|antes|primero|quizás?|tal vez|depende|consultar\w*|preguntar\w*|tiene que|tengo que|hay que)\b|"
    r"n't\b|\bsi\b(?=\s+\w)",
    _FLAGS,
)
"""what takes a yes back in part, or hangs it on something"""
_ASKS_BACK = re.compile(
    r"(?:^|\W)(?:who|whose|why|what (?:for|happens|will|do you do|are you)|where (?:does|do|will|is)|how long|which|does (?:it|that|this)|will (?:it|that|this|they)|wer|wem|warum|wozu|wofür|was (?:passiert|machen)|"
    r"wo (?:wird|liegt)|wie lange|qui|pourquoi|combien de temps|où|quién|por qué|para qué|dónde|cuánto tiempo)(?:\W[^?]*)?\?",
    _FLAGS,
)
_WEAK = re.compile(
    r"^\W*(?:fine|good|great|nice|perfect) (?!(?:with|by|for|thanks?|thank|go|sure|please|idea|yes|yeah|of|then|record|i|i'm|we|no|let|you|and|to|on|from|it's|that's|all)\b)\w+|"
    r"^\W*(?:yeah, |sure, )?you (?:can|could|may) (?:always )?try\b|^\W*(?:yeah|yes|sure|oh yes),? (?:right|you would|of course you (?:do|would|are))\b|"
    r"^\W*(?:great|good|cool|perfect|okay|ok|all ?right)\b(?!.*\b(?:fine|okay|go ahead|problem|sure|yes|with|by|for (?:me|us)|please|thanks?|idea|agree\w*|happy|course)\b)(?:\W+\w+){3,}",
    _FLAGS,
)
"""irony; and a word by which people also begin to speak of something else"""
_GOES_AHEAD = re.compile(
    r"\b(?:go (?:right )?ahead|please do|feel free|that's (?:fine|okay)|it's (?:fine|okay)|okay|adelante|allez-y|nur zu)\b",
    _FLAGS,
)
"""a no that may well be said in fun: "No, seriously, go ahead" """
_TAKES_BACK = re.compile(
    r"^\W*(?:but|however|although|though|except|unless|only|just not|wait|hold on|hang on|(?:well,? )?actually|on second thought\w*|then no|or rather|aber|allerdings|jedoch|moment|nur|außer|mais|sauf|attendez|"
    r"seulement|pero|salvo|espere?|solo|sólo)\b",
    _FLAGS,
)
"""how a further sentence takes back what the first one said"""


def answered(said: Sequence[str], judge: Judge) -> bool | None:
    """How somebody took it by the first sentences that they say: a refusal in any of them counts."""
    took = [judge(text) for text in said]
    if False in took:
        return False
    first = next((at for at, one in enumerate(took) if one), None)
    if first is None or any(_TAKES_BACK.match(text) or hedges(text) for text in said[first + 1 :]):
        return None
    return True


def yes(text: str) -> bool | None:
    """How somebody answers who was asked for leave."""
    meant = _AS_YOU_LIKE.sub(" ", _NO_TROUBLE.sub(_OKAY, text))
    if _REFUSES.search(meant):
        return False
    if words.NO.match(meant):
        return None if _GOES_AHEAD.search(meant) else False
    found = None if _WEAK.match(meant) else words.YES.match(meant)
    return True if found and _plain(meant[found.end() :]) else None


def free(text: str) -> bool | None:
    """How somebody answers who was asked whether they mind."""
    meant = _AS_YOU_LIKE.sub(" ", _NO_IS_YES.sub(_OKAY, _NO_TROUBLE.sub(_OKAY, text)))
    if words.MINDS.search(meant) or _REFUSES.search(meant):
        return False
    found = words.FREE.match(meant) or words.YES_FREE.match(meant)
    return True if found and _plain(meant[found.end() :]) else None


def objects(text: str) -> bool | None:
    """How somebody takes it who was asked nothing: only words against it count."""
    return False if _AGAINST_IT.search(text) else None


def hedges(text: str) -> bool:
    """Whether somebody hangs their answer on something, or cannot give it."""
    return _HEDGES.search(_AS_YOU_LIKE.sub(" ", _NO_TROUBLE.sub(_OKAY, text))) is not None


def may_mean(text: str) -> bool:
    """Whether words that nobody can read may still be about being recorded, rather than go on with the call."""
    return bool(_TURNS.search(text) or _ABOUT_IT.search(text))


def unconditional(text: str, start: int, end: int) -> bool:
    """Whether nothing around the words that agree denies them or hangs them on something."""
    meant = _AS_YOU_LIKE.sub(" ", _NO_TROUBLE.sub(_OKAY, text[end:]))
    return _plain(meant) and not words.SUPPOSED.search(text[:start])


def _plain(rest: str) -> bool:
    return not (_TURNS.search(rest) or _ASKS_BACK.search(rest))
