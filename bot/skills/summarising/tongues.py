"""Promises, decisions, suggestions and open questions in German, French and Spanish; other languages are told, not read (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.skills.summarising.attendees import Person
from bot.skills.summarising.foreign_days import Days, day_in
from bot.skills.summarising.promising import Promise
from bot.skills.summarising.transcript import Turn

ENOUGH = 40
"""words below which a text is too short to tell its language"""
SHARE = 0.08
"""share of a language's commonest words from which it is spoken in a call"""
_COMMON = {
    "English": "the and to of you we is it that for on in i have be this with are so your can will do not what",
    "German": "der die das und ich wir sie ist nicht zu den mit ein eine auf für es dem haben noch uns bei ihnen auch",
    "French": "le les des et je nous vous est pas une pour du au on avec sur ce c'est votre dans qui mais bien",
    "Spanish": "el los las y por con para su al del está muy pero como usted ustedes hay más este eso hemos una",
}


def _rule(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


@dataclass(frozen=True)
class Tongue:
    """What one language says it by."""

    name: str
    promise: re.Pattern[str]
    """with `what`"""
    dated: re.Pattern[str]
    """a promise only with a day, with `what`"""
    unfirm: re.Pattern[str]
    decided: re.Pattern[str]
    denied: re.Pattern[str]
    suggested: re.Pattern[str]
    unanswered: re.Pattern[str]
    days: Days


_DE = r"(?:schick|send|geb|stell|meld|klär|prüf|bereit|liefer|bring|mail|ruf|organisier|buch|leit|reich|erstell|besorg|überarbeit|lad|bestätig|unterschreib|kümmer|trag|bespr|vereinbar|nenn|mach)"
_DE_INF = r"\w*(?:senden|schicken|geben|stellen|melden|klären|prüfen|liefern|bringen|mailen|rufen|organisieren|buchen|leiten|reichen|erstellen|besorgen|überarbeiten|laden|bestätigen|unterschreiben|kümmern|machen)"
GERMAN = Tongue(
    "German",
    _rule(
        rf"\b(?:ich|wir) (?P<what>{_DE}(?:e|en|t)\b (?:.*\b)?(?:Ihnen|dir|euch)\b.*)",
        rf"\b(?P<what2>{_DE}(?:e|en) (?:ich|wir) (?:.*\b)?(?:Ihnen|dir|euch)\b.*)",
        rf"\bich .*\bund (?P<what4>{_DE}e (?:Ihnen|dir|euch|mich)\b.*)",
        rf"\b(?:ich werde|wir werden) (?P<what3>.*\b{_DE_INF}\b.*)",
    ),
    _rule(r"\bSie (?P<what>(?:bekommen|erhalten|haben|kriegen)\b.*)", rf"\b(?:ich|wir) (?P<what2>{_DE}(?:e|en)\b.*)"),
    _rule(r"\b(?:wenn|falls|sofern|sobald|könnten?|würden?|vielleicht|eventuell|möglicherweise|hat|hatte|sagte|angeblich)\b"),
    _rule(
        r"\b(?:wir|ich) habe?n? (?:uns |mich |jetzt |schon )*(?:\S+ )*?(?:beschlossen|entschieden|vereinbart|geeinigt|festgelegt)\b",
        r"\b(?:das|es) ist (?:jetzt |damit )?(?:entschieden|beschlossen|abgemacht|vereinbart)\b",
    ),
    _rule(r"\b(?:nichts?|kein\w*|niemals|wenn|falls|vielleicht|nie)\b"),
    _rule(r"\b(?:wir könnten|könnten wir|sollten wir|wie wäre es|ich schlage vor|ich würde vorschlagen|wir sollten)\b"),
    _rule(
        r"\b(?:muss|müsste|müssen|müssten) (?:ich|wir)\b.*\b(?:klären|fragen|nachfragen|prüfen|nachsehen|nachschauen|abklären)\b",
        r"\bwei(?:ß|ss) ich (?:leider |gerade |noch )?nicht\b|\bgute frage\b|\bkläre ich\b|\bich kläre das\b|\bda frage ich nach\b|\bkann ich (?:\w+ ){0,3}nicht sagen\b|\bkeine ahnung\b",
    ),
    Days(
        ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
        ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"),
        today=r"heute", tomorrow=r"(?<!guten )(?<!am )(?<!jeden )morgen", after=r"übermorgen", next=r"(?:nächste[nr]?|kommende[nr]?)\s+",
        week_end=r"(?:ende der|ende dieser) woche", month_end=r"(?:ende des monats|monatsende)", count=r"in (?P<n>\w+) (?P<unit>tagen|wochen)",
        counts=("einem einer", "zwei", "drei", "vier", "fünf", "sechs"), weeks="wochen", lead=r"(?:bis|am|zum|zur|spätestens|noch|den|vor|kommenden)", of=r"\.\s*",
        vague=r"(?:nächste|kommende) woche", nth=r"(?<!nach )(?:am|zum|den|dem|vom) (?P<d>\d{1,2})\.(?!\d)", part=r"(?:vormittag|mittag|nachmittag|abend|früh)?",
    ),
)  # fmt: skip
_FR = r"(?:envoie|envoyons|transmets|transmettons|prépare|préparons|fais|faisons|confirme|confirmons|rappelle|rappelons|donne|donnons|partage|partageons|adresse|adressons|recontacte|(?:enverr|transmettr|préparer|fer|confirmer|rappeller|donner|partager|adresser|recontacter)(?:ai|ons))"
FRENCH = Tongue(
    "French",
    _rule(
        rf"\b(?:je|nous) (?:vous|te|leur|lui) (?:l'|les? |la )?(?P<what>{_FR}\b.*)",
        r"\b(?:je vais|nous allons) (?:vous |te |leur |lui )(?P<what2>(?:envoyer|transmettre|préparer|faire|confirmer|rappeler|donner|partager|adresser)\b.*)",
        r"\b(?:je|nous) (?P<what3>(?:reviens|revenons|reviendrai|reviendrons) vers (?:vous|toi)\b.*)",
    ),
    _rule(r"\bvous (?P<what>(?:aurez|recevrez)\b.*)"),
    _rule(r"\b(?:si|s'il|peut-être|pourrai[st]?|pourrions|voudrais|serait|dès que|sinon|aurait)\b"),
    _rule(
        r"\b(?:nous avons|on a|j'ai) (?:donc |déjà |finalement )?(?:décidé|convenu|choisi|validé|retenu|acté|opté)\b",
        r"\bc'est (?:décidé|acté|validé|convenu)\b",
    ),
    _rule(r"\b(?:pas|jamais|rien|si|peut-être)\b"),
    _rule(r"\b(?:on pourrait|nous pourrions|il faudrait peut-être|je propose|je suggère|et si (?:on|nous)|on devrait|pourquoi ne pas)\b"),
    _rule(r"\b(?:je dois (?:vérifier|demander|voir)|je ne sais pas|je me renseigne|bonne question|je vérifie|à vérifier|je (?:vais )?demande[r]?|aucune idée|à confirmer)\b"),
    Days(
        ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
        today=r"aujourd'hui|ce soir|cet après-midi", tomorrow=r"(?<!après-)demain", after=r"après-demain", next="", late_next=r"\s+prochain",
        week_end=r"(?:la )?fin de (?:la )?semaine", month_end=r"(?:la )?fin du mois", count=r"(?:dans|sous) (?P<n>\w+) (?P<unit>jours|semaines)",
        counts=("un une", "deux", "trois", "quatre", "cinq", "six"), weeks="semaines", lead=r"(?:d'ici|avant|pour|le|au|à|dès|jusqu'au?)", of=r"(?:er)?\s+",
        vague=r"(?:la )?semaine prochaine", nth=r"le (?P<d>\d{1,2})(?! ?(?:h\b|%|\d))",
    ),
)  # fmt: skip
_ES = r"(?:envío|enviamos|mando|mandamos|paso|pasamos|preparo|preparamos|confirmo|confirmamos|llamo|llamamos|doy|damos|comparto|compartimos|hago|traigo|(?:enviar|mandar|pasar|preparar|confirmar|llamar|dar|compartir|har|traer)(?:é|emos))"
SPANISH = Tongue(
    "Spanish",
    _rule(
        rf"\b(?:le|les|te|os|se lo|se la|se los) (?P<what>{_ES}(?!\w).*)",
        r"\b(?:voy|vamos) a (?P<what2>(?:enviar|mandar|pasar|preparar|confirmar|llamar|dar|compartir)(?:le|les|te|os|lo|la|selo)\b.*)",
    ),
    _rule(r"\b(?P<what>(?:tendrá|recibirá|tendrán|recibirán)(?!\w).*)", rf"\b(?:yo|nosotros) (?P<what2>{_ES}(?!\w).*)"),
    _rule(r"(?<!\w)(?:si|quizás?|tal vez|podría\w*|cuando|en cuanto|dijo|dice)(?!\w)"),
    _rule(
        r"\b(?:hemos|he) (?:ya )?(?:decidido|acordado|elegido|aprobado|optado)\b|(?:^|\W)(?:decidimos|acordamos|elegimos)\b",
        r"(?<!\w)está (?:decidido|acordado|aprobado)\b",
    ),
    _rule(r"(?<!\w)(?:no|nunca|nada|si|quizás?)(?!\w)"),
    _rule(r"(?<!\w)(?:podríamos|deberíamos|propongo|sugiero|qué tal si|por qué no)(?!\w)"),
    _rule(r"(?<!\w)(?:tengo que (?:consultar|preguntar|mirar|comprobar|ver)\w*|no (?:lo )?sé|lo (?:pregunto|consulto|miro|compruebo)|buena pregunta|ni idea)(?!\w)"),
    Days(
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
        today=r"hoy|esta tarde|esta noche", tomorrow=r"(?<!la )(?<!esta )(?<!pasado )mañana", after=r"pasado mañana", next=r"próximo\s+",
        week_end=r"(?:fin|final|finales) de (?:la )?semana", month_end=r"(?:fin|final|finales) de mes", count=r"en (?P<n>\w+) (?P<unit>días|semanas)",
        counts=("un una", "dos", "tres", "cuatro", "cinco", "seis"), weeks="semanas", lead=r"(?:antes del?|para|el|hasta|a|de)", of=r"\s+de\s+",
        vague=r"(?:la )?(?:próxima semana|semana que viene)", nth=r"(?:el|del) (?P<d>\d{1,2})(?! ?(?:%|h\b|\d))",
    ),
)  # fmt: skip
ALL = (GERMAN, FRENCH, SPANISH)


def spoken(turns: Sequence[Turn]) -> Sequence[str]:
    """The languages of a call, of those that can be told; empty where it is another, English where it is too short."""
    words = [
        word
        for turn in turns
        for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", turn.words.casefold().replace("’", "'"))
    ]
    if len(words) < ENOUGH:
        return (
            "English",
            *(
                t.name
                for t in ALL
                if _share(words, t.name) >= 2 * SHARE and _share(words, t.name) > _share(words, "English")
            ),
        )
    shares = {name: _share(words, name) for name in _COMMON}
    top = max(shares.values())
    return tuple(name for name, share in shares.items() if share >= SHARE and share >= top / 3)


def _share(words: Sequence[str], name: str) -> float:
    own = set(_COMMON[name].split())
    return sum(word in own for word in words) / max(len(words), 1)


def of(names: Sequence[str]) -> Sequence[Tongue]:
    """The tongues of these names that have rules of their own here."""
    return [tongue for tongue in ALL if tongue.name in names]


def promises(text: str, speaker: Person, tongues: Sequence[Tongue] = ALL) -> Iterator[Promise]:
    """The promise of a sentence."""
    if text.rstrip().endswith("?"):
        return
    for tongue in tongues:
        for pattern, dated in ((tongue.promise, False), (tongue.dated, True)):
            match = pattern.search(text)
            if match and not tongue.unfirm.search(text) and not tongue.denied.search(_clause(text, match)):
                what = next(value for value in match.groupdict().values() if value)
                yield Promise(speaker, what, dated)
                return


def _clause(text: str, match: re.Match[str]) -> str:
    """The words from the comma before the promise on: "I don't know, I'll ask" denies no promise."""
    return text[text.rfind(",", 0, match.start()) + 1 :]


_CORRECTED = re.compile(r"\b(?:nein|sondern|besser|lieber|also|plutôt|enfin non|mejor|perdón)\b", re.IGNORECASE)
"""what stands between a day and the one that takes its place"""


def when(words: str, day: date | None) -> tuple[str, date | None, str]:
    """(the day as said, the day, the words without it), in whichever of the languages names one."""
    for tongue in ALL:
        found = day_in(tongue.days, words, day)
        if found:
            return _corrected(tongue, words, day) or found
    return "", None, words.strip(" .,;:!")


def _corrected(tongue: Tongue, words: str, day: date | None) -> tuple[str, date | None, str] | None:
    """The day that takes the place of one before it: "am Donnerstag, nein, am Freitag"."""
    for match in reversed(list(_CORRECTED.finditer(words))):
        first, last = day_in(tongue.days, words[: match.start()], day), day_in(tongue.days, words[match.end() :], day)
        if first and last:
            return last[0], last[1], first[2]
    return None


def matches(tongues: Sequence[Tongue], part: str, text: str) -> bool:
    """Whether a rule of any of the languages finds the text, and none denies it."""
    rules: Mapping[str, str] = {"decided": "denied"}
    return any(
        getattr(tongue, part).search(text) and not (part in rules and getattr(tongue, rules[part]).search(text))
        for tongue in tongues
    )
