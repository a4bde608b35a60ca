"""A seal authority for demonstrations: keys on disk, every certificate marked 演示."""
