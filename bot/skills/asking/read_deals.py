"""A question over deals, read: each part is taken out of the words and becomes an argument."""

import re
from datetime import timedelta

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days, take_top
from bot.skills.asking.parts import Got, take_amounts, take_parts
from bot.skills.asking.read_groups import take_group
from bot.skills.asking.read_places import take_places
from bot.skills.asking.read_risks import take_risks
from bot.skills.asking.spans import back, days_of, number, take_span
from bot.skills.asking.values import (
    take_competitor,
    take_currency,
    take_forecast,
    take_owner,
    take_part_product,
    take_product,
    take_reason,
    take_source,
    take_stages,
    take_state,
    take_team,
    take_type,
)  # fmt: skip
from bot.skills.asking.words import Text

BACKWARDS = (
    r"\b(?:that |which )?(?:have |has |had |were |was )?(?:(?:moved?|gone|went|fell|fallen|slipped|stepped|slid)(?: back(?:wards?)?)(?: (?:to|by|in)?)?"
    r"(?: (?:an?|one|the|their|its|earlier|previous))* stages?|regressed(?: (?:in|by|to) (?:an?|one|the|their)?(?: earlier)? ?stages?)?)\b"
)
"""a step to an earlier stage"""


_N = r"(?P<n>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
_N2, _UNIT2 = _N.replace("<n>", "<n2>"), _UNIT.replace("<unit>", "<unit2>")
_LONGER = r"(?:for )?(?:more than|over|longer than|at least)"
_USUAL = r"(?:the |our |their |its )?(?:median|usual|average|typical|normal|mean)(?: (?:sales )?(?:cycle|age|time|length|deal|stay))?"
_HERE = r"(?:in|at) (?:their|its|the|the same|this|one|a|current|the current|their current)(?: sales)? stage"
SORTS = {"largest|biggest|highest[- ]value|highest|most valuable|most expensive|by (?:amount|value|size)": "largest", "smallest|lowest|cheapest": "smallest",
         "oldest|longest[- ]running": "oldest", "newest|latest|most recent|most recently created": "newest"}  # fmt: skip


def read_deals(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of deals."""
    today = crm.context.today
    text.take(r"^\W*compare\b")
    if text.take(ANYWHERE):
        got["state"] = "any"
    if text.take(BACKWARDS):
        got["moved_back"] = True
    take_group(text, got)
    _ages(text, crm, got)
    take_risks(text, got, today)
    take_amounts(text, got)
    _next_step(text, crm, got)
    if text.has(r"\breasons?\b"):
        take_reason(text, crm, got)  # "with price as the loss reason" is no amount
    take_parts(text, got)
    take_top(text, got, SORTS)
    take_state(text, got)
    entered = text.take(
        r"\b(?:have |has |did |was |were )?(?:moved?|went|gone|came|come|enter(?:ed)?|reach(?:ed)?|advanced?|got)(?: (?:in)?to)?(?= (?:the )?(?:\w+ ){1,3}(?:in|since|this|last|during|over|within)\b)"
    )
    take_stages(text, crm, got)
    if entered and got.get("stages") and (span := take_span(text, today)):
        got |= days(span, "entered_from", "entered_to")
    elif entered:
        text.left += f" {entered[0]}"
    _been(text, crm, got)
    _in_stage(text, crm, got)
    take_forecast(text, crm, got)
    take_type(text, crm, got)
    take_currency(text, crm, got)
    take_reason(text, crm, got)
    take_competitor(text, crm, got)
    take_source(text, crm, got)
    take_team(text, crm, got)
    take_places(text, crm, got)
    _deal_days(text, crm, got)
    take_owner(text, crm, got)
    product = take_product(text, crm) or take_part_product(text, crm)
    if product:
        got["product"] = product
    if got.get("beside") and not got.get("beside_state"):
        got["beside_state"] = got.get("state", "open")
    _told_anyway(text, got)


ANYWHERE = r"(?:,\s*)?\b(?:no matter|regardless of|irrespective of|whatever)(?: of)?(?: (?:where|what|which|whether|how|the))?\b[^,;.?|]*?\b(?:now|stages?|states?|status|are|stand|open|closed)\b[^,;.?|]*"
"""that it does not matter where a deal stands now"""
MARKED = r"\b(?:at (?:any|some|one) (?:point|time|stage)|ever|previously|before|once|earlier)\b(?=\W*(?:$|\||,|that\b|and\b|but\b))|(?<=\bever )(?=\|)"
"""that it is about what was, beside a stage"""
WENT = r"\b(?:got|gone|went|came|made it) (?:as far as|through)(?= )|\bpassed through(?= )|\bever (?:been|reached|entered|got)(?: (?:in|to|as far as))*(?= )"


def _been(text: Text, crm: Crm, got: Got) -> None:
    """Stages that a deal was in, whatever it is in now: where that is said, and where it is closed by now."""
    if not got.get("stages"):
        return
    marked, went = text.take(MARKED), text.take(WENT)
    _ended(crm, got)
    live = {stage.name for stage in crm.stages if not stage.is_closed}
    if got.get("been_in"):
        return
    ended = got.get("state") in ("won", "lost", "closed") or (got.get("state") == "any" and "entered_from" in got)
    if not (marked or went or ended) or not live.issuperset(got["stages"]):
        text.left += f" {(marked or went or [''])[0]}"
        return
    got["been_in"] = got.pop("stages")
    for end in ("from", "to"):
        if f"entered_{end}" in got:
            got[f"been_{end}"] = got.pop(f"entered_{end}")


def _ended(crm: Crm, got: Got) -> None:
    """Closed stages that are named say how a deal ended, and open ones beside them where it was."""
    closed = {stage.name: stage.is_won for stage in crm.stages if stage.is_closed}
    named = [name for name in got["stages"] if name in closed]
    if not named or "state" in got:
        return
    won = {closed[name] for name in named}
    got["state"] = "closed" if len(won) > 1 else "won" if True in won else "lost"
    if len(named) < len(got["stages"]):
        got["been_in"] = tuple(name for name in got["stages"] if name not in closed)
        got["stages"] = tuple(named)


def _ages(text: Text, crm: Crm, got: Got) -> None:
    """How long a deal is open, against days or against what is usual."""
    today = crm.context.today
    if text.take(
        rf"(?<!for )\b(?:been |sat |sitting |stuck |spent |are |is )*(?<!for )longer (?:in (?:their|its|the|a) stage )?than {_USUAL}(?: (?:in|for) (?:their|its|the|that) stage)?\b"
    ):
        got["longer_than"] = "stage"
    elif text.take(rf"\b(?:are |is )?older than {_USUAL}\b"):
        got["longer_than"] = "cycle"
    for pattern in (
        rf"\b(?:are |is |were )?older than {_N} {_UNIT}(?: old)?\b",
        rf"\b(?:been |stayed |are |is )?open {_LONGER} {_N} {_UNIT}\b",
        rf"\b(?:were |was |got )?(?:created|opened) more than {_N} {_UNIT} ago\b",
    ):
        if m := text.take(pattern):
            got["created_to"] = back(number(m["n"]), m["unit"], today) - timedelta(days=1)


def _in_stage(text: Text, crm: Crm, got: Got) -> None:
    """For how long a deal is in its stage; the stage itself was taken before."""
    where = rf"{_HERE} {_LONGER} {_N} {_UNIT}|{_LONGER} {_N2} {_UNIT2} {_HERE}"
    m = text.take(rf"\b(?:been |sat |sitting |stuck |are |is )*(?:{where})\b")
    if m is None and got.get("stages"):
        m = text.take(rf"\b{_LONGER} {_N} {_UNIT}\b")
    if m:
        text.take(r"\b(?:been |have |has )*(?:sat|sitting|spent|staying|stayed|standing)\b(?: in)?")
        given = m.groupdict()
        n, unit = given.get("n") or given["n2"], given.get("unit") or given["unit2"]
        got["stage_days"] = days_of(number(n), unit, crm.context.today)


STEP = r"\b(?:with |have |has |whose |where )?(?:an? |the |their )?next[- ]steps?(?: dates?)?(?: (?:is|are|that is|which is))?(?: (?:due|planned|scheduled|dated|set|falls?|on|for))*(?= (?:on |in |for |by |before |after )?(?:this|last|past|previous|yesterday|next|today|tomorrow|the|mon|tues|wednes|thurs|fri|\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"


def _next_step(text: Text, crm: Crm, got: Got) -> None:
    """When the next step is due."""
    if not text.has(STEP):
        return
    m = re.search(STEP, text.left, re.IGNORECASE)
    tail = Text(text.left[m.end() :] if m else "")
    if m and (span := take_span(tail, crm.context.today)):
        got |= days(span, "step_from", "step_to")
        text.left = f"{text.left[: m.start()]} | {tail.left}"


MADE = r"\b(?:was |were |been |are |got |did (?:we|i) )?(?:created?|opened?|added?|started?|entered|generated?)\b|\bnew(?= (?:this|last|in|since|\|))"


def _deal_days(text: Text, crm: Crm, got: Got) -> None:
    """When deals close or were created."""
    made = text.has(MADE)
    span = take_span(text, crm.context.today)
    if span is None:
        return
    first, last = ("created_from", "created_to") if made else ("close_from", "close_to")
    if made:
        text.take(MADE)
        got.setdefault("state", "any")  # what was created may be won or lost by now
    got |= days(span, first, last)


def _told_anyway(text: Text, got: Got) -> None:
    """What each line tells without being asked: owner, stage, amount, close date, and why a deal was lost."""
    text.take(
        r"(?:,|\band\b)[\s|]*(?:who (?:owns|has|holds|runs) (?:them|it|each|these|those)|when (?:do|does|will|did|are) (?:they|it|each|these)(?: due to)? close|"
        r"(?:how much|what) (?:are|is) (?:they|it|each|that)(?: all)? worth|what (?:do|does)? ?(?:they|it|that|this) (?:adds?|comes?|sums?) (?:up )?to|what(?: is|'s)? the (?:total|sum)|(?:in )?wh(?:at|ich) stages?(?: (?:are|is) (?:they|it|each)(?: in)?)?|for how much|how much)\W*$"
    )
    text.take(
        r"\b(?:my|mine|our) (?:\w+ )?only\b|\bonly (?=my|mine|the open|open|won|lost)|(?<=\|)\s*(?:stuff |ones )?only\W*$"
    )
    text.take(r"\bwho (?:owns|has|holds|runs|won|is (?:the owner of|on))\b")
    if got.get("state") == "lost":
        text.take(
            r"(?:,|\band\b)[\s|]*(?:why|for what reasons?|the reasons?)(?: (?:did we lose them|we lost them|were they lost|not))?\W*$|^\W*why\b"
        )
