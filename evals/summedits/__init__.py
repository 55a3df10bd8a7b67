"""Edited summaries, kept outside of the project: what the grounding check keeps and catches, and how far its score may be trusted."""
