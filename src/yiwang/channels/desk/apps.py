from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "yiwang.channels.desk"
