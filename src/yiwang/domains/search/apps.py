from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "yiwang.domains.search"

    def ready(self) -> None:
        """Start indexing."""
        from yiwang.domains.search import handlers, jobs  # noqa: F401
