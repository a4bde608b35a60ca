from django.apps import AppConfig


class ReadsConfig(AppConfig):
    name = "yiwang.foundation.reads"
