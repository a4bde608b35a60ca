from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "yiwang.domains.supervision"

    def ready(self) -> None:
        """Start watching and counting."""
        from yiwang.domains.supervision import handlers, jobs  # noqa: F401
