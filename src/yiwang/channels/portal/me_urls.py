"""The addresses under /me/ but for those of cases. `urls.py` adds them to its own, under the same `app_name`."""

from django.urls import URLPattern, path

from yiwang.channels.portal import certificates, messages, papers, people

urlpatterns: list[URLPattern] = [
    path("me/", people.overview, name="me"),
    path("me/acting", people.act_for, name="acting"),
    path("me/real-name", people.real_name, name="real-name"),
    path("me/who-read", people.who_read, name="reads"),
    path("me/messages", messages.inbox, name="messages"),
    path("me/messages/<uuid:message_id>", messages.message, name="message"),
    path("me/papers", papers.papers, name="papers"),
    path("me/papers/<uuid:paper_id>", papers.paper, name="paper"),
    path("me/papers/<uuid:paper_id>/remove", papers.remove, name="paper-remove"),
    path("me/certificates", certificates.wallet, name="certificates"),
    path("me/certificates/<uuid:certificate_id>", certificates.certificate, name="certificate"),
    path("me/certificates/<uuid:certificate_id>/qr.svg", certificates.qr, name="certificate-qr"),
    path("me/certificates/<uuid:certificate_id>/pdf", certificates.pdf, name="certificate-pdf"),
]
