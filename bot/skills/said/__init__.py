"""What a seller's words say: what happened, what is to be done, what is to change; rules alone, no model."""
