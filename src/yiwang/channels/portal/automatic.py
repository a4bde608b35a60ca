"""How the machine came to its decision on one's case, in words; and the rules themselves, which are public."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.opening import found_item
from yiwang.channels.ui.wording import is_english, text_of
from yiwang.domains.cases.queries import case_by_number
from yiwang.domains.rules.queries import decision_of, reason_of, rule_in_force
from yiwang.domains.rules.tables import GRANT, Table, condition_words
from yiwang.foundation.actions import NotVisible


@require_safe
@signed_in
def automatic(request: HttpRequest, number: str) -> HttpResponse:
    """/me/cases/<number>/automatic: what a rule made of one's own case, and why."""
    case = case_by_number(request.actor, number)  # type: ignore[attr-defined]
    decision = decision_of(case.pk)
    if decision is None:
        raise NotVisible
    context = {
        "number": case.number,
        "item_code": case.item_id,
        "has_rule": rule_in_force(f"decision:{case.item_id}") is not None,
        "name": (is_english() and case.item_name_en) or case.item_name,
        "granted": decision.outcome == "grant",
        "trace": reason_of(decision).trace,
        "version": decision.version.number if decision.version else None,
        "at": decision.decided_at,
        "checked": decision.check_verdict,
    }
    return render(request, "portal/cases/automatic.html", context)


@require_safe
def item_rules(request: HttpRequest, code: str) -> HttpResponse:
    """/items/<code>/rules: the tables by which the machine decides the cases of an item, or finds who qualifies; public."""
    item = found_item(code)
    tables = []
    for kind in ("decision", "entitlement"):
        rule = rule_in_force(f"{kind}:{item.code}")
        if rule is not None and rule.table is not None:
            tables.append({"kind": kind, "rows": _rows(rule.table), "last": text_of(rule.table.last)})
    if not tables:
        raise NotVisible
    name = (is_english() and item.name_en) or item.name
    return render(request, "portal/item_rules.html", {"code": item.code, "name": name, "tables": tables})


def _rows(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "n": number,
            "conditions": [
                text_of(words)
                for column, typed in zip(table.columns, row.cells, strict=True)
                if (words := condition_words(column, typed)).zh
            ],
            "grants": row.outcome == GRANT,
            "note": text_of(row.note) if row.note.zh else "",
        }
        for number, row in enumerate(table.rows, 1)
    ]
