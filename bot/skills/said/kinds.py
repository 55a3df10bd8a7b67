"""What kind of touch words tell of, in four languages: by how it was held, by what was done, by its name (pure)."""

import re
from collections.abc import Sequence

from bot.crm.records import ActivityKind
from bot.skills.said.spelling import spelled

Forms = Sequence[tuple[ActivityKind, re.Pattern[str]]]


def _forms(**patterns: str) -> Forms:
    return [(kind, re.compile(rf"(?<!\w)(?:{text})(?!\w)")) for kind, text in patterns.items()]  # type: ignore[misc]


_MEAL = r"(?:an? )?(?:lunch|dinner|coffee|breakfast|beer|drinks?)"
_BY_MAIL = r"(?:by|via|per|par|por) (?:e-?mail|mail|courriel|correo)"
_HELD = _forms(
    call=r"(?:on|over|by|via) (?:the )?(?:tele)?phone|on the line|am telefon|per telefon|telefonisch|(?:au|par) t[ée]l(?:[ée]phone)?|(?:por|al) tel[ée]fono",
    meeting=rf"in person|face[- ]to[- ]face|in the room with|over {_MEAL}|beim (?:mittagessen|abendessen|kaffee)|en persona|de visu",
    email=rf"(?:got|received|sent|has|have|had|confirmed|answered|replied|came|bekommen|erhalten|geschickt|reçu|envoyé|recibió|recibido|enviado)\b.*\b{_BY_MAIL}",
)
"""how it was held, which counts before what was done: "talked over lunch" """
_DONE = _forms(
    email=r"e-?mailed|wrote|replied|sent|heard from|got (?:an? )?(?:e-?mail|mail)|answered by e-?mail|gemailt|geschrieben|geantwortet|écrit (?:à|un mail|un e-?mail|un courriel)|(?:m['’]|nous )a écrit|répondu|escribí|escribió|contestó|respondió|envié|envió|mandé|mandó",
    call=r"spoke|spoken|talked|called|phoned|rang|chatted|telefoniert|angerufen|zurückgerufen|gesprochen|appelé|rappelé|téléphoné|parlé|hablé|habló|hablado|llamé|llamó|llamado|telefoneé|telefoneó",
    meeting=r"met|visited|presented|demoed|sat (?:down|together) with|walked (?!through)(?:[\w'-]+ ){0,4}with|saw (?:[\w'&+-]+ ){1,6}(?:at|in) (?:their|our|the|his|her)|(?:came|stopped|dropped|swung|popped) (?:by|over|round|in)|getroffen|besucht|zusammengesessen|rencontré|visité|déjeuné|dîné|reunido|reuní|visitó|visitado|almorcé|comí con|quedé con",
)
_CALLED = _forms(
    email=r"(?:e-?mail|mail|courriel|correo|nachricht) (?:to|from|an|von|à|de|a)",
    meeting=r"meeting|visit|lunch|dinner|coffee|breakfast|demo|workshop|on ?site|treffen|besprechung|besuch|réunion|rendez-vous|rdv|rencontre|déjeuner|reunión|visita|almuerzo|comida con|kaffee mit|café (?:con|avec)",
    call=r"call|voicemail|phone|telephone|caught up|catch[- ]?up|sync|chat|telefonat|anruf|appel|coup de fil|llamada",
    note=r"note|heard|learned|learnt|told",
)
REPORTED = re.compile(
    r"\b(?:(?:had|got) (?:[\w'-]+ ){1,4}on the (?:tele)?phone|sat (?:down|together) with|in the room with|(?:came|stopped|dropped|swung|popped) (?:by|over|round)|"
    r"(?:talk|chat|conversation|word)\b(?: [\w'-]+){0,4}? with|telefoniert|angerufen|zurückgerufen|getroffen|gesprochen|besucht|zusammengesessen|gemailt|am telefon gehabt|"
    r"(?:m['’]|nous )a (?:écrit|répondu)|(?:answered|wrote back|replied) by e-?mail|on the line|rencontré|appelé|rappelé|téléphoné|déjeuné|au t[ée]l(?:[ée]phone)?|hablé|hablado|llamé|llamó|reuní|almorcé|comí con|quedé con)(?!\w)|"
    r"^(?:(?:kurzes|gutes|langes|kurzer|guter|bon|bref|long|petit|breve|buena|larga) )*(?:telefonat|anruf|treffen|besprechung|termin|e-?mail|mail|appel|coup de fil|réunion|rendez-vous|rdv|rencontre|"
    r"courriel|llamada|reunión|correo) (?:mit|von|an|avec|de|à|con|a) ",
    re.IGNORECASE,
)
"""words that report a touch with whoever is named beside them, and look nothing up"""


def kind_of(text: str) -> ActivityKind | None:
    """What kind of touch the words tell of."""
    low = spelled(text).lower()
    for forms in (_HELD, _DONE):
        found = [(match.start(), kind) for kind, pattern in forms if (match := pattern.search(low))]
        if found:
            return min(found)[1]
    return next((kind for kind, pattern in _CALLED if pattern.search(low)), None)


def first_kind(clauses: Sequence[str]) -> ActivityKind | None:
    """The kind of the first touch that is told; what comes later is what was spoken of."""
    kinds = [kind for text in clauses if (kind := kind_of(text))]
    return next((kind for kind in kinds if kind != "note"), kinds[0] if kinds else None)
