"""What each line of an answer is to tell beside what it always tells: read from a question, and looked up."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.crm.records import Account, Contact, Record
from bot.skills.asking.arguments import Accounts, Activities, Arguments, Column, Contacts, Deals, Promises, Whose
from bot.skills.asking.crm import Crm
from bot.skills.asking.result import Hit, Result
from bot.skills.asking.words import Text
from bot.skills.ledger import joined, money

WORDS: dict[Column, str] = {
    "owner": r"owners?|account managers?|reps?", "stage": r"(?:sales )?stages?", "amount": r"amounts?|values?|sizes?",
    "close date": r"clos(?:e|ing) dates?", "competitor": r"competitors?", "product": r"products?", "type": r"types?",
    "next step": r"next[- ]steps?", "loss reason": r"(?:loss |lost )?reasons?(?: (?:why|for (?:the|each) loss|for losing (?:them|it)))?",
    "lead source": r"(?:lead )?sources?", "forecast category": r"forecast(?: categor(?:y|ies))?|categor(?:y|ies)",
    "created": r"creation dates?|dates? of creation", "account": r"accounts?|compan(?:y|ies)|employers?", "country": r"countr(?:y|ies)",
    "region": r"regions?", "segment": r"segments?", "industry": r"industr(?:y|ies)|sectors?",
    "employees": r"(?:number of )?employees|head ?counts?", "annual revenue": r"(?:annual )?revenues?|turnovers?",
    "renewal date": r"renewal dates?|renewals?", "customer since": r"customer since", "products": r"products?",
    "web site": r"(?:web ?)?sites?|domains?", "phone": r"(?:tele)?phone(?: numbers?)?|phones|numbers?",
    "email": r"e-?mail(?: address(?:es)?)?|e-?mails|mail address(?:es)?", "title": r"(?:job )?titles?|positions?|functions?",
    "role": r"roles?", "champion": r"champions?", "economic buyer": r"economic buyers?", "minutes": r"minutes|durations?|lengths?",
    "direction": r"directions?", "people": r"people|participants|attendees", "due date": r"due dates?|deadlines?",
}  # fmt: skip
"""how a column is called in a question"""
OF_ACCOUNT: tuple[Column, ...] = ("account", "country", "region", "segment", "industry")
OF_KIND: dict[type[Arguments], tuple[Column, ...]] = {
    Deals: ("owner", "stage", "amount", "close date", "competitor", "product", "type", "next step", "loss reason", "lead source", "forecast category",
            "created", *OF_ACCOUNT, "champion", "economic buyer"),
    Accounts: ("owner", "type", *OF_ACCOUNT[1:], "employees", "annual revenue", "renewal date", "customer since", "products", "web site", "created"),
    Contacts: ("phone", "email", "title", "role", "owner", *OF_ACCOUNT),
    Activities: ("owner", "minutes", "direction", "people", *OF_ACCOUNT),
    Promises: ("owner", "due date", *OF_ACCOUNT),
}  # fmt: skip
"""what each kind of record can tell"""
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)"
_ITS = r"(?:the|their|its|his|her|each(?:['’]s| one['’]s)?|all)"
_ENDS = r"(?=\W*(?:$|\||[,;.?]))"


def take_columns(text: Text, kind: type[Arguments]) -> tuple[Column, ...]:
    """What is to be shown, taken out: "with their phone numbers", ", and what is the competitor", "give me the titles of"."""
    names = OF_KIND.get(kind, ())
    one = "|".join(f"(?:{WORDS[name]})" for name in names)
    more = rf"(?:{one})\b(?:{_AND}(?:{_ITS} )?(?:{one})\b)*(?: each| of each(?: one)?)?"
    fields = "|".join(f"(?:{WORDS[name]})" for name in names if name not in ("champion", "economic buyer"))
    found: list[Column] = []
    if text.has(r"^\W*(?:show|list|display)\b") and (
        m := text.take(rf"\bwith (?P<cols>(?:{fields})\b(?:{_AND}(?:{fields})\b)+){_ENDS}")
    ):
        found += _named(
            m["cols"], names
        )  # "show deals with competitor and next step": a table's heads, not what they have
    for pattern in (
        rf"(?:,\s*)?\b(?:(?:together |along )?with|and|including|incl\.?|plus|showing|show(?: me)?|as well as)(?: also)? {_ITS} (?P<cols>{more}){_ENDS}",
        rf",\s*(?:together |along )?with (?:their )?(?P<cols>{more}){_ENDS}",
        rf"(?:,\s*)?\b(?:and )?(?:what|which|who) (?:is|are|was|were) {_ITS} (?P<cols>{more}){_ENDS}",
        rf"^\W*(?:what|which) (?:is|are|were) the (?P<cols>{more}) (?:of|for) (?=\w)",
        rf"^\W*(?:(?:give me|show(?: me)?|list) )?the (?P<cols>{more}) of (?=(?:my|our|all|the|every)\b)",
    ):
        while m := text.take(pattern):
            found += _named(m["cols"], names)
    return tuple(dict.fromkeys(found))


def _named(words: str, names: tuple[Column, ...]) -> list[Column]:
    parts = [
        re.sub(rf"^(?:{_ITS} )|(?: each| of each(?: one)?)$", "", part.strip(), flags=re.IGNORECASE)
        for part in re.split(_AND, words)
    ]
    return [next(name for name in names if re.fullmatch(WORDS[name], part, re.IGNORECASE)) for part in parts if part]


def with_columns(crm: Crm, asked: Arguments, result: Result) -> Result:
    """The result with what was asked to be shown on each line, and as values for machines."""
    show = asked.show if isinstance(asked, Whose) else ()
    if not show:
        return result
    shown = {hit.key: {name: _cell(crm, name, hit.record) for name in show} for hit in result.hits}
    return replace(result, hits=[_told(hit, shown[hit.key]) for hit in result.hits], shown=shown)


def _told(hit: Hit, cells: dict[Column, str]) -> Hit:
    """The line with what it does not tell yet; what is blank is told, too."""
    further = [
        f"{name}: {cell}" if cell else f"no {name} on record"
        for name, cell in cells.items()
        if not cell or cell not in hit.text
    ]
    return replace(hit, text=f"{hit.text.removesuffix('.')}; {joined(further, '; ')}.") if further else hit


def _cell(crm: Crm, name: Column, row: Record) -> str:
    """One value as written; empty where it is blank."""
    if name == "owner":
        account = crm.accounts.get(getattr(row, "account_id", None) or "")
        owner = getattr(row if not isinstance(row, Contact) else account, "owner_id", None)
        return crm.owner_name(owner) if owner else ""
    if name in ("country", "region", "segment", "industry") and not isinstance(row, Account):
        row = crm.accounts.get(getattr(row, "account_id", None) or "") or row
    if name in CELLS:
        return CELLS[name](crm, row)
    return str(getattr(row, name.replace(" ", "_"), None) or "")


def _with_role(role: str) -> Callable[[Crm, Any], str]:
    def names(crm: Crm, row: Any) -> str:
        held = [r.contact_id for r in crm.roles(row) if r.role == role and r.contact_id in crm.contacts]
        return joined(crm.contacts[key].name for key in held)

    return names


def _roles(crm: Crm, row: Any) -> str:
    """The roles of a contact in open deals."""
    held = {
        r.role
        for o in crm.deals(open_only=True)
        if o.account_id == row.account_id
        for r in crm.roles(o)
        if r.contact_id == row.id
    }
    return joined(sorted(role.replace("_", " ") for role in held))


def _account(crm: Crm, row: Any) -> str:
    account = crm.accounts.get(row.account_id or "")
    return account.name if account else ""


CELLS: dict[Column, Callable[[Crm, Any], str]] = {
    "amount": lambda crm, o: money(o.amount, o.currency) if o.amount is not None else "",
    "next step": lambda crm, o: joined([o.next_step, f"due {o.next_step_date}" if o.next_step_date else None]),
    "created": lambda crm, row: str(row.created_at.astimezone(crm.now.tzinfo).date()) if row.created_at else "",
    "account": _account,
    "employees": lambda crm, a: f"{a.employees:,}" if a.employees is not None else "",
    "annual revenue": lambda crm, a: money(a.annual_revenue, a.currency) if a.annual_revenue is not None else "",
    "products": lambda crm, a: joined(a.products),
    "web site": lambda crm, a: a.domain or "",
    "role": _roles,
    "champion": _with_role("champion"),
    "economic buyer": _with_role("economic_buyer"),
    "minutes": lambda crm, a: str(a.minutes) if a.minutes is not None else "",
    "people": lambda crm, a: joined(crm.contacts[key].name for key in a.contact_ids if key in crm.contacts),
    "due date": lambda crm, t: str(t.due or ""),
}
"""columns that are not a field of the record by that name"""
