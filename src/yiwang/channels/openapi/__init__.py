"""JSON API v1: the same actions and queries as the pages, for machines. Bearer tokens only; a session cookie opens nothing."""
