"""Sentences against their sources: our own with a reader's verdicts, and edited summaries kept outside of the project."""
