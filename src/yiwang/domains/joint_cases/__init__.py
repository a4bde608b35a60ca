"""一件事: one application for several items; each child is a case of its own."""
