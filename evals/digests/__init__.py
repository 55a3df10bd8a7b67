"""Figures of 200 generated digests against a reference of their own in SQL."""
