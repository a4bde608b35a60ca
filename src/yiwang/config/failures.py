"""How a command ends when it cannot do its work."""


class WrongUse(Exception):
    """The command was called wrongly; the message says how to call it. Exit 2."""


class Failed(Exception):
    """The command could not do its work; the message says what to do. Exit 1."""
