"""By what records are counted, read: named ("by stage"), or asked for ("which reps have the most") (pure)."""

from bot.skills.asking.parts import Got
from bot.skills.asking.words import Text

GROUPS = {
    r"owners?|reps?|sellers?|salespersons?|people|person|colleagues?|ae|account executives?": "owner",
    r"stages?": "stage", r"forecast(?: categor(?:y|ies))?|categor(?:y|ies)": "forecast category",
    r"competitors?|rivals?": "competitor", r"products?": "product", r"(?:deal )?types?": "type",
    r"(?:loss |lost )?reasons?": "loss reason", r"accounts?|customers?|compan(?:y|ies)": "account",
    r"countr(?:y|ies)": "country", r"segments?": "segment", r"industr(?:y|ies)|verticals?": "industry",
    r"regions?|territor(?:y|ies)": "region", r"months?": "month", r"quarters?": "quarter", r"years?": "year", r"teams?": "team",
    r"lead sources?|sources?|channels?": "lead source", r"kinds?": "kind", r"states?|status(?:es)?": "state",
}  # fmt: skip
_BY = r"(?:by|per|for each|for every|broken down by|split by|grouped by|each|every)"
_PER = r"(?:by|per|for each|for every|broken down by|split by|grouped by)"
_A_DEAL = r"(?=(?:open |won |lost )?(?:deal|opportunity|renewal)\b)"
TOTALS = r"(?:,\s*)?\b(?:with|and|plus|including|showing) (?:the |their |all )?(?:sub)?(?:totals?|sums?|counts?|numbers?)\b(?: (?:for|of|per) each)?"
MOST = r"(?:the )?(?P<most>most often|most|highest|best|biggest|largest|strongest)"
LEAST = r"(?:the )?(?:fewest|least often|least|lowest|worst|smallest|weakest)"


def take_group(text: Text, got: Got) -> None:
    """By what deals are counted: named ("by stage"), or asked for ("which reps have", "who do we lose to most")."""
    if text.take(
        r"\bwho(?:m)?\b.{0,20}\b(?:lose|losing|lost)\b(?: (?:the )?(?:most )?(?:deals?|business))? to(?: (?:the )?most(?: often)?)?|\bwho beats us(?: (?:the )?most(?: often)?)?"
    ):
        got |= {"state": "lost", "having": (*got.get("having", ()), "competitor"), "group": "competitor"}
        return
    by_name = text.has(rf"\b{_BY} (?:competitors?|rivals?)\b")
    take_groups(text, got)
    if got.get("group") == "competitor" and not by_name:
        got["having"] = (*got.get("having", ()), "competitor")


def take_groups(text: Text, got: Got) -> None:
    """By what records are counted, and whether the most or the least of it comes first."""
    if text.has(rf"\b{_BY} \w"):
        text.take(TOTALS)
    for words, group in GROUPS.items():
        if text.take(
            rf"\b{_PER} (?:{words})\b(?= of\b)|\b{_BY} (?:{words})\b(?! (?:is|are|of|at|in|with|have|has|do i|did i|am i)\b)"
        ) or text.take(
            rf"\b(?:do|does|did|has|have) (?:each|every) (?:{words})(?: (?:have|has|had|got|own|hold|carry))?\b"
        ):
            got.setdefault("group", group)
    if got.get("group") and (m := text.take(rf"\b(?P<one>largest|biggest|smallest) {_A_DEAL}")):
        got["rank"] = "smallest" if m["one"].lower() == "smallest" else "largest"
        return
    ranked = text.has(rf"\b(?:{MOST}|{LEAST})\b")
    if got.get("group") or not ranked:
        _which_reps(text, got)
    elif text.take(
        r"\bwho\b(?=.*\b(?:most|fewest|least|highest|largest|biggest|best|lowest)\b)(?! owns? the (?:largest|biggest|smallest) (?:open )?(?:deal|opportunity|renewal)\b)(?: (?:owns?|has|have|had|holds?|carr(?:y|ies)|made|won|lost))?"
    ):
        got["group"] = "owner"
    else:
        for words, group in GROUPS.items():
            if text.take(
                rf"^\W*(?:in |with |from |to |for |at |against )?(?:which|what)(?: of (?:our|my|the))? (?:{words})\b"
            ):
                got["group"] = group
                break
    if got.get("group") and not text.has(r"\b(?:most|least) recent"):
        _rank(text, got)


def _which_reps(text: Text, got: Got) -> None:
    if text.take(r"\bwhich (?:owners?|reps?|sellers?|colleagues?|people)\b(?= (?:have|has|own|hold))"):
        got.setdefault("group", "owner")


def _rank(text: Text, got: Got) -> None:
    """What the first group has most of: records, or money."""
    money = r"(?: (?:open )?(?:revenue|money|amount|value|pipeline|volume|sales|business))?"
    if m := text.take(rf"\b{MOST}(?P<money>{money})\b"):
        if m["money"].strip() or m["most"].lower() in ("largest", "biggest"):
            got["rank"] = "amount"
        _reopen(m["money"], text)
    elif m := text.take(rf"\b{LEAST}(?P<money>{money})\b"):
        got |= {"least": True} | ({"rank": "amount"} if m["money"].strip() else {})
        _reopen(m["money"], text)


def _reopen(words: str, text: Text) -> None:
    """What was taken with the rank still says that the deals are open."""
    if "open" in words:
        text.left += " open"
