"""A payment provider for demonstrations: a process of its own with a pay page, and signed messages that may come late, twice or wrong."""
