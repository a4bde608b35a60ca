"""Rule 8, and what lets the same schema be distributed by the case: constraints, keys, migrations."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from tests.architecture.source import YIWANG, is_migration

SENTENCE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+){3,}")
LONGEST_NAME = 63
"""PostgreSQL cuts a longer one off."""

FAMILY_APPS = ("cases", "ratings")
KEY_TABLES = {
    "cases.CaseNumber": "a number is unique across cases, so it has a row of its own",
    "cases.SubmitKey": "a key is unique across cases, so it has a row of its own",
}
"""Tables beside the family that hold the id of a case without belonging to it."""


def ours() -> list[type[models.Model]]:
    """Return our own tables."""
    return [m for m in apps.get_models() if m.__module__.startswith("yiwang.") and m._meta.managed]


def case_model() -> type[models.Model]:
    """Return the head of the case family."""
    return apps.get_model("cases", "Case")


def family() -> list[type[models.Model]]:
    """Return the tables that hang on a case, by whatever path, and the case itself."""
    members = {case_model()}
    candidates = [
        m
        for label in FAMILY_APPS
        if apps.is_installed(f"yiwang.domains.{label}")
        for m in apps.get_app_config(label).get_models()
    ]
    while True:
        more = {m for m in candidates if m not in members and any(other in members for _, other in keys_of(m))}
        if not more:
            return sorted(members, key=lambda m: m._meta.label)
        members |= more


def keys_of(model: type[models.Model]) -> Iterator[tuple[models.Field, type[models.Model]]]:
    """Yield (field, target) for each foreign key of a table."""
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey):
            yield field, field.related_model


def uniques(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Return the columns of each unique constraint, the primary key apart."""
    named = [tuple(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    single = [(f.name,) for f in model._meta.local_fields if f.unique and not f.primary_key]
    return named + single + [tuple(together) for together in model._meta.unique_together]


def test_constraints_are_sentences() -> None:
    names = [(m._meta.label, c.name) for m in ours() for c in m._meta.constraints]
    assert [n for n in names if not SENTENCE.fullmatch(n[1]) or len(n[1]) > LONGEST_NAME] == []


def test_everything_that_hangs_on_a_case_has_a_direct_case_key() -> None:
    case = case_model()
    lacking = [
        m._meta.label
        for m in family()
        if m is not case and not any(f.name == "case" and other is case and not f.null for f, other in keys_of(m))
    ]
    assert lacking == []


def test_every_unique_constraint_of_the_family_contains_the_case() -> None:
    case = case_model()
    wrong = [
        f"{m._meta.label} {columns}"
        for m in family()
        for columns in uniques(m)
        if ("id" if m is case else "case") not in columns
    ]
    assert wrong == []


def test_keys_of_the_family_are_made_by_us() -> None:
    wrong = []
    for model in family():
        key = model._meta.pk
        by_us = isinstance(key, models.UUIDField) and key.has_default()
        if not (by_us or isinstance(key, models.OneToOneField | models.CompositePrimaryKey)):
            wrong.append(f"{model._meta.label} {key}")
    assert wrong == []


def test_nobody_outside_points_into_the_family() -> None:
    members = set(family())
    into = [
        f"{m._meta.label}.{f.name}"
        for m in apps.get_models()
        if m not in members
        for f, other in keys_of(m)
        if other in members
    ]
    beside = [
        f"{m._meta.label}.{f.name} -> {other._meta.label}"
        for m in members
        for f, other in keys_of(m)
        if other not in members and other._meta.app_label in FAMILY_APPS
    ]
    assert into + beside == []


def test_tables_that_only_name_a_case_are_listed() -> None:
    members = set(family())
    models_ = [
        m
        for label in FAMILY_APPS
        if apps.is_installed(f"yiwang.domains.{label}")
        for m in apps.get_app_config(label).get_models()
    ]
    named = {
        m._meta.label for m in models_ if m not in members and any(f.name == "case_id" for f in m._meta.local_fields)
    }
    assert named == set(KEY_TABLES)


@pytest.mark.django_db
def test_models_have_their_migrations() -> None:
    try:
        call_command("makemigrations", "--check", "--dry-run", verbosity=1)
    except SystemExit:
        pytest.fail("a model has changed and its migration is missing: yiwang manage makemigrations")


MAY_SET_TRIGGERS = {
    "domains/supervision/migrations/0002_append_only.py": "cards stay; their tables lie outside the case family (ADR 0026)"
}
"""Migration → why its triggers do not stand in the way of spreading cases over several machines."""


def test_migrations_name_no_citus_and_set_no_triggers() -> None:
    wrong = []
    for path in YIWANG.rglob("migrations/*.py"):
        text = path.read_text(encoding="utf-8").lower()
        assert is_migration(path)
        wrong += [
            f"{path.relative_to(YIWANG)} {word}"
            for word in ("citus", "create trigger", "create_distributed")
            if word in text and not (word == "create trigger" and str(path.relative_to(YIWANG)) in MAY_SET_TRIGGERS)
        ]
    assert wrong == []


def test_tables_with_triggers_hang_on_no_case() -> None:
    """A card names its case as the journal does: by an id, without a foreign key."""
    members = set(family())
    pointing = [
        f"{m._meta.label}.{f.name}"
        for m in apps.get_app_config("supervision").get_models()
        for f, other in keys_of(m)
        if other in members
    ]
    assert pointing == []


def test_no_table_was_named_for_distribution_by_hand() -> None:
    named = [
        str(path.relative_to(YIWANG))
        for path in YIWANG.rglob("*.py")
        if re.search(r"\bcitus\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert named == []
