"""The operators look after the platform here: what was set aside, searches without result, jobs."""
