"""Which address leads where."""

from django.urls import include, path

from yiwang.config import machines

urlpatterns = [
    path("api/v1/", include("yiwang.channels.openapi.urls")),
    path("healthz", machines.healthz),
    path("readyz", machines.readyz),
    path("metrics", machines.metrics),
    path("callbacks/", include("yiwang.connectors.courier_demo.urls")),
    path("callbacks/", include("yiwang.connectors.payment_demo.urls")),
    path("", include("yiwang.channels.portal.urls")),
    path("", include("yiwang.channels.portal.account_urls")),
    path("", include("yiwang.channels.ui.urls")),
    path("desk/", include("yiwang.channels.desk.urls")),
    path("console/", include("yiwang.channels.console.urls")),
]

handler400 = "yiwang.channels.ui.errors.bad_request"
handler403 = "yiwang.channels.ui.errors.forbidden"
handler404 = "yiwang.channels.ui.errors.not_found"
handler429 = "yiwang.channels.ui.errors.too_many"
handler500 = "yiwang.channels.ui.errors.broken"
