from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "yiwang.foundation.journal"
    default_auto_field = "django.db.models.BigAutoField"
