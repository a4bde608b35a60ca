"""Rule 1: foreign keys point down, as imports do (a string such as "cases.Case" escapes the import linter)."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tests.architecture.source import DOMAINS, RANKS


def relations() -> Iterator[tuple[models.Field, type[models.Model], type[models.Model]]]:
    """Yield (field, from, to) for each relation that a table of ours declares."""
    for model in apps.get_models():
        if model.__module__.startswith("yiwang."):
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model not in {None, "self", model}:
                    yield field, model, field.related_model


def height(model: type[models.Model]) -> int:
    """Return the rank of a model's package: Django's own and the foundation are below every domain."""
    module = model.__module__.split(".")
    if module[:2] == ["yiwang", "domains"]:
        return RANKS[module[2]]
    return 1000 if module[:2] in (["yiwang", "channels"], ["yiwang", "connectors"]) else -1


def package(model: type[models.Model]) -> str:
    """Return the package of a model, two places below `yiwang`."""
    return ".".join(model.__module__.split(".")[:3])


def test_foreign_keys_point_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {other._meta.label}"
        for field, model, other in relations()
        if package(model) != package(other) and height(other) >= height(model) and height(other) >= 0
    ]
    assert upward == []


def test_every_domain_has_a_rank_and_is_installed() -> None:
    packages = {path.parent.name for path in DOMAINS.glob("*/__init__.py")}
    installed = {
        config.name.rsplit(".", 1)[1] for config in apps.get_app_configs() if config.name.startswith("yiwang.domains.")
    }
    assert packages <= set(RANKS), "rank them in pyproject.toml, with an ADR"
    assert packages == installed
