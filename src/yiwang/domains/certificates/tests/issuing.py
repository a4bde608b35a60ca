"""Certificate types and certificates for tests, issued through the real actions."""

import datetime as dt
from typing import Any

from yiwang.domains.certificates.actions import load_certificate_types, prepare_certificate
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.tests.factories import make_office
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import SYSTEM

TYPE = "11339900YW00000120009"


def make_type(code: str = TYPE, *, holder: str = "person", **more: Any) -> CertificateType:
    """Return a type of certificates with two fields on its face."""
    kind = CertificateType(
        code=code,
        name="演示食品经营许可证",
        name_en="Demonstration food licence",
        definer="演示浙江省市场监督管理局",
        holder=holder,
        validity_months=12,
        fields=[
            {"key": "place", "label": {"zh": "经营场所", "en": "Place"}},
            {"key": "owner_number", "label": {"zh": "负责人证件号码", "en": "Owner's number"}},
        ],
        **more,
    )
    load_certificate_types(types=[kind], by=SYSTEM)
    return CertificateType.objects.get(pk=code)


def issue_certificate(
    kind: CertificateType,
    *,
    person: Person | None = None,
    firm: Firm | None = None,
    office: Office | None = None,
    until: dt.date | None = None,
    **fields: str,
) -> Certificate:
    """Return a certificate that is prepared; the worker signs it."""
    return prepare_certificate(
        type_code=kind.code,
        person=person,
        firm=firm,
        office=office or make_office(name="演示拱墅区市场监督管理局", region_id=None),
        case_id=None,
        fields={"place": "演示路 1 号"} | fields,
        valid_until=until,
        by=SYSTEM,
    )
