"""Where the courier calls back. Who has not signed is turned away before anything is read."""

import datetime as dt

import msgspec
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yiwang.connectors.courier_demo.signing import (
    LONGEST_BODY,
    SIGNATURE,
    TIMESTAMP,
    Forged,
    check_signature,
    shared_secret,
)
from yiwang.domains.deliveries.actions import hear_courier, note_unsound_call
from yiwang.domains.deliveries.ports import CourierEvent
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import now

COURIER = SYSTEM.through("courier")
FORGED_SECONDS = 60
"""How often it is written down that somebody calls in the courier's name: who has not signed cannot have us write more."""


class _Told(msgspec.Struct, forbid_unknown_fields=True):
    """What a call-back says."""

    event_id: str
    order: str
    waybill: str
    number: int
    kind: str
    at: dt.datetime
    place: str = ""
    signer: str = ""
    code: str = ""
    reason: str = ""


@csrf_exempt
@require_POST
def courier(request: HttpRequest) -> JsonResponse:
    """Take one event of a parcel: 200 with its effect (`moved`, `kept`, `none`), 401 for what is not signed.

    A doubled message is answered like the first and has no effect; 404 names an order that we never gave, 422 an event that
    cannot be.
    """
    if not settings.CONNECTORS["courier"].startswith("yiwang.connectors.courier_demo."):
        return JsonResponse({"problem": "nothing here"}, status=404)  # another courier is used: nobody calls here
    if request.content_type != "application/json" or int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
        return JsonResponse({"problem": "not a call-back"}, status=415)
    body = request.body
    secret = shared_secret(settings.YIWANG_DIR, settings.YIWANG_COURIER_SECRET)
    try:
        nonce = check_signature(secret, request.headers, body, at=now().timestamp())
    except Forged:
        if caches["process"].add("courier_demo:forged", True, FORGED_SECONDS):
            note_unsound_call(body=b"", is_signed=False, by=COURIER)
        return JsonResponse({"problem": "not signed"}, status=401)
    receipt = f"{request.headers[TIMESTAMP]}.{nonce}.{request.headers[SIGNATURE]}.".encode() + body
    try:
        told = msgspec.json.decode(body, type=_Told)
        event = CourierEvent(**msgspec.structs.asdict(told))
    except (msgspec.DecodeError, UnicodeDecodeError) as unreadable:
        note_unsound_call(body=body, is_signed=True, by=COURIER)
        status = 422 if isinstance(unreadable, msgspec.ValidationError) else 400
        return JsonResponse({"problem": "not readable"}, status=status)
    heard = hear_courier(event=event, nonce=nonce, receipt=receipt, by=COURIER)
    if heard.effect == "refused":
        return JsonResponse({"problem": heard.problem}, status=404 if heard.problem == "no_order" else 422)
    return JsonResponse({"effect": heard.effect})
