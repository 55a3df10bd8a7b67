"""Curation as people do it: what one person may see and decide, and what a machine finds wrong."""

from bot.curating.contradictions import Contradiction, disagreements
from bot.curating.desk import Desk, PageUse, Standing
from bot.curating.duplicates import Duplicate, Overlap

__all__ = ["Contradiction", "Desk", "Duplicate", "Overlap", "PageUse", "Standing", "disagreements"]
