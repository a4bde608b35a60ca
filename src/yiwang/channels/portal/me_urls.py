"""The addresses under /me/ but for those of cases. `urls.py` adds them to its own, under the same `app_name`."""

from django.urls import URLPattern, path

from yiwang.channels.portal import (
    addresses,
    automatic,
    certificates,
    deliveries,
    messages,
    offers,
    papers,
    payments,
    people,
)

urlpatterns: list[URLPattern] = [
    path("me/", people.overview, name="me"),
    path("me/acting", people.act_for, name="acting"),
    path("me/real-name", people.real_name, name="real-name"),
    path("me/who-read", people.who_read, name="reads"),
    path("me/messages", messages.inbox, name="messages"),
    path("me/messages/<uuid:message_id>", messages.message, name="message"),
    path("me/payments", payments.payments, name="payments"),
    path("me/payments/<str:notice>", payments.charge, name="charge"),
    path("me/payments/<str:notice>/receipt", payments.receipt, name="charge-receipt"),
    path("me/offers/<uuid:offer_id>", offers.offer, name="offer"),
    path("me/cases/<str:number>/automatic", automatic.automatic, name="case-automatic"),
    path("me/papers", papers.papers, name="papers"),
    path("me/papers/<uuid:paper_id>", papers.paper, name="paper"),
    path("me/papers/<uuid:paper_id>/remove", papers.remove, name="paper-remove"),
    path("me/deliveries", deliveries.deliveries, name="deliveries"),
    path("me/deliveries/<uuid:delivery_id>", deliveries.delivery, name="delivery"),
    path("me/deliveries/<uuid:delivery_id>/cancel", deliveries.cancel, name="delivery-cancel"),
    path("me/cases/<str:number>/delivery", deliveries.choose, name="case-delivery"),
    path("me/addresses", addresses.addresses, name="addresses"),
    path("me/addresses/new", addresses.address, name="address-new"),
    path("me/addresses/<uuid:address_id>", addresses.address, name="address"),
    path("me/addresses/<uuid:address_id>/remove", addresses.remove, name="address-remove"),
    path("me/certificates", certificates.wallet, name="certificates"),
    path("me/certificates/<uuid:certificate_id>", certificates.certificate, name="certificate"),
    path("me/certificates/<uuid:certificate_id>/qr.svg", certificates.qr, name="certificate-qr"),
    path("me/certificates/<uuid:certificate_id>/pdf", certificates.pdf, name="certificate-pdf"),
]
