from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "yiwang.domains.documents"

    def ready(self) -> None:
        """Start sealing."""
        from yiwang.domains.documents import jobs  # noqa: F401
