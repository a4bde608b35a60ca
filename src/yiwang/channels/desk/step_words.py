"""What every step of the procedure is called at the desk, what it does, and which article stands behind it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class StepWords:
    """One step: its name, what it does in a sentence, its article, and what is said once it is taken."""

    name: str
    does: str
    law: str
    done: str = ""
    danger: bool = False


STEPS = {
    "accept": StepWords(
        gettext_noop("受理"),
        gettext_noop("材料齐全、形式合法就受理。决定的期限从下一个工作日起算，受理通知书几秒后盖好章。"),
        "32(5)",
        gettext_noop("已受理。受理通知书几秒后盖好章，申请人会收到。"),
    ),
    "correct_at_once": StepWords(
        gettext_noop("当场更正"),
        gettext_noop("写错、算错的，当场改好，不算补正，不用退回。申请人和日志都看得到改了什么。"),
        "32(3)",
        gettext_noop("已当场更正。改了什么留在这一件里。"),
    ),
    "request_correction": StepWords(
        gettext_noop("要求补正"),
        gettext_noop("材料不齐或形式不合法的，一次告知全部内容。只许一次，受理的期限停下来等申请人。"),
        "32(4)",
    ),
    "accept_deferred": StepWords(
        gettext_noop("容缺受理"),
        gettext_noop("主要材料齐、只缺次要材料的，先受理、照常审查。材料补齐以前，结果不送达。"),
        "",
        gettext_noop("已容缺受理。缺什么、最晚哪天补，写在通知书里，申请人会收到。"),
    ),
    "accept_promised": StepWords(
        gettext_noop("按承诺受理"),
        gettext_noop("申请人签了告知承诺书，不再要证明，受理后很快决定，决定以后再核查。"),
        "",
        gettext_noop("已按承诺受理。"),
    ),
    "tell_not_needed": StepWords(
        gettext_noop("告知不需受理"),
        gettext_noop("依法不需要许可的，马上告诉申请人可以直接做，这一件结束。"),
        "32(1)",
        gettext_noop("已告知不需受理，申请人会收到告知书。"),
    ),
    "refuse_to_accept": StepWords(
        gettext_noop("不予受理"),
        gettext_noop("不归本机关管等法定情形。书面决定，写理由和该去哪里。"),
        "32(2)",
        gettext_noop("已作出不予受理决定，申请人会收到理由和救济途径。"),
        danger=True,
    ),
    "review": StepWords(
        gettext_noop("审查"),
        gettext_noop("写核对了什么、结果怎样。要核实实质内容的，两位同事各写一份。"),
        "34",
        gettext_noop("审查意见已提交。"),
    ),
    "give_joint_opinion": StepWords(
        gettext_noop("写会办意见"),
        gettext_noop("替自己的部门写意见。各部门同时审查，谁也不等谁。"),
        "26",
        gettext_noop("会办意见已提交。"),
    ),
    "request_more": StepWords(
        gettext_noop("依法要求补充"),
        gettext_noop("受理以后再要材料，只在法律、法规写明时才行，写出依据。期限照走，不停。"),
        "32(4)",
        gettext_noop("已要求补充。要什么、依据什么写在告知书里，申请人会收到。"),
    ),
    "arrange_visit": StepWords(
        gettext_noop("约现场核查"),
        gettext_noop("几个部门一起去，只去一次。两人以上。"),
        "34",
        gettext_noop("已约好现场核查。"),
    ),
    "record_visit": StepWords(
        gettext_noop("写核查记录"),
        gettext_noop("去了以后写看到了什么，至少两人。"),
        "34",
        gettext_noop("现场核查记录已写好。"),
    ),
    "tell_interested": StepWords(
        gettext_noop("告知利害关系人"),
        gettext_noop("直接关系他人重大利益的，决定以前告诉他，听他的意见。"),
        "36",
        gettext_noop("已告知利害关系人，告知书几秒后盖好章。"),
    ),
    "hear_interested": StepWords(
        gettext_noop("听取利害关系人意见"),
        gettext_noop("记下他说的话，他要不要听证。记下以后才能准予。"),
        "36",
        gettext_noop("意见已记下。"),
    ),
    "open_special": StepWords(
        gettext_noop("进入特别程序"),
        gettext_noop("检验、检测、鉴定、专家评审等。只有这些能让期限停下来，书面告诉申请人要多久。"),
        "45",
        gettext_noop("特别程序已开始，期限停着。告知书几秒后盖好章，申请人会收到。"),
    ),
    "hold_hearing": StepWords(
        gettext_noop("举行听证"),
        gettext_noop("期限停下来，哪天、几点、在哪里、谁主持写在告知书里，提前七个工作日送到。听证不收费。"),
        "46",
        gettext_noop("已通知听证，期限停着。告知书几秒后盖好章，申请人会收到。"),
    ),
    "close_special": StepWords(
        gettext_noop("结束特别程序"),
        gettext_noop("写结果。期限从剩下的天数接着走，新的日期书面告诉申请人。"),
        "45",
        gettext_noop("特别程序已结束，期限接着走。"),
    ),
    "extend": StepWords(
        gettext_noop("延长期限"),
        gettext_noop("到期前由负责人批准，只有一次，理由告诉申请人。"),
        "42",
        gettext_noop("已延长。新的日期和理由写在告知书里，申请人会收到。"),
    ),
    "grant": StepWords(gettext_noop("准予"), gettext_noop("书面决定，系统盖章、制证、送达。"), "38"),
    "refuse": StepWords(
        gettext_noop("不予许可"), gettext_noop("书面决定，写理由，告诉申请人怎样复议和诉讼。"), "38", danger=True
    ),
    "verify_promise": StepWords(
        gettext_noop("核查承诺"),
        gettext_noop("到现场或用数据核对承诺是不是真的，把结果写下来。"),
        "",
        gettext_noop("核查结果已记下。"),
    ),
    "terminate": StepWords(
        gettext_noop("终止办理"),
        gettext_noop("申请人死亡或终止、标的没有了，或者到期没有补齐。不是不予许可，以后还可以申请。"),
        "",
        gettext_noop("已终止办理，决定书几秒后盖好章，申请人会收到。"),
        danger=True,
    ),
    "void": StepWords(
        gettext_noop("作废"),
        gettext_noop("只用于测试件和重复件，由负责人批准。件还在，照样统计。"),
        "",
        gettext_noop("已作废，留在记录和统计里。"),
        danger=True,
    ),
    "deem_accepted": StepWords(
        gettext_noop("视为受理"), gettext_noop("五个工作日没有答复，法律当作已经受理，红牌。"), "32"
    ),
}
"""Event of the table → its words. Steps that only the applicant or the machine takes need none here."""


def law_words(article: str) -> str:
    """Return an article of 行政许可法 as a page cites it: `32(4)` is article 32, paragraph 1, item 4."""
    return _("行政许可法{article}").format(article=short_law(article)) if article else ""


def short_law(article: str) -> str:
    """Return the same without the name of the law, where all around it is of that law."""
    number, _open, item = article.partition("(")
    if item:
        return _("第 {n} 条 {item} 项").format(n=number, item=item.rstrip(")"))
    return _("第 {n} 条").format(n=number) if article else ""
