"""What people write, type and pick, and the answers to it."""
