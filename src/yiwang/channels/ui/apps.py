from django.apps import AppConfig


class UiConfig(AppConfig):
    """The shared templates, theme and error pages."""

    name = "yiwang.channels.ui"
    label = "ui"
    verbose_name = "界面"
