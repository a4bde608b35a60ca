from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "yiwang.domains.seals"
