from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yiwang.domains.catalogue"

    def ready(self) -> None:
        """Listen to what stands beside the items on a page."""
        from yiwang.domains.catalogue import handlers  # noqa: F401
