"""Text messages for demonstrations: they are put in a file that the operator can open."""
