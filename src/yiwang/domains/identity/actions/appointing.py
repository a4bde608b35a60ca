"""Say who acts for a firm, and who for an office."""

from uuid import UUID

from yiwang.domains.identity.events import (
    FirmJoined,
    StaffAppointed,
)
from yiwang.domains.identity.models import Account, Firm, FirmMember, Staff
from yiwang.domains.identity.policies import (
    may_appoint_staff,
)
from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record


@action
def join_firm(
    *, person_id: UUID, name: str, credit_code: str, legal_representative: str, address: str, role: str, by: Actor
) -> Firm:
    """Enter a firm from the register of firms and let a person act for it."""
    require(by.kind == "system")
    firm, _created = Firm.objects.get_or_create(
        credit_code=credit_code,
        defaults={"name": name, "legal_representative": legal_representative, "address": address},
    )
    FirmMember.objects.get_or_create(firm=firm, person_id=person_id, defaults={"role": role})
    record(FirmJoined(firm_id=firm.pk, person_id=person_id, role=role), by=by)
    return firm


@action
def appoint_staff(*, account: Account, office_code: str, name: str, roles: list[str], by: Actor) -> Staff:
    """Give an account a place in an office, with duties. It signs in with a second factor from then on."""
    require(may_appoint_staff(by))
    unknown = set(roles) - set(Staff.Role.values)
    if unknown:
        raise Refused(f"没有这些职责：{'、'.join(sorted(unknown))}。", code="unknown_role")
    staff = Staff.objects.create(account=account, office_id=office_code, name=name, roles=sorted(roles))
    record(StaffAppointed(staff_id=staff.pk, office_code=office_code), by=by)
    return staff
