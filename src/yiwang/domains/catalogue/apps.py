from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yiwang.domains.catalogue"
