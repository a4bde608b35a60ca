"""A courier for demonstrations: a process of its own that moves parcels over minutes and calls back, signed."""
