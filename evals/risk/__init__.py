"""Suite over risk signals: cases of each, and their precision on the sample company."""
