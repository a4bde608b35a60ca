from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "yiwang.domains.identity"

    def ready(self) -> None:
        """Start the timed work."""
        from yiwang.domains.identity import jobs  # noqa: F401
