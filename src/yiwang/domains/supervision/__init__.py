"""电子监察: rules that watch every deadline, and cards that nobody can take away."""
