"""App Home, and what comes by the clock."""
