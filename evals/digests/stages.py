"""Stage picklists of generated CRMs: the usual names and others, long and short."""

import random

from bot.crm.records import Stage

CATEGORIES = ("Pipeline", "Best Case", "Commit", "Omitted")
OLD_NAME = "Former Step"
USUAL = ("Prospecting", "Qualification", "Discovery", "Proposal", "Negotiation", "Verbal", "Signing")
OTHERS = ("Kennenlernen", "Bedarf", "Angebot", "Muster", "Verhandlung", "Freigabe", "Vertrag")


def stages_of(luck: random.Random) -> tuple[list[Stage], str | None]:
    """Three to seven open stages and the two ends; beside them the stage that once had another name, if any."""
    names = luck.choice((USUAL, USUAL, OTHERS))[: luck.randint(3, 7)]
    count = len(names)
    rising = [
        Stage(id=f"s-{i}", name=name, order=i + 1, probability=round((i + 1) * 90 / (count + 1)) / 100,
              forecast_category=_category(luck, i, count))
        for i, name in enumerate(names)
    ]  # fmt: skip
    won, lost = ("Gewonnen", "Verloren") if names[0] == OTHERS[0] else ("Closed Won", "Closed Lost")
    ends = [
        Stage(id="s-won", name=won, order=20, probability=1, forecast_category="Closed", is_closed=True, is_won=True),
        Stage(id="s-lost", name=lost, order=21, probability=0, forecast_category="Omitted", is_closed=True),
    ]
    return [*rising, *ends], (luck.choice(names) if luck.random() < 0.3 else None)


def _category(luck: random.Random, at: int, count: int) -> str:
    """The usual category of so late a stage; now and then Salesforce's own word for Commit, or none of the usual ones."""
    usual = CATEGORIES[min(2, at * 3 // count)]
    return "Forecast" if usual == "Commit" and luck.random() < 0.15 else usual
