"""PostgreSQL over a network that may be slow, cut or silent."""
