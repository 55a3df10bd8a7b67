"""Signals of risk that words tell: what the customer said, price, competitors, paper, a champion who leaves (pure)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.crm.records import Contact
from bot.pipeline.course import Step, step_of
from bot.pipeline.deal import Deal
from bot.pipeline.framework import MEDDPICC
from bot.pipeline.limits import Thresholds
from bot.pipeline.said import Sentence, quoted, sentences, states, theirs
from bot.pipeline.signal import Severity, Signal


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_IT = r"(?:it|this|that|things|everything|(?:the|our|this) (?:(?!old|previous|last|other|former|earlier|first)\w+ )?(?:project|purchase|initiative|evaluation|decision|deal|rollout|roll-out|programme|program|pilot|procurement|investment|plan))"
_OTHER = r"(?:another|a different|the other|someone else|somebody else|a competitor|your competitor|other)(?: \w+)?"
STOPPED = _any(
    rf"\b(?:go(?:ing|ne)?|went|sign(?:ed|ing)?|mov(?:e|ed|ing)|proceed(?:ed|ing)?|decided) (?:ahead |forward )?(?:with|for) {_OTHER}\b",
    rf"\b(?:chose|chosen|selected|picked|decided (?:for|on|in favou?r of)|awarded (?:it|this|the \w+) to|opted for) {_OTHER}\b",
    r"\b(?:in|into) (?:a|another) (?:different )?direction\b|\bwent elsewhere\b|\bgoing elsewhere\b",
    r"\bdecided (?:not to|against)\b|\b(?:not|won't) (?:be )?(?:moving|going|move|go|proceed|proceeding) (?:forward|ahead)\b|\bnot to (?:go|move) (?:ahead|forward)\b",
    r"\bno longer (?:interested|looking|need(?:ed)?|considering|pursuing)\b|\bnot interested\b|\bpull(?:ed|ing) the plug\b",
    rf"\b(?:cancel(?:l?ed|l?ing)?|stopped|killed|scrapped|dropped) {_IT}\b|\b{_IT} (?:is|was|has been|got|are) (?:cancel+ed|stopped|killed|scrapped|dropped|dead|off the table)\b",
    r"\b(?:will|we'll|going to|shall|i) let it (?:end|lapse|expire|run out)\b|\b(?:not|won't) (?:be )?renew(?:ing)?\b",
)  # fmt: skip
_MONEY = r"(?:budgets?|funding|funds)"
_W = r"(?:(?!(?:not|never|no|nor|nobody)\b|\w*n't\b)[\w'-]+ )"
"""a word that denies nothing"""
FROZEN = _any(
    rf"\b{_MONEY} {_W}{{0,3}}?(?:frozen|froze|cut|slashed|gone|withdrawn|pulled|reallocated|rejected|denied|refused|blocked|declined|on hold)\b",
    rf"\b(?:froze|frozen|cut|cutting|slashed|pulled|lost|rejected|withdrew|freeze on|cuts? (?:to|in)) {_W}{{0,3}}?{_MONEY}\b",
    r"\b(?:budget|spending|purchas(?:e|ing)|investment|capex|procurement|hiring) (?:freeze|stop|cuts?)\b",
    rf"\b(?:put(?! (?:me|you)\b)|been put|is|are|was|went|going|placed|now|currently) {_W}{{0,4}}?on (?:hold|ice|the back ?burner)\b|\bon hold (?:until|till|for now|indefinitely)\b",
    rf"\b{_IT} (?:is|was|has been|have been|had to be|will be|are) {_W}?(?:paused|parked|shelved|postponed|frozen|halted|suspended)\b|\b(?:paused|pausing|parked|parking|shelved|shelving|postponed|halted|suspended) {_IT}\b",
)  # fmt: skip
COOLER = _any(
    r"\bno (?:(?:project|approved|more|free|dedicated|available|extra|additional|own|it|capex|opex|software|allocated|real|official|confirmed) )*(?:budget|funding)\b(?!['-]? ?(?:issue|problem|concern|constraint|question|limit|worr))",
    r"\b(?:not|isn't|no longer) (?:\w+ )?(?:a|an|our|the|my|their|his|her) (?:\w+ ){0,2}?priorit(?:y|ies)\b|\bnot (?:a )?(?:top |high )?priority\b|\bother priorities\b|\bpriorities (?:have |had )?(?:changed|shifted|moved)\b|\bde-?priorit[iz]+ed\b|\blow(?:er)?(?: on the| in| our)? priorit(?:y|ies)\b",
    r"\b(?:ask|call|contact|try|write to) (?:me|us) again (?:after|next|in)\b|\b(?:come|get) back to (?:me|us) (?:next|in (?:the|a|q|\d)|after)\b|\bnot (?:this|before next) year\b|\bnext year at the earliest\b",
    rf"\bis {_W}?against (?:it|this|us|the|you)\b|\bdeal[- ]?breaker\b|\bshow[- ]?stopper\b",
    r"\b(?:being|been|was|were|got) (?:acquired|taken over)\b|\blay-?offs?\b|\blaid off\b|\b(?:hiring|headcount) freeze\b",
)  # fmt: skip
CLEARED = _any(
    rf"\b{_MONEY} (?:is|was|has been|got|are) {_W}?(?:approved|released|confirmed|restored|secured|set aside|there|back)\b|\b(?:money|budget) is set aside\b",
    r"\bback on track\b|\bgreen light\b|\bgo-ahead\b|\bresum(?:e|ed|ing) (?:it|this|the (?:project|talks|evaluation|purchase))\b",
)
FLAGS: tuple[tuple[Severity, re.Pattern[str]], ...] = (("red", STOPPED), ("red", FROZEN), ("amber", COOLER))


def red_flag(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """The customer said that it stops, cools down, or has no money; quoted and dated, the worst and newest first."""
    found = list(_flagged(deal, now, limit))
    if not found:
        return None
    severity, one = min(found, key=lambda pair: pair[0] != "red")
    more = f", and {len(found) - 1} more like it" if len(found) > 1 else ""
    text = f"{_who(one)} on {_day(one, now)}: {quoted(one)}{more}"
    return Signal("red flag said", severity, text, tuple(f"activity:{one.activity.id}" for _, one in found))


def refusal(deal: Deal, now: datetime, limit: Thresholds) -> Sentence | None:
    """The sentence by which the customer said no, if it still stands."""
    return next((one for _, one in _flagged(deal, now, limit) if states(one.text, STOPPED)), None)


def _flagged(deal: Deal, now: datetime, limit: Thresholds) -> Iterator[tuple[Severity, Sentence]]:
    """What counts against the deal and was not taken back later."""
    name = rival(deal)
    for one in _late(theirs(deal, now), now, limit):
        if states(one.text, CLEARED):
            return
        severity = "red" if name and name in one.text and states(one.text, _wins(name)) else _severity(one.text)
        if severity is None and _leaving(deal, one):
            severity = "red"
        if severity:
            yield severity, one


def _severity(text: str) -> Severity | None:
    return next((severity for severity, pattern in FLAGS if states(text, pattern)), None)


def _wins(name: str) -> re.Pattern[str]:
    """That the competitor by its name has won."""
    who = re.escape(name)
    return _any(
        rf"\b(?:go(?:ing|ne)?|went|signed|signing|mov(?:ed|ing) (?:ahead|forward)|proceed(?:ed|ing)?) with {who}\b",
        rf"\b(?:chose|chosen|selected|picked|decided (?:for|on)|opted for|in favou?r of|awarded \w+ to) {who}\b",
    )


def _late(found: Sequence[Sentence], now: datetime, limit: Thresholds) -> list[Sentence]:
    since = now - timedelta(days=limit.flag_days)
    return [one for one in found if one.activity.at >= since]


def _who(one: Sentence) -> str:
    return f"{one.who} said" if one.who else "the customer said"


def _day(one: Sentence, now: datetime) -> str:
    return str(one.activity.at.astimezone(now.tzinfo).date())


_I_LEAVE = _any(
    r"\bmy last (?:working )?day\b|\bi(?:'m| am| will be|'ll be| have decided to)? leav(?:e|ing)\b(?! (?:for|on) (?:\w+ )?(?:holiday|vacation|leave|a trip|the airport|the office|work)| (?:it|this|that|you|them|now|early|today|home|work|the (?:decision|rest|office|building|meeting)))|\bi(?:'ve| have) (?:left|resigned)\b|\bi(?:'m| am) (?:moving (?:on|to a new|into a new)|retiring|changing (?:jobs?|roles?))\b",
    r"\bi(?:'ve| have)? (?:take|took|taken|am taking|'m taking) (?:over |up |on )?a (?:new|different) (?:role|position|job|post)\b|\bi(?:'ve| have)? accepted (?:a|an|another) (?:\w+ )?(?:position|role|job|post|offer) (?:at|with|in|elsewhere)\b|\btakes? over (?:from me|my (?:role|job|tasks|position))\b",
)
_LEFT = (
    r"(?:\W+(?:has|had|have|is|was|will|just|now|be|going|about|to|already|soon)){0,4}\W+(?:left (?:the (?:company|business|firm|team)|us|them|last|on|in|at|for|\w+ (?:last|on|in))|"
    r"leav(?:es|ing) (?:the (?:company|business|firm|team)|us|them|in|on|at|next|this|for)|left[.!]?$|leaving[.!]?$|resign(?:ed|s|ing)|quit\b|retir(?:ed|es|ing)|no longer (?:works?|with|at|in (?:the|that) role)|"
    r"(?:moved|moves|moving|switched|transferred) (?:to|into) (?:a(?:nother)? |the )?(?:new |different |other )?(?:role|team|department|position|job|division)|(?:changed|changes|changing) (?:roles?|jobs?|positions?)|(?:been |got )?(?:let go|laid off|dismissed|replaced)|"
    r"(?:on|goes on|going on) (?:parental|maternity|paternity|sick|long) leave)"
)
_SOMEBODY_LEFT = re.compile(r"\w" + _LEFT, re.IGNORECASE)
_GONE = re.compile(
    r"^\W*(?:former|ex)\b|\((?:left|former|gone|departed)|\b(?:left (?:the )?company|no longer (?:with|at))\b",
    re.IGNORECASE,
)


def champion_left(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """The champion left or changed role: their mail, a note, or their record says so."""
    champions = [
        deal.contacts[r.contact_id] for r in deal.roles if r.role == "champion" and r.contact_id in deal.contacts
    ]
    for contact in champions:
        if _GONE.search(contact.title or ""):
            text = f"the champion {contact.name} has the title “{contact.title}” in the CRM"
            return Signal("champion left", "red", text, (f"contact:{contact.id}",))
    for one in _late(sentences(deal, now), now, limit):
        gone = _gone(deal, one, champions)
        if gone is not None:
            # Where somebody else is the champion too, not all is lost.
            severity: Severity = "amber" if any(c.id not in gone for c in champions) else "red"
            text = f"{_who(one) if one.theirs else 'a note says'} on {_day(one, now)}: {quoted(one)}"
            return Signal("champion left", severity, text, (f"activity:{one.activity.id}",))
    return next(
        (
            Signal("champion left", "amber", f"the champion {c.name} must not be contacted", (f"contact:{c.id}",))
            for c in champions
            if c.do_not_contact
        ),
        None,
    )


def _leaving(deal: Deal, one: Sentence) -> bool:
    """Whether the champion writes that they leave; where no champion is known, anybody who was engaged."""
    if one.activity.direction != "inbound" or not states(one.text, _I_LEAVE):
        return False
    champions = {role.contact_id for role in deal.roles if role.role == "champion"}
    return not champions or bool(champions & set(one.activity.contact_ids))


def _gone(deal: Deal, one: Sentence, champions: Sequence[Contact]) -> set[str] | None:
    """The contacts of whom a sentence says that they left as champion; None: it says no such thing."""
    if one.theirs and _leaving(deal, one):
        return set(one.activity.contact_ids)
    left = {c.id for c in champions if _told_gone(one, c.name)}
    return left or None


def _told_gone(one: Sentence, name: str) -> bool:
    """Whether a sentence says of somebody by name that they left; patterns of a name are made only where it may matter."""
    if name.split()[0].casefold() not in one.text.casefold() or not _SOMEBODY_LEFT.search(one.text):
        return False
    called = rf"\b(?:{re.escape(name)}|{re.escape(name.split()[0])})"
    return states(one.text, re.compile(called + _LEFT, re.IGNORECASE))


_PRICE = _any(
    r"(?<!\bno )\b(?:pric(?:e|es|ed|ing)|quot(?:e|es|ed|ation)|discounts?|proposals?|offer(?:s|ed)?|order form|rate card|commercials?|business case|net \d{2}|per (?:user|seat|month|year)|costs?)\b",
    r"(?:[$€£]|\b(?:usd|eur|gbp|chf|nok|sek|dkk)\b) ?\d|\b\d{1,3}(?:[,.]\d{3})+\b",
)  # fmt: skip


def price(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No word on the price by Proposal."""
    step = step_of(deal.opportunity.stage, deal.stages)
    if step is None or step < Step.PROPOSAL:
        return None
    told = [
        one for one in sentences(deal, now) if one.activity.kind != "note" or one.theirs or one.activity in deal.pages
    ]
    if not any(a.at <= now for a in deal.activities):
        return Signal(
            "price not discussed", "unknown", "whether the price was discussed is unknown: no activity is on record"
        )
    if any(states(one.text, _PRICE) for one in told):
        return None
    return Signal(
        "price not discussed", "amber", f"no activity speaks of the price, and the deal is in {deal.opportunity.stage}"
    )


_NOBODY = re.compile(
    r"\W*(?:none|no|n/?a|unknown|nobody|do nothing|doing nothing|no decision|status quo|(?:ms )?excel|(?:google )?(?:spread)?sheets?|spreadsheets?|in-?house|internal|manual|paper|nothing)\W*",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:against|versus|vs|counter\w*|beat|win|battle ?card|position\w*|differ\w*|compar\w*|respon[sd]\w*|reply|answer\w*|our (?:\w+ )?(?:play|line|plan|answer|edge|case)|strategy|tco|why us|defend|trap|show\w*|ask them|prove)\b",
    re.IGNORECASE,
)


def rival(deal: Deal) -> str:
    """The competitor by name; empty where none is named, or only the old way of working."""
    name = (deal.opportunity.competitor or "").strip()
    return "" if _NOBODY.fullmatch(name) else name


def competitor(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """A competitor is named, and nothing of ours says what we do about it."""
    name = rival(deal)
    if not name or any(_counters(text, name) for text in _plans(deal, now)):
        return None
    return Signal("competitor without a plan", "amber", f"{name} is in the race, and no plan against it is on record")


def _plans(deal: Deal, now: datetime) -> Iterator[str]:
    """What we plan or wrote: the next step, our tasks, our mails and notes; a page counts whole."""
    yield deal.opportunity.next_step or ""
    yield from (task.subject for task in deal.tasks if task.side == "ours")
    yield from (f"{page.subject}. {page.body or ''}" for page in deal.pages if page.at <= now and page.kind == "note")
    yield from (one.text for one in sentences(deal, now) if not one.theirs and one.activity not in deal.pages)


def _counters(text: str, name: str) -> bool:
    """Whether a text names the competitor and what to do about it."""
    named = re.compile(rf"\b(?:{re.escape(name)}|{re.escape(name.split()[0])}|competitors?)\b", re.IGNORECASE)
    return bool(named.search(text) and _PLAN.search(text))


_PAPER = re.compile(next(shows for name, shows, _ in MEDDPICC if name == "paper process"), re.IGNORECASE)


def paper_process(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Within 30 days of the close, above the amount in the settings, nobody knows what comes between yes and signature."""
    o = deal.opportunity
    if o.close_date is None or o.amount is None or o.amount <= limit.paper_amount:
        return None
    if (o.close_date - now.date()).days > limit.paper_days or any(r.role == "procurement" for r in deal.roles):
        return None
    texts = [o.next_step or "", *(t.subject for t in deal.tasks), *(one.text for one in sentences(deal, now))]
    if any(_PAPER.search(text) for text in texts):
        return None
    text = f"it is to close on {o.close_date}, and the way from yes to signature is not on record: legal, security, procurement"
    return Signal("paper process unknown", "amber", text)
