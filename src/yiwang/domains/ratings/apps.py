from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "yiwang.domains.ratings"

    def ready(self) -> None:
        """Start counting."""
        from yiwang.domains.ratings import handlers  # noqa: F401
