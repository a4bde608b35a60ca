"""People, firms, offices and officials for tests, made through the real actions. Numbers use division 3399xx, which no one holds."""

import datetime as dt
from itertools import count
from typing import Any
from uuid import UUID

from yiwang.domains.identity.actions import appoint_staff, confirm_real_name, create_account, join_firm, open_account
from yiwang.domains.identity.models import Account, Firm, Person, Staff
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.queries import identify
from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import SYSTEM, Actor

PASSWORD = "a quiet river 9"
NAMES = ("林晓岚", "沈建国", "周子涵", "欧阳晓晓", "张三")

_serial = count(1)
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_number(serial: int | None = None, *, born: str = "19920614") -> str:
    """Return a citizen id number that holds (GB 11643), a new one on each call."""
    body = f"339921{born}{(serial if serial is not None else next(_serial)) % 1000:03d}"
    total = sum(int(d) * w for d, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return body + "10X98765432"[total % 11]


def credit_code(serial: int | None = None, *, prefix: str = "91") -> str:
    """Return a unified credit code that holds (GB 32100), a new one on each call."""
    body = f"{prefix}339901{(serial if serial is not None else next(_serial)):09d}"
    total = sum(_CREDIT_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(body))
    return body + _CREDIT_SIGNS[-total % 31]


def mobile() -> str:
    """Return a mobile number that nobody else in the test has."""
    return f"1990000{next(_serial) % 10000:04d}"


def make_account(*, email: str = "", phone: str = "", password: str = PASSWORD) -> Account:
    """Return an account with an e-mail address and, where given, a verified phone."""
    return create_account(email=email, password=password, phone=phone, by=SYSTEM)


def make_person(
    *,
    level: int = 2,
    name: str = "",
    number: str = "",
    phone: str = "",
    email: str = "",
    password: str = PASSWORD,
    address: str = "浙江省杭州市演示路 1 号",
) -> Person:
    """Return a person with an account; from level 2 on the name is confirmed by a register's answer."""
    at = next(_serial)
    name = name or NAMES[at % len(NAMES)]
    account = make_account(email=email or f"person{at}@demo.example", phone=phone or mobile(), password=password)
    person = open_account(account=account, name=name, by=SYSTEM)
    if level < 2:
        return person
    answer = RegisterAnswer("match", level=level, sex="2", birth_date=dt.date(1992, 6, 14), address=address)
    return confirm_real_name(
        name=name,
        id_kind="resident_id",
        id_number=number or id_number(),
        answer=answer,
        by=Actor(kind="person", id=person.pk, assurance=1),
    )


def make_firm(
    person: Person | None = None, *, name: str = "演示小满面馆", code: str = "", role: str = "legal_representative"
) -> Firm:
    """Return a firm that a person (a new one where none is given) may act for."""
    person = person or make_person()
    return join_firm(
        person_id=person.pk,
        name=name,
        credit_code=code or credit_code(prefix="92"),
        legal_representative=person.name,
        address="浙江省杭州市演示路 2 号",
        role=role,
        by=SYSTEM,
    )


def make_office(*, code: str = "", name: str = "演示西湖区市场监督管理局", **more: Any) -> Office:
    """Return an office, loaded as a source would."""
    code = code or credit_code(prefix="11")
    load_offices(offices=[Office(code=code, name=name, **{"number": "演西市监", **more})], by=SYSTEM)
    return Office.objects.get(pk=code)


def make_staff(
    *,
    office: Office | None = None,
    roles: tuple[str, ...] = ("window", "reviewer", "head"),
    name: str = "方敏",
    email: str = "",
    password: str = PASSWORD,
) -> Staff:
    """Return an official at an office (a new one where none is given)."""
    office = office or make_office()
    account = make_account(email=email or f"staff{next(_serial)}@demo.example", password=password)
    return appoint_staff(account=account, office_code=office.code, name=name, roles=list(roles), by=SYSTEM)


def actor_of(who: Person | Staff, *, firm: Firm | UUID | None = None, channel: str = "portal") -> Actor:
    """Return the actor that somebody is once they have signed in, officials with their second factor."""
    assert who.account_id is not None
    firm_id = firm.pk if isinstance(firm, Firm) else firm
    return identify(who.account_id, firm_id=firm_id, has_second_factor=True, channel=channel).actor


def sign_in(client: Any, who: Person | Staff, *, firm: Firm | None = None, second_factor: bool = True) -> Any:
    """Sign somebody in with Django's test client, officials with their second factor; return the client."""
    assert who.account is not None
    client.force_login(who.account)
    session = client.session
    if second_factor and isinstance(who, Staff):
        session["account_authentication_methods"] = [{"method": "password", "at": 0}, {"method": "mfa", "at": 0}]
        session["account_authentication_methods_user"] = str(who.account_id)
    if firm is not None:
        session["acting_for_firm"] = str(firm.pk)
    session.save()
    return client
