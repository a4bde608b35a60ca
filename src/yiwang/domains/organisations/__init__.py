"""Offices that answer for services, by credit code, level and region."""
