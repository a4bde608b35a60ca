"""What is known already of somebody's answers: for a form that is begun, and for something that they are offered (免申即享)."""

from typing import Any

from yiwang.domains.catalogue.queries import form_of, guide
from yiwang.domains.certificates.queries import data_of, held_for
from yiwang.domains.identity.queries import prefill_values
from yiwang.domains.regions.queries import split_address
from yiwang.domains.rules.models import Offer
from yiwang.domains.rules.queries import load_version
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.forms import Form

SIMPLE = {"text", "radio", "select", "checkbox", "checkboxes", "number", "money", "date", "phone", "email", "textarea"}
"""What can be asked on the page of an offer; for more than that one goes through the form."""


def known_values(actor: Actor, form: Form) -> dict[str, Any]:
    """Return what the state knows already, for the fields of a form that ask for it: identity, firm, certificates."""
    sources = {f.prefill for f in form.fields.values() if f.prefill}
    known: dict[str, Any] = dict(prefill_values(actor)) if sources else {}
    if any(s.startswith("certificate.") for s in sources):
        for code, certificate in held_for(actor).items():
            data = data_of(certificate)
            known |= {f"certificate.{code}.{key[3:]}": value for key, value in data.items() if key.startswith("KZ_")}
    for field in form.fields.values():
        if field.widget == "address" and isinstance(written := known.get(field.prefill), str):
            region, detail = split_address(written)
            known[f"{field.prefill}.parts"] = {"region": region, "detail": detail}
    return known


def offered_form(offer: Offer, actor: Actor) -> tuple[Form, dict[str, Any]]:
    """Return the form of the item that is offered, and what is known of it already: from the register and from the rule."""
    item = guide(offer.item_code)
    if item is None:
        raise NotVisible
    form = form_of(item.version_id, for_firm=False)
    table = load_version(offer.rule_id, offer.version_id).table
    known: dict[str, Any] = {
        key: value for key, value in (table.presets if table else {}).items() if key in form.fields
    }
    return form, known | form.prefilled(known_values(actor, form), known)
