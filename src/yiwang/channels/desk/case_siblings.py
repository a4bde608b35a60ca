"""The other parts of the joint case that a case belongs to, as far as an office may know of them."""

from typing import Any

from django.utils.translation import gettext as _

from yiwang.channels.desk.wording import state_words
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.models import Case
from yiwang.domains.joint_cases.queries import Sibling, siblings_of

BAD = {"refused", "refused_acceptance", "withdrawn", "lapsed", "terminated", "voided"}


def siblings_context(case: Case) -> dict[str, Any]:
    """Return what the page of a case says of the parts beside it; the list is empty where it stands alone."""
    return {"siblings": [_sibling(one) for one in siblings_of(case)]}


def _sibling(one: Sibling) -> dict[str, Any]:
    english = is_english()
    if one.case_state:
        words = state_words(one.case_state)
        good = one.outcome == "granted"
        color = "danger" if one.case_state in BAD or one.outcome == "refused" else "success" if good else "accent"
    elif one.part_state == "waiting":
        words, color = _("等待前一项"), "neutral"
    else:
        words, color = _("没有提交"), "danger"
    return {
        "name": (english and one.name_en) or one.name,
        "office": (english and one.office_en) or one.office,
        "words": words,
        "color": color,
        "is_this": one.is_this,
        "after": _("、").join(one.rests_on),
    }
