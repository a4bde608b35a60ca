from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "yiwang.channels.console"
