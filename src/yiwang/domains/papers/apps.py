from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "yiwang.domains.papers"

    def ready(self) -> None:
        """Start the timed work."""
        from yiwang.domains.papers import jobs  # noqa: F401
