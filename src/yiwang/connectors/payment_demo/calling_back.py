"""Take a message of the provider: the signature over the raw bytes first, then the domain."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from yiwang.connectors.payment_demo.signing import LONGEST
from yiwang.domains.payments.actions import take_trade_news
from yiwang.domains.payments.ports import NotGenuine
from yiwang.foundation.actors import Actor
from yiwang.foundation.ports import connector

PROVIDER = Actor(kind="peer", channel="payment")
_logger = logging.getLogger("yiwang.payments")


@csrf_exempt
def called_back(request: HttpRequest) -> HttpResponse:
    """POST /callbacks/payment: 200 once the message is kept, whatever became of it; 403 where it is not the provider's."""
    if request.method != "POST":
        return JsonResponse({"result": "post only"}, status=405, headers={"Allow": "POST"})
    if request.content_type != "application/json":
        return JsonResponse({"result": "json only"}, status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST:
        return JsonResponse({"result": "too long"}, status=413)
    try:
        news = connector("payment").read_call_back(request.body, request.headers)
    except NotGenuine:
        _logger.warning("a payment message was not genuine")
        return JsonResponse({"result": "not genuine"}, status=403)
    kept = take_trade_news(news=news, by=PROVIDER)
    return JsonResponse({"result": kept.verdict, "why": kept.why})
