"""docs/outreach-rules.md is the table: one row a rule, written by `page` (print it to renew the page after a change)."""

from pathlib import Path

from bot.skills.outreach.countries import Regime
from bot.skills.outreach.gate import CHANNELS
from bot.skills.outreach.lint import BLOCKING, RULES

from bot.skills.outreach.rules import ALTERNATIVES, FACTS, RULES as ROWS, STRICTEST_FIRST, TABLE, Place, Rule, must  # isort: skip

PAGE = Path(__file__).parents[2] / "docs" / "outreach-rules.md"
PLACES: dict[Place, str] = {
    "ALL": "Everywhere", "US": "United States", "CA": "Canada", "GB": "United Kingdom", "DE": "Germany", "FR": "France",
    "OI": "Spain, Italy, Austria, Switzerland", "EU": "The rest of the European Union, Norway, Iceland, Liechtenstein",
    "AU": "Australia",
}  # fmt: skip
HEAD = f"""# Who may be written to

Engineering defaults, **not legal advice**: have them checked for your company and your countries. Table {TABLE}, in
`bot/skills/outreach/rules.py`; `tests/unit/test_outreach_docs.py` holds this page to it. Before anything is drafted, the rows of
“Everywhere” and then those of the person's country are tried from the top; the first that fits decides. ALLOW and FOOTER (allowed
with a footer) let a draft be written, REVIEW and BLOCK do not: the refusal names the row, what would change it, and what may be
done instead. Each verdict goes to the audit trail with its rows, the table's version and a keyed hash of what it rests on.

The country is that of the person, else of the account, else by the ending of a domain, else as the seller says it (“she is in
Norway”). Where none is known, or several could be meant (“DACH”), every place that could apply is judged and the strictest
answer counts, by the rows XX-1 (allowed), XX-2 (REVIEW) and XX-3 (BLOCK). “Customer” and so on are read from the CRM; a reply
such as “remove me”, synced, imported or pasted, counts as an opt-out without a flag, until a later express consent is on record.
A message in a network counts as electronic mail. A recorded express consent is taken to cover every channel.
"""


def page() -> str:
    """The page as the table has it."""
    parts = [HEAD, *(_place(place) for place in PLACES), _facts(), _carried(), _instead(), _lint()]
    return "\n".join(parts)


def _place(place: Place) -> str:
    rows = "\n".join(_row(rule) for rule in ROWS if rule.place == place)
    return f"## {PLACES[place]}\n\n| rule | channels | if | verdict | why | what would change it |\n|---|---|---|---|---|---|\n{rows}\n"


def _row(rule: Rule) -> str:
    when = " and ".join(_term(term) for term in rule.when.split()) or "otherwise"
    channels = ", ".join(CHANNELS[one] for one in rule.channels) if len(rule.channels) < 4 else "all"
    cells = [rule.id, channels, when, rule.decision, _said(rule.why), _said(rule.unblock)]
    return f"| {' | '.join(cells)} |"


def _term(term: str) -> str:
    return f"not `{term[1:]}`" if term.startswith("-") else " or ".join(f"`{name}`" for name in term.split("|"))


def _said(text: str) -> str:
    return text.format(name="the person", channel="the channel", refused=", or said so in a reply")


def _facts() -> str:
    rows = "\n".join(f"| `{name}` | {meaning} |" for name, meaning in FACTS.items())
    return f"## What the rows ask for\n\n| word | means |\n|---|---|\n{rows}\n"


def _carried() -> str:
    def cell(place: Regime, first: bool) -> str:
        return "; ".join(f"{CHANNELS[one]}: {', '.join(must(place, one, first=first))}" for one in CHANNELS)

    rows = "\n".join(f"| {place} | {cell(place, False)} | {cell(place, True)} |" for place in sorted(STRICTEST_FIRST))
    return f"## What a message carries\n\n| place | later | at the first contact |\n|---|---|---|\n{rows}\n"


def _instead() -> str:
    rows = "\n".join(f"- {text}" for text in ALTERNATIVES.values())
    return f"## What may be done instead\n\nAnother channel that is allowed, and for most rows:\n\n{rows}\n"


def _lint() -> str:
    rows = "\n".join(
        f"| {rule} | {text} | {'stays' if rule in BLOCKING else 'is told'} |" for rule, text in RULES.items()
    )
    return f"## The check of the text\n\nIn a text that the seller wrote, a rule of law stays, the others are told.\n\n| rule | holds where | |\n|---|---|---|\n{rows}\n"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
