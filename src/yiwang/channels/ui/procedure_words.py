"""The words of the procedure that applicants and officials read alike: special procedures, grounds, outcomes."""

from django.utils.translation import gettext_noop

SPECIAL_KINDS = {
    "hearing": gettext_noop("听证"),
    "tender": gettext_noop("招标"),
    "auction": gettext_noop("拍卖"),
    "inspection": gettext_noop("检验"),
    "testing": gettext_noop("检测"),
    "quarantine": gettext_noop("检疫"),
    "appraisal": gettext_noop("鉴定"),
    "expert_review": gettext_noop("专家评审"),
}
"""行政许可法 art. 45: whose time is not counted."""

SPECIAL_OUTCOMES = {
    "passed": gettext_noop("通过"),
    "failed": gettext_noop("没有通过"),
    "done": gettext_noop("做完了，没有通过不通过之分"),
    "cancelled": gettext_noop("取消，没有做"),
}

TERMINATION_GROUNDS = {
    "died": gettext_noop("申请人死亡"),
    "dissolved": gettext_noop("申请的单位终止"),
    "object_gone": gettext_noop("要办的东西没有了"),
    "deferral_overdue": gettext_noop("容缺的材料到期没有补齐"),
    "promise_false": gettext_noop("承诺的内容不属实"),
    "other_law": gettext_noop("法律规定的其他情形"),
}

VOID_GROUNDS = {
    "test": gettext_noop("测试件"),
    "duplicate": gettext_noop("重复件"),
}

PROMISE_RESULTS = {
    "true": gettext_noop("属实"),
    "mend": gettext_noop("有出入，限期整改"),
    "false": gettext_noop("不属实，撤销结果"),
}
