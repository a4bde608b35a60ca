"""/me/: what waits for somebody, their real name, the firms they act for, who read their record."""

import datetime as dt
from itertools import groupby
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.channels.portal.accounts import wanted_of
from yiwang.channels.portal.certificates import expiring, wallet_card
from yiwang.channels.portal.charge_views import charge_row
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.joint_cases import open_rows
from yiwang.channels.ui.people import FIRM_IN_SESSION
from yiwang.channels.ui.wording import HOTLINE, SHANGHAI
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import my_cases, my_drafts
from yiwang.domains.cases.queries.awaited import awaited_of
from yiwang.domains.catalogue.content import Text
from yiwang.domains.identity.actions import confirm_real_name, reject_real_name
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.queries import ask_register, me, my_firms, phone_of, staff_names
from yiwang.domains.notices.queries import my_messages, unread_count
from yiwang.domains.organisations.models import Office
from yiwang.domains.organisations.queries import office, remedies_against
from yiwang.domains.payments.queries import due_charges
from yiwang.domains.rules.queries import offers_of
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import identity_document_problem, plain_code
from yiwang.foundation.masking import mask_email, mask_phone
from yiwang.foundation.names import name_problem, plain_name
from yiwang.foundation.reads.queries import reads_of_my_record

ROLES = {
    "legal_representative": gettext_lazy("法定代表人"),
    "administrator": gettext_lazy("管理员"),
    "clerk": gettext_lazy("经办人"),
}
DOCUMENTS = {
    "resident_id": gettext_lazy("居民身份证"),
    "residence_permit": gettext_lazy("港澳台居民居住证"),
    "hk_mo_permit": gettext_lazy("港澳居民来往内地通行证"),
    "tw_permit": gettext_lazy("台湾居民来往大陆通行证"),
    "foreign_resident": gettext_lazy("外国人永久居留身份证"),
    "passport": gettext_lazy("护照"),
}
READ_WHAT = {
    "case": gettext_lazy("你的办件"),
    "paper": gettext_lazy("你交的材料"),
    "document": gettext_lazy("办件的文书"),
    "name": gettext_lazy("你的姓名"),
    "id_number": gettext_lazy("你的证件号码"),
    "certificate": gettext_lazy("你的证照"),
    "answers": gettext_lazy("你填的内容"),
    "address": gettext_lazy("你的收件地址和电话"),
    "person": gettext_lazy("你的实名信息和证照"),
}
READERS = {"system": gettext_lazy("自动办理"), "peer": gettext_lazy("别的政务平台")}
PAGE = 30
MOST_OFFICES = 5


@require_safe
@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """/me/: drafts, cases that wait for the person, certificates that end soon, messages, and whom they act for."""
    actor = request.actor  # type: ignore[attr-defined]
    person = me(actor)
    assert person is not None and person.account is not None
    phone = phone_of(person.account)
    cases, joint = my_cases(actor, limit=30), open_rows(actor)
    parts = {number for row in joint for number in row["numbers"]}
    running = [case for case in cases if case["is_open"] and case["state"] != "correction"]
    return render(
        request,
        "portal/me/overview.html",
        {
            "notes": [str(message) for message in messages.get_messages(request)],
            "offers": offers_of(actor),
            "drafts": my_drafts(actor)[:4],
            "due": [charge_row(charge) for charge in due_charges(actor)],
            "awaited": awaited_of(actor),
            "joint": joint,
            "waiting": [case for case in cases if case["state"] == "correction"],
            "open_cases": [case for case in running if case["number"] not in parts][:3],
            "ending": [wallet_card(certificate) for certificate in expiring(actor)],
            "news": list(my_messages(actor)[:3]),
            "unread": unread_count(actor),
            "firms": [
                {"id": str(f.pk), "name": f.name, "role": ROLES.get(role, role), "is_now": f.pk == actor.on_behalf_of}
                for f, role in my_firms(actor)
            ],
            "account": {
                "phone": mask_phone(phone) if phone else "",
                "email": mask_email(person.account.email) if person.account.email else "",
            },
        },
    )


@require_POST
@signed_in
def act_for(request: HttpRequest) -> HttpResponse:
    """POST /me/acting: act for a firm from now on, or (`firm` empty) for oneself again."""
    wanted = request.POST.get("firm", "")
    if wanted in {str(firm.pk) for firm, _role in my_firms(request.actor)}:  # type: ignore[attr-defined]
        request.session[FIRM_IN_SESSION] = wanted
    else:
        request.session.pop(FIRM_IN_SESSION, None)
    return redirect(wanted_of(request) or "portal:me")


# The real name --------------------------------------------------------------------------------------------------------


@sensitive_post_parameters("id_number", "name")
@require_http_methods(["GET", "POST"])
@signed_in
def real_name(request: HttpRequest) -> HttpResponse:
    """/me/real-name: have one's name and document checked against the register, once."""
    person = me(request.actor)  # type: ignore[attr-defined]
    assert person is not None
    if person.level >= Person.Level.CHECKED:
        return _real_name_page(request, person)
    if request.method != "POST":
        return _real_name_page(request, person)
    name, kind = plain_name(request.POST.get("name", "")), request.POST.get("id_kind", "resident_id")
    number = plain_code(request.POST.get("id_number", ""))
    problems = _typing_problems(name, kind, number)
    if not problems and not ratelimit.consume(request, action="real_name", user=request.user):
        problems = [("id_number", _("一小时最多核对 10 次。请等一会儿再试，或者到办事大厅实名。"))]
    return _real_name_page(request, person, problems) if problems else _confirm(request, person, name, kind, number)


def _typing_problems(name: str, kind: str, number: str) -> list[tuple[str, str]]:
    problems = []
    if not name or len(name) > 100:
        problems.append(("name", _("填证件上的姓名。")))
    elif name_problem(name):
        problems.append(("name", _("姓名里有一个证件上没有的字符。删掉它，照证件再填一次。")))
    if kind not in DOCUMENTS:
        return [*problems, ("id_kind", _("选一种证件。"))]
    fault = identity_document_problem(kind, number)
    if fault == "empty":
        problems.append(("id_number", _("填证件上的号码。")))
    elif fault and kind == "resident_id":
        words = {"length": _("身份证号是 18 位，请照证件再数一遍。"), "old_15": _("请填新的 18 位身份证号。")}
        problems.append(("id_number", words.get(fault, _("号码里有一位不对，请照证件再填一次。"))))
    elif fault:
        problems.append(("id_number", _("这种证件的号码不是这样的，请照证件再填一次。")))
    return problems


def _confirm(request: HttpRequest, person: Person, name: str, kind: str, number: str) -> HttpResponse:
    """Ask the register, outside any transaction, and enter what it said."""
    actor = request.actor  # type: ignore[attr-defined]
    answer = ask_register(name=name, id_kind=kind, id_number=number)
    if answer.outcome == "unavailable":
        words = _("人口库现在连不上，不是你填错了。请过几分钟再试。")
        return _real_name_page(request, person, [("id_number", words)])
    if answer.outcome != "match":
        reject_real_name(outcome=answer.outcome, by=actor)
        words = _("姓名和号码对不上。请照证件再看一遍，两样都要和证件上一样。")
        return _real_name_page(request, person, [("name", words)])
    try:
        confirm_real_name(name=name, id_kind=kind, id_number=number, answer=answer, by=actor)
    except Refused as refusal:
        return _real_name_page(request, person, [("id_number", str(refusal))])
    messages.success(request, _("实名好了，可以办事了。"))
    return redirect(wanted_of(request) or "portal:me")


def _real_name_page(request: HttpRequest, person: Person, problems: Any = ()) -> HttpResponse:
    context = {
        "level": person.level,
        "checked_at": person.checked_at,
        "kinds": [{"value": kind, "words": str(words)} for kind, words in DOCUMENTS.items()],
        "typed": {
            "name": request.POST.get("name", "")[:100],
            "id_kind": request.POST.get("id_kind") or "resident_id",
            "id_number": request.POST.get("id_number", "")[:40],
        },
        "problems": [{"href": f"#{field}", "message": words} for field, words in problems],
        "mistakes": dict(reversed(list(problems))),
        "next": wanted_of(request),
    }
    return render(request, "portal/me/real_name.html", context)


# Who read my record ---------------------------------------------------------------------------------------------------


@require_safe
@signed_in
def who_read(request: HttpRequest) -> HttpResponse:
    """/me/who-read: who looked at the person's record, when, at what, for which case and why; newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    found = reads_of_my_record(actor)
    recent = list(found.filter(read_at__gt=now() - dt.timedelta(days=30)).values_list("office", flat=True)[:1000])
    if before := moment_of(request.GET.get("before", "")):
        found = found.filter(read_at__lt=before)
    rows = list(found[: PAGE + 1])
    more = f"{reverse('portal:reads')}?before={rows[PAGE - 1].read_at.timestamp()}" if len(rows) > PAGE else ""
    rows = rows[:PAGE]
    names = staff_names(row.reader_id for row in rows if row.reader_kind == "staff" and row.reader_id)
    offices = {code: office(code) for code in {row.office for row in rows if row.office}}
    cases = _cases_of(actor, {row.case_id for row in rows if row.case_id})
    shown = []
    for row in rows:
        at = offices.get(row.office)
        shown.append(
            {
                "who": names.get(row.reader_id, "") if row.reader_id else "",
                "office": {"zh": at.name, "en": at.name_en or at.name} if at else READERS.get(row.reader_kind, ""),
                "what": READ_WHAT.get(row.what, row.what),
                "case": cases.get(row.case_id) if row.case_id else None,
                "reason": _(row.reason) if row.reason else "",
                "at": row.read_at,
                "day": row.read_at.astimezone(SHANGHAI).date(),
                "kind": row.reader_kind,
            }
        )
    context = {
        "days": [(day, list(ones)) for day, ones in groupby(shown, key=lambda one: one["day"])],
        "count": len(recent),
        "offices": len(set(recent) - {""}),
        "more": more,
        "first": not before,
        "answerable": [_answerable(one) for one in offices.values() if one][:MOST_OFFICES],
        "hotline": HOTLINE,
    }
    return render(request, "portal/me/who_read.html", context)


def _answerable(one: Office) -> dict[str, Any]:
    """Return an office that looked, how to reach it, and who is above it."""
    return {
        "url": reverse("portal:office", args=[one.code]),
        "name": Text(one.name, one.name_en),
        "phone": one.phone,
        "above": Text(*remedies_against(one).review_body),
    }


def _cases_of(actor: Any, ids: set[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the cases that a person may see, their own and those of the firm they act for now."""
    if not ids:
        return {}
    found: dict[UUID, dict[str, Any]] = {}
    for view in (actor, Actor(kind="person", id=actor.known_id)):
        rows = Case.objects.visible_to(view).filter(pk__in=ids).values("pk", "number", "item_name", "item_name_en")
        found |= {row["pk"]: dict(row) for row in rows}
    return found


def moment_of(text: str) -> dt.datetime | None:
    """Return the moment that a page address names, or None."""
    try:
        return dt.datetime.fromtimestamp(float(text), tz=dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None
