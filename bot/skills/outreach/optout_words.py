"""How people say that they want no more mail, language by language (data of `optout`; all in lower case)."""

import re

_MAIL = r"(?:e-?mails?|mails?|messages?|newsletters?|offers?|marketing|spam|advertising|ads)"
_EN = (
    r"(?:removed?|removing|deleted?|deleting|erase) (?:me|us|my (?:name|e-?mail|address|details|data|contact details|information)|this address)\b"
    r"(?! as\b)(?! from (?:the|this|that) (?:thread|invite|invitation|meeting|cc|channel|call|project|approval|group chat|calendar))",
    r"(?:take|get) (?:me|us|my (?:name|e-?mail|address)) off(?! (?:the|this|that) (?:thread|invite|invitation|meeting|cc|call|project))",
    r"(?:please |i want to |i wish to |i(?:'d| would) like to |how (?:do|can) i |let me |kindly )unsubscribe",
    r"unsubscribe (?:me|us|my)\b",
    r"opt (?:me|us) out",
    r"(?:want|like|wish|choose|prefer|decided|i hereby|i) (?:to )?opt[- ]out(?! of (?:the|our|that) (?!e-?mails?|mails?|mailing|list|newsletter|communications?|marketing))",
    r"(?:want|wish|like|ask|asking|prefer) to be (?:removed|taken off|deleted|unsubscribed|left alone)(?! from (?:the|this|that) (?:thread|invite|invitation|meeting|cc|call|project))",
    r"cease (?:all |any )?(?:contact|communications?)",
    r"(?:stop|quit|cease) (?:e-?mailing|mailing|writing(?: to)?|contacting|messaging|spamming|calling|phoning|ringing|texting|bothering)(?: me| us)(?: again)?(?! (?:dr|mr|mrs|a|an|the)\b)",
    rf"stop (?:sending|all|the|these|your)(?: me| us)?(?: any| these| this| your| such| further| more)* {_MAIL}",
    r"(?:do not|don't|never|not to) (?:ever )?(?:e-?mail|mail|contact|write(?: to)?|message|call|phone|ring|text|reach out to|bother|approach) "
    r"(?:me|us|this (?:address|number))(?: (?:again|any ?more|any longer|any further|further|ever|at all|in (?:the )?future|(?:with|about) (?:offers|sales|this|your|marketing|anything)))*"
    r"(?=\s*(?:please|,? ?thank\w*|[.!,;]|$|or\b|and\b))",
    rf"(?:^|[,;:(]\s*|please,? |want |wish |like |send (?:me |us )?|get |receive )no (?:more|further) (?:{_MAIL}|calls|contact)"
    r"(?=\s*(?:please|,? ?thank\w*|from|[.!,;]|$|of\b))",
    rf"(?:do not|don't|no longer|not) (?:want|wish|like|care|need) to (?:(?:receive|get)\b.{{0,30}}(?:{_MAIL}|anything|communications?|from you)|hear from you|be (?:contacted|e-?mailed|called))",
    rf"(?:do not|don't) (?:want|need) (?:any|your|these) (?:more |further )?(?:{_MAIL}|calls)",
    r"(?:rather|prefer) (?:(?:you|that you) )?(?:did not|didn't|not) (?:to )?(?:be (?:contacted|e-?mailed|called)|e-?mail me|write to me|contact me|hear from you|(?:get|receive) (?:these|such|your|any))",
    r"refrain from (?:e-?mailing|mailing|writing|contacting|calling|sending)",
    r"(?:do not|don't) send (?:me|us) (?:any ?more|any more|more|further|any further)\b",
    r"(?:do not|don't) (?:reach out|contact|write|e-?mail|call)(?: to)? again(?=\s*(?:[.!,;]|$|please))",
    r"(?:may|must|shall|can) not use my (?:address|data|details|e-?mail)", r"(?:^|[,;] )i object(?=\s*(?:[.!,;]|$))",
    r"leave me alone", r"lose my (?:number|e-?mail|address)",
    r"(?:i )?(?:hereby )?object to (?:the |your |any |further |this )*(?:processing|use of my|direct marketing|marketing|advertising)",
    r"withdraw my consent",
)  # fmt: skip
_DE = (
    r"(?:nehmen|streichen|l[öo]schen|entfernen|tragen) sie (?:mich|uns|meine (?:e-?mail-?)?adresse|meine (?:kontakt)?daten|meinen namen)\b",
    r"melden sie (?:mich|uns) (?:bitte )?(?:vom|von|ab)\b", r"(?:nimm|streich|lösch|entferne?|trag)t? (?:mich|uns|meine adresse) (?:bitte )?(?:aus|von)",
    r"(?:mich|uns|meine (?:e-?mail-?)?adresse|meine (?:kontakt)?daten) (?:bitte |umgehend |sofort )*(?:(?:aus|von) .{0,40})?(?:streichen|löschen|entfernen|austragen|abmelden|herausnehmen|zu löschen|zu streichen)",
    r"(?<!habe )(?<!haben )keine (?:weiteren? |solchen? |werbe-?)?(?:e-?mails?|mails?|nachrichten|werbung|newsletter|anrufe)(?: von ihnen)? mehr(?! (?:bekommen|erhalten haben|gefunden))",
    r"(?<!habe )(?<!haben )keine weiteren? (?:e-?mails?|mails?|nachrichten|werbung|newsletter|anrufe|kontaktaufnahme)(?! (?:bekommen|erhalten|gefunden))",
    r"(?:schreiben|mailen) sie (?:mir|uns) (?:bitte )?nicht (?:mehr|wieder)", r"rufen sie (?:mich|uns|hier) (?:bitte )?nicht (?:mehr|wieder) an",
    r"kontaktieren sie (?:mich|uns) (?:bitte )?(?:nicht|nie) (?:mehr|wieder|weiter)",
    r"(?:mich|uns|mir) (?:bitte )?(?:nicht|nie) (?:mehr|wieder|weiter) (?:zu )?(?:kontaktieren|anzuschreiben|anschreiben|anrufen|anzurufen|schreiben|mailen|belästigen|anmailen)",
    r"nicht (?:mehr|länger|weiter) (?:von ihnen )?(?:kontaktiert|angeschrieben|angerufen|angemailt|belästigt) werden",
    r"widerspreche (?:ich )?(?:hiermit )?(?:der|jeder|jeglicher|ihrer|einer)", r"(?:möchte|will|würde) (?:ich )?(?:mich )?.{0,30}(?:newsletter|verteiler|e-?mails).{0,15}ab(?:melden|bestellen)",
    r"unterlassen sie .{0,30}(?:e-?mails?|mails?|werbung|anrufe|kontakt)", r"(?:wünschen?|möchten?|wollen|will) (?:ich |wir )?(?:von ihnen )?keine (?:weitere\w* |solche\w* )?(?:werbung|werbe\w+|e-?mails|mails|nachrichten|newsletter|anrufe)",
    r"hören sie (?:bitte )?auf,? (?:mir|mich|uns)",
)  # fmt: skip
_FR = (
    r"dés(?:inscri|abonne)\w*[- ](?:moi|nous)\b", r"(?:me|nous) dés(?:inscrire|abonner)",
    r"(?:retirez|supprimez|enlevez|rayez|effacez|retire|supprime)[- ](?:moi|nous|mon (?:adresse|nom|mail|e-?mail)|mes (?:données|coordonnées))\b",
    r"(?:retirer|supprimer|enlever|effacer) (?:mon (?:adresse|nom|mail|e-?mail)|mes (?:données|coordonnées))", r"me retirer (?:de|des)\b",
    r"ne (?:m'|me |nous )(?:écrivez|(?:re)?contactez|appelez|envoyez|sollicitez|relancez|téléphonez)(?: plus| jamais)",
    r"ne (?:souhait|veu|dés(?:i|e)r)\w* (?:plus|pas) (?:recevoir|être (?:contact|sollicit|appel|relanc)\w+|de vos|que vous)", r"(?:de|merci de|souhaite|préfère|demande à|voudrais) ne plus (?:me |m'|nous )?(?:recevoir|contacter|écrire|envoyer|appeler|solliciter|être contact)\w*",
    r"(?:cessez|arrêtez) (?:de (?:m'|me |nous )|vos |ces |tous )\w+", r"(?:^|merci,? |svp,? |[,;:] ?)plus (?:de|aucun) (?:mails?|messages?|courriels?|e-?mails?|publicités?|appels?)", r"(?:je )?m'oppose (?:à|au)",
)  # fmt: skip
_ES = (
    r"d[eé](?:n|nme|me)?(?:me)? de baja", r"darme de baja", r"(?:solicito|quiero|deseo) (?:la )?baja",
    r"(?:elim[ií]n|b[óo]rr|qu[íi]t|ret[íi]r|s[áa]qu|excl[uú]y)\w*(?:me|nos) (?:de|por)\b", r"(?:eliminen?|borren?|quiten?|retiren?|eliminar|borrar|quitar) (?:mi (?:correo|dirección|e-?mail|nombre|contacto)|mis datos)",
    r"no (?:me|nos) (?:vuelva\w* a |siga\w* )?(?:escrib|contact|llam|env[ií]|mand|moleste)\w*(?: (?:más|nunca|de nuevo|otra vez|correos|mensajes))+", r"no (?:me |nos )?vuelva\w* a (?:escribir|contactar|llamar|enviar|mandar|molestar)(?:me|nos)?\b",
    r"no (?:deseo|quiero|quisiera|deseamos|queremos) (?:seguir recibiendo|recibir|que me (?:contacten|llamen|escriban)|más (?:correos|mensajes|e-?mails|llamadas|publicidad))", r"dejen? de (?:escribir|enviar|contactar|llamar|mandar|molestar)(?:me|nos)",
    r"(?:^|por favor,? |[,;:] ?)no más (?:correos|mensajes|e-?mails|llamadas|publicidad)", r"me opongo (?:a|al)\b",
)  # fmt: skip
_IT = (
    r"(?:cancell|rimuov|togli|disiscriv|elimin)\w*(?:mi|ci) (?:dall|da|subito|per)\w*", r"(?:cancellate|rimuovete|eliminate|togliete|cancelli|rimuova|elimini|tolga|cancellare|rimuovere|eliminare)(?: pure)? (?:il mio (?:indirizzo|nominativo|nome|contatto)|la mia (?:e-?mail|mail)|i miei dati)",
    r"non (?:scrive|invia|manda|chiama|contatta)\w*(?:mi|ci) (?:più|altr[ei])",
    r"(?:mi|ci) (?:cancelli|rimuova|tolga|elimini|disiscriva)\b", r"non (?:mi |ci )?(?:scriv|contatt|chiam|invi|mand)\w*(?: (?:altre|e-?mail|messaggi))* più",
    r"non (?:desidero|voglio|vorrei|desideriamo|vogliamo) (?:più )?(?:ricevere|essere (?:contattat|chiamat)\w+)", r"smett\w+ di (?:scriver|contattar|chiamar|inviar|mandar)(?:mi|ci)",
    r"(?:^|per favore,? |[,;:] ?)(?:basta|niente più|nessun'altra) (?:con )?(?:le )?(?:e-?mail|mail|messaggi|pubblicità|chiamate)", r"mi oppongo (?:al|alla|a)\b", r"disiscriver(?:mi|ci)", r"(?:essere|venire) (?:rimoss|cancellat|tolt|disiscritt)[oaie] (?:dall|da)",
)  # fmt: skip
_NL = (
    r"(?:haal|verwijder|schrap|wis) (?:mij|me|ons|mijn (?:e-?mail)?adres|mijn naam|mijn gegevens)\b", r"(?:schrijf|meld) (?:mij|me|ons) (?:a\.?u\.?b\.? |alstublieft |graag |hier )?(?:uit|af)\b(?! voor (?:de |het )?(?:vergadering|afspraak|meeting|overleg))",
    r"(?:mij|me|ons|mijn (?:gegevens|adres|e-?mailadres|naam)) (?:graag |willen |wilt |van .{0,30}|uit .{0,30})?(?:uitschrijven|afmelden|verwijderen|te verwijderen)", r"(?<!heb )(?<!hebben )geen (?:e-?mails?|mails?|mailtjes|berichten|reclame|nieuwsbrie\w+|telefoontjes)(?: van (?:u|jullie))? meer(?! (?:gekregen|ontvangen\b.*heb))",
    r"(?:mail|schrijf|bel|contacteer|benader) (?:mij|me|ons) (?:a\.?u\.?b\.? |alstublieft )?niet (?:meer|weer|opnieuw)", r"(?:mij|me|ons) niet (?:meer|langer|verder) (?:te )?(?:mailen|bellen|schrijven|aanschrijven|benaderen|contacteren|aan te schrijven)",
    r"niet (?:meer|langer) (?:gemaild|benaderd|gecontacteerd|gebeld|aangeschreven) (?:te )?worden", r"stop (?:a\.?u\.?b\.? )?met (?:mailen|bellen|schrijven|het (?:sturen|mailen)|mij|me)\b", r"ik maak bezwaar tegen",
)  # fmt: skip
_PT = (
    r"(?:remova|retire|elimine|apague|exclua|descadastre|tire)m?-(?:me|nos)\b", r"\bme (?:remova|retire|exclua|descadastre|tire)m?\b", r"(?:remova|retire|apague|elimine|exclua|remover|retirar|apagar|excluir)m? (?:o )?(?:meu (?:e-?mail|endereço|contact?o|nome)|os meus dados|meus dados)",
    r"não (?:me |nos )?(?:envie|mande|escreva|contact?e|ligue|volte a \w+)m?(?:-me)?(?: (?:e-?mails|mensagens|emails))? mais", r"não (?:quero|desejo|pretendo|queremos) (?:mais )?(?:receber|ser contact?ad\w+|mais (?:e-?mails|mensagens|contactos))", r"pare(?:m)? de (?:me |nos )?(?:enviar|mandar|escrever|contact?ar|ligar)(?:-me)?",
    r"(?:^|por favor,? |[,;:] ?)(?:sem|nada de|chega de) mais (?:e-?mails|mensagens)", r"cancelar (?:a )?(?:minha )?(?:inscrição|subscrição|assinatura d\w+ newsletter)", r"(?:quero|gostaria de|desejo) (?:me )?descadastrar", r"ser (?:removid|retirad|excluíd|eliminad)[oa] (?:da|de|do)", r"deixe(?:m)? de (?:me |nos )?(?:enviar|mandar|escrever|contact?ar|ligar)(?:-me)?", r"oponho-me (?:ao|à)",
)  # fmt: skip
_SV = (
    r"ta bort (?:mig(?! från (?:\w+ )?(?:möte|inbjud|tråd))|oss|min (?:e-?post|mejl|mail)?-?adress|mina uppgifter)\b", r"(?:avregistrera|stryk|radera) (?:mig|oss|min (?:e-?post)?adress|mina uppgifter)", r"avprenumerera", r"(?:mejla|maila|ring|kontakta|skriv till) (?:mig|oss) (?:inte|aldrig)(?: (?:mer|längre|igen))?(?=\s*(?:[.!,;]|$|tack))",
    r"inga fler(?:a)? (?:mejl|mail|meddelanden|e-?post\w*|samtal|utskick|reklam\w*)(?! (?:har|kom))", r"(?:vill|önskar) (?:jag |vi )?inte (?:längre |ha |få )+(?:fler |era |några )*(?:mejl|mail|e-?post|meddelanden|utskick|reklam|bli kontaktad|kontakt)", r"vill inte bli kontaktad", r"sluta (?:mejla|maila|ringa|skicka|kontakta|skriva)",
)  # fmt: skip
_NO_DA = (
    r"(?:fjerne?|slett?e?|stryke?) (?:venligst |vennligst )?(?:meg|mig|oss|os|min (?:e-?post|mail|e-?mail)?-?adresse|mine (?:oplysninger|opplysninger|data))\b", r"(?:af|av)meld (?:mig|meg|os|oss)", r"meld (?:mig|meg) (?:fra|af|av)\b", r"(?:kontakt|ring til|ring|skriv til|mail) (?:mig|meg|os|oss) (?:venligst |vennligst )?(?:ikke|aldri|aldrig)(?: (?:mere|mer|længere|lenger|igen|igjen))?(?=\s*(?:[.!,;]|$|tak))",
    r"(?:ring|skriv|send|mail) (?:venligst |vennligst )?(?:ikke|aldri|aldrig) (?:til )?(?:mig|meg|os|oss)(?: flere)?(?: (?:mere|mer|igen|igjen|længere|lenger))",
    r"ikke (?:kontakt|ring|skriv til|send|mail)\w* (?:til )?(?:mig|meg|os|oss)(?: flere (?:mails|e-?mails|e-?poster|beskeder|meldinger))?(?: (?:mere|mer|længere|lenger|igen|igjen))(?=\s*(?:[.!,;]|$|tak))", r"(?:^|[,;:] ?|ønsker |vil ha |vil have |send )ingen flere (?:e-?poster?|e-?mails?|mails?|mailer|meldinger|beskeder|henvendelser|opkald)",
    r"vil (?:jeg |vi )?ikke (?:have|ha|modtage|motta|få) (?:flere )?(?:e-?mails?|mails?|mailer|e-?poster?|beskeder|meldinger|henvendelser|opkald)",
    r"ønsker (?:jeg |vi )?ikke (?:længere |lenger |flere |at |å )+(?:modtage|motta|få|blive kontaktet|bli kontaktet|e-?mails?|mails?|e-?poster?|henvendelser)", r"stop (?:venligst )?med at (?:sende|skrive|ringe|kontakte|maile)", r"slutt (?:å|og) (?:sende|ringe|kontakte|maile|skrive)",
)  # fmt: skip
_PL = (
    r"wypisz(?:cie)? (?:mnie|nas)", r"(?:proszę|prosze) mnie (?:wypisa|usun|wykreśl)\w+", r"(?:proszę|prosze) (?:o )?(?:mnie )?(?:wypisa|usuni|usun|wykreśl)\w+(?: mnie| mojego (?:adresu|maila)| moich danych| moje dane| mój adres| z (?:listy|bazy))", r"(?:usuń|usuńcie|wykreśl|wykreślcie) (?:mnie|nas|mój (?:adres|e-?mail|mail)|moje dane)", r"nie (?:pisz|dzwoń|kontaktuj|wysyłaj|przysyłaj|wysyłać|pisać|dzwonić|kontaktować|przysyłać)\w*(?: państwo)?(?: do mnie| do nas| mi| się ze mną| maili| wiadomości)* (?:więcej|już)",
    r"(?:więcej|już) (?:do mnie |do nas |mi |się ze mną )*nie (?:pis|dzwo|kontakt|wysył|przysył)\w+", r"nie (?:chcę|życzę sobie|chcemy) (?:już |więcej |takich |dalszych )*(?:otrzymywać|dostawać|kontaktu|wiadomości|maili|telefonów)", r"(?:przestań|przestańcie|proszę przestać) (?:do mnie |mi )?(?:pisać|wysyłać|dzwonić|spamować)", r"(?:^|proszę o |[,;:] ?)żadnych (?:więcej )?(?:maili|wiadomości|telefonów)", r"rezygnuję z (?:subskrypcji|newslettera|otrzymywania)",
)  # fmt: skip
_FI = (r"poista(?:kaa|maan)? (?:minut|meidät|osoitteeni|tietoni)", r"peruuta(?:kaa)? (?:tilaukseni|uutiskir\w+)", r"äl(?:ä|kää) (?:enää )?(?:lähet|ota|soita|kirjoita)\w*(?: enää| minulle| minuun| yhteyttä| viestejä)+", r"en halua (?:enää )?(?:saada|vastaanottaa) .{0,25}(?:viestejä|sähköposte\w*|mainoksia|posteja)", r"lopetta?k?a?a? .{0,20}lähettäminen")  # fmt: skip


def _one(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(one if one.startswith("(?:^") else rf"(?<!\w)(?:{one})" for one in phrases))


PHRASES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = tuple(
    (frozenset(words.split()), _one(phrases))
    for words, phrases in (
        ("", _EN),
        ("sie mich mir uns keine nicht nie widerspreche meine bitte ich", _DE),
        ("moi nous me m ne plus mes mon merci de désinscrivez désabonnez cessez arrêtez", _FR),
        ("me nos no baja mi mis de más opongo", _ES),
        ("mi ci non il la i miei basta dalla più da vorrei disiscrivermi", _IT),
        ("mij me ons geen niet mijn stop ik", _NL),
        ("me nos não meu da mais minha oponho quero ser", _PT),
        ("mig oss inte inga min mina avprenumerera", _SV),
        ("meg mig os oss ikke ingen min mine slutt stop", _NO_DA),
        ("mnie nas nie mi moje mój więcej już żadnych rezygnuję proszę prosze", _PL),
        ("minut meidät osoitteeni tietoni tilaukseni en älä älkää minulle lopeta lopettakaa peruuta peruuttakaa", _FI),
    )
)
"""words of which one must stand in a text, so that no language is tried in vain, and what is said in it"""
REPORTED = re.compile(
    "|".join((
        r"(?:ask(?:s|ed|ing)?|wants?|wanted|request(?:s|ed)|told|said|prefers?|would like|wish(?:es|ed))(?: (?!to\b)\w+){0,3} to be (?:removed|taken off|unsubscribed|deleted|left alone)"
        r"(?! from (?:the|this|that) (?:thread|invite|invitation|meeting|cc|channel|call|project))",
        r"(?:ask(?:s|ed)?|wants?|wanted|request(?:s|ed)|prefers?|wish(?:es|ed)|does not want|doesn't want)(?: \w+){0,2} (?:not )?to be (?:contacted|e-?mailed|written to|called|phoned)(?: again| any ?more| any longer)",
        r"(?:ask(?:s|ed)?|wants?|prefers?|request(?:s|ed)|wish(?:es|ed))(?: \w+){0,2} not to be (?:contacted|e-?mailed|written to|called|phoned)",
        r"(?:ask(?:s|ed)?|told|wants?|begged)(?: (?:us|me|you)) (?:not to|to stop|to never|never to) (?:e-?mail|contact|writ|call|phon|messag|send)\w*(?: to)?(?: (?:him|her|them|e-?mails|mails|messages))?(?: (?:again|any ?more|e-?mails|mails))?",
        r"(?:does not|doesn't|did not|didn't|no longer) wants?(?: to (?:get|receive|hear)| any| our)+ (?:more |further |our |any )*(?:e-?mails|mails|messages|newsletters?|calls|from us)",
        r"(?:wants?|asked for|wanted) no (?:more|further) (?:e-?mails|mails|messages|newsletters?|calls|contact)",
        r"(?:he|she|they|has|have|just|(?!customers|users|people|clients|everyone|everybody|nobody|contacts|we|you|i\b|that|to|who|or|and|not)\w+) (?:unsubscribed(?! from (?:the|their) (?:saas|plan|service))|opted out(?: of (?:e-?mails?|mails?|calls|contact|marketing|everything|our \w+))?)(?=\s*(?:[.!,;]|$|from|of|again|yesterday|today|and))",
        r"(?:möchte|will|wünscht) (?:nicht|nie) (?:mehr|länger|wieder) (?:kontaktiert|angeschrieben|angerufen|angemailt) werden", r"(?:möchte|will|wünscht) keine (?:weiteren )?(?:e-?mails|mails|nachrichten|werbung|anrufe)(?: mehr)?", r"hat der (?:werbung|kontaktaufnahme|nutzung|datennutzung)\w* widersprochen",
        r"ne (?:souhaite|veut) plus (?:recevoir|être (?:contacté|sollicité|appelé))", r"a demandé à (?:ne plus|être (?:retiré|désinscrit))", r"no (?:quiere|desea) (?:recibir )?más (?:correos|mensajes|llamadas)", r"(?:pidió|ha pedido|solicitó) (?:la baja|que no le|darse de baja)",
    )),
)  # fmt: skip
"""how a seller tells of it"""

_CLEAR = (
    r"unsubscribe|stop (?:all|e-?mails?|it|this|please)|please stop|remove(?: me)?(?: please)?|please remove(?: me)?|opt[- ]?out|abmelden|abbestellen|austragen|désinscri(?:ption|re)|désabonne(?:ment|r)|"
    r"(?:dar(?:me)? de )?baja|cancelar (?:la )?suscripción|disiscri(?:zione|vi|vermi)|cancellami|cancellatemi|rimuovimi|rimuovetemi|uitschrijven|afmelden|descadastrar|remover|cancelar (?:a )?(?:inscrição|subscrição)|"
    r"avregistrera|avprenumerera|avmeld(?:ing)?|afmeld(?:ing)?|wypisz|rezygnuję|usuń|poista|peruuta tilaus"
)
BARE = re.compile(
    rf"(?:please |bitte |por favor |per favore |s'il vous plaît |graag |proszę |prosze )?(?:(?P<clear>{_CLEAR})|stopp?|arrêt|arrêtez|pare|parar|sair|no|nein|non|nee|não|nej|nei|nie|ei|no,? thanks|no,? thank you|nein,? danke|non,? merci|no,? gracias)"
    r"(?: please| bitte| thanks| thank you| danke| svp| por favor| a\.?u\.?b\.?| tack| tak| takk)?"
)
"""the first line of a reply; a `clear` word counts whatever follows, another one where nothing but a signature does"""
NOT_BEFORE = re.compile(
    r"(?:\b(?:don't|do not|did not|didn't|never|not|no need to|won't|nicht|ne|niet|não|inte|ikke|nie)(?: please| bitte| want(?: you)? to| ask(?:ed)? (?:you )?to)?"
    r"|\byou (?:can|may)\b[^.]*|\b(?:falls|wenn) sie\b[^.]*|\bsi vous\b[^.]*|\bsi (?:usted )?(?:no )?desea\b[^.]*|\bpour vous|\bhow customers) $",
)
"""in front of it: a denial, or the line at the foot of a newsletter"""
FOOT = re.compile(
    r"\bif (?:you|they)(?:'d)? (?:no longer|would (?:like|prefer|rather|no longer)|do not|don't|want|wish|prefer|ever|like|rather|are not|have received)\b"
    r"|\bthat you would\b|\b(?:falls|wenn) sie (?:keine?|nicht|diese)\b|\bsi vous ne\b|\bsi (?:usted |ya )?no (?:desea|quiere)\b|\bse non (?:desideri|vuoi|desidera|vuole)\b|\bse não (?:deseja|quer)\b|\bom du inte\b|\bhvis du ikke\b"
)
"""the line at the foot of a newsletter: what the reader may do, and no wish of the writer's"""
NOT_AFTER = re.compile(
    r"(?:\s*(?:nicht|niet|inte|ikke)\b|,? (?:please )?(?:click|visit|follow the link|use the link|klicken|hier|cliquez|haga clic)|\s*(?:link|here|hier|ici|aquí)\b)"
)
AFTERWARDS = re.compile(
    r"(?:\W+[\w'-]+){0,4}?\W+(?:until|before|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight|this (?:week|morning|afternoon|evening|month)|next (?:week|month)|while|during|at the weekend|"
    r"for (?:now|today|the moment)|between|bis|vor dem|erst|heute|morgen|diese woche|nächste woche|im urlaub|jusqu\w*|avant|demain|aujourd'hui|cette semaine|pendant|hasta|antes|mañana|hoy|esta semana|fino|prima|domani|oggi|"
    r"questa settimana|tot|voor (?:\d|morgen|maandag|vrijdag|tien|negen|acht)|vandaag|deze week|até|amanhã|hoje|esta semana|förrän|innan|imorgon|idag|før|i morgen|i dag|przed|jutro|dzisiaj|dziś|w tym tygodniu)\b",
)
"""behind it: only for a while"""
MAILS = re.compile(
    r"mail|writ|messag|mejl|schreib|écri|scriv|escri|schrijf|skriv|newsletter|list|correo|courriel|e-?post|pis[zać]|wiadomo|unsubscri|abbestell|abo|inscri"
)
CALLS = re.compile(
    r"\bcall|\bphon|\bring|telefo|anruf|rufen|\bappel|téléphon|\bllam|\bchiam|\bbel(?:len|t)?\b|gebeld|\blig(?:ue|ar)|dzwo|soit|samtal|opkald"
)
