"""What an applicant changed when they supplied a correction, for the official who asked for it."""

from typing import Any

from django.utils.translation import gettext as _

from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.supplements import MORE, more_names
from yiwang.foundation.forms import Change, Form, changes
from yiwang.foundation.forms.changes import RowChange

LONG = 60
"""From how many characters on before and after stand below one another."""


def correction_changes(
    case: Case, form: Form, answers: dict[str, Any], language: str, *, reveal: bool = False
) -> list[dict[str, Any]]:
    """Return every answer that differs from what was first sent, in the order of the form; none before a correction."""
    before = queries.answers_before(case)
    if not before:
        return []
    names = {str(one.paper.pk): one.paper for one in queries.handed_in(case) if one.paper}
    asked = {item["field"] for item in queries.correction_items(case)}
    found = changes(form, before, answers, language, reveal=reveal)
    return [_shown(one, names) | {"was_asked": one.field.key in asked} for one in found]


def more_changes(
    case: Case, form: Form, before: dict[str, Any], answers: dict[str, Any], language: str, *, reveal: bool = False
) -> list[dict[str, Any]]:
    """Return what differs since more was supplied after acceptance, and the papers that came for what was asked for."""
    if not before:
        return []
    handed = queries.handed_in(case)
    names = {str(one.paper.pk): one.paper for one in handed if one.paper}
    found = [
        _shown(one, names) | {"was_asked": True} for one in changes(form, before, answers, language, reveal=reveal)
    ]
    came: dict[str, list[Any]] = {}
    for one in handed:
        if one.paper and one.material.startswith(MORE):
            came.setdefault(one.material, []).append(one.paper)
    asked = more_names(case)
    return found + [
        {
            "key": key,
            "label": asked.get(key, ""),
            "was_asked": True,
            "rows": [],
            "papers_added": papers,
            "papers_removed": [],
        }
        for key, papers in came.items()
    ]


def _shown(one: Change, papers: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": one.field.key,
        "label": text_of(one.field.label),
        "kind": one.kind,
        "before": one.before,
        "after": one.after,
        "is_long": max(len(one.before), len(one.after)) > LONG,
        "papers_added": [papers[i] for i in one.papers_added if i in papers],
        "papers_removed": [papers[i] for i in one.papers_removed if i in papers],
        "rows": [_row(one, row) for row in one.rows],
    }


def _row(one: Change, row: RowChange) -> dict[str, Any]:
    entry = text_of(one.field.entry or one.field.label)
    return {
        "kind": row.kind,
        "name": f"{entry} {row.number}",
        "word": {"added": _("新加"), "removed": _("去掉"), "changed": _("改了")}[row.kind],
        "cells": [{"label": text_of(c.field.label), "before": c.before, "after": c.after} for c in row.cells],
    }
