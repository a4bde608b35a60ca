"""Whether what an item says about its procedure can be followed: found out at publishing, not in the middle of a case."""

from collections.abc import Iterator

from yiwang.domains.catalogue.content.structs import ItemContent, Text


def procedure_faults(content: ItemContent) -> list[Text]:
    """Return what is wrong with the procedure of an item; none where it can be published."""
    return [
        *_promise_faults(content),
        *_joint_faults(content),
        *_certificate_faults(content),
        *_fee_faults(content),
        *_quota_faults(content),
    ]


def _promise_faults(content: ItemContent) -> Iterator[Text]:
    promise = content.processing.promise
    if promise is None:
        return
    if content.processing.high_risk:
        yield Text(
            "高风险的事项不能用告知承诺（国办发〔2020〕42号）", "an item of high risk cannot rest on a promise alone"
        )
    if not promise.version.strip() or not promise.text.zh.strip():
        yield Text("承诺书要有版本和正文", "a promise has a version and a text")
    if unknown := set(promise.covers) - {one.key for one in content.materials or []}:
        names = ", ".join(sorted(unknown))
        yield Text(f"承诺代替的材料不在材料清单里：{names}", f"the promise covers unknown materials: {names}")


def _joint_faults(content: ItemContent) -> Iterator[Text]:
    waits = {one.office: set(one.waits_for) for one in content.processing.joint_offices}
    if len(waits) < len(content.processing.joint_offices):
        yield Text("同一个联办部门写了两次", "a joint office stands there twice")
    if any(one.days < 1 for one in content.processing.joint_offices):
        yield Text("联办部门至少要有一个工作日", "a joint office needs a working day at least")
    free: set[str] = set()
    while ready := {office for office, before in waits.items() if office not in free and before <= free}:
        free |= ready
    if set(waits) - free:
        yield Text(
            "联办部门互相等待，或者等的部门不在联办之列",
            "joint offices wait for each other, or for one that is not asked",
        )


def _certificate_faults(content: ItemContent) -> Iterator[Text]:
    if content.processing.about in {"renewal", "change"}:
        results = content.results or []
        if not results or results[0].kind != "certificate":
            yield Text(
                "延续和变更的结果是一张新的证照",
                "a renewal or a change leads to a certificate: name it among the results",
            )


def _quota_faults(content: ItemContent) -> Iterator[Text]:
    quota = content.quota
    if quota is None:
        return
    if quota.number < 1 or not 0 <= quota.given_before <= quota.number or not quota.basis.strip():
        yield Text("数量限制要写明数量和依据", "a limited number is a number, with what sets it")
    if content.processing.instant or content.processing.about:
        yield Text(
            "有数量限制的事项按受理先后决定，不能即办，也不是延续、变更或者注销（行政许可法第五十七条）",
            "a limited number is granted in the order of acceptance: never at once, and never as a renewal or change",
        )


def _fee_faults(content: ItemContent) -> Iterator[Text]:
    for fee in content.fees or []:
        if fee.amount_fen and not fee.basis.strip():  # 行政许可法 art. 58, 59
            yield Text(f"收费“{fee.name.zh}”要写明依据", f"the fee “{fee.name.en or fee.name.zh}” names no legal basis")
