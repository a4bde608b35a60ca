from django.apps import AppConfig


class NumbersConfig(AppConfig):
    name = "yiwang.foundation.numbers"
