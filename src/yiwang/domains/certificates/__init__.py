"""E-certificates: types, signed data, states, and their check."""
