"""Which address leads where."""

from django.urls import include, path

urlpatterns = [
    path("", include("yiwang.channels.ui.urls")),
]

handler400 = "yiwang.channels.ui.errors.bad_request"
handler403 = "yiwang.channels.ui.errors.forbidden"
handler404 = "yiwang.channels.ui.errors.not_found"
handler500 = "yiwang.channels.ui.errors.broken"
