from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "yiwang.domains.papers"
