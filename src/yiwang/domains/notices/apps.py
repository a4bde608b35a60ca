from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yiwang.domains.notices"

    def ready(self) -> None:
        """Start sending, and what follows from news."""
        from yiwang.domains.notices import handlers, jobs  # noqa: F401
