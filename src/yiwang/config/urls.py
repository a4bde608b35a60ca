"""Which address leads where."""

from importlib.util import find_spec

from django.urls import include, path

from yiwang.config import machines

CHANNELS = [("", "ui"), ("", "portal"), ("desk/", "desk"), ("console/", "console"), ("api/v1/", "openapi")]

urlpatterns = [
    path("healthz", machines.healthz),
    path("readyz", machines.readyz),
    path("metrics", machines.metrics),
    path("", include("yiwang.channels.portal.account_urls")),
    *[
        path(prefix, include(f"yiwang.channels.{n}.urls"))
        for prefix, n in CHANNELS
        if find_spec(f"yiwang.channels.{n}.urls")
    ],
]

handler400 = "yiwang.channels.ui.errors.bad_request"
handler403 = "yiwang.channels.ui.errors.forbidden"
handler404 = "yiwang.channels.ui.errors.not_found"
handler429 = "yiwang.channels.ui.errors.too_many"
handler500 = "yiwang.channels.ui.errors.broken"
