"""A third company, brought in as CSV files: euros and pounds, and names of stages, types and rivals of its own."""

from datetime import datetime
from typing import Any

from bot.crm.records import Account, Opportunity, OpportunityHistory, Product, Record, Stage, User
from evals.questions import second

WORDS = {
    "Lead": "Qualified", "Demo": "Workshop", "Quote": "Offer Out", "Legal": "Signature", "Signed": "Order In", "Dropped": "Gone",
    "Early": "Upside", "Likely": "Probable", "Sure": "Locked", "Done": "Booked", "Out": "Omitted",
    "New": "First Order", "Renewal": "Contract Renewal", "Upsell": "Add-on", "CHF": "GBP",
    "Initech": "Kestrel GmbH", "Umbrella Data": "Polar Systems", "In-house": "Own Build",
    "Timing": "Bad timing", "Price": "Too expensive", "No decision": "Went quiet",
    "Nimbus Core": "Tidewater Base", "Nimbus Edge": "Tidewater Flow",
    "Nora Lindt": "Greta Holm", "Bo Quist": "Tomas Vrba", "Ana Ruiz": "Ines Prado", "Max Boss": "Hal Osei",
    "North": "DACH", "South": "Iberia", "KMU": "Midsize", "Konzern": "Large", "Logistics": "Shipping",
    "Construction": "Building Materials", "Biotech": "Pharma",
}  # fmt: skip
RENAMED = (Account, Opportunity, OpportunityHistory, Product, Stage, User)


def records(now: datetime) -> list[Record]:
    """The records of the second company by other names."""
    return [_renamed(one) if isinstance(one, RENAMED) else one for one in second.records(now)]


def _renamed(record: Record) -> Record:
    fields = {name: _word(value) for name, value in record if name not in ("id", "name") or _own_name(record)}
    return record.model_copy(update=fields)


def _own_name(record: Record) -> bool:
    """Whether its name is a word of the company, and not made of its account's."""
    return isinstance(record, Product | Stage | User)


def _word(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_word, value))
    return WORDS.get(value, value) if isinstance(value, str) else value
