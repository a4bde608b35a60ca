"""好差评: one grade for each finished case, and the public figures."""
