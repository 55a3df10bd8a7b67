"""Keeping a home well: what is inconsistent in it, a copy of it, and a home made from a copy."""
