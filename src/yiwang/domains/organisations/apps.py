from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "yiwang.domains.organisations"
