"""Hold a text against its sources and the computed facts; what nothing supports is dropped (pure)."""

from bot.grounding.check import as_prompt, check, check_text, ground
from bot.grounding.claims import Claim, Facts, FactValue, Judge, Label, Opinion, Source, Use, Verdict
from bot.grounding.nearness import Nearness
from bot.grounding.text import sentences

__all__ = [
    "Claim", "FactValue", "Facts", "Judge", "Label", "Nearness", "Opinion", "Source", "Use", "Verdict",
    "as_prompt", "check", "check_text", "ground", "sentences",
]  # fmt: skip
