"""The officials work here: the queue of an office, the case, the decision."""
