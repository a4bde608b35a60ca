"""Yiwang (一网): one net of government services."""

__version__ = "0.1.0"
