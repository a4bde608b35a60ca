"""The rest of `/desk/`: cards, batches, exports, paper, notes, absences. `urls` begins with the queue and the case."""

from django.urls import URLPattern, path

from yiwang.channels.desk import absences, batch, exporting, filters, notes, notices, printing, supervision

urlpatterns: list[URLPattern] = [
    path("cards", supervision.cards, name="cards"),
    path("cards/<uuid:card_id>", supervision.card, name="card"),
    path("cards/<uuid:card_id>/explanation", supervision.explain, name="explain_card"),
    path("cards/<uuid:card_id>/assignee", supervision.assign, name="assign_card"),
    path("batch", batch.preview, name="batch"),
    path("batch/steps", batch.carry_out, name="carry_out"),
    path("export", exporting.export, name="export"),
    path("filters", filters.save, name="save_filter"),
    path("filters/<uuid:filter_id>/removal", filters.forget, name="forget_filter"),
    path("print", printing.queue_sheet, name="queue_sheet"),
    path("cases/<str:number>/print", printing.case_sheet, name="case_sheet"),
    path("cases/<str:number>/notes", notes.write, name="write_note"),
    path("absences", absences.absences, name="absences"),
    path("absences/new", absences.enter, name="enter_absence"),
    path("absences/<uuid:absence_id>/end", absences.end, name="end_absence"),
    path("notices", notices.notices, name="notices"),
    path("notices/read", notices.have_read, name="notices_read"),
    path("standing-in", absences.stand_in, name="stand_in"),
]
