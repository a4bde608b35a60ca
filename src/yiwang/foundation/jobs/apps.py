from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "yiwang.foundation.jobs"
