"""The officials work here: the queue of an office, the case, the decision, the certificates that it issued."""

CASE_ROLES = ("window", "reviewer", "head")
"""The duties that have to do with cases."""
