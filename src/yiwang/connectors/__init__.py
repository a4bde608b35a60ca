"""Ways out: one package for each outside party that we call."""
