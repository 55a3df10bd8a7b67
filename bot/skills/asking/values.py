"""Names in a question that the CRM knows: people, teams, stages, competitors, products, places."""

import re

from bot.crm.match import fold, mentions
from bot.skills.asking.crm import Crm
from bot.skills.asking.parts import Got
from bot.skills.asking.words import Text, written_as

TO_US = (
    r"(?:against|to|versus|vs\.?|over|with|by|from|competing (?:with|against)|up against|competitor(?: is| =|:)?|where)"
)
STATES = (
    (r"\bclosed[- ]won\b|\bwins\b|\b(?:we |i |did we |have we )?(?:won|win|signed|sign|beat|beaten)\b", "won"),
    (r"\bclosed[- ]lost\b|\b(?:we |i |did we |have we )?(?:lost|lose|losses)\b", "lost"),
    (r"\b(?:still )?(?:open|active|alive|live|ongoing|running|in play|in flight|in progress)\b|\bnot (?:yet )?closed(?: yet)?\b|\bstill(?= in\b)", "open"),
    (r"\b(?:are |were |was |is |have |been )*closed\b", "closed"),
)  # fmt: skip
KINDS = (
    (r"\brenewals?\b|\brenewing\b(?= deals)", ("renewal", "extension")),
    (r"\b(?:expansions?|upsells?|up-sells?|cross-?sells?)\b", ("expansion", "upsell", "existing", "cross", "add")),
    (r"\bnew[- ](?:business|logos?)\b|\bnew(?= (?:deals|opportunit))", ("new",)),
)
"""words for a type of deal, and how CRMs name it"""
COINS = {
    "euros?": ("EUR",), "pounds?(?: sterling)?": ("GBP",), "francs?": ("CHF",), "yen": ("JPY",),
    "dollars?": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"), "(?:kroner|kronor|crowns?)": ("NOK", "SEK", "DKK"),
}  # fmt: skip
"""words for a currency, and the codes that they may mean"""


def take_team(text: Text, crm: Crm, got: Got) -> None:
    """Whose: a team's by name, or my team's."""
    for team in sorted({user.team for user in crm.users.values() if user.team}):
        name = re.escape(team)
        if text.take(rf"\b(?:(?:of|in|for|by) )?(?:the )?(?:team {name}|{name}(?:['’]s)? team)\b(?:['’]s)?"):
            got["team"] = team
    if not got.get("team") and text.take(
        r"\b(?:for |of |in |by )?(?:my|our|the) (?:whole )?team(?:['’]s)?\b|^\W*team(?=(?:['’]s)? (?:\w+ )?(?:deals|pipeline|opportunit|renewals|accounts|customers|tasks))"
    ):
        got["team"] = "mine"


def take_owner(text: Text, crm: Crm, got: Got) -> None:
    """Whose: a team's, a colleague's, one's own."""
    take_team(text, crm, got)
    _colleague(text, crm, got)
    if not got.get("owner") and text.take(r"\bnot (?:owned by me|mine|my own)\b"):
        got["owner"] = "not me"
    mine = text.take(r"\b(?:my|mine|of mine|i own|do i (?:own|have)|i have|am i|i am|i['’]m|have i|did i|i)\b")
    if mine and not got.get("team") and not got.get("owner"):
        got["owner"] = "me"


_OWNED = r"(?:(?:owned |held |run |led )?(?:by|of|for|with|to) )?"


def _colleague(text: Text, crm: Crm, got: Got) -> None:
    """One colleague, or several that “and” or “or” joins; a second one in another part of the sentence stays unread."""
    people = [(user.id, user.name) for user in crm.users.values()]
    for mention in mentions(text.left, people, people=True):
        if len(mention.ids) != 1:
            continue
        name, full = rf"{re.escape(mention.text)}(?:['’]s?)?(?!\w)", crm.users[mention.ids[0]].name
        if not got.get("owner") and text.take(rf"\bnot (?:owned |held |run )?(?:by |of |with )?{name}"):
            got["owner"] = f"not {full}"
        elif not got.get("owner") and text.take(rf"\b{_OWNED}{name}(?: (?:owns|holds|runs|carries)\b)?"):
            got["owner"] = full
        elif text.take(rf"\|\s*(?:,|and\b|or\b)\s*{_OWNED}{name}|\b{name}\s*(?:,|and\b|or\b)\s*(?=\|)"):
            got["owner"] = f"{got['owner']} or {full}"


def take_state(text: Text, got: Got) -> None:
    """Open, won, lost or closed; lost and won together are closed. What will be won is not on record."""
    if text.has(r"\b(?:will|going to|likely to|expect(?:ed)? to|about to)\b.*\b(?:win|lose)\b"):
        return
    found = []
    for pattern, state in STATES:
        while m := text.take(pattern):
            found.append(state)
            if re.search(r"\b(?:i|my)\b", m[0], re.IGNORECASE):
                got["owner"] = "me"
    if text.has(r"\bdid\b.*\bclose\b") and text.take(r"\bclose\b"):
        found.append("won")
    if "open" in found and set(found) > {"open"}:
        text.left += " open"  # two questions in one, or “open or won”
        return
    if {"won", "lost"} <= set(found):
        got["state"] = "closed"
    elif found:
        got["state"] = found[0]


def take_type(text: Text, crm: Crm, got: Got) -> None:
    """The type of deal, as the CRM names it where it has such a one."""
    there, found, turned = sorted(crm.words["type"]), [], ""
    for pattern, kinds in sorted(
        KINDS, key=lambda row: m.start() if (m := re.search(row[0], text.left, re.IGNORECASE)) else 0
    ):
        if (sign := text.take_either(rf"(?:(?<=\|)\s*,?\s*\b(?:or|and)\s+(?:an? )?)?(?:{pattern})")) is not None:
            found.append(next((t for kind in kinds for t in there if kind in fold(t)), kinds[0]))
            turned = turned or sign
    if not found and (own := own_type(text.left, crm)):
        turned = text.take_either(_plural(own)) or ""
        found.append(own)
    if found:
        got["type"] = f"{turned}{' or '.join(dict.fromkeys(found))}"


def own_type(words: str, crm: Crm) -> str:
    """A type of deal that is named as the CRM names it, in the plural or not; empty where none is."""
    there = sorted((name for name in crm.words["type"] if len(name) > 3), key=len, reverse=True)
    return next((t for t in there if re.search(_plural(t), words, re.IGNORECASE)), "")


def _plural(name: str) -> str:
    words = r"[\s\W_]*".join(map(re.escape, fold(name).split()))
    return rf"\b{words}(?:s|es)?\b"


def take_currency(text: Text, crm: Crm, got: Got) -> None:
    """A currency that deals are in: "in CHF"."""
    there = crm.words["currency"]
    if code := text.named(there, "in"):
        got["currency"] = code
    for word, meant in COINS.items():
        codes = [code for code in meant if code in there]
        if len(codes) == 1 and text.take(rf"\b(?:in )?{word}\b"):
            got["currency"] = codes[0]


def take_stages(text: Text, crm: Crm, got: Got) -> None:
    """Stages by name, and those from or after one."""
    names = [stage.name for stage in sorted(crm.stages, key=lambda s: s.order)]
    live = [stage.name for stage in sorted(crm.stages, key=lambda s: s.order) if not stage.is_closed]
    for name in sorted(live, key=len, reverse=True):
        shown = re.escape(name)
        at = live.index(name)
        if text.take(rf"\b(?:in |at )?(?:the )?{shown}(?: stage)? (?:or|and) (?:later|beyond|after|further|above)\b"):
            got["stages"] = tuple(live[at:])
        elif text.take(rf"\b(?:past|beyond|after|later than) (?:the )?{shown}(?: stage)?\b"):
            got["stages"] = tuple(live[at + 1 :])
        elif text.take(rf"\b(?:before|earlier than|not yet in) (?:the )?{shown}(?: stage)?\b"):
            got["stages"] = tuple(live[:at])
    found: list[str] = []
    while (value := text.named(names, r"in(?: stage)?|at|stage|still in|currently in|or|and")) is not None:
        named = value.removeprefix("not ").split(" or ")
        found += [name for name in live if name not in named] if value.startswith("not ") else named
    if found:
        got["stages"] = (*got.get("stages", ()), *found)


def take_forecast(text: Text, crm: Crm, got: Got) -> None:
    names = {*crm.words["forecast_category"]} | {stage.forecast_category for stage in crm.stages}
    found = []
    for category in sorted({n for n in names if n}, key=len, reverse=True):
        shown = re.escape(category).replace(r"\ ", r"[\s-]")
        no = rf"\b(?:not (?:yet )?(?:in |on |as |at )?|outside (?:of )?|except )(?:the )?{shown}(?: forecast| category)?\b"
        if text.take(no):
            got["forecast"] = tuple(sorted(n for n in names if n and n != category))
            return
        bare = rf"\b(?:in |on |as |at |or |and )?(?:the )?(?:forecast(?:ed)?(?: category)?(?: as| is| in)? )?{shown}(?: forecast| category)?\b"
        led = rf"\b(?:forecast(?:ed)?(?: category)?(?: as| is| in)?|category) {shown}\b"
        if text.take(led if category.lower() in ("pipeline", "closed") else bare):
            found.append(category)
    if found:
        got["forecast"] = tuple(found)


def take_competitor(text: Text, crm: Crm, got: Got) -> None:
    """A competitor that deals name, or one that stands where a competitor stands ("did we lose to Globex")."""
    values = crm.words["competitor"]
    found = text.named(values, TO_US)
    if not found and text.has(
        r"\b(?:against|lost? to|lose to|losing to|versus|vs|competitor|mention(?:s|ing)?|named?)\b"
    ):
        found = text.part_named(values)
    if found:
        text.take(
            r"\b(?:is|are|was|were) (?:in|involved|competing|mentioned|named|present|the competitor)\b|\bas (?:the |a )?competitor\b|\bcompet(?:ing|es?)\b|\bagainst\b|\bmention(?:s|ed|ing)?\b|\bnames?\b|\bcompetitor\b"
        )
    elif m := text.take(
        r"\b(?:lost|lose|losing|lost out|won|win|compet(?:e|ing)|up)?\s*(?:to|against|versus|vs\.?)\s+(?P<who>(?-i:[A-Z])[\w&.-]*(?: (?-i:[A-Z])[\w&.-]*)*)"
    ):
        found = m["who"]
    if found:
        got["competitor"] = found


def take_product(text: Text, crm: Crm) -> str | None:
    values = {*crm.words["product"]} | {p.name for p in crm.reader.products()}
    lead = r"for|of|with|on|about|including|own|owns|owning|use|uses|using|have|has|bought|without"
    return text.named(values, lead)


def take_part_product(text: Text, crm: Crm) -> str | None:
    """A product by a part of its name; last, as "plan" and "dock" are words, too."""
    return text.part_named({*crm.words["product"]} | {p.name for p in crm.reader.products()})


_CAME = r"(?:lead )?source(?: is| of|:)?|(?:came|come|comes|coming|generated|sourced)(?: in)? (?:from|through|via|by)|via|from|through"
_LED = r"(?=(?:[- ](?:sourced|generated|led))?(?:[\s|]+(?:open|won|lost|closed|new))*[\s|]+(?:deals?|opportunit(?:y|ies)|opps?|leads?|business|renewals?|expansions?|wins|losses|pipeline)\b)"


def take_source(text: Text, crm: Crm, got: Got) -> None:
    """Where a deal came from: led to by a word, or standing before the deals ("outbound deals")."""
    values = crm.words["lead_source"]
    if source := text.named(values, _CAME, must=True) or _before_deals(text, values):
        got["lead_source"] = source
        text.take(r"\b(?:came|come|comes)\b(?: in)?|[- ](?:sourced|generated|led)\b")
        text.take(r"\b(?:lead )?source(?:d)?\b|\bas (?:the )?(?:lead )?source\b")


def _before_deals(text: Text, values: set[str]) -> str | None:
    """A source by its name or the first word of it: "trade fair deals", "inbound deals" of “Inbound call”."""
    for value in sorted(values, key=lambda v: (-len(v), v)):
        first = fold(value).split()[0]
        alone = len(first) > 4 and sum(fold(one).split()[0] == first for one in values) == 1
        for written in (written_as(value), rf"(?<!\w){re.escape(first)}"):
            if (written != rf"(?<!\w){re.escape(first)}" or alone) and (
                turned := text.take_either(written + _LED)
            ) is not None:
                return f"{turned}{value}"
    return None


def take_person(text: Text, crm: Crm, got: Got) -> None:
    """A contact by name, with whom something was."""
    if "|" in text.left and not re.search(r"[A-Z]", text.left[1:]):
        return  # nothing left that looks like a name
    for mention in mentions(text.left, list(crm.reader.contact_names()), people=True):
        if len(mention.ids) == 1 and text.take(
            rf"\b(?:with|to|from|for|of|by) {re.escape(mention.text)}(?:['’]s?)?(?!\w)|(?<!\w){re.escape(mention.text)}(?:['’]s?)?(?!\w)"
        ):
            one = crm.reader.contact(mention.ids[0])
            got["person"] = one.name if one else ""
            return


def take_reason(text: Text, crm: Crm, got: Got) -> None:
    """Why a deal was lost; a reason that is a plain word (“competitor”) only where words speak of reasons."""
    values = crm.words["loss_reason"]
    lead = r"because (?:of|it was|they were|we were)|because|due to|(?:loss )?reason(?: is| was|:)?|down to|put down to"
    spoken = text.has(r"\breasons?\b")
    if got.get("state") not in ("lost", "closed") and not spoken and not text.has(rf"\b(?:{lead})\b"):
        return  # what is not lost has no such reason
    if reason := text.named(values, rf"{lead}|with|on|over|for|by|to", must=not spoken):
        got["loss_reason"] = reason
        text.take(r"\b(?:as |being |was )*(?:the |a |their )?(?:loss |lost )?reasons?\b|\bas (?:the |a )?reason\b")
        text.take(r"\b(?:for|with)(?: (?:any|some|the|a))?(?: other)? (?=\|)")
