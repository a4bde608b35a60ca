"""SQLite that waits for a lock no longer than the deadline allows."""
