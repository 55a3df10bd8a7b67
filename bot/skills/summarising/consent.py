"""Whether those who were recorded agreed: told at the top of a file, said in the call, or stated by a person (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.skills.summarising import consent_words as words
from bot.skills.summarising.attendees import Person
from bot.skills.summarising.consent_said import said_in
from bot.skills.summarising.places import Need
from bot.skills.summarising.transcript import Sentence, Transcript

Status = Literal["all", "some", "told", "refused"]
"""everybody agreed · not everybody did · they were told and nobody objected · somebody did not want it"""
_KEY = re.compile(r"consent|einwilligung|zustimmung|einverst|consentimiento|permission", re.IGNORECASE)
_OTHER = re.compile(
    r"market|cookie|data[- ](?:processing|protection|sharing|use)|newsletter|e-?mail|track|advert|photo|privacy|werbung|publicité|publicidad",
    re.IGNORECASE,
)
"""consent to something else than a recording"""
_WISHED = re.compile(
    r"\b(?:please|must|should|shall|need(?:s|ed)?|ensure|make sure|remember|reminder|don't forget|if|unless|whether|whoever|will be|may be|"
    r"can be|policy|always|(?:get|obtain|ask for|request|seek)\b(?! from)|bitte|muss|müssen|wenn|falls|veuillez|doit|si|debe)\b",
    re.IGNORECASE,
)
"""what is to be done, of which nobody says that it was"""
_OPEN = re.compile(
    r"\b(?:pending|unknown|unclear|unsure|tbd|tba|tbc|n/?a|not (?:yet|stated|known|recorded|asked|required|applicable|captured|confirmed)|to be (?!record|taped|transcri)\w+|"
    r"requested|asked(?! and)|required|offen|unbekannt|ausstehend|inconnu|desconocido)\b|^\W*$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no(?! objections?\b)|none|not|without|denied|declined|refused|withheld|withdrawn|revoked|objected|false|nobody|keine?|nein|nicht|ohne|abgelehnt|"
    r"verweigert|non|refusé|aucun|sans|sin|ninguno|rechazado)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:some|partial(?:ly)?|one[- ](?:party|side|sided)|single[- ]party|(?:host|seller|us|rep|we|me) only|only\b|"
    r"not (?:all|everybody|everyone|both)|all (?:but|except)|teilweise|partiel\w*|parcial\w*)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\b(?:all|both|every(?:body|one|\s+\w+)?|yes|y|true|ok(?:ay)?|given|granted|obtained|agree[ds]?|consent(?:ed)?|confirmed|accepted|approved|verbal(?:ly)?|oral(?:ly)?|"
    r"written|explicit(?:ly)?|express|with|full|two[- ]party|all[- ]party|opt(?:ed)?[- ]in|no objections?|permission|received|signed|on (?:file|record)|implied|ja|alle|beide|erteilt|"
    r"liegt vor|mit|vorhanden|eingeholt|oui|tous|toutes|accordé\w*|donné\w*|obtenu\w*|avec|sí|si|todos|todas|otorgado|dado|con)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:announced|notified|notice|informed|disclosed|told|angekündigt|informiert|annoncé|informé|anunciad[oa]|informad[oa])\b",
    re.I,
)
_AGREED = re.compile(
    r"consent|agree|permission|approv|accept|authori[sz]|objection|einwillig|zustimm|zugestimmt|einverst|accord|autoris|acuerdo|acept|autoriz|announced|notified|informed",
    re.I,
)

_CONSENTED = re.compile(
    r"consent|agree|permission|approv|accept|acept|authori[sz]|objection|given|granted|obtained|einwillig|zustimm|zugestimmt|einverst|accord|acuerdo|autori",
    re.I,
)


_EVERYBODY = re.compile(r"\b(?:all|both|every(?:body|one)|alle|beide|tous|toutes|todos|todas)\b", re.IGNORECASE)
_NAMES = re.compile(r"(?:\b(?:from|by|of|von|par|de|por) |\() ?(?:m[rs]s?\.? )?[A-Z][a-zà-ÿ]+ [A-Z][a-zà-ÿ]+")


@dataclass(frozen=True)
class Consent:
    """What is known of a recording; without a status nobody has said anything yet."""

    status: Status | None = None
    how: str = ""
    """where that comes from, in words"""
    who: str = ""
    said: tuple[Sentence, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines that it rests on."""
        return tuple(dict.fromkeys(line for one in self.said for line in one.lines))

    @property
    def quote(self) -> str:
        """The words that it rests on."""
        return " … ".join(one.text for one in self.said)

    def enough(self, need: Need) -> bool:
        """Whether the call may be summarised where this is needed."""
        fits = {"all": ("all",), "told": ("all", "told"), "one": ("all", "told", "some")}
        return self.status in fits[need]


NOT_SAID = Consent()


def read_consent(transcript: Transcript, people: Mapping[str, Person]) -> Consent:
    """What the file and the call say of it; an objection in the call weighs more than anything else."""
    spoken = _spoken(transcript, people)
    spoke = {people[turn.who].name if turn.who in people else turn.who for turn in transcript.turns} - {""}
    told = _by_name(_told(transcript, spoke), spoke)
    if spoken.status == "refused" or told.status is None:
        return spoken
    return told if told.status == "refused" or spoken.status != "all" else spoken


def status_of(key: str, value: Any) -> Status | None:
    """What a named value at the top of a file says; None where it says nothing of consent."""
    if isinstance(value, bool):
        return ("all" if value else "refused") if _KEY.search(key) and not _OTHER.search(key) else None
    text = " ".join(str(value).replace("_", " ").split())
    if _OTHER.search(f"{key} {text}"):
        return None
    if not _KEY.search(key) and not (words.RECORDING.search(key) and _AGREED.search(text)):
        return None
    return _status(text)


def _status(text: str) -> Status | None:
    if _OPEN.search(text):
        return None
    if _PART.search(text):
        return "some"
    if _DENIED.search(text):
        return "refused"
    if _TOLD.search(text) and not _CONSENTED.search(text):
        return "told"
    return "all" if _GIVEN.search(text) else None


def _spoken(transcript: Transcript, people: Mapping[str, Person]) -> Consent:
    heard = said_in(transcript, people)
    if heard is None:
        return NOT_SAID
    how = "announced in the call" if heard.status == "told" else "said in the call"
    return Consent(heard.status, how, heard.who, heard.said)


# What the file says at its top


def _by_name(told: Consent, spoke: Set[str]) -> Consent:
    """A head that lists who agreed, held against those who speak."""
    if told.status != "all" or _EVERYBODY.search(told.how):
        return told
    named = _named(told.how, spoke)
    if (named and named != spoke) or (not named and _NAMES.search(told.how)):
        return replace(told, status="some")
    return told


def _named(text: str, names: Set[str]) -> set[str]:
    """Those of the people whom a text names, by any part of their name."""
    words_in = set(re.findall(r"\w+", text))
    return {who for who in names if words_in & {part for part in who.split() if len(part) > 1}}


def _told(transcript: Transcript, spoke: Set[str]) -> Consent:
    given = [*_flat("", transcript.front), *transcript.heads.items()]
    for key, value in given:
        listed = _KEY.search(key) and words.RECORDING.search(key) and spoke and _named(str(value), spoke) == spoke
        status = status_of(key, value) or ("all" if listed else None)
        if status:
            return Consent(status, f"“{str(value)[:80]}” at the top of the file")
    per_person = [value for key, value in given if _KEY.search(key) and isinstance(value, bool)]
    if len(per_person) > 1:
        return Consent("all" if all(per_person) else "some", "told for each participant at the top of the file")
    for value in (*transcript.heads.values(), *transcript.asides):
        found = _stated(value)
        if found:
            return Consent(found, f"“{value[:80]}” at the top of the file")
    return NOT_SAID


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Named values, those within others under both names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name} {key}".strip(), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield name, " and ".join(str(one) for one in value)
    else:
        yield name, value


def _stated(text: str) -> Status | None:
    """What a line says that nobody speaks, such as "Recorded with the consent of all participants."."""
    if _OTHER.search(text) or _WISHED.search(text) or not (words.RECORDING.search(text) or words.OBTAINED.search(text)):
        return None
    if re.search(
        r"\b(?:without|no|ohne|sans|sin)\b[^.]{0,20}(?:consent|permission|einwilligung|accord|consentimiento)",
        text,
        re.IGNORECASE,
    ):
        return "refused"
    if words.ALL_SAID.search(text) or _AGREED.search(text):
        return _status(text)
    return "told" if words.TELLS.search(text) else None
