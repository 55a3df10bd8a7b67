"""Planted contradictions and duplicates among the sample company's pages: how many are found, and how many finds are right."""
