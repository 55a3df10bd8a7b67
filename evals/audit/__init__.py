"""Whether the audit trail is whole, and tells where it is not."""
