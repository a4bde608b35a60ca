"""Found a small town in an empty installation and print what its people need: `python -m tests.faults.founding`.

Much quicker to build than the demo province. Its one item that is decided at once ends in a certificate, so that every
submission goes all the way: receipt, acceptance, decision, certificate, seals, journal.
"""

import json
import sys

import django


def found() -> dict[str, str]:
    """Make the tables, the town and its items; return tokens and codes."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tests.verify.building import found_town, shop_form
    from yiwang.domains.catalogue.actions.publishing import publish_items
    from yiwang.domains.catalogue.content import ItemContent
    from yiwang.domains.catalogue.content.structs import Processing, Result, Text
    from yiwang.domains.catalogue.loading.records import ReadOffice, build_item
    from yiwang.domains.certificates.models import CertificateType
    from yiwang.domains.identity.actions import issue_token
    from yiwang.domains.identity.models import Person, Staff
    from yiwang.domains.identity.tests.factories import make_office, make_person
    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.jobs.worker import work_until_idle

    town = found_town()
    kind = CertificateType.objects.get()
    form = shop_form()
    del form["schema"]["properties"]["plan"], form["ui"]["fields"]["plan"]
    form["schema"]["required"] = form["ui"]["pages"][0]["fields"] = ["shop_name"]
    licence = ItemContent(
        name=Text("面馆执照", "A noodle shop licence"),
        type_code="01",
        results=[Result(kind="certificate", name=Text("许可证"), certificate_type=kind.code)],
        form=form,
        processing=Processing(instant=True, certificate_fields={"shop": "shop_name"}),
    )
    reviewed = ItemContent(
        name=Text("面馆审批", "A noodle shop, reviewed"), type_code="01", form=form, processing=Processing()
    )
    other = make_office(name="演示上城区市场监督管理局")
    items = []
    for at, (office, content) in enumerate(((town.office, licence), (other, licence), (town.office, reviewed))):
        where = ReadOffice(code=office.code, name=office.name, region_code="")
        code = f"{office.code}3339100{at:05d}"
        items.append(build_item(row=at, code=code, base_code=f"L{at}", base_name="执照", office=where, content=content))
    publish_items(items=items, source="yiwang", by=SYSTEM)
    work_until_idle()
    make_person()
    people, staff = list(Person.objects.order_by("id")), list(Staff.objects.order_by("id"))
    told = {"licence": items[0].code, "licence_of_other": items[1].code, "permit": town.permit, "notice": town.notice}
    told |= {"reviewed": items[2].code}
    told |= {f"person{n}": issue_token(account_id=who.account_id, by=SYSTEM) for n, who in enumerate(people)}
    return told | {f"staff{n}": issue_token(account_id=who.account_id, by=SYSTEM) for n, who in enumerate(staff)}


if __name__ == "__main__":
    django.setup()
    json.dump(found(), sys.stdout)
