"""Notices: every kind can be set, says what it must, and keeps its data inside."""

import io
from datetime import date

import pikepdf
import pytest

from yiwang.domains.documents.rendering import NOTICES, NoticeDataError, render_notice
from yiwang.domains.documents.rendering.notices import canonical

COMMON = {
    "number": "浙演西市监〔2026〕1024 号",
    "office": "演示西湖区市场监督管理局",
    "addressee": "小满面馆（张𫖮）",
    "applicant": "张𫖮",
    "date": date(2026, 11, 23),
    "item_name": "食品经营许可（新办）",
    "case_number": "1133010600250028XC4330131001000202611230042",
    "query_code": "7K4QM2",
    "verify_url": "https://yiwang.example/verify?n=1",
    "specimen": "演示 SPECIMEN",
}
OWN = {
    "receipt": {"received_at": "2026-11-23", "materials": [{"name": "申请书", "form": "电子", "count": 1}]},
    "acceptance": {
        "accepted_on": "2026-11-24",
        "limit": "20 个工作日",
        "due_on": "2026-12-22",
        "not_counted": ["专家评审"],
    },
    "correction": {
        "problems": [{"name": "平面图", "problem": "没有面积", "how": "写明面积"}] * 40,
        "due_on": "2026-12-07",
    },
    "not_accepted": {"reasons": ["不属于本机关职权范围。"], "authority": "演示余杭区市场监督管理局"},
    "grant": {
        "decision": "准予许可。",
        "certificate": {"type": "许可证", "number": "JY2"},
        "conditions": ["悬挂许可证。"],
    },
    "refusal": {"reasons": ["没有隔离设施。"], "review_body": "演示西湖区人民政府", "court": "演示西湖区人民法院"},
    "letter": {"title": "答复函", "paragraphs": ["现答复如下。", "登记状态为存续。"]},
    "withdrawal": {"withdrawn_on": "2026-11-25", "reason": "改变计划", "returned": ["租赁合同"]},
    "not_needed": {"reasons": ["家庭自用的蜂箱不需要许可。"]},
    "deemed_acceptance": {"accepted_on": "2026-11-16", "limit": "20 个工作日", "due_on": "2026-12-14"},
    "deferred_acceptance": {
        "accepted_on": "2026-11-24",
        "limit": "20 个工作日",
        "materials": [{"name": "健康证明", "form": "电子文件"}, {"name": "消防说明"}],
        "supply_by": "2026-12-01",
    },
    "promised_acceptance": {
        "accepted_on": "2026-11-24",
        "limit": "1 个工作日",
        "promise": ["已经知晓告知的全部内容。", "已经符合条件，愿意承担不实承诺的责任。"],
        "text_version": "2026-1",
        "verify": "决定后 30 个工作日内",
    },
    "supplement": {
        "problems": [{"name": "平面图", "problem": "补画排烟口"}],
        "due_on": "2026-12-07",
        "basis": ["《食品经营许可审查通则》第十条"],
    },
    "special": {
        "procedure": "专家评审",
        "reasons": ["涉及新工艺，要请三位专家看。"],
        "planned_workdays": 10,
        "planned_end_on": "2026-12-09",
    },
    "special_end": {
        "procedure": "专家评审",
        "outcome": "通过",
        "ended_on": "2026-12-07",
        "record": "三位专家一致通过。",
        "due_on": "2027-01-05",
    },
    "extension": {"reasons": ["要向上级核实。"], "workdays": 10, "due_on": "2027-01-05"},
    "interested": {"reasons": ["油烟管从您家窗下经过。"], "answer_by": "2026-12-01"},
    "termination": {"reasons": ["申请人已经去世。"], "review_body": "区政府", "court": "区法院"},
    "void": {"reasons": ["同一天交了两次。"]},
    "payment_receipt": {
        "receipt_code": "33012601",
        "receipt_number": "0000000042",
        "receipt_check": "7K4QM2",
        "charge_number": "33010626000000000427",
        "lines": [
            {
                "name": "不动产登记费（住宅）",
                "amount": "40.00 元",
                "basis": "发改价格规〔2016〕2559号",
                "reduction": "40.00 元，小微企业免征一半",
            },
            {"name": "证书工本费", "amount": "10.00 元", "basis": "发改价格规〔2016〕2559号"},
        ],
        "paid": "50.00 元",
        "paid_at": "2026-11-24 10:21",
    },
}


@pytest.mark.parametrize("kind", NOTICES)
def test_every_kind_is_an_archive_page_with_its_data(kind):
    data = COMMON | OWN[kind]
    document = pikepdf.open(io.BytesIO(render_notice(kind, data)))
    metadata = document.open_metadata()
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
    attached = document.attachments["notice.json"]
    assert attached.get_file().read_bytes() == canonical(data)
    assert str(attached.relationship) == "/Data"
    assert (len(document.pages) > 1) == (kind == "correction")  # forty problems need more than a page


@pytest.mark.parametrize("kind", NOTICES)
def test_missing_data_is_named(kind):
    for key in ("number", *NOTICES[kind].required):
        data = {k: v for k, v in (COMMON | OWN[kind]).items() if k != key}
        with pytest.raises(NoticeDataError, match=key):
            render_notice(kind, data)


def test_an_unknown_kind_is_refused():
    with pytest.raises(NoticeDataError, match="no notice of kind"):
        render_notice("../../etc/passwd", COMMON)


def test_the_signed_bytes_are_attached_as_given():
    signed = b'{"exactly":"these"}'
    document = pikepdf.open(io.BytesIO(render_notice("letter", COMMON | OWN["letter"], attached=signed)))
    assert document.attachments["notice.json"].get_file().read_bytes() == signed


def test_what_people_typed_is_never_markup():
    data = COMMON | OWN["letter"] | {"paragraphs": ['#read("/etc/passwd") *不加粗* $x$ // 不是注释 <b> \\']}
    assert render_notice("letter", data).startswith(b"%PDF-")
