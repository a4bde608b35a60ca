from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yiwang.domains.notices"

    def ready(self) -> None:
        """Start sending."""
        from yiwang.domains.notices import jobs  # noqa: F401
