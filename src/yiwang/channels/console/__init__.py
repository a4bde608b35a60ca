"""Those who keep the platform running work here: what waits, what was set aside, words without an answer, the calendar."""

CONSOLE_ROLES = ("operator", "administrator")
"""The duties that have to do with the platform itself."""
