"""Who reads along, and what all of them may see."""
