"""Whether a recording was agreed to, and which calls wait for their host."""
