"""What the lint looks for, in English, German, French and Spanish (data of `lint`)."""

import re
from collections.abc import Mapping

from bot.skills.outreach.spec import Language


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE)


FALSE_REPLY = re.compile(
    r"^\s*(?:re|fwd?|fw|aw|antw|antwort|wg|tr|réf|rép|rv|res|enc|rif|i|sv|vs|vb|odp|doorst)\s*(?:\[\d+\])?\s*:", re.I
)
"""the prefixes of mail programs for replies and forwards; “VS:” and “I:” too"""
ADDRESS_BLANK = re.compile(r"\[[^\]]*(?:address|anschrift|adresse|dirección)[^\]]*\]", re.IGNORECASE)
"""the blank that the seller fills in where the company has set no address"""
SOURCE_BLANK = re.compile(r"\[[^\]]*(?:where you have|woher|d'où|de dónde|from where)[^\]]*\]", re.IGNORECASE)
OPT_OUT: Mapping[Language, re.Pattern[str]] = {
    "en": _any(
        r"unsubscribe", r"opt[- ]?out", r"(?:rather|prefer) not\b", r"(?:do not|don['’]t|no longer) (?:want|wish|like)", r"no (?:more|further) (?:e-?mails|messages)",
        r"(?:stop|not) (?:write|writing|contact|e-?mail)\w*", r"(?:answer|reply)(?: with)? [“\"'‘]?(?:no|stop)\b", r"take you off", r"remove you",
    ),
    "de": _any(
        r"abmeld", r"abbestell", r"widersprech", r"widerspruch", r"keine (?:weiteren |solchen |solche |mehr )?(?:e-?mails|mails|nachrichten|post)", r"nicht (?:mehr|wieder|länger) (?:an)?(?:schreib|kontaktier|wünsch|möcht|melde)",
        r"(?:melde|schreibe) ich mich nicht", r"(?:antworten sie|antworte|kurze antwort)(?: bitte)?(?: einfach| kurz)?(?: mit)? [„“\"'‚‘]?(?:nein|stopp?)\b", r"nicht mehr von (?:mir|uns)",
    ),
    "fr": _any(
        r"dés(?:inscri|abonn)", r"ne (?:souhait|voul|désir)\w+ (?:plus|pas)", r"ne (?:plus|pas) (?:recevoir|être contact)", r"(?:vous )?opposer", r"plus de (?:messages|courriels|e-?mails|mails)",
        r"ne (?:vous |te |t['’])(?:écrirai|contacterai|solliciterai) plus", r"répond\w+(?: simplement)?(?: par)? ?[«“\"'‘]? ?(?:non|stop)\b", r"préfér\w+ ne (?:pas|plus)",
    ),
    "es": _any(
        r"dar\w* de baja", r"\bbaja\b", r"no (?:dese|quier|prefier)\w+ (?:recibir|más|que)", r"(?:dejar de|no) (?:seguir )?recib\w+", r"oponer(?:se|te)", r"no (?:le|te|les) (?:volveré a )?escrib\w+", r"no más (?:correos|mensajes)",
        r"prefier\w+ no", r"(?:responda|responde|conteste|contesta|basta)(?: con)?(?: un)? ?[«“\"'‘]?(?:no|baja)\b",
    ),
}  # fmt: skip
"""how a message says that, and how, one may object"""
SOURCE: Mapping[Language, re.Pattern[str]] = {
    "en": _any(r"(?:have|got|took|found|received) your (?:e-?mail )?(?:address|number|contact|details|data|name)", r"your (?:address|details|contact)\w* (?:comes?|is|was|were|are) (?:from|on|given)", r"(?:address|details|data) from\b"),
    "de": _any(r"(?:ihre|deine) (?:e-?mail-?)?(?:adresse|kontaktdaten|daten|nummer)\b.{0,60}\b(?:habe|haben|stamm|erhalten|von|aus)", r"(?:habe|haben|erhielt\w*) (?:ich |wir )?(?:ihre|deine) (?:e-?mail-?)?(?:adresse|kontaktdaten|daten)"),
    "fr": _any(r"(?:votre|vos|ton|tes) (?:adresse|coordonnées|données|numéro)\b.{0,60}\b(?:de|par|lors|provien|vien|sur)", r"(?:tiens|avons|ai|obtenu|trouvé) (?:votre|vos|ton) (?:adresse|coordonnées|données)"),
    "es": _any(r"(?:su|sus|tu|tus) (?:dirección|datos|correo|contacto|número)\b.{0,60}\b(?:de|por|en|proced|obt)", r"(?:tengo|tenemos|obtuve|encontré|recibí) (?:su|sus|tu|tus) (?:dirección|datos|correo|contacto)"),
}  # fmt: skip
"""how a message says where the address comes from"""

URGENCY = _any(
    r"last chance\b", r"(?:today|this week) only\b", r"only today\b", r"act (?:now|fast|today)\b", r"urgent(?:ly)?\b", r"final (?:offer|notice|reminder|call)\b", r"(?:for a )?limited(?:[- ]time)? (?:offer|time|spots?|seats?|places?)\b",
    r"(?:offer|price|discount|deal) (?:expires?|ends?)\b", r"before it(?:['’]s| is) too late", r"now or never\b", r"(?:one|last) (?:seat|place|slot) left", r"won['’]t (?:get|see) (?:this|it) again", r"don['’]t miss (?:out|this)", r"while (?:stocks|supplies) last", r"hurry\b", r"(?:only|just) \d+ (?:spots?|seats?|places?|licen[cs]es) left", r"time is running out", r"as soon as possible\b|asap\b",
    r"letzte chance\b", r"nur (?:noch )?heute\b", r"nur (?:noch )?(?:diese woche|wenige (?:plätze|tage|stunden))", r"jetzt (?:handeln|zugreifen|sichern)", r"dringend\w*", r"eilt\b", r"letztes angebot", r"nur für kurze zeit", r"solange der vorrat reicht", r"angebot (?:endet|läuft ab)", r"bevor es zu spät ist", r"umgehend antworten",
    r"dernière chance", r"aujourd['’]hui seulement", r"seulement aujourd['’]hui", r"agissez (?:vite|maintenant)", r"urgent\w*", r"offre (?:limitée|expire|valable jusqu)", r"dernière offre", r"avant qu['’]il ne soit trop tard", r"ne (?:manquez|ratez) pas", r"dépêchez-vous", r"plus que \d+ places",
    r"última oportunidad", r"solo hoy\b", r"sólo hoy\b", r"hoy mismo\b", r"actúe (?:ya|ahora)", r"urgente\w*", r"oferta (?:limitada|caduca|expira|termina)", r"última oferta", r"antes de que sea tarde", r"no (?:se lo|te lo|lo) pierda", r"dese prisa", r"quedan (?:solo|sólo)? ?\d+ plazas",
)  # fmt: skip
CLAIMS = _any(
    r"the (?:very )?best (?!time|way to (?:reach|contact)|person|day|contact|number|address|moment)\w+", r"best[- ]in[- ]class", r"world[- ]class", r"world['’]s (?:first|best|leading|largest|only)", r"number one\b", r"no\. ?1\b", r"#1\b", r"market[- ]lead(?:er|ing)", r"industry[- ]leading", r"(?:the|a|as) leading (?:provider|platform|solution|vendor|supplier|company|tool)", r"guarant(?:ee|eed|ees|eeing)\b", r"unbeatable", r"unrivall?ed", r"unmatched", r"risk[- ]free", r"the only (?:solution|platform|tool|vendor|provider|product|company)", r"always (?:works|delivers|pays)", r"100 ?% (?:safe|secure|satisf\w+|success\w*|reliab\w+)", r"(?:proven|certain) to\b", r"revolutionary", r"the (?:fastest|cheapest|most (?:advanced|powerful|secure|reliable|complete))",
    r"(?:der|die|das) beste[rn]? (?!zeit|weg|ansprechpartner|tag|nummer)\w+", r"marktführ\w+", r"führende[rn]? (?:anbieter|lösung|plattform|hersteller)\w*", r"weltbeste\w*", r"weltweit (?:führend|einzig|best)\w*", r"nummer eins\b", r"nr\. ?1\b", r"garantier\w+", r"garantie\b", r"unschlagbar\w*", r"konkurrenzlos\w*", r"risikofrei\w*", r"(?:die|der|das) einzige (?:lösung|anbieter|plattform|produkt)", r"einzigartig\w*", r"revolutionär\w*",
    r"le meilleur\w* (?!moment|moyen|interlocuteur|jour)\w+", r"la meilleure \w+", r"les meilleur\w+ \w+", r"leader (?:du marché|mondial)", r"numéro (?:un|1)\b", r"n° ?1\b", r"garanti\w*", r"imbattable", r"inégal\w+", r"sans (?:aucun )?risque\b", r"(?:la|le) seule? (?:solution|plateforme|outil|fournisseur)", r"révolutionnaire",
    r"(?:el|la) mejor (?!momento|manera|persona|día|forma)\w+", r"l[oa]s mejores \w+", r"líder(?:es)? (?:del mercado|mundial\w*|en)", r"número uno\b", r"n\.? ?º ?1\b", r"garantiz\w+", r"garantía\b", r"inmejorable", r"imbatible", r"sin (?:ningún )?riesgos?\b", r"(?:la única|el único) (?:solución|plataforma|producto|proveedor)", r"revolucionari\w+",
)  # fmt: skip
SPECIAL = _any(
    # health
    r"(?:your|his|her|their) (?:illness|disease|surgery|operation at the hospital|diagnosis|recovery|health|pregnancy|disability|therapy|burn-?out|depression)\b", r"(?:on|your|from) sick leave", r"(?:being|been|were|are) (?:ill|sick|pregnant|hospitali[sz]ed)\b", r"get well soon", r"cancer\b", r"burn-?out\b",
    r"(?:ihre|seine|deine|ihrer|deiner) (?:krankheit|erkrankung|operation|diagnose|genesung|gesundheit|schwangerschaft|behinderung|therapie)\b", r"krankgeschrieben", r"krankenstand", r"gute besserung", r"schwanger\w*", r"krebs(?:erkrankung)?\b",
    r"(?:votre|ta|sa) (?:maladie|opération|convalescence|santé|grossesse|handicap|thérapie|dépression)\b", r"arrêt maladie", r"bon rétablissement", r"enceinte\b",
    r"(?:su|tu) (?:enfermedad|operación médica|recuperación|salud|embarazo|discapacidad|terapia|depresión)\b", r"baja (?:médica|por enfermedad|maternal)", r"que se mejore", r"embarazad\w+",
    # family
    r"your (?:wife|husband|partner at home|children|kids|son|daughter|baby|newborn|family|marriage|wedding|divorce|mother|father)\b", r"(?:parental|maternity|paternity) leave", r"(?:new|just became a|as a) (?:mother|father|mum|mom|dad|parent)\b",
    r"(?:ihre|deine|ihr|dein|ihrer|ihrem) (?:frau|ehefrau|mann|ehemann|kinder|kindern|sohn|tochter|baby|familie|hochzeit|scheidung|mutter|vater)\b", r"elternzeit", r"mutterschutz", r"(?:frischgebackene|junge)[rn]? (?:mutter|vater|eltern)",
    r"(?:votre|vos|ta|ton|tes) (?:femme|épouse|mari|époux|enfants?|fils|fille|bébé|famille|mariage|divorce|mère|père)\b", r"congé (?:maternité|paternité|parental)", r"jeune (?:maman|papa|parent)",
    r"(?:su|sus|tu|tus) (?:esposa|mujer|marido|esposo|hijos?|hijas?|bebé|familia|boda|divorcio|madre|padre)\b", r"permiso (?:de maternidad|de paternidad|parental)", r"(?:nueva|reciente) (?:mamá|madre|papá)",
    # politics, religion, union, orientation
    r"your (?:political|party|vote|politics|party membership)\b", r"(?:voted|voting) for\b", r"(?:as a|fellow) (?:republican|democrat|conservative|labour|socialist|liberal)\b", r"your (?:faith|religion|church|mosque|synagogue|beliefs?|prayers?)\b", r"(?:as a|fellow) (?:christian|catholic|muslim|jew|jewish|hindu|buddhist|atheist)\b", r"(?:ramadan|easter mass|yom kippur)\b", r"(?:your )?(?:trade[- ])?union (?:member(?:ship)?|activity|activities|rep(?:resentative)?)\b", r"(?:sexual orientation|gay|lesbian|bisexual|transgender|lgbt\w*|coming[- ]out)\b",
    r"(?:ihre|ihrer|deine) (?:partei|politische\w*|parteimitgliedschaft|religion|konfession|kirche|moschee|synagoge|gemeinde|glaubens\w*)\b", r"als (?:christ|christin|katholik|katholikin|muslim|muslima|jude|jüdin|sozialdemokrat\w*|konservative\w*|grüne\w*)\b", r"gewerkschaft(?:er|lich|smitglied)\w*", r"(?:ihre|deine) gewerkschaft\b", r"(?:sexuelle orientierung|schwul|lesbisch|homosexuell|bisexuell)\w*",
    r"(?:votre|vos|ton|tes) (?:parti|opinions? politiques?|vote|engagement (?:politique|syndical)|foi|religion|église|mosquée|synagogue|croyances?|syndicat)\b", r"en tant que (?:chrétien|catholique|musulman|juif|juive|socialiste|syndicaliste)\w*", r"(?:syndiqué|homosexuel|lesbienne|bisexuel)\w*|orientation sexuelle",
    r"(?:su|sus|tu|tus) (?:partido|ideas políticas|voto|militancia|fe|religión|iglesia|mezquita|sinagoga|creencias|sindicato)\b", r"como (?:cristian|católic|musulm|judí|socialista|sindicalista)\w*", r"(?:afiliación sindical|homosexual|lesbiana|bisexual|orientación sexual)\w*",
)  # fmt: skip
MUTUAL = _any(
    r"(?:our|a) (?:mutual|common|shared) (?:friend|contact|acquaintance|colleague|connection)", r"[\w'’-]+ (?:suggested|recommended|said|mentioned|told me)(?: that)? (?:i|to) (?:should )?(?:reach out|contact|write|get in touch|call|speak|talk)\w*", r"(?:was|am) referred (?:to you )?by\b", r"we (?:both )?know (?:each other )?through\b", r"(?:we )?have .{0,25}(?:friends?|contacts?|connections?) in common",
    r"(?:unser|ein) gemeinsame[rn]? (?:freund|bekannte|kontakt|kollege)\w*", r"(?:hat|haben) (?:mir )?(?:empfohlen|geraten|vorgeschlagen),? (?:mich )?(?:an (?:sie|dich)|ihnen|sie|dir|dich)", r"auf empfehlung von\b", r"gemeinsame (?:kontakte|bekannte|freunde)",
    r"(?:notre|un) (?:ami|contact|relation|connaissance) (?:commune?|en commun)", r"m['’]a (?:conseillé|recommandé|suggéré) de (?:vous|te)", r"(?:de la part|sur recommandation) de\b", r"(?:contacts|amis|relations) en commun",
    r"(?:nuestro|un|una|nuestra) (?:amig|contacto|conocid)\w* (?:mutu|en común|común)\w*", r"me (?:recomendó|sugirió|aconsejó) (?:que )?(?:le |te |contact|escrib|hablar)\w*", r"(?:de parte|por recomendación) de\b", r"(?:contactos|amigos) en común",
)  # fmt: skip
