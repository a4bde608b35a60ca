"""Prove a whole store. Shares no code with the platform that writes it: standard library, cryptography and psycopg only.

`main(argv)` is what `yiwang verify` calls: 0 if every rule holds, 1 on any breach, 2 on wrong use or an unreadable store.
"""

from yiwang_verify.command import main

__all__ = ["main"]
