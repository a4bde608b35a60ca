from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "yiwang.domains.deliveries"

    def ready(self) -> None:
        """Start listening and working."""
        from yiwang.domains.deliveries import handlers, jobs  # noqa: F401
