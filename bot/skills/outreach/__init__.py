"""What an outreach draft is made of: who may be written to, what may be said, and the letter itself."""
