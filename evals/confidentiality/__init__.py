"""Who may learn what: probes with planted canaries, controls, twins that differ only in what the asker may not see."""
