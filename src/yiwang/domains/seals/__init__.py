"""E-seals and signatures: which office holds one, and each use of it."""
