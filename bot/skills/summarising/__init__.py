"""What a call summary is made of: turns, who speaks, and what was decided, promised, asked and said."""
