from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "yiwang.domains.cases"

    def ready(self) -> None:
        """Start listening and working."""
        from yiwang.domains.cases import handlers, jobs  # noqa: F401
        from yiwang.domains.cases.queries.rule_subjects import Catalogue
        from yiwang.domains.cases.queries.shelf import result_on_shelf
        from yiwang.domains.halls.ports import put_up_shelf
        from yiwang.domains.rules.ports import provide_subjects

        provide_subjects(Catalogue())
        put_up_shelf(result_on_shelf)
