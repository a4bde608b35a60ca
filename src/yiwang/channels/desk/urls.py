from django.urls import path

from yiwang.channels.desk import cases, certificates, files, queue, reviews, steps

app_name = "desk"

urlpatterns = [
    path("", queue.queue, name="queue"),
    path("claim", queue.claim, name="claim"),
    path("done", queue.done, name="done"),
    path("me", queue.me, name="me"),
    path("reviews", reviews.reviews, name="reviews"),
    path("cases/<str:number>", cases.case, name="case"),
    path("cases/<str:number>/id-numbers", cases.id_numbers, name="id_numbers"),
    path("cases/<str:number>/acceptance", steps.accept, name="accept"),
    path("cases/<str:number>/correction-request", steps.ask_for_correction, name="request_correction"),
    path("cases/<str:number>/refusal-to-accept", steps.refuse, name="refuse_to_accept"),
    path("cases/<str:number>/review", steps.review, name="review"),
    path("cases/<str:number>/decision", steps.decide, name="decide"),
    path("cases/<str:number>/hand-over", steps.hand_over, name="hand_over"),
    path("cases/<str:number>/papers/<uuid:paper_id>", files.paper, name="paper"),
    path("cases/<str:number>/documents/<uuid:document_id>", files.document, name="document"),
    path("certificates", certificates.certificates, name="certificates"),
    path("certificates/<uuid:certificate_id>", certificates.certificate, name="certificate"),
    path("certificates/<uuid:certificate_id>/pdf", files.certificate_pdf, name="certificate_pdf"),
    path("certificates/<uuid:certificate_id>/withdrawal", certificates.withdraw, name="withdraw"),
]
