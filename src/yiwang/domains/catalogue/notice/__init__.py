"""顾客须知: the six answers that a guide opens with, worked out from what one version says. Nothing here knows Django.

Always six, always in this order: can I, what do I need, how long, how much, how many trips, what we fetch.
What the source does not state reads 未公布; nothing is guessed.
"""

from collections.abc import Callable, Collection
from typing import Literal

import msgspec

from yiwang.domains.catalogue.content import Fee, ItemContent, Limit, Material, Text
from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES

UNSAID = Text("未公布", "Not published")
_NOTHING = Text("")
_UNITS = {
    "workday": ("个工作日", "working day"), "day": ("天", "day"), "month": ("个月", "month"), "year": ("年", "year"),
}  # fmt: skip
_SHOWN = 4
"""How many names a list gives before it only counts."""


class Answer(msgspec.Struct, frozen=True):
    """One of the six: an icon of the sprite, the question, the answer in a few words, and a sentence more.

    `state`: `good` (nothing to do or to pay), `plain` (an answer), `no` (not for applying), `unsaid` (not published).
    """

    icon: str
    question: Text
    headline: Text
    detail: Text
    state: Literal["good", "plain", "no", "unsaid"]


def customer_notice(content: ItemContent, *, held: Collection[str] | None = None) -> list[Answer]:
    """Return the six answers.

    Args:
        content: what the version says.
        held: codes of the certificate types that the reader holds in force; None where we do not know who reads.
    """
    return [_who(content), _papers(content), _time(content), _cost(content), _trips(content), _fetched(content, held)]


Rest = tuple[Text, Text, Literal["good", "plain", "no", "unsaid"]]


def _answer(icon: str, zh: str, en: str) -> Callable[[Callable[..., Rest]], Callable[..., Answer]]:
    def with_question(work_out: Callable[..., Rest]) -> Callable[..., Answer]:
        return lambda *arguments: Answer(icon, Text(zh, en), *work_out(*arguments))

    return with_question


_UNSAID: Rest = (UNSAID, Text("来源没有说", "The source does not say"), "unsaid")
_FIRMS = frozenset({"enterprise", "institution", "organisation", "agency", "other"})


@_answer("ok", "我能办吗", "Can I apply?")
def _who(content: ItemContent) -> Rest:
    if content.type_code in EX_OFFICIO_TYPES:
        told = Text("这是部门依职权做的事，公开给你看", "The office acts on its own duty; this is here for you to see")
        return Text("不用申请", "No need to apply"), told, "no"
    detail = _sentences(content.conditions or []) if content.conditions else _unsaid_conditions(content)
    if not content.audience:
        return (UNSAID, detail, "unsaid") if content.conditions is None else (_CHECK, detail, "plain")
    people, firms = "person" in content.audience, not _FIRMS.isdisjoint(content.audience)
    if people and firms:
        return Text("个人、单位都能办", "People and firms can"), detail, "plain"
    if people:
        return Text("个人能办", "People can"), detail, "plain"
    return Text("企业、单位能办", "Firms can"), detail, "plain"


_CHECK = Text("看条件", "See the conditions")


def _unsaid_conditions(content: ItemContent) -> Text:
    if content.conditions is None:
        return Text("条件未公布", "The conditions are not published")
    return Text("没有别的条件", "There are no other conditions")


@_answer("doc", "我要准备什么", "What do I need?")
def _papers(content: ItemContent) -> Rest:
    if content.materials is None:
        return _UNSAID
    yours = [m for m in content.materials if not m.certificate_type]
    needed = [m for m in yours if m.necessity in ("required", "")]
    others = [m for m in yours if m not in needed]
    if not needed:
        more = _more(others) if others else Text("填表就行", "Just fill in the form")
        return Text("不用准备", "Nothing"), more, "good"
    names = _names(needed)
    detail = Text(f"{names.zh}。{_more(others).zh}", f"{names.en}. {_more(others).en}") if others else names
    return _things(len(needed)), detail, "plain"


def _more(others: list[Material]) -> Text:
    later = [m for m in others if m.necessity == "deferrable"]
    optional = [m for m in others if m.necessity == "optional"]
    said = []
    if later:
        names = _names(later)
        said.append((f"可以稍后补交：{names.zh}", f"May follow later: {names.en}"))
    if optional:
        names = _names(optional)
        said.append((f"可交可不交：{names.zh}", f"Optional: {names.en}"))
    return Text("。".join(zh for zh, _ in said), ". ".join(en for _, en in said))


@_answer("clock", "多久能办好", "How long does it take?")
def _time(content: ItemContent) -> Rest:
    promised, legal = content.promised_limit, content.legal_limit
    if content.processing.instant or (promised or legal or Limit(1)).amount == 0:
        told = Text("资料没问题，提交后当场办好", "If all is in order, you have it as soon as you apply")
        return Text("马上办好", "At once"), told, "good"
    if promised is None and legal is None:
        return _UNSAID
    if promised is None:
        return _limit(legal), Text("这是法定时限", "This is the limit set by law"), "plain"
    if legal is None:
        return (
            _limit(promised),
            Text("这是部门的承诺，法定时限未公布", "The office promises this; the limit set by law is not published"),
            "plain",
        )
    said = _limit(legal) if legal.amount else Text("当场", "at once")
    return _limit(promised), Text(f"法定 {said.zh}", f"The law allows {said.en}"), "plain"


@_answer("coin", "要花多少钱", "What does it cost?")
def _cost(content: ItemContent) -> Rest:
    if content.is_free:
        return Text("免费", "Free"), Text("没有任何收费", "There is no charge of any kind"), "good"
    if content.fees:
        return _fees(content.fees)
    if content.is_free is None:
        return _UNSAID
    return Text("要收费", "There is a fee"), Text("标准未公布", "The rate is not published"), "plain"


def _fees(fees: list[Fee]) -> Rest:
    if all(fee.amount_fen is not None for fee in fees):
        total = _money(sum(fee.amount_fen or 0 for fee in fees))
        return total, _listed([fee.name for fee in fees]), "plain"
    said = [fee.standard or fee.name for fee in fees]
    return Text("要收费", "There is a fee"), _sentences(said), "plain"


@_answer("trip", "要跑几趟", "How many trips?")
def _trips(content: ItemContent) -> Rest:
    if content.visits is None:
        return _UNSAID
    posted = Text("结果可以寄给你", "The result can be posted to you") if content.courier else _NOTHING
    detail = content.visit_reason or posted
    if content.visits == 0:
        return Text("不用跑", "None"), detail if detail.zh else Text("全程网上办", "All of it is done online"), "good"
    trips = "trip" if content.visits == 1 else "trips"
    return Text(f"跑 {content.visits} 趟", f"{content.visits} {trips}"), detail, "plain"


@_answer("fetch", "哪些我们替你取", "What do you fetch for me?")
def _fetched(content: ItemContent, held: Collection[str] | None) -> Rest:
    if content.materials is None:
        return _UNSAID
    ours = [m for m in content.materials if m.certificate_type]
    if not ours:
        return Text("没有", "Nothing"), Text("没有能从证照库取的材料", "None of the papers can be fetched"), "plain"
    names = _names(ours)
    if held is None:
        told = Text(f"{names.zh}。取不到时再请你上传", f"{names.en}. We ask you only if none is found")
        return _things(len(ours)), told, "good"
    have = [m for m in ours if m.certificate_type in held]
    lack = _names([m for m in ours if m not in have])
    if not lack.zh:
        return _things(len(ours)), Text(f"{names.zh}，都在你的证照夹里", f"{names.en}: all in your wallet"), "good"
    told = Text(
        f"你的证照夹里还没有{lack.zh}，取不到时再请你上传",
        f"Not in your wallet yet: {lack.en}. We ask you only if none is found",
    )
    return _things(len(ours)), told, "plain"


def _names(materials: list[Material]) -> Text:
    return _listed([m.name for m in materials])


def _listed(texts: list[Text]) -> Text:
    zh, en = [t.zh.strip("。 ") for t in texts], [t.in_("en").strip("。. ") for t in texts]
    if len(texts) <= _SHOWN:
        return Text("、".join(zh), ", ".join(en))
    return Text(f"{'、'.join(zh[:_SHOWN])}等 {len(zh)} 样", f"{', '.join(en[:_SHOWN])} and {len(en) - _SHOWN} more")


def _sentences(texts: list[Text]) -> Text:
    zh, en = [t.zh.strip("。； ") for t in texts], [t.in_("en").strip("。；. ") for t in texts]
    return Text("；".join(zh), "; ".join(en))


def _things(count: int) -> Text:
    return Text(f"{count} 样", f"{count} {'paper' if count == 1 else 'papers'}")


def _limit(limit: Limit | None) -> Text:
    assert limit is not None
    zh, en = _UNITS[limit.unit]
    return Text(f"{limit.amount} {zh}", f"{limit.amount} {en}{'' if limit.amount == 1 else 's'}")


def _money(fen: int) -> Text:
    yuan, rest = divmod(fen, 100)
    amount = f"{yuan:,}.{rest:02d}" if rest else f"{yuan:,}"
    return Text(f"{amount} 元", f"¥{amount}")
