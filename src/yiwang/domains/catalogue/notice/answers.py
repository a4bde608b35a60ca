"""The six answers, each in a few words and a sentence more."""

from collections.abc import Collection
from typing import Literal

import msgspec

from yiwang.domains.catalogue.content import Fee, ItemContent, Limit, Text
from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES
from yiwang.domains.catalogue.notice.facts import fixed_sum
from yiwang.domains.catalogue.notice.materials import fetched_for_applicant, prepared_by_applicant
from yiwang.domains.catalogue.notice.wording import (
    FREE,
    UNSAID,
    limit_words,
    listed,
    money_words,
    things,
    visits_words,
)

PERMIT = "01"
State = Literal["good", "plain", "no", "unsaid"]


class Answer(msgspec.Struct, frozen=True):
    """One of the six: a key, an icon of the sprite, the question, the answer in a few words, and a sentence more.

    `state`: `good` (nothing to do or to pay), `plain` (an answer), `no` (not for applying), `unsaid` (not published).
    `anchor` is where on the guide to read on, in `anchor_words`.
    """

    key: str
    icon: str
    question: Text
    headline: Text
    detail: Text
    state: State
    anchor: str = ""
    anchor_words: Text | None = None


def customer_notice(
    content: ItemContent, *, can_apply: bool = True, held: Collection[str] | None = None
) -> list[Answer]:
    """Return the six answers.

    Args:
        content: what the version says.
        can_apply: whether somebody can start a case now.
        held: codes of the certificate types that the reader holds in force; None where we do not know who reads.
    """
    return [
        Answer("who", "ok", Text("我能办吗", "Can I apply"), *_who(content, can_apply), *_conditions_at(content)),
        Answer("bring", "doc", Text("我要准备什么", "What do I prepare"), *_bring(content)),
        Answer("time", "clock", Text("多久能办好", "How long does it take"), *_time(content)),
        Answer("fee", "coin", Text("要花多少钱", "What does it cost"), *_fee(content)),
        Answer("visits", "trip", Text("要跑几趟", "How many visits"), *_visits(content)),
        Answer("fetch", "fetch", Text("哪些我们替你取", "What we fetch for you"), *_fetch(content, held)),
    ]


Said = tuple[Text, Text, State]


def _who(content: ItemContent, can_apply: bool) -> Said:
    if content.type_code in EX_OFFICIO_TYPES:
        told = Text("这是部门依职权做的事，公开给你看", "The office acts on its own duty; this is here for you to see")
        return Text("不用申请", "No need to apply"), told, "no"
    detail = _conditions(content.conditions)
    if not can_apply:
        return Text("现在不能申请", "Not open now"), detail, "no"
    if not content.audience:
        if content.conditions is None:
            return UNSAID, detail, "unsaid"
        return Text("看条件", "See the conditions"), detail, "plain"
    firms = any(one != "person" for one in content.audience)
    if not firms:
        return Text("个人能办", "People can"), detail, "plain"
    if "person" not in content.audience:
        return Text("企业和单位能办", "Firms and bodies can"), detail, "plain"
    return Text("个人和企业都能办", "People and firms can"), detail, "plain"


def _conditions(conditions: list[Text] | None) -> Text:
    if conditions is None:
        return Text("条件未公布", "Conditions are not published")
    if not conditions:
        return Text("没有别的条件", "There are no other conditions")
    first = conditions[0]
    if len(conditions) == 1:
        return first
    return Text(
        f"要符合 {len(conditions)} 个条件。第一条：{first.zh}",
        f"There are {len(conditions)} conditions. The first: {first.in_('en')}",
    )


def _conditions_at(content: ItemContent) -> tuple[str, Text | None]:
    several = len(content.conditions or []) > 1 and content.type_code not in EX_OFFICIO_TYPES
    return ("#h-c", Text("看全部条件", "See all conditions")) if several else ("", None)


def _bring(content: ItemContent) -> Said:
    if content.materials is None:
        return UNSAID, Text("来源没有列出材料", "The source lists no papers"), "unsaid"
    mine = prepared_by_applicant(content)
    later = [m.name for m in mine if m.necessity == "deferrable"]
    spare = [m.name for m in mine if m.necessity == "optional"]
    needed = [m.name for m in mine if m.necessity not in ("deferrable", "optional")]
    parts = [listed(needed)] if needed else []
    if later:
        names = listed(later)
        parts.append(Text(f"可以稍后补交：{names.zh}", f"May follow later: {names.en}"))
    if spare:
        names = listed(spare)
        parts.append(Text(f"可交可不交：{names.zh}", f"Optional: {names.en}"))
    detail = Text("。".join(p.zh for p in parts), ". ".join(p.en for p in parts))
    if needed:
        return things(len(needed)), detail, "plain"
    if later:
        return Text("先不用准备", "Nothing for now"), detail, "plain"
    return Text("不用准备", "Nothing"), detail if spare else Text("填好表就行", "The form is enough"), "good"


def _time(content: ItemContent) -> Said:
    promised, legal = content.promised_limit, content.legal_limit
    if content.processing.instant:
        told = Text("填得对，提交后几秒就有结果", "Right answers have a result within seconds")
        return limit_words(Limit(0)), told, "good"
    best = promised or legal
    if best is None:
        return UNSAID, _time_unsaid(content), "unsaid"
    if best.amount == 0:
        told = Text("资料没问题，提交后当场办好", "If all is in order, you have it as soon as you apply")
        return limit_words(best), told, "good"
    if promised is None:
        told = Text("这是法定的最长时间，承诺时间未公布", "The longest allowed by law; no promise is published")
    elif legal is None:
        told = Text("从受理算起。法定时间未公布", "From acceptance. The legal limit is not published")
    else:
        law = limit_words(legal) if legal.amount else Text("当场", "at once")
        told = Text(f"从受理算起。法定 {law.zh}", f"From acceptance. By law {law.en}")
    return limit_words(best), told, "plain"


def _time_unsaid(content: ItemContent) -> Text:
    if content.type_code == PERMIT:
        return Text(
            "法律规定最长 20 个工作日（行政许可法第四十二条）",
            "By law 20 working days at most (Licensing Law, article 42)",
        )
    return Text("来源没有写时间", "The source states no time")


def _fee(content: ItemContent) -> Said:
    if content.is_free:
        return FREE, Text("没有任何收费，也不用找代办", "No charge of any kind; no agent is needed"), "good"
    if (total := fixed_sum(content)) is not None:
        return money_words(total), listed([fee.name for fee in content.fees]), "plain"
    if content.fees:
        return _rate(content.fees)
    if content.is_free is None:
        return UNSAID, Text("来源没有写收不收费", "The source does not say"), "unsaid"
    return Text("要收费", "There is a charge"), Text("标准未公布", "The rate is not published"), "plain"


def _rate(fees: list[Fee]) -> Said:
    """The fees where the sum is not known beforehand: each with its standard, as far as that is published."""
    said = []
    for fee in fees:
        rate = fee.standard or (None if fee.amount_fen is None else money_words(fee.amount_fen))
        said.append(Text(f"{fee.name.zh}：{rate.zh}", f"{fee.name.in_('en')}: {rate.in_('en')}") if rate else fee.name)
    is_published = all(fee.standard or fee.amount_fen is not None for fee in fees)
    headline = Text("按标准收费", "By a published rate") if is_published else Text("要收费", "There is a charge")
    return headline, listed(said), "plain"


def _visits(content: ItemContent) -> Said:
    visits = content.visits
    if visits is None:
        return UNSAID, Text("来源没有写要去几次", "The source does not say"), "unsaid"
    if content.visit_reason:
        detail = content.visit_reason
    elif content.courier:
        detail = Text("结果可以寄给你", "The result can be posted to you")
    elif visits == 0:
        detail = Text("全程网上办", "All of it is online")
    else:
        detail = Text("为什么要去，来源没有写", "The source does not say why")
    return visits_words(visits), detail, "plain" if visits else "good"


def _fetch(content: ItemContent, held: Collection[str] | None) -> Said:
    if content.materials is None:
        return UNSAID, Text("来源没有列出材料", "The source lists no papers"), "unsaid"
    ours = fetched_for_applicant(content)
    if not ours:
        told = Text("这项没有能从证照库取的材料", "None of the papers is in our store of certificates")
        return Text("没有", "Nothing"), told, "plain"
    headline, names = things(len(ours)), listed([m.name for m in ours])
    if held is None:
        told = Text(f"{names.zh}。取不到时再请你上传", f"{names.en}. We ask you only if none is found")
        return headline, told, "good"
    missing = [m.name for m in ours if m.certificate_type not in held]
    if not missing:
        told = Text(
            f"{names.zh}，都在你的证照夹里，不用上传", f"{names.en}: all in your wallet, you need not send them"
        )
        return headline, told, "good"
    lack = listed(missing)
    told = Text(
        f"你的证照夹里还没有{lack.zh}，取不到时再请你上传",
        f"Not in your wallet yet: {lack.en}. We ask you only if none is found",
    )
    return headline, told, "plain"
