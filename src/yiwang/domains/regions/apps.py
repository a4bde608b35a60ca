from django.apps import AppConfig


class RegionsConfig(AppConfig):
    name = "yiwang.domains.regions"
