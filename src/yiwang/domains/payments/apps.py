from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "yiwang.domains.payments"

    def ready(self) -> None:
        """Start listening, asking after payments and sending refunds."""
        from yiwang.domains.payments import handlers, jobs  # noqa: F401
