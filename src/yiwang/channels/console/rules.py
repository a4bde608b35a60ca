"""规则: the decision tables that officials edit, try out, publish and stop."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.channels.console.rule_table import fault_rows, input_groups, read_table, table_view
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.rules import queries
from yiwang.domains.rules.actions import (
    ask_for_dry_run,
    import_rule_table,
    open_rule,
    publish_rule,
    save_rule_draft,
    stop_rule,
)
from yiwang.domains.rules.models import DryRun, Rule
from yiwang.domains.rules.policies import may_edit_rules
from yiwang.foundation.actions import NotVisible, Refused

RULE_ROLES = ("operator", "administrator", "head")
"""Whoever runs the platform, and the heads of offices for their own items."""

KINDS = {
    "decision": gettext_noop("秒批：符合就当场准予"),
    "entitlement": gettext_noop("免申即享：找出符合的人，请他确认"),
}
RUN_STATES = {"waiting": gettext_noop("排着队"), "running": gettext_noop("正在试"), "done": gettext_noop("试完了"), "failed": gettext_noop("没有试完")}  # fmt: skip
COUNTS = (
    ("grant-granted", gettext_noop("都准予"), "success"),
    ("person-granted", gettext_noop("当时准予，这张表转人工"), "info"),
    ("person-refused", gettext_noop("当时没有准予，这张表转人工"), "success"),
    ("grant-refused", gettext_noop("当时没有准予，这张表会准予"), "danger"),
)


@officials(*RULE_ROLES)
@require_GET
def rule_list(request: StaffRequest) -> HttpResponse:
    """Show the rules that this official may see."""
    return _list(request)


def _list(request: StaffRequest, problem: str = "") -> HttpResponse:
    rows = [
        {
            "id": rule.pk,
            "name": _name(rule),
            "office": rule.office.name,
            "kind": _(KINDS[rule.kind]),
            "is_in_force": rule.current is not None,
            "lately": queries.decided_lately(rule),
        }
        for rule in queries.rules_of(request.actor)
    ]
    context = {
        "rows": rows,
        "kinds": [(key, _(words)) for key, words in KINDS.items()],
        "may_open": not request.staff.roles.isdisjoint(("administrator", "head")),
        "problem": problem,
        "typed": {"item": request.POST.get("item", "")[:80], "kind": request.POST.get("kind", "decision")},
    }
    return staff_page(request, "console/rules.html", context, status=422 if problem else 200)


def _name(rule: Rule) -> str:
    return rule.item_name_en if is_english() and rule.item_name_en else rule.item_name


@officials(*RULE_ROLES)
@require_POST
def begin_rule(request: StaffRequest) -> HttpResponse:
    """Begin the table of an item."""
    code = request.POST.get("item", "").strip().replace("\0", "")[:80]
    try:
        rule = open_rule(kind=request.POST.get("kind", ""), item_code=code, by=request.actor)
    except Refused as refusal:
        return _list(request, str(refusal.message))
    return redirect("console:rule", rule.pk)


@officials(*RULE_ROLES)
@require_http_methods(["GET", "POST"])
def edit_rule(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Show the table as it is being edited; keep what was typed, with the button that was pressed."""
    rule = queries.rule_by_id(request.actor, rule_id)
    if request.method != "POST":
        return _page(request, rule)
    table = read_table(request.POST, queries.draft_table(rule), queries.inputs_for(rule))
    return _after(
        request,
        rule_id,
        lambda: save_rule_draft(rule_id=rule_id, table=table, revision=_revision(request), by=request.actor),
        _("存好了。草稿不影响任何一件。"),
    )


def _revision(request: StaffRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _after(request: StaffRequest, rule_id: UUID, act: Callable[[], Any], words: str) -> HttpResponse:
    """Do one thing, and say on the next page what came of it."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, _(str(refusal.message)))
    else:
        messages.success(request, words)
    return redirect("console:rule", rule_id)


def _page(request: StaffRequest, rule: Rule) -> HttpResponse:
    table, inputs = queries.draft_table(rule), queries.inputs_for(rule)
    faults = queries.faults_in(rule, table)
    versions = queries.versions_of(rule)
    current = next((v for v in versions if v.pk == rule.current), None)
    context = {
        "rule": {"id": rule.pk, "name": _name(rule), "kind": rule.kind, "kind_words": _(KINDS[rule.kind])},
        "item_code": rule.item_code,
        "office": rule.office.name,
        "revision": rule.draft.revision,
        "edited_at": rule.draft.edited_at,
        "edited_by": rule.draft.edited_by.name if rule.draft.edited_by else "",
        "table": table_view(table, inputs),
        "groups": input_groups(inputs),
        "faults": fault_rows(faults),
        "obstacles": [o.in_("en" if is_english() else "zh") for o in queries.obstacles_to(rule)],
        "may_edit": may_edit_rules(request.actor, rule.office_id),
        "is_published": current is not None and current.content_hash == rule.draft.content_hash,
        "run": _run(request, rule, queries.latest_dry_run(rule)),
        "versions": [
            {
                "number": v.number,
                "at": v.published_at,
                "who": v.published_by.name if v.published_by else _("系统"),
                "is_current": v.pk == rule.current,
            }
            for v in versions
        ],
        "lately": queries.decided_lately(rule),
    }
    return staff_page(request, "console/rule.html", context)


def _run(request: StaffRequest, rule: Rule, run: DryRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "state": run.state,
        "words": _(RUN_STATES[run.state]),
        "is_of_this": run.content_hash == rule.draft.content_hash,
        "looked": run.looked,
        "at": run.finished_at or run.asked_at,
        "counts": [(_(words), run.counts.get(key, 0), color) for key, words, color in COUNTS],
        "has_differences": bool(run.counts.get("grant-refused")),
        "differences": run.differences,
        "may_open_cases": request.staff.office_code == rule.office_id,
        "error": run.error,
    }


@officials(*RULE_ROLES)
@require_POST
def try_rule(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Have the table tried on past cases."""
    revision = _revision(request)
    return _after(
        request,
        rule_id,
        lambda: ask_for_dry_run(rule_id=rule_id, revision=revision, by=request.actor),
        _("后台正在拿过去的件试，过一会儿刷新看结果。"),
    )


@officials(*RULE_ROLES)
@require_POST
def put_in_force(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Publish the table."""
    seen = request.POST.get("seen") == "true"
    revision = _revision(request)
    return _after(
        request,
        rule_id,
        lambda: publish_rule(rule_id=rule_id, revision=revision, differences_seen=seen, by=request.actor),
        _("发布了，从现在起按这张表办。"),
    )


@officials(*RULE_ROLES)
@require_POST
def take_out_of_force(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Stop the rule: people decide from now on."""
    return _after(
        request, rule_id, lambda: stop_rule(rule_id=rule_id, by=request.actor), _("停了，从现在起都由工作人员办。")
    )


@officials(*RULE_ROLES)
@require_POST
def import_rule(request: StaffRequest, rule_id: UUID) -> HttpResponse:
    """Take a table from a JDM file."""
    file = request.FILES.get("file")
    document = file.read(400_000).decode("utf-8", "replace") if file else ""
    revision = _revision(request)
    return _after(
        request,
        rule_id,
        lambda: import_rule_table(rule_id=rule_id, document=document, revision=revision, by=request.actor),
        _("导入好了，现在是草稿。"),
    )


@officials(*RULE_ROLES)
@require_GET
def rule_version(request: StaffRequest, rule_id: UUID, version: int) -> HttpResponse:
    """Show one version, as it decided or decides."""
    rule = queries.rule_by_id(request.actor, rule_id)
    found = _version(rule, version)
    context = {
        "rule": {"id": rule.pk, "name": _name(rule), "kind_words": _(KINDS[rule.kind])},
        "number": version,
        "at": found.published_at,
        "who": found.published_by.name if found.published_by else _("系统"),
        "is_current": found.pk == rule.current,
        "hash": found.content_hash,
        "table": table_view(queries.table_of(found), []),
    }
    return staff_page(request, "console/rule_version.html", context)


def _version(rule: Rule, number: int) -> Any:
    if not 0 < number < 2**31:
        raise NotVisible
    return queries.version_of(rule, number)


@officials(*RULE_ROLES)
@require_GET
def rule_document(request: StaffRequest, rule_id: UUID, version: int) -> HttpResponse:
    """Give one version as a JDM file, for another installation or another engine."""
    rule = queries.rule_by_id(request.actor, rule_id)
    found = _version(rule, version)
    response = HttpResponse(found.jdm, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="rule-{rule.pk}-{version}.json"'
    return response
