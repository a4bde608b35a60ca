"""How warnings, yellow and red cards are said, at the desk and to supervisors alike."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.channels.ui.procedure_words import SPECIAL_KINDS
from yiwang.channels.ui.wording import date_cn
from yiwang.domains.catalogue.content import Text
from yiwang.domains.supervision.models import Card, CardRule
from yiwang.domains.supervision.queries import Course, Step, rule_of
from yiwang.foundation.clock import today

COLOURS = {
    "warning": (gettext_noop("预警"), "warning"),
    "yellow": (gettext_noop("黄牌"), "danger"),
    "red": (gettext_noop("红牌"), "danger"),
}
FINDINGS = {
    "fault": (gettext_noop("属实，部门有责任"), "danger"),
    "excused": (gettext_noop("属实，有正当理由"), "success"),
    "mistaken": (gettext_noop("误发，期限没有过"), "neutral"),
}
STEPS = {
    "raised": gettext_noop("系统出牌"),
    "assigned": gettext_noop("交办"),
    "explained": gettext_noop("说明"),
    "escalated": gettext_noop("到期没有说明，升级"),
    "annotated": gettext_noop("监察批注"),
    "closed": gettext_noop("下结论"),
}
CLOCK_WORDS = {
    "acceptance": gettext_noop("受理的期限"),
    "correction": gettext_noop("补正的期限"),
    "decision": gettext_noop("决定的期限"),
    "delivery": gettext_noop("颁发、送达的期限"),
}
STOPS = SPECIAL_KINDS | {
    "fees": gettext_noop("等申请人缴费"),
    "pickup": gettext_noop("等申请人来取"),
    "returned": gettext_noop("退回来了，等申请人重新选送达方式"),
}
"""What stopped a clock."""
DUTIES = {"assignee": gettext_noop("承办人"), "head": gettext_noop("部门负责人")}
TOLD = {"head": gettext_noop("部门负责人"), "supervisor": gettext_noop("监察")}
TRIGGERS = {
    "time_left": gettext_noop("时间快到"),
    "promise_passed": gettext_noop("过了承诺的日子"),
    "law_passed": gettext_noop("过了法定的日子"),
    "fact": gettext_noop("发生时立刻"),
}
LISTS = {
    "told": gettext_noop("要看的"),
    "open": gettext_noop("待说明"),
    "escalated": gettext_noop("到期没有说明"),
    "explained": gettext_noop("等结论"),
    "closed": gettext_noop("有结论"),
    "warnings": gettext_noop("预警"),
    "all": gettext_noop("全部"),
}
"""Part of the list of cards → its name."""


def colour_words(card: Card) -> dict[str, Any]:
    """Return the badge of a card: words, colour, and whether it is a red one."""
    words, color = COLOURS[card.colour]
    return {"words": _(words), "color": color, "red": card.colour == "red"}


def state_of_card(card: Card) -> dict[str, str]:
    """Return where a card stands, in words, with a colour."""
    if card.state == "closed":
        words, color = FINDINGS[card.finding]
        return {"words": _(words), "color": color}
    if card.state == "noted":
        return {"words": _("提醒，不用说明"), "color": "neutral"}
    if card.state == "explained":
        return {"words": _("已说明，等结论"), "color": "info"}
    if card.explain_by and card.explain_by < today():
        return {"words": _("{date}到期，没有说明").format(date=date_cn(card.explain_by)), "color": "danger"}
    return {"words": _("{date}以前说明").format(date=date_cn(card.explain_by)), "color": "warning"}


def card_row(card: Card) -> dict[str, Any]:
    """Return a card as lists show it. Nobody who applied for anything is named."""
    return {
        "id": card.pk,
        "badge": colour_words(card),
        "item": Text(card.item_name, card.item_name_en),
        "number": card.case_number,
        "office": Text(card.office.name, card.office.name_en),
        "state": state_of_card(card),
        "assignee": card.assignee.name if card.assignee else "",
        "is_escalated": card.escalated_at is not None,
        "due_on": card.due_on,
        "raised_at": card.raised_at,
    }


def card_facts(card: Card) -> dict[str, Any]:
    """Return what the page of a card says beside its history: why it was shown, and by which rule."""
    rule = rule_of(card.rule_key, card.rule_version)
    clock = card.subject.partition(":")[0]
    return {
        **card_row(card),
        "rule": Text(rule.name, rule.name_en) if rule else card.rule_key,
        "rule_version": card.rule_version,
        "clock": _(CLOCK_WORDS.get(clock, "期限")),
        "explain_by": card.explain_by,
        "is_open": card.state in {"open", "explained"},
    }


def card_course(course: Course) -> dict[str, Any]:
    """Return how the case of a card went in time, clock by clock, with what stopped or extended it."""
    return {
        "submitted_at": course.submitted_at,
        "clocks": [{"name": _(CLOCK_WORDS.get(clock.kind, "期限")), "clock": clock} for clock in course.clocks],
        "stops": [{"words": _(STOPS.get(stop.kind, "期限停着")), "stop": stop} for stop in course.stops],
        "extension": course.extension,
    }


def card_history(steps: list[Step]) -> list[dict[str, Any]]:
    """Return the steps of a card in words, the oldest first."""
    found = []
    for step in steps:
        words = _(STEPS[step.row.kind])
        if step.row.kind == "closed" and step.row.finding in FINDINGS:
            words = _("结论：{words}").format(words=_(FINDINGS[step.row.finding][0]))
        elif step.to:
            words = _("{words}，由{name}说明").format(words=words, name=step.to)
        who = step.who or _("系统")
        if step.in_place_of:
            who = _("{who}，代{name}").format(who=who, name=step.in_place_of)
        found.append({"words": words, "who": who, "at": step.row.taken_at, "text": step.text})
    return found


def rule_row(rule: CardRule) -> dict[str, Any]:
    """Return a rule as its page shows it."""
    return {
        "key": rule.key,
        "name": Text(rule.name, rule.name_en),
        "badge": {"words": _(COLOURS[rule.colour][0]), "color": COLOURS[rule.colour][1], "red": rule.colour == "red"},
        "when": _when(rule),
        "duty": rule.duty,
        "duty_words": _(DUTIES[rule.duty]),
        "told": list(rule.told),
        "told_words": _("、").join(_(TOLD[one]) for one in rule.told if one in TOLD),
        "share": rule.share,
        "workdays": rule.workdays,
        "explain_workdays": rule.explain_workdays,
        "has_time_left": rule.trigger == "time_left",
        "is_warning": rule.colour == "warning",
        "is_on": rule.is_on,
        "version": rule.version,
        "changed_by": rule.changed_by.name if rule.changed_by else "",
        "changed_at": rule.changed_at,
    }


def _when(rule: CardRule) -> str:
    if rule.trigger == "time_left":
        return _("剩下不到 {share}% 的时间，或者只剩 {n} 个工作日").format(share=rule.share, n=rule.workdays)
    return _(TRIGGERS[rule.trigger])
