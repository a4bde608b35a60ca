"""A population register for demonstrations: it knows the demo people only."""
