"""Questions over many records: read by rules or by an agent, answered by code from what the asker may see."""
