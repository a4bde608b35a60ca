"""顾客须知: the six answers that a guide opens with, worked out from what the version says. What it does not say reads 未公布."""

from collections.abc import Sequence

import msgspec

from yiwang.domains.catalogue.content.structs import ITEM_TYPES, ItemContent, Limit, Material, Text

UNSAID = Text("未公布", "Not published by the source")
PERMIT = "01"
NAMED = 4
"""How many materials an answer names; the rest is counted."""

UNITS = {
    "workday": ("{n} 个工作日", "{n} working day", "{n} working days"),
    "day": ("{n} 天", "{n} day", "{n} days"),
    "month": ("{n} 个月", "{n} month", "{n} months"),
    "year": ("{n} 年", "{n} year", "{n} years"),
}


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One answer: the headline in a few words, the detail in a sentence, and where on the guide to read on."""

    key: str
    icon: str
    question: Text
    headline: Text
    detail: Text
    anchor: str = ""
    anchor_words: Text | None = None


class Fact(msgspec.Struct, frozen=True):
    """One short fact for a list of services."""

    icon: str
    text: Text
    strong: bool = False


def customer_notice(content: ItemContent, *, can_apply: bool = True) -> list[Answer]:
    """Return the six answers, always six, in their order: who, what to bring, how long, cost, trips, what we fetch."""
    return [
        Answer("who", "ok", Text("我能办吗", "Can I apply"), *_who(content, can_apply), *_more(content.conditions)),
        Answer("bring", "doc", Text("我要准备什么", "What do I prepare"), *_bring(content)),
        Answer("time", "clock", Text("多久能办好", "How long does it take"), *_time(content)),
        Answer("fee", "coin", Text("要花多少钱", "What does it cost"), *_fee(content)),
        Answer("visits", "trip", Text("要跑几趟", "How many visits"), *_visits(content)),
        Answer("fetch", "fetch", Text("哪些我们替你取", "What we fetch for you"), *_fetch(content)),
    ]


def short_facts(content: ItemContent) -> list[Fact]:
    """Return what is known of time, fee and visits, for a row in a list; what is not published is left out."""
    facts = []
    limit = content.promised_limit or content.legal_limit
    if limit:
        facts.append(Fact("clock", limit_words(limit), strong=limit.amount == 0))
    if content.is_free:
        facts.append(Fact("coin", FREE))
    elif fixed := _fixed_sum(content):
        facts.append(Fact("coin", fixed))
    if content.visits is not None:
        facts.append(Fact("trip", _trips(content.visits), strong=content.visits == 0))
    return facts


FREE = Text("免费", "Free")


def limit_words(limit: Limit) -> Text:
    """Return a limit in words; none at all is decided at once."""
    if limit.amount == 0:
        return Text("马上办好", "At once")
    zh, one, many = UNITS[limit.unit]
    return Text(zh.format(n=limit.amount), (one if limit.amount == 1 else many).format(n=limit.amount))


def _joined(texts: Sequence[Text], most: int = NAMED) -> Text:
    zh = "、".join(t.zh for t in texts[:most])
    en = ", ".join(t.in_("en") for t in texts[:most])
    rest = len(texts) - most
    return Text(zh + f"，还有 {rest} 样", en + f" and {rest} more") if rest > 0 else Text(zh, en)


def _who(content: ItemContent, can_apply: bool) -> tuple[Text, Text]:
    if not can_apply:
        kind = ITEM_TYPES.get(content.type_code, "")
        return Text("不能在网上申请", "No application online"), Text(f"事项类型：{kind}", f"Type: {kind}")
    firms = [a for a in content.audience if a != "person"]
    if not content.audience:
        headline = UNSAID
    elif not firms:
        headline = Text("个人能办", "People can")
    elif "person" not in content.audience:
        headline = Text("企业和单位能办", "Firms and bodies can")
    else:
        headline = Text("个人和企业都能办", "People and firms can")
    conditions = content.conditions
    if conditions is None:
        return headline, Text("条件未公布", "Conditions are not published")
    if not conditions:
        return headline, Text("没有别的条件", "There are no other conditions")
    if len(conditions) == 1:
        return headline, conditions[0]
    return headline, Text(
        f"要符合 {len(conditions)} 个条件。第一条：{conditions[0].zh}",
        f"There are {len(conditions)} conditions. The first: {conditions[0].in_('en')}",
    )


def _more(conditions: list[Text] | None) -> tuple[str, Text | None]:
    return ("#h-c", Text("看全部条件", "See all conditions")) if conditions and len(conditions) > 1 else ("", None)


def prepared_by_applicant(content: ItemContent) -> list[Material]:
    """Return the materials that the applicant brings: those that no certificate in our hands stands for."""
    return [m for m in content.materials or [] if not m.certificate_type]


def fetched_for_applicant(content: ItemContent) -> list[Material]:
    """Return the materials that we take from the store of certificates."""
    return [m for m in content.materials or [] if m.certificate_type]


def _bring(content: ItemContent) -> tuple[Text, Text]:
    if content.materials is None:
        return UNSAID, Text("来源没有列出材料", "The source lists no papers")
    mine = prepared_by_applicant(content)
    needed = [m for m in mine if m.necessity != "optional"]
    spare = len(mine) - len(needed)
    if not needed:
        return Text("不用准备", "Nothing"), (
            Text(f"有 {spare} 样可交可不交", f"{spare} optional") if spare else Text("填好表就行", "The form is enough")
        )
    detail = _joined([m.name for m in needed])
    if spare:
        detail = Text(f"{detail.zh}。另有 {spare} 样可交可不交", f"{detail.en}. Another {spare} optional")
    return Text(f"{len(needed)} 样", _things(len(needed))), detail


def _things(count: int) -> str:
    return f"{count} paper" if count == 1 else f"{count} papers"


def _time(content: ItemContent) -> tuple[Text, Text]:
    promised, legal = content.promised_limit, content.legal_limit
    if content.processing.instant or (promised and promised.amount == 0):
        return Text("马上办好", "At once"), Text(
            "填得对，提交后几秒就有结果", "Right answers have a result within seconds"
        )
    law = limit_words(legal) if legal else None
    if promised:
        words = limit_words(promised)
        return words, (
            Text(f"从受理算起。法定 {law.zh}", f"From acceptance. By law {law.en}")
            if law
            else Text("从受理算起。法定时间未公布", "From acceptance. The legal limit is not published")
        )
    if law:
        return law, Text("这是法定的最长时间，承诺时间未公布", "The longest allowed by law; no promise is published")
    if content.type_code == PERMIT:
        return UNSAID, Text(
            "法律规定最长 20 个工作日（行政许可法第四十二条）",
            "By law 20 working days at most (Licensing Law, article 42)",
        )
    return UNSAID, Text("来源没有写时间", "The source states no time")


def _yuan(fen: int) -> Text:
    whole, cents = divmod(fen, 100)
    amount = f"{whole:,}" + (f".{cents:02d}" if cents else "")
    return Text(f"{amount} 元", f"¥{amount}")


def _fixed_sum(content: ItemContent) -> Text | None:
    sums = [fee.amount_fen for fee in content.fees]
    known = [s for s in sums if s is not None]
    return _yuan(sum(known)) if known and len(known) == len(sums) else None


def _fee(content: ItemContent) -> tuple[Text, Text]:
    if content.is_free:
        return FREE, Text("没有任何收费，也不用找代办", "No charge of any kind; no agent is needed")
    if content.fees:
        names = _joined([fee.name for fee in content.fees])
        return _fixed_sum(content) or Text("按标准收费", "By a published rate"), names
    if content.is_free is None:
        return UNSAID, Text("来源没有写收不收费", "The source does not say")
    return Text("收费", "There is a charge"), Text("标准未公布", "The rate is not published")


def _trips(visits: int) -> Text:
    if visits == 0:
        return Text("不用跑", "No visits")
    return Text(f"跑 {visits} 趟", "1 visit" if visits == 1 else f"{visits} visits")


def _visits(content: ItemContent) -> tuple[Text, Text]:
    if content.visits is None:
        return UNSAID, Text("来源没有写要去几次", "The source does not say")
    if content.visit_reason:
        return _trips(content.visits), content.visit_reason
    if content.visits == 0:
        return _trips(0), Text("全程网上办", "All of it is online")
    return _trips(content.visits), Text("为什么要去，来源没有写", "The source does not say why")


def _fetch(content: ItemContent) -> tuple[Text, Text]:
    if content.materials is None:
        return UNSAID, Text("来源没有列出材料", "The source lists no papers")
    ours = fetched_for_applicant(content)
    if not ours:
        return Text("没有", "Nothing"), Text(
            "这项没有能从证照库取的材料", "None of the papers is in our store of certificates"
        )
    names = _joined([m.name for m in ours])
    return Text(f"{len(ours)} 样", _things(len(ours))), Text(
        f"{names.zh}。你不用上传", f"{names.en}. You need not send them"
    )
