from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yiwang.domains.cases"

    def ready(self) -> None:
        """Start listening and working."""
        from yiwang.domains.cases import handlers, jobs  # noqa: F401
