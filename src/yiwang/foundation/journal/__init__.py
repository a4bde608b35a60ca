"""The journal: one row for each fact, which is audit entry, timeline, event and evidence at once."""
