"""Real meetings with summaries that people wrote, kept outside of the project: the offline summary, and finding turns."""
