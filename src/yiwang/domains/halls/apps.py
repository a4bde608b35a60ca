from django.apps import AppConfig


class HallsConfig(AppConfig):
    name = "yiwang.domains.halls"

    def ready(self) -> None:
        """Start the timed work and what follows from news."""
        from yiwang.domains.halls import handlers, jobs  # noqa: F401
