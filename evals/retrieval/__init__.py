"""Retrieval and abstaining, measured on judged questions that are kept outside of the project."""
