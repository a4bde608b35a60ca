"""Messages to people about their own affairs."""
