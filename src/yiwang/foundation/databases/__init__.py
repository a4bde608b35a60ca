"""Django's two database backends, made impatient: a request never waits longer than its deadline."""
