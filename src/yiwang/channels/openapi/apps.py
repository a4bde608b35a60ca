from django.apps import AppConfig


class OpenapiConfig(AppConfig):
    name = "yiwang.channels.openapi"
