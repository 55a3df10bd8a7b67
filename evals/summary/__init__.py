"""Calls of our own writing, and what a reader marks in them."""
