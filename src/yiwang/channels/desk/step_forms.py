"""The form of each step: which questions it asks the official. One template draws them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from yiwang.channels.ui.procedure_words import (
    PROMISE_RESULTS,
    SPECIAL_KINDS,
    SPECIAL_OUTCOMES,
    TERMINATION_GROUNDS,
    VOID_GROUNDS,
)
from yiwang.channels.ui.wording import date_cn, text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions.special import HEARING_WORKDAYS, NOTICE_WORKDAYS
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.identity.queries import colleagues
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar

Options = list[tuple[str, str]]
HOLD_HEARING = "hold_hearing"
"""The form of a hearing: the step of a special procedure, with questions of its own."""


@dataclass(frozen=True)
class Control:
    """One question of a step: `kind` is choice, checks, listed, select, area, line, number, date, time, tick, or say: a sentence."""

    kind: str
    name: str
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    value: str = ""
    longest: int = 2000
    least: int = 1
    most: int = 250


@dataclass(frozen=True)
class Setting:
    """What a form may need to know: the case, what its item says, who fills it in."""

    actor: Actor
    case: Case
    content: ItemContent

    @property
    def basis(self) -> str:
        """The laws that the item rests on."""
        return "；".join(f"《{b.law.strip('《》')}》{b.article}" for b in self.content.basis or [])[:500]


def _reason(words: str) -> Control:
    return Control("area", "reason", words, _("申请人看得到，写事实。"))


def _basis(setting: Setting, hint: str = "") -> Control:
    return Control("line", "basis", _("依据"), hint or _("按事项已填好，可以改。"), value=setting.basis, longest=500)


def _said(words: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, _(name)) for key, name in words.items())


def _staff(setting: Setting, *, others: bool = False) -> tuple[tuple[str, str], ...]:
    reviewers = queries.reviewer_ids(setting.case) if others else set()
    return tuple((str(id_), name) for id_, name in colleagues(setting.actor) if id_ not in reviewers)


def _not_needed(setting: Setting) -> list[Control]:
    return [_reason(_("为什么不需要办")), _basis(setting)]


def _deferred(setting: Setting) -> list[Control]:
    names = {m.key: text_of(m.name) for m in setting.content.materials or []}
    asked = [(d.material, names.get(d.material, d.material)) for d in queries.deferrals_of(setting.case)]
    limit = setting.content.promised_limit or setting.content.legal_limit
    most = limit.amount if limit and limit.unit == "workday" and limit.amount else 20
    return [
        Control("listed", "materials", _("申请人要以后补的"), options=tuple(asked)),
        Control(
            "number", "days", _("几个工作日内补齐"), _("不能超过承诺的办理时间。"), value=str(min(5, most)), most=most
        ),
    ]


def _more(setting: Setting) -> list[Control]:
    places = (("", _("另交一份材料")), *_places(setting.case))
    asked: list[Control] = []
    for n in (1, 2, 3):
        label = (_("要补充什么"), _("还有"), _("再有"))[n - 1]
        hint = _("一格一件事，写清楚怎么补。") if n == 1 else ""
        asked += [
            Control("area", f"text-{n}", label, hint, required=n == 1, longest=300),
            Control("select", f"field-{n}", _("补在哪里"), options=places, required=n == 1),
        ]
    legal = setting.case.legal_due_on
    most = max(1, min(60, workdays_left(today(), legal, calendar()) - 1)) if legal else 60
    hint = _("要在法定期限 {date} 以前。").format(date=date_cn(legal)) if legal else ""
    days = Control("number", "days", _("几个工作日内补充"), hint, value=str(min(10, most)), most=most)
    basis = Control("line", "basis", _("依据"), _("受理以后再要材料，必须有法律、法规写明，写到条。"), longest=500)
    return [*asked, basis, days]


def _places(case: Case) -> list[tuple[str, str]]:
    """Return the questions of the form as it was sent: the materials first."""
    fields = queries.case_form(case).visible_fields(queries.answers_of(case))
    fields.sort(key=lambda one: one.widget != "upload")
    return [(one.key, text_of(one.label)) for one in fields]


def _special(setting: Setting) -> list[Control]:
    kinds = {key: name for key, name in SPECIAL_KINDS.items() if key != "hearing"}
    return [
        Control("select", "kind", _("哪一种"), options=_said(kinds)),
        _reason(_("为什么要做")),
        _basis(setting, _("写到条。按事项已填好，可以改。")),
        Control("number", "planned_workdays", _("预计几个工作日"), value="10"),
    ]


HEARING_BASIS = "《中华人民共和国行政许可法》第四十六条、第四十七条"


def _hearing(setting: Setting) -> list[Control]:
    days, day = calendar(), today()
    first, last = days.add_workdays(day, NOTICE_WORKDAYS), days.add_workdays(day, HEARING_WORKDAYS)
    when = _("工作日，{first} 到 {last}：提前七个工作日通知，二十个工作日内组织。").format(
        first=date_cn(first), last=date_cn(last)
    )
    return [
        _reason(_("为什么要听证")),
        Control(
            "line", "basis", _("依据"), _("申请人、利害关系人要求的，是第四十七条。"), value=HEARING_BASIS, longest=300
        ),
        Control("date", "held_on", _("哪天举行（必填）"), when),
        Control("time", "begins_at", _("几点开始（必填）"), value="09:30"),
        Control("line", "place", _("在哪里（必填）"), _("写到房间，通知书上有。"), longest=200),
        Control(
            "select", "chair", _("主持人（必填）"), _("不能是审查这一件的人。"), options=_staff(setting, others=True)
        ),
    ]


def _special_end(_setting: Setting) -> list[Control]:
    return [
        Control("choice", "outcome", _("结果"), options=_said(SPECIAL_OUTCOMES)),
        Control(
            "area", "record", _("笔录或者结论"), _("听证必须写，决定要根据笔录作出。"), required=False, longest=4000
        ),
    ]


def _extend(setting: Setting) -> list[Control]:
    return [Control("say", "dates", _extended(setting.case)), _reason(_("为什么要延长"))]


def _extended(case: Case) -> str:
    """What the extension would do, before anybody presses: how many days, and the dates that hold then."""
    found = queries.extended_dates(case)
    if found is None:
        return ""
    workdays, dates = found
    said = [_("加 {n} 个工作日。").format(n=workdays)]
    if dates.legal_due_on:
        old = date_cn(case.legal_due_on) if case.legal_due_on else ""
        said.append(_("法定最晚 {old} 改到 {new}。").format(old=old, new=date_cn(dates.legal_due_on)))
    if dates.promised_due_on and dates.promised_due_on < today():
        said.append(_("承诺的 {date} 已经过了，不顺延，照样算晚。").format(date=date_cn(dates.promised_due_on)))
    elif dates.promised_due_on:
        said.append(_("承诺顺延到 {date}。").format(date=date_cn(dates.promised_due_on)))
    return ("" if _("。") == "。" else " ").join(said)


def _interested(setting: Setting) -> list[Control]:
    likely = setting.content.processing.interested_likely
    return [
        Control("line", "name", _("利害关系人"), longest=100),
        Control("line", "contact", _("怎么联系"), _("电话或地址，加密存放。"), longest=200),
        Control("area", "reason", _("和他有什么关系"), value=text_of(likely) if likely else ""),
    ]


def _heard(setting: Setting) -> list[Control]:
    waiting = [(row, words["name"]) for row, words in queries.interested_of(setting.case) if row.heard_at is None]
    return [
        Control("select", "party", _("谁"), options=tuple((str(row.pk), name) for row, name in waiting)),
        Control("area", "statement", _("他说了什么"), longest=4000),
        Control("tick", "wants_hearing", _("他申请听证"), required=False),
    ]


def _terminate(_setting: Setting) -> list[Control]:
    return [
        Control("choice", "ground", _("法定情形"), options=_said(TERMINATION_GROUNDS)),
        _reason(_("说明")),
    ]


def _void(_setting: Setting) -> list[Control]:
    return [Control("choice", "ground", _("哪一种"), options=_said(VOID_GROUNDS)), _reason(_("说明"))]


def _joint(_setting: Setting) -> list[Control]:
    verdicts = (("support", _("同意")), ("oppose", _("不同意")))
    return [
        Control("choice", "verdict", _("结论"), options=verdicts),
        Control("area", "opinion", _("意见"), _("写本部门核对了什么、结果怎样。"), longest=4000),
    ]


def _visit(_setting: Setting) -> list[Control]:
    return [Control("date", "visit_on", _("哪天去"))]


def _visited(setting: Setting) -> list[Control]:
    return [
        Control("checks", "staff", _("谁去的"), _("至少两人。"), options=_staff(setting)),
        Control("area", "record", _("看到了什么"), longest=4000),
    ]


def _verify(_setting: Setting) -> list[Control]:
    return [
        Control("choice", "result", _("核查结果"), options=_said(PROMISE_RESULTS)),
        Control("area", "note", _("怎么核查的，看到什么"), longest=4000),
        Control("date", "mend_by", _("整改到哪天"), _("要整改时才填。"), required=False),
    ]


def _nothing(_setting: Setting) -> list[Control]:
    return []


FORMS: dict[str, Callable[[Setting], list[Control]]] = {
    "tell_not_needed": _not_needed,
    "accept_deferred": _deferred,
    "accept_promised": _nothing,
    "request_more": _more,
    "open_special": _special,
    HOLD_HEARING: _hearing,
    "close_special": _special_end,
    "extend": _extend,
    "tell_interested": _interested,
    "hear_interested": _heard,
    "terminate": _terminate,
    "void": _void,
    "give_joint_opinion": _joint,
    "arrange_visit": _visit,
    "record_visit": _visited,
    "verify_promise": _verify,
}
"""Step → its questions. 受理, 补正, 不予受理, 审查 and 决定 have forms of their own in `desk/case_moves.html`."""


def controls(event: str, actor: Actor, case: Case, content: ItemContent) -> list[dict[str, Any]]:
    """Return the questions of a step for its form."""
    setting = Setting(actor, case, content)
    return [{name: getattr(one, name) for name in Control.__dataclass_fields__} for one in FORMS[event](setting)]
