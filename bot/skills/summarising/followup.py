"""A follow-up mail to those of the customer who were in a call: what both sides heard, and nothing internal (pure)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.crm.records import Contact, User
from bot.skills import Policy
from bot.skills.outreach.footer import signed
from bot.skills.outreach.gate import Verdict, decide
from bot.skills.outreach.lint import lint
from bot.skills.outreach.occasion import recipient
from bot.skills.outreach.phrases import phrases
from bot.skills.outreach.spec import Language
from bot.skills.summarising.followup_words import PHRASES, day_in
from bot.skills.summarising.language import language_of
from bot.skills.summarising.quarantine import is_absence, subjects
from bot.skills.summarising.reading import CallRead, Noted
from bot.skills.summarising.scan import subject
from bot.skills.summarising.steps import Step
from bot.skills.view import AccountView

INTERNAL = re.compile(
    r"\b(?:competitors?|champion|economic buyer|decision[- ]maker|blocker|meddp?icc|bant|spiced|qualif\w+|pipeline|forecast|quota|commission|margin|"
    r"floor price|price floor|lowest (?:price|we)|discount (?:limit|approval|authority)|deal desk|walk[- ]away|internal(?:ly)?|between us|confidential|off the record|"
    r"target price|bottom line price|our cost|wiggle room|red line|budget holder|gatekeeper|power sponsor|up-?sell|cross-?sell|churn|risk|crm|salesforce|hubspot|close[- ]date|closed won|commit|leverage|(?:my|our) (?:boss|manager|vp|director|leadership|sales)|"
    # German
    r"wettbewerb\w*|konkurren\w+|mitbewerber\w*|entscheider\w*|schmerzgrenze|untergrenze|mindestpreis\w*|rabatt(?:grenze|spielraum|freigabe)|marge\w*|"
    r"(?:meine|unsere) provision\w*|vertriebsziel\w*|quartalsziel\w*|interne[nrs]?|vertraulich\w*|unter uns|im vertrauen|abwander\w+|kündigungsrisiko|risik\w+|"
    r"verhandlungsspielraum|abschlussdatum|druckmittel|(?:mein|meine[nm]?|unser|unsere[nm]?) (?:chef|chefin|vorgesetzte\w*|vertriebsleit\w+|leitung)|"
    # French
    r"(?:nos|les|leurs?|un|vos|du|le|des) concurrents?|la concurrence|décideurs?|marges?|quotas?|prix plancher|prix plafond|remise maxim\w+|remise max|interne(?:ment|s)?|confidentiel\w*|entre nous|risques?|"
    r"prévisions? de vente|objectifs? de vente|date de signature|(?:mon|ma|notre) (?:chef|patron|patronne|manageur|directeur|directrice|hiérarchie)|levier|"
    # Spanish
    r"competidor\w*|competencia|decisor\w*|márgen(?:es)?|margen(?:es)?|comisi[oó]n(?:es)?|cuota|precio mínimo|descuento máximo|intern[oa]s?|internamente|"
    r"confidencial\w*|entre nosotros|riesgos?|previsión de ventas|objetivo de ventas|fecha de cierre|embudo|(?:mi|nuestr[oa]) (?:jef[ea]|director[a]?|gerente))\b",
    re.IGNORECASE,
)
"""words of what a seller keeps to themselves"""
LANGUAGE: Mapping[str, Language] = {"en": "en", "de": "de", "fr": "fr", "es": "es"}
_GIVES = re.compile(
    r"^((?:also )?\w+(?: (?:over|back|across|up))?) (?:you|me|us|them)\b(?! (?:all )?(?:and|at|on|by)\b)", re.IGNORECASE
)
_SWAP = {
    "you": "us",
    "your": "our",
    "yours": "ours",
    "us": "you",
    "me": "you",
    "our": "your",
    "my": "your",
    "ours": "yours",
    "we": "you",
    "i": "you",
}


@dataclass(frozen=True)
class FollowUp:
    """A mail that a person may send; without a body the reason why there is none."""

    to: tuple[Contact, ...] = ()
    subject: str = ""
    body: str = ""
    language: str = "en"
    why_not: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        """The mail as plain values."""
        people = [{"contact": one.id, "name": one.name, "email": one.email} for one in self.to]
        told = {"to": people, "subject": self.subject, "body": self.body, "language": self.language}
        return told if self.body else {"to": [], "subject": None, "body": None, "why_not": self.why_not}


def follow_up(
    view: AccountView | None,
    call: CallRead,
    asker: User,
    policy: Policy,
    rivals: Sequence[str],
    sensitive: Collection[str] = (),
) -> FollowUp:
    """Write the mail to those whom the rules of outreach allow to be written to, without sentences that held the call back."""
    people = [person.contact for person in call.people.values() if person.contact and person.side == "theirs"]
    if view is None or not people:
        return FollowUp(why_not="Nobody of the customer who spoke is a contact in the CRM.")
    verdicts = {contact.id: _verdict(view, contact, call) for contact in people}
    allowed = tuple(contact for contact in people if verdicts[contact.id].allowed)
    if not allowed:
        why = "; ".join(f"{one.name}: {verdicts[one.id].why} (rule {verdicts[one.id].rule})" for one in people)
        return FollowUp(why_not=f"Nobody who was there may be written to: {why}.")
    left = [one.name for one in people if one not in allowed]
    language = language_of([one.text for one in call.transcript.said]) or "en"
    why = f"Left out, as the rules do not allow it: {', '.join(left)}." if left else ""
    mail = _Mail(call, language, rivals, verdicts[allowed[0].id], sensitive)
    return FollowUp(allowed, mail.subject(), mail.body(allowed, asker, policy), language, why)


def _verdict(view: AccountView, contact: Contact, call: CallRead) -> Verdict:
    """The gate's word; the call itself counts as having met."""
    to = recipient(view, contact, view.now.date())
    met = max((day for day in (to.met, call.day) if day), default=None)
    return decide(replace(to, met=met, known=True))


def _says_what(step: Step) -> bool:
    """Whether a reader who was not there learns something by it: "check", without a day, tells nothing."""
    about = subject(step.what) - {"provide"}
    return len(about) > 1 or (step.due is not None and bool(about))


class _Mail:
    """Writes one mail."""

    def __init__(
        self, call: CallRead, language: str, rivals: Sequence[str], verdict: Verdict, sensitive: Collection[str]
    ) -> None:
        self._sensitive = sensitive
        self._verdict = replace(verdict, must=())  # a single line carries no footer
        self._call, self._language, self._words = call, language, PHRASES[language]
        named = [re.escape(name) for name in (*rivals, *(one.name for one in call.competitors)) if name]
        self._rivals = re.compile(rf"\b(?:{'|'.join(named)})\b", re.IGNORECASE) if named else None

    def subject(self) -> str:
        day = self._call.day
        return self._words["subject"].format(day=day_in(self._language, day)) if day else self._words["no_day"]

    def body(self, to: Sequence[Contact], asker: User, policy: Policy) -> str:
        words, day = self._words, self._call.day
        thanks = words["thanks"].format(day=day_in(self._language, day)) if day else words["thanks_no_day"]
        # After a colon or a comma the sentence goes on small, but for Spanish and English.
        thanks = thanks[0].upper() + thanks[1:] if words["capital"] or self._language == "en" else thanks
        called = [contact.name if self._language == "de" else contact.name.split()[0] for contact in to]
        names = f" {words['and']} ".join(filter(None, (", ".join(called[:-1]), called[-1])))
        parts = [words["greeting"].format(names=names), f"{thanks} {words['recap']}", *self._lists(), words["close"]]
        ends = signed(phrases(LANGUAGE[self._language]), policy, asker)
        return "\n\n".join([*parts, "\n".join((words["regards"], *ends))])

    def _lists(self) -> list[str]:
        call = self._call
        questions = [replace(one, said=one.said[:1]) for one in call.open_questions if self._side(one) == "theirs"]
        lists = {
            "decided": [f"“{one.quote}” ({one.who})" for one in call.decisions if self._fits(one.quote)],
            "ours": [self._step(step) for step in call.of("ours") if self._fits(step.quote) and _says_what(step)],
            "theirs": [self._step(step) for step in call.of("theirs") if self._fits(step.quote) and _says_what(step)],
            "answers": [f"“{one.quote}”" for one in questions if self._fits(one.quote)],
        }
        return ["\n".join([self._words[name], *(f"- {row}" for row in rows)]) for name, rows in lists.items() if rows]

    def _step(self, step: Step) -> str:
        day = self._words["by"].format(day=day_in(self._language, step.due)) if step.due else self._words["open"]
        return f"{step.owner.name}: {self._told(step)} ({day})"

    def _told(self, step: Step) -> str:
        """What is to be done as the mail's writer says it: without whom it is for, and from our side."""
        bare = _GIVES.sub(r"\1", step.what)
        if self._side_of(step.said[0].turn.who) != "theirs":
            return re.sub(r"\bmy\b", "our", bare, flags=re.IGNORECASE)
        return re.sub(r"\b\w+\b", lambda found: _SWAP.get(found[0].casefold(), found[0]), bare)

    def _fits(self, text: str) -> bool:
        """Whether the customer may read what was said."""
        rival = self._rivals is not None and self._rivals.search(text)
        if INTERNAL.search(text) or rival or is_absence(text) or next(subjects(text), None):
            return False
        if any(one in text or text in one for one in self._sensitive):
            return False
        return not any(fault.blocks for fault in lint(text, verdict=self._verdict, first_touch=False))

    def _side(self, one: Noted) -> str:
        return self._side_of(one.said[0].turn.who)

    def _side_of(self, label: str) -> str:
        people: Mapping[str, Any] = self._call.people
        return people[label].side if label in people else "unknown"
