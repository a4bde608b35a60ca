"""Ways in: what people, staff and machines see."""
