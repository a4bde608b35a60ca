"""The addresses of halls and appointments. `urls.py` adds them to its own, under the same `app_name`."""

from django.urls import URLPattern, path

from yiwang.channels.portal import appointments, halls

urlpatterns: list[URLPattern] = [
    path("halls/", halls.halls, name="halls"),
    path("halls/<slug:hall>", halls.hall, name="hall"),
    path("halls/<slug:hall>/screen", halls.screen, name="hall-screen"),
    path("halls/<slug:hall>/ticket", halls.ticket, name="hall-ticket"),
    path("halls/<slug:hall>/appointments/<slug:letter>", appointments.book, name="hall-book"),
    path("me/appointments", appointments.appointments, name="appointments"),
    path("me/appointments/<uuid:appointment_id>", appointments.appointment, name="appointment"),
    path("me/appointments/<uuid:appointment_id>/cancellation", appointments.cancel, name="appointment-cancel"),
    path("me/appointments/<uuid:appointment_id>/move", appointments.move, name="appointment-move"),
    path("me/appointments/<uuid:appointment_id>/arrival", appointments.arrive, name="appointment-arrive"),
    path("me/tickets/<uuid:ticket_id>/leave", halls.leave, name="ticket-leave"),
]
