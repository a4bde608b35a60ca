"""What a person hands in: stored the moment it is attached, encrypted, typed and hashed."""
