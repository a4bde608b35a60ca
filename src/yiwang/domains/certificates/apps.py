from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "yiwang.domains.certificates"

    def ready(self) -> None:
        """Start signing."""
        from yiwang.domains.certificates import jobs  # noqa: F401
