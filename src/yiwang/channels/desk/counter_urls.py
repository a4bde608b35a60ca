"""The addresses of halls, of the counter and of looking for somebody on the desk. `urls.py` adds them to its own, under the same `app_name`."""

from django.urls import URLPattern, path

from yiwang.channels.desk import (
    certificates,
    counter,
    counter_form,
    counter_promise,
    counter_receipt,
    filters,
    hall_board,
)

urlpatterns: list[URLPattern] = [
    path("halls/", hall_board.halls, name="halls"),
    path("halls/<slug:hall>", hall_board.board, name="hall_board"),
    path("find", filters.find, name="find"),
    path("certificates/find", certificates.find, name="certificates_find"),
    path("halls/<slug:hall>/find", hall_board.find, name="hall_find"),
    path("halls/<slug:hall>/tickets", hall_board.slip, name="hall_slip"),
    path("halls/<slug:hall>/closures", hall_board.closing, name="hall_closing"),
    path("halls/<slug:hall>/windows/<uuid:window_id>/<slug:move>", hall_board.window, name="hall_window"),
    path("halls/<slug:hall>/appointments/<uuid:appointment_id>/arrival", hall_board.arrival, name="hall_arrival"),
    path("counter", counter.counter, name="counter"),
    path("counter/<uuid:reception_id>", counter.reception, name="reception"),
    path("counter/<uuid:reception_id>/firm", counter.firm, name="reception_firm"),
    path("counter/<uuid:reception_id>/end", counter.end, name="reception_end"),
    path("counter/<uuid:reception_id>/handing-out", counter.hand_out, name="reception_hand_out"),
    path("counter/<uuid:reception_id>/items/<str:code>/start", counter_form.start, name="counter_start"),
    path("counter/<uuid:reception_id>/items/<str:code>", counter_form.form, name="counter_form"),
    path("counter/<uuid:reception_id>/items/<str:code>/check", counter_form.check, name="counter_check"),
    path("counter/<uuid:reception_id>/items/<str:code>/promise", counter_promise.sheet, name="counter_promise"),
    path("counter/<uuid:reception_id>/cases/<str:number>", counter_receipt.receipt, name="counter_receipt"),
    path(
        "counter/<uuid:reception_id>/cases/<str:number>/documents/<uuid:document_id>",
        counter_receipt.receipt_pdf,
        name="counter_document",
    ),
    path("counter/<uuid:reception_id>/papers/<uuid:paper_id>", counter_receipt.paper, name="counter_paper"),
]
