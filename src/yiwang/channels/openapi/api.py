"""The API as one thing: its parser, its renderer, its operations."""

import datetime as dt
import json
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from yiwang.channels.openapi import (
    addresses,
    bundles,
    cases,
    catalogue,
    certificates,
    charges,
    deliveries,
    desk,
    draft_submission,
    drafts,
    joint_cases,
    journal,
    me,
    papers,
    steps,
)
from yiwang.channels.openapi.problems import ApiProblem, handle_problems
from yiwang.channels.openapi.strict_json import holds_nul, read_json
from yiwang.foundation.clock import ZONE

DESCRIPTION = """\
Government services for programs: find an item, read its guide and form, hand in an application, follow it, and verify
what comes out of it. The pages and this API use the same actions, queries and validator.

**Tokens.** OAuth 2 bearer tokens (RFC 6750). Session cookies open nothing here.
**Errors** are problems (RFC 9457) with a stable `type`; `errors` point into what was sent.
**Lists** take `limit` and `cursor` and give `next`; nothing is ever counted.
**Safe repeats.** Send `Idempotency-Key`: the same key and body bring the first answer again.
**Words** of errors follow `Accept-Language`; data carry Chinese and, where it exists, English.
**Times** are ISO 8601 with an offset. What a source does not state is `null`.
"""


class StrictParser(Parser):
    """Reads bodies as `strict_json` does, and only where they say that they are JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the value of the body.

        Raises:
            ApiProblem: 415 for another content type; 422 where a string or key holds NUL, which no database column takes.
            BadJson: where it is not JSON.
        """
        if request.content_type != "application/json":
            raise ApiProblem(415, "", "用 application/json 发来。", "Send it as application/json.")
        value = read_json(request.body)
        if b"\\u0000" in request.body and holds_nul(value):
            words = ("有一个看不见的字符 U+0000，请去掉。", "A string holds U+0000: take it out.")
            raise ApiProblem(422, "", *words)
        return value


class PlainRenderer(BaseRenderer):
    """JSON with the words readable as they are."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """Return the answer's body."""
        return json.dumps(data, cls=ShanghaiEncoder, ensure_ascii=False)


class ShanghaiEncoder(NinjaJSONEncoder):
    """Times with their offset, in the time of Shanghai."""

    def default(self, o: Any) -> Any:
        """Return what JSON has no type for."""
        if isinstance(o, dt.datetime):
            return o.astimezone(ZONE).isoformat(timespec="seconds")
        return super().default(o)


api = NinjaAPI(
    title="Yiwang API",
    version="1.0.0",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="openapi",
    parser=StrictParser(),
    renderer=PlainRenderer(),
)
handle_problems(api)
PARTS = (
    catalogue, bundles, papers, drafts, draft_submission, cases, joint_cases, charges, addresses, deliveries,
    certificates, desk, steps, journal, me,
)  # fmt: skip
for part in PARTS:
    api.add_router("", part.router)
