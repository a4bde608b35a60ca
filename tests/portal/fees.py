"""An item that costs something, by the answers, for tests of paying and looking up."""

import html
from typing import Any

from django.test import Client

from yiwang.domains.catalogue.content import Fee, Processing, Reduction, Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.identity.tests.factories import make_office

HOT, COLD = {"field": "kind", "equals": "hot"}, {"field": "kind", "equals": "cold"}
FEES = [
    Fee(Text("登记费", "Registration"), amount_fen=8000, basis="发改价格规〔2016〕2559号",
        reductions=[Reduction(Text("小微企业", "Small firms"), "财税〔2019〕45号", 50, when=COLD)]),
    Fee(Text("证书工本费", "The card"), amount_fen=1000, basis="发改价格规〔2016〕2559号", when=HOT),
]  # fmt: skip


def page(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def fee_item(**changes: Any) -> Any:
    make_type()
    given: dict[str, Any] = {
        "is_free": False,
        "fees": FEES,
        "results": [Result("certificate", Text("许可证"), TYPE, 60)],
        "processing": Processing(certificate_fields={"place": "shop_name", "owner_number": "owner"}),
    }
    return make_item(office=make_office(), **(given | changes))
