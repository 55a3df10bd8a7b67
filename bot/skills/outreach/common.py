"""Words that are common to all letters, in the languages that letters are written in (pure).

What is not here may be somebody's name, or what one customer was told; it never goes from one letter into another.
"""

from bot.crm.match import fold

GREETING = (
    r"(?:hi|hello|hey)(?: there| again)|hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|"
    r"hallo|guten (?:tag|morgen|abend)|moin|liebe|lieber|liebes|servus|grüezi|grüß gott|sehr geehrte damen und herren|"
    r"bonjour|bonsoir|salut|cher|chère|hola|buenos días|buenas tardes|buenas|estimado|estimada|querido|querida"
)
CLOSING = (
    r"(?:(?:(?:with )?(?:many |very )?(?:best|kind(?:est)?|warm(?:est)?|all the best|all best|cheers|thanks(?: a lot| again| so much)?|thank you(?: very much)?|"
    r"(?:best|kind|warm|warmest|kindest) (?:regards|wishes)|regards|sincerely|yours(?: sincerely| faithfully| truly)?|sincerely yours|take care|talk soon|speak soon|"
    r"have a (?:good|great|nice) (?:day|week|weekend)|looking forward|many thanks|with best wishes))|"
    r"(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|vielen?|schönen?|sonnigen?) grü(?:ß|ss)en?|(?:viele|liebe|beste|herzliche|schöne|freundliche) grü(?:ß|ss)e|lg|vg|mfg|besten dank|danke(?: und gruß)?|gruß|"
    r"bien (?:cordialement|à vous|à toi)|cordialement|(?:très )?cordialement|bien amicalement|amicalement|à bientôt|merci(?: beaucoup)?|belle journée|bonne journée|"
    r"(?:un )?(?:cordial |fuerte )?saludo|saludos(?: cordiales)?|atentamente|un abrazo|muchas gracias|gracias)[,.!]?"
)
_ENGLISH = """
a about after again all also am an and any anything are as ask asking at back be because been before being best better between both but by call can chat
could day days did do does doing done each easy either else enough ever every few find first for free from get give glad go good got great had happy has
have having hear hello help her here hey hi him his hope how i if in into is it its just keep kind know last let like line little look looking lot love
make many may maybe me meet mind minute minutes moment more most much my need never next nice no not nothing now of off ok on once one only open or other
our out over own part please plenty point quick quickly quite rather read ready really regards right said same say see send should short shortly shall so
some somebody something soon still such suit suits sure take talk tell than thank thanks that the their them then there these they thing things think this
those thought time to today together tomorrow too try two until up us useful very want was way we week weeks well were what when where whether which while
who why will wish with within without word words work would write writing year yes yet you your yours i'm i'd i'll i've it's let's that's we'd we're we'll
don't doesn't isn't won't can't couldn't wouldn't you'd you're dear morning afternoon evening warm warmest kindest cheers all care forward worth idea reach
agreed happy interested interesting matter possible question questions reply answer answers simply briefly genuinely helpful wonderful pleasure
"""
_GERMAN = """
aber alle alles als also am an auch auf aus bei beim bin bis bitte da damit danke dann das dass dein deine dem den denn der des dich die dies diese dieser
dir doch dran du durch ein eine einem einen einer eines einfach er es etwas euch euer für ganz gern gerne gibt grüße gruß gut habe haben hallo hast hat herzlich
herzliche heute hier ich ihm ihn ihnen ihr ihre ihrem ihren im immer in ist ja jetzt kann kannst kein keine klar kurz kurze kurzen lassen liebe lieber los
mal man mehr mein meine mich mir mit morgen nach nicht nichts noch nochmal nur ob oder ohne schon schöne sehr sein sich sie sind so sollen sollte sonst
tag um und uns unser unsere viel viele vielen vielleicht vom von vor wann war was weiter wenn wer werden wie wieder wir wird wo woche wäre zeit zu zum zur
guten freundlichen besten beste mit moin servus würde freue freuen melden meld
"""
_FRENCH = """
a ai ainsi alors après au aussi autre aux avec avez avoir avons beaucoup bien bonjour bonne ce cela ces cet cette chère cher comme comment cordialement
dans de demain depuis des deux dire donc du elle en encore est et êtes être fait faire il ils je jour journée l la le les leur lui ma mais me merci mes moi
moment mon ne nos notre nous on ou où par pas peu peut plus pour pourquoi pouvez que quel quelle quelques qui quoi réponse sa salut sans se semaine ses si
son sont suis sur ta te temps tes toi ton tout très trop tu un une vos votre vous y bientôt belle vite échange
"""
_SPANISH = """
a al algo ahora antes aquí así aún bien buenas buenos cada como cómo con cuál cuando cuándo de del desde después día días donde dos el ella en entre era es
esa ese eso esta está este esto estoy fue gracias ha hace hacer han hasta hay he hola hoy la las le les lo los mañana más me mi mis mucho muchas muy nada no
nos nosotros o otra otro para pero poco podemos podría por porque puede puedo que qué quién saludo saludos se ser si sí sin sobre solo son soy su sus también
te tengo ti tiempo tiene tu tú tus un una uno usted y ya yo cordial pronto semana tardes
"""
COMMON = frozenset(fold(word) for text in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH) for word in text.split())
"""folded words"""
