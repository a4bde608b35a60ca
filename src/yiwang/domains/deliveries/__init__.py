"""快递送达: how papers come in and results go out, and when they count as delivered."""
