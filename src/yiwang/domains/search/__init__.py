"""Finding an item by one's own words."""
