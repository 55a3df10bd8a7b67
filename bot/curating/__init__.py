"""Curation as people do it: what one person may see and decide, and what a machine finds wrong."""

from bot.curating.contradictions import Contradiction, disagreements
from bot.curating.desk import Desk, PageUse, Standing, others_of
from bot.curating.duplicates import Duplicate, Overlap
from bot.curating.loop import Answered, Loop
from bot.curating.topics import Topic

__all__ = [
    "Answered", "Contradiction", "Desk", "Duplicate", "Loop", "Overlap", "PageUse", "Standing", "Topic", "disagreements",
    "others_of",
]  # fmt: skip
