"""免申即享: find who qualifies, tell them, and let them only confirm. Renewals: say in time that a certificate ends."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.cases.actions.submission import submit_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.cases.queries.after_grant import items_about
from yiwang.domains.cases.queries.offers import offered_form
from yiwang.domains.cases.queries.rule_inputs import UNREADABLE, certificate_values, person_values
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.identity.models import Person
from yiwang.domains.notices.actions import notify_person
from yiwang.domains.rules.actions import answer_offer, make_offer
from yiwang.domains.rules.models import Offer, Rule
from yiwang.domains.rules.queries import RuleInForce, evaluate, load_version, offer_by_id, offered_already
from yiwang.foundation.actions import Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.reads.actions import record_read

READ_REASON = gettext_noop("免申即享：系统按公布的规则找到符合条件的人")
AT_ONCE = 500
"""People that one turn of the search looks at; the next turn is a job of its own."""


@action(silent="only looking is asked for; whom it finds is a fact")
def search_for_entitled(*, rule_id: UUID, after: UUID | None, by: Actor) -> None:
    """Have the people behind `after` looked at by the version of a rule that is in force; once a day and version."""
    require(by.kind == "system")
    rule = Rule.objects.filter(pk=rule_id, kind=Rule.Kind.ENTITLEMENT, current__isnull=False).first()
    if rule is not None:
        start = str(after or "")
        payload = {"rule": str(rule.pk), "version": str(rule.current), "item": rule.item_code, "after": start}
        enqueue("find_entitled", payload, key=f"{rule.current}:{today()}:{start}")


@action
def find_entitled(*, rule_id: UUID, version_id: UUID, item_code: str, after: UUID | None, by: Actor) -> None:
    """Look at the next people in order, offer the thing to those whom the rule finds, and ask for the people after them.

    Who was found has the read of their record noted; of the others nothing is kept.
    """
    require(by.kind == "system")
    rule = load_version(rule_id, version_id)
    people = Person.objects.filter(level__gte=Person.Level.CHECKED).order_by("id")
    found = list((people.filter(pk__gt=after) if after else people)[:AT_ONCE])
    item = guide(item_code)
    if not found or item is None or not item.can_apply or rule.table is None:
        return
    ids = [person.pk for person in found]
    passed_over = offered_already(rule_id, ids) | _have_one(item_code, ids)
    for person in found:
        if person.pk not in passed_over:
            _offer_where_found(person, rule, item_code, (item.name, item.name_en or item.name), by)
    if len(found) == AT_ONCE:
        search_for_entitled(rule_id=rule_id, after=found[-1].pk, by=by)


def _have_one(item_code: str, person_ids: Collection[UUID]) -> set[UUID]:
    """Return who has asked for the thing, or holds what it leads to, already."""
    asked = Case.objects.filter(applicant_id__in=person_ids, item_id=item_code, firm__isnull=True)
    asked = asked.exclude(outcome__in=["withdrawn", "lapsed"])
    found = set(asked.values_list("applicant_id", flat=True))
    item = guide(item_code)
    results = [r.certificate_type for r in (item.content.results or []) if r.certificate_type] if item else []
    if results:
        held = Certificate.objects.filter(holder_person_id__in=person_ids, type_id__in=results, state="valid")
        found |= {one for one in held.values_list("holder_person_id", flat=True) if one}
    return found


def _offer_where_found(person: Person, rule: RuleInForce, item_code: str, name: tuple[str, str], by: Actor) -> None:
    day, keys = today(), rule.keys
    wanted = [key for key in keys if key.startswith("certificate.")]
    try:
        values = person_values(person, [k for k in keys if k.startswith("applicant.")], day)
        values |= certificate_values(wanted, day, person=person, firm=None)
    except UNREADABLE:  # one record that does not open must not end the search for the others
        return
    verdict = evaluate(rule, values)
    if verdict.outcome != "grant":
        return
    record_read(person_id=person.pk, what="person", reason=READ_REASON, by=by)
    offer = make_offer(person_id=person.pk, item_code=item_code, rule=rule, verdict=verdict, values=values, by=by)
    if offer is not None:
        notify_person(
            person_id=person.pk,
            kind="offer",
            title=(f"你可以享受“{name[0]}”", f"You qualify for: {name[1]}"),
            body=(
                "不用申请，点开看一下，确认就行。不要也可以。",
                "No application is needed: open it and confirm. You may also decline.",
            ),
            link=f"/me/offers/{offer.pk}",
            text_message=True,
            by=by,
        )


@action
def confirm_offer(*, offer_id: UUID, answers: dict[str, Any], by: Actor) -> Case:
    """Confirm what one was found to qualify for: a case of one's own, handed in with what is known and these answers.

    Raises:
        InvalidInput: where something of the form is still missing.
        Refused: where it was answered before, or its date has passed.
    """
    require(may_submit(by))
    offer = offer_by_id(by, offer_id)
    if offer.state == Offer.State.CONFIRMED and offer.case_id:
        return Case.objects.visible_to(by).get(pk=offer.case_id)
    if offer.state != Offer.State.OPEN or offer.until < today():
        raise Refused(_("这一项已经答复过，或者过期了。"), code="not_open")
    form, known = offered_form(offer, by)
    case, _new = submit_case(
        item_code=offer.item_code, answers=form.prune({**answers, **known}), key=f"offer:{offer_id}", by=by
    )
    answer_offer(offer_id=offer_id, state=Offer.State.CONFIRMED, case_id=case.pk, by=by)
    return case


@action(silent="a message that a certificate ends is not a fact of its own; the renewal is")
def remind_of_renewal(*, certificate_id: UUID, by: Actor) -> None:
    """Tell whoever holds a certificate that it ends soon (行政许可法 art. 50: thirty days ahead), and lead them to the renewal."""
    require(by.kind == "system")
    found = Certificate.objects.select_related("type").filter(pk=certificate_id, state=Certificate.State.VALID).first()
    if found is None or found.valid_until is None or found.valid_until < today() or _is_succeeded(found):
        return
    holders = [found.holder_person_id] if found.holder_person_id else _members(found.holder_firm_id)
    code = _renewal_item(found)
    link = f"/items/{code}/apply?about={found.pk}" if code else f"/me/certificates/{found.pk}"
    until = found.valid_until.isoformat()
    for person_id in holders:
        notify_person(
            person_id=person_id,
            kind="renewal",
            title=(f"{found.type.name}快到期了", f"{found.type.name_en or found.type.name}: ends soon"),
            body=(
                f"有效期到 {until}。要接着用，到期前三十日申请延续。我们认得这张证，不用重新填。",
                f"It is valid until {until}. To go on with it, apply for renewal thirty days before. We know the certificate.",
            ),
            link=link,
            text_message=True,
            by=by,
        )


def _is_succeeded(one: Certificate) -> bool:
    """Whether the holder has a later one of the same kind."""
    same = Certificate.objects.filter(
        type_id=one.type_id, holder_person_id=one.holder_person_id, holder_firm_id=one.holder_firm_id, state="valid"
    )
    return same.filter(valid_until__gt=one.valid_until).exists() or same.filter(valid_until__isnull=True).exists()


def _members(firm_id: UUID | None) -> list[UUID]:
    return list(Person.objects.filter(firms__firm_id=firm_id).values_list("pk", flat=True)[:20]) if firm_id else []


def _renewal_item(certificate: Certificate) -> str:
    """Return the item that renews a certificate: the office's own for that, else the one through which it came."""
    if renewal := items_about(certificate).get("renewal"):
        return renewal.code
    code = None
    if certificate.case_id:
        code = Case.objects.filter(pk=certificate.case_id).values_list("item_id", flat=True).first()
    item = guide(code) if code else None
    return item.code if item and item.can_apply else ""
