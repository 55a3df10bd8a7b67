"""What a seller asks to be written that is false, presses, or nobody recorded: left out, and said so (pure)."""

import re
from dataclasses import dataclass

from bot.crm.match import Candidates, mentions
from bot.skills.outreach.lint_words import MUTUAL as COMMON
from bot.skills.outreach.lint_words import URGENCY
from bot.skills.outreach.topic import INTERNAL, PRIVATE
from bot.skills.outreach.wished import without

_VERB = (
    r"(?:say(?:ing)?|(?:that|which) (?:says|claims|mentions|tells|states|promises)|with (?:an? )?(?:fake|false|made[- ]up|invented)|(?:with (?:the )?)?subject(?: line)? [\"“']?(?:re|fwd?):|tell(?:ing)? (?:him|her|them|the \w+|[A-Z][\w'’-]*)|mention(?:ing)?|claim(?:ing)?|pretend(?:ing)?|promis(?:e|ing)|guarantee|stat(?:e|ing)|"
    r"write (?:that|we|it)|writing that|add that|let (?:him|her|them) know|remind (?:him|her|them) that|stress(?:ing)?|emphasi[sz]e|hint(?:ing)?|"
    r"impl(?:y|ying)|offer(?:ing)? (?:him|her|them)?|quot(?:e|ing)|make it (?:look|sound|seem)|as if|as though|like (?:we|it)|use (?:a |the )?(?:subject )?(?:fake |false )?[\"“']?(?:re|fwd?):|"
    r"sag(?:e|en)?(?: (?:ihm|ihr|ihnen))?|schreib(?:e|en)?(?: (?:ihm|ihr|ihnen))?,? dass|erwähn(?:e|en)?|behaupt(?:e|en)|versprich|versprechen|garantieren?|tu(?:e)? so,? als|biete(?: (?:ihm|ihr|ihnen))|"
    r"dis(?:-(?:lui|leur)| que)|dites(?:-(?:lui|leur)| que)|écri(?:s|vez)(?:-(?:lui|leur))? que|mentionne[rz]?|prétend(?:s|ez)?|promet(?:s|tez)|affirme[rz]?|fai(?:s|tes) comme si|garanti(?:s|ssez)|"
    r"di(?:le|les)|di que|dígal(?:e|es)|escrib[ea](?:le)? que|mencion[ae]|afirm[ae]|promet[ea](?:le)?|finge|haz como si|garantiza|ofréce(?:le|les))"
)
CLAUSE = re.compile(
    rf"(?:(?:^|[,;:.!]|\s[-–—])\s*(?:and |but |please |also |then |just |und |aber |bitte |et |mais |y |pero |por favor |you (?:can|should|may) |where you |in which you )*|\s+(?:and|but|und|et|y|where you|in which you) (?:please |also |then |just )*|\s+(?=as if|as though|that says|that claims|that mentions|that tells|that states|that promises|which says|with a|with fake|with false|with invented|with made|with the subject|with subject|subject|saying|telling|claiming|mentioning|pretending|promising|stating|implying|hinting|quoting|offering|including))"
    rf"(?P<what>{_VERB}(?!\w).*?)(?=$|[;\n]|[.!](?:\s|$)|(?:,|\s(?:and|but|und|et|y))\s+(?:please |also |then )*{_VERB}(?!\w))",
    re.IGNORECASE | re.DOTALL,
)
THAT = re.compile(
    r"\s+(?P<what>(?:that|dass|que) (?:this|it|we|our|they|the|there|he|she|his|her|their|i|you|your|all|nobody|everybody|prices?|(?-i:[A-Z])[\w'’&-]+|unser\w*|wir|das|der|die|es|nous|notre|nuestr\w*)\b.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""what “a note to Ingrid that we …” says"""
CONTENT = re.compile(r"^[^:\n]{3,120}?(?<!subject)(?<!betreff)(?<!objet)(?<!asunto):\s+(?P<what>[^\n]+)", re.IGNORECASE)
"""what stands behind the colon of "a note to Ingrid: …"; not a link's or an hour's, behind which no space stands"""
FALSE = re.compile(
    r"\b(?:fake|false|made[- ]up|invented|erfunden\w*|gefälscht\w*|inventée?s?|fausse?s?|inventad\w+|fals[oa]s?)\b",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"\b(?:re|fwd?):|\b(?:a |as (?:a )?|like a )repl(?:y|ying)\b|\bas if (?:they|he|she)\b|\b(?:already|just) (?:asked|wrote|answered|replied)|\b(?:als antwort|eine antwort auf|une réponse|una respuesta|aw:|wg:|tr:|rv:)",
    re.I,
)
MET = re.compile(
    r"\b(?:we|i|you) (?:\w+ )?(?:met|spoke|talked|chatted|saw|discussed|agreed)\b|\bmeeting at\b|\bour (?:call|meeting|conversation|chat)\b|"
    r"\b(?:getroffen|gesprochen|telefoniert)\b|\bunser (?:gespräch|telefonat|treffen)|\b(?:rencontrés?|parlé)\b|\bnotre (?:appel|rendez-vous)|\bnos (?:conocimos|vimos|reunimos)\b|\bhablamos\b",
    re.I,
)
MUTUAL = re.compile(
    r"\b(?:mutual|common) (?:friend|contact|connection|acquaintance)|\b(?:recommended|referred|introduced|sent) (?:me|us|by)\b",
    re.I,
)
PRICE = re.compile(
    r"\b(?:price|prices|pricing|preis\w*|prix|precios?|cost|costs|fee|\d[\d.,]*\s?(?:k|usd|eur|gbp|chf|dollars?|euros?)|(?:usd|eur|gbp|chf)\s?\d)|[$€£]\s?\d",
    re.I,
)


@dataclass(frozen=True)
class Refused:
    """Words of the request that do not get into the letter."""

    what: str
    why: str

    @property
    def sentence(self) -> str:
        """One plain sentence for the seller."""
        return f"Not written: “{self.what}”: {self.why}."


def parted(text: str) -> tuple[str, tuple[str, ...]]:
    """(the request without what it wants to be said, the clauses that want something said)."""
    head, mark, rest = text.partition("\n")
    head = without(head)
    found = [" ".join(match["what"].split()).strip(" ,.!") for match in CLAUSE.finditer(head)]
    kept = CLAUSE.sub(" ", head).rstrip(" ,;") if found else head
    said = THAT.search(kept)
    if said and not re.search(
        r"\b(?:about|regarding|concerning|über|sobre|concernant)\b", kept[: said.start()], re.IGNORECASE
    ):
        kept, found = kept[: said.start()], [" ".join(said["what"].split()).strip(" ,.!"), *found]
    return kept + mark + rest, tuple(found)


def content_of(text: str) -> str:
    """What a request says behind a colon."""
    found = CONTENT.match(text)
    return found["what"].strip(" ,.!") if found else ""


def names_one(what: str, names: Candidates, own: str) -> bool:
    """Whether a claim names a company other than the recipient's."""
    return bool(mentions(what, [(key, name) for key, name in names if key != own]))


def judge(what: str, *, met: bool, others: bool, rivals: bool) -> Refused:
    """Why a wanted claim is not written; `others` and `rivals`: whether it names another company or a competitor."""
    return Refused(what if len(what) <= 80 else what[:79].rstrip() + "…", _why(what, met, others, rivals))


def _why(what: str, met: bool, others: bool, rivals: bool) -> str:
    if REPLY.search(what):
        return "a first letter that poses as a reply deceives, and many laws forbid it"
    if URGENCY.search(what):
        return "it presses them"
    if FALSE.search(what):
        return "what is not true does not get in"
    if rivals:
        return "it names a competitor"
    if others:
        return "a customer is named only in the sentence that they released"
    if MUTUAL.search(what) or COMMON.search(what):
        return "no introduction is on record that they know of"
    if MET.search(what):
        return (
            "say it yourself where it is true: the letter names only what the records hold with its date"
            if met
            else ("no call or meeting with them is on record")
        )
    if PRIVATE.search(what):
        return "it is about somebody's private life or job"
    if INTERNAL.search(what) or PRICE.search(what):
        return "prices, discounts and other internal matters stay out of a letter"
    return "no source supports it, so add it yourself if it is true"
