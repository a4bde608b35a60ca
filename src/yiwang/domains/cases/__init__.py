"""办件: one person's request for one item, from draft to result, and its clocks."""
