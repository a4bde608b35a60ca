from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "yiwang.domains.rules"

    def ready(self) -> None:
        """Start working."""
        from yiwang.domains.rules import jobs  # noqa: F401
