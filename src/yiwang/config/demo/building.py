"""Build the demo province: places, offices, seals, people, officials, items, what people hold already."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from yiwang.config.demo.deliveries import furnish_deliveries
from yiwang.config.demo.halls import furnish_halls
from yiwang.config.demo.reading import by_key, folder, read_csv, read_yaml
from yiwang.config.loading import LEVELS, load_catalogue
from yiwang.domains.catalogue.actions import load_life_events
from yiwang.domains.catalogue.models import LifeEvent
from yiwang.domains.certificates.actions import load_certificate_types, prepare_certificate
from yiwang.domains.certificates.models import CertificateType
from yiwang.domains.identity.actions import (
    appoint_staff,
    confirm_real_name,
    create_account,
    join_firm,
    open_account,
)
from yiwang.domains.identity.models import Account, Firm, Person
from yiwang.domains.identity.queries import ask_register
from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.clock.workdays import add_months

OFFICE_LEVELS = {"province": 2, "city": 3, "county": 4}
ID_KIND = "resident_id"
Say = Callable[[str], None]


def build_province(say: Say) -> None:
    """Enter everything that stands before the first case."""
    say("places and calendar")
    rows = [
        (r["code"], r["name"], r["name_en"] or "", LEVELS[r["level"]], r["parent"]) for r in read_csv("regions.csv")
    ]
    load_regions(rows=rows, by=SYSTEM)
    days = {dt.date.fromisoformat(r["date"]): (r["is_workday"] == "1", r["name"]) for r in read_csv("calendar.csv")}
    years = {int(r["year"]): r["notice"] for r in read_csv("official_years.csv")}
    set_calendar(days=days, official_years=years, by=SYSTEM)
    say("offices and seals")
    _offices()
    say("items")
    _catalogue()
    say("people, firms and officials")
    _people()
    furnish_deliveries()
    _staff()
    furnish_halls()
    _certificates()


def _offices() -> None:
    offices = by_key("offices.yaml", "offices").values()
    load_offices(
        offices=[
            Office(
                code=o["code"],
                name=o["name"]["zh"],
                name_en=o["name"]["en"],
                region_id=o["region"],
                level=OFFICE_LEVELS[o["level"]],
                number=o["number"],
                place=o["place"]["zh"],
                place_en=o["place"]["en"],
                hours=o["hours"]["zh"],
                hours_en=o["hours"]["en"],
                phone=o.get("phone", ""),
            )
            for o in offices
        ],
        by=SYSTEM,
    )
    for office in offices:
        issue_seal(office_code=office["code"], by=SYSTEM)


def _catalogue() -> None:
    types = by_key("certificate_types.yaml", "certificate_types").values()
    definer = read_yaml("certificate_types.yaml")["definer"]
    load_certificate_types(
        types=[
            CertificateType(
                code=t["code"],
                name=t["name"]["zh"],
                name_en=t["name"]["en"],
                definer=definer,
                holder=t["holder"],
                validity_months=t["validity_months"],
                fields=t["fields"],
            )
            for t in types
        ],
        by=SYSTEM,
    )
    events = read_yaml("life_events.yaml")["life_events"]
    load_life_events(
        events=[
            LifeEvent(
                key=e["key"],
                name_zh=e["name"]["zh"],
                name_en=e["name"]["en"],
                icon=e["icon"],
                audience=e["audience"],
                position=position,
            )
            for position, e in enumerate(events)
        ],
        by=SYSTEM,
    )
    for part in ("items", "bundles"):
        report = load_catalogue(folder() / part, "yiwang", strict=True)
        if report.refused:
            raise RuntimeError(f"the demo's own {part} were refused: {report.refused}")


def _people() -> None:
    password = read_yaml("people.yaml")["password"]
    for entry in by_key("people.yaml", "people").values():
        account = create_account(email=entry["email"], password=password, phone=f"+86{entry['phone']}", by=SYSTEM)
        person = open_account(account=account, by=SYSTEM)
        answer = ask_register(name=entry["name"], id_kind=ID_KIND, id_number=entry["id_number"])
        confirm_real_name(
            name=entry["name"],
            id_kind=ID_KIND,
            id_number=entry["id_number"],
            answer=answer,
            by=Actor(kind="person", id=person.pk, assurance=1),
        )
    people = {key: _person(key) for key in by_key("people.yaml", "people")}
    for firm in by_key("people.yaml", "firms").values():
        for member in firm["members"]:
            is_head = member == firm["legal_representative"]
            join_firm(
                person_id=people[member].pk,
                name=firm["name"],
                credit_code=firm["credit_code"],
                legal_representative=people[firm["legal_representative"]].name,
                address=firm["address"],
                role="legal_representative" if is_head else "clerk",
                by=SYSTEM,
            )


def _person(key: str) -> Person:
    return Person.objects.get(account__email=by_key("people.yaml", "people")[key]["email"])


def _staff() -> None:
    password = read_yaml("people.yaml")["password"]
    offices = by_key("offices.yaml", "offices")
    for entry in by_key("people.yaml", "staff").values():
        account: Account = create_account(email=entry["email"], password=password, by=SYSTEM)
        office = offices[entry["office"]]["code"]
        appoint_staff(account=account, office_code=office, name=entry["name"], roles=entry["roles"], by=SYSTEM)
        TOTP.activate(account, generate_totp_secret())


def _certificates() -> None:
    """Issue what people hold already, as other offices' systems would have done."""
    for key, entry in by_key("people.yaml", "people").items():
        person = _person(key)
        for held in entry.get("certificates", []):
            fields = dict(held["fields"])
            if held["type"] == "id_card":
                fields["id_number"] = entry["id_number"]
            _issue(held["type"], fields, person=person)
    for entry in by_key("people.yaml", "firms").values():
        firm = Firm.objects.get(credit_code=entry["credit_code"])
        for held in entry.get("certificates", []):
            _issue(held["type"], dict(held["fields"]), firm=firm)


def _issue(type_key: str, fields: dict[str, Any], *, person: Person | None = None, firm: Firm | None = None) -> None:
    kind = by_key("certificate_types.yaml", "certificate_types")[type_key]
    months = kind["validity_months"]
    prepare_certificate(
        type_code=kind["code"],
        person=person,
        firm=firm,
        office=Office.objects.get(pk=by_key("offices.yaml", "offices")[kind["issuer"]]["code"]),
        case_id=None,
        fields={name: dated(value) for name, value in fields.items()},
        valid_until=add_months(today(), months) if months else None,
        by=SYSTEM,
    )


def dated(value: Any, day: dt.date | None = None) -> Any:
    """Return `@+3` and `@-30` as the date that many calendar days after or before a day; anything else as it is."""
    if isinstance(value, str) and len(value) > 2 and value[0] == "@" and value[1] in "+-" and value[2:].isdigit():
        return ((day or today()) + dt.timedelta(days=int(value[1:]))).isoformat()
    return value
