"""How people ask, and the skill that each sentence is for."""
