from django.apps import AppConfig


class JointCasesConfig(AppConfig):
    name = "yiwang.domains.joint_cases"

    def ready(self) -> None:
        """Start listening and working."""
        from yiwang.domains.joint_cases import handlers, jobs  # noqa: F401
