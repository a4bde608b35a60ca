"""The matrix: one row for every address of the platform. Whoever adds an address says here who may read there."""

from tests.bad_input.cast import (
    ADMINISTRATOR,
    ELSEWHERE,
    EVERYBODY,
    HALF,
    NOBODY,
    OFFICIALS,
    OPERATOR,
    OWNER,
    PEOPLE,
    WINDOW,
)

READS = {
    "/healthz /readyz /metrics account_inactive account_reset_password portal:home portal:search portal:suggestions "
    "portal:search-person portal:item "
    "portal:office portal:offices portal:regions portal:guide-sheet portal:reviews portal:progress portal:verify api/v1/openapi.json api/v1/docs api/v1/items "
    "api/v1/suggestions api/v1/items/{code} api/v1/items/{code}/form api/v1/items/{code}/notice api/v1/regions api/v1/offices "
    "api/v1/journal/checkpoint api/v1/journal/proof/{leaf}": EVERYBODY,
    "account_login account_signup": {NOBODY},
    "account_logout": EVERYBODY - {NOBODY},
    "account_change_password mfa_list_webauthn api/v1/me": PEOPLE | OFFICIALS,
    "account_reauthenticate": PEOPLE | OFFICIALS | {HALF},
    "mfa_view_recovery_codes desk:me api/v1/desk/cases": OFFICIALS,
    "mfa_activate_totp mfa_set_up_passkey": {HALF},
    "portal:me portal:cases portal:real-name portal:reads portal:messages portal:papers portal:certificates "
    "portal:apply-check portal:apply-discard portal:apply-page api/v1/certificates api/v1/cases": PEOPLE,
    "portal:case portal:receipt portal:case-document portal:case-withdraw portal:message portal:paper "
    "portal:certificate portal:certificate-qr portal:certificate-pdf api/v1/drafts/{draft_id} api/v1/cases/{number} "
    "api/v1/cases/{number}/receipt api/v1/cases/{number}/documents/{document_id} api/v1/certificates/{certificate_id} "
    "api/v1/certificates/{certificate_id}/document": {OWNER},
    "desk:queue desk:done desk:certificates desk:reviews": {WINDOW, ELSEWHERE},
    "desk:case desk:request_correction desk:document desk:certificate desk:certificate_pdf "
    "api/v1/desk/cases/{number}": {WINDOW},
    "console:home console:set_aside console:searches console:catalogue console:calendar console:journal": {
        OPERATOR,
        ADMINISTRATOR,
    },
}
"""Names of routes → who gets 2xx when they read there with the values of the owner's."""

ACTS = {
    "portal:apply-entry", "account_first_password", "mfa_login_webauthn", "mfa_add_webauthn",
    "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_authenticate", "account_verify_phone", "account_confirm_password_reset_code",
    "account_complete_password_reset", "ui:look", "ui:language", "portal:apply", "portal:apply-new-version",
    "portal:life", "portal:case-correction", "portal:case-rate", "portal:acting", "portal:paper-remove", "desk:claim",
    "desk:id_numbers", "desk:accept", "desk:refuse_to_accept", "desk:review", "desk:decide", "desk:hand_over",
    "desk:paper", "desk:withdraw", "console:rerun_fact", "console:rerun_job", "console:enter_day", "console:enter_year",
    "api/v1/papers", "api/v1/drafts", "api/v1/drafts/{draft_id}/submission", "api/v1/cases/{number}/corrections",
    "api/v1/cases/{number}/withdrawal", "api/v1/cases/{number}/rating", "api/v1/verify",
    "api/v1/desk/cases/{number}/acceptance", "api/v1/desk/cases/{number}/correction-request",
    "api/v1/desk/cases/{number}/refusal-to-accept", "api/v1/desk/cases/{number}/review",
    "api/v1/desk/cases/{number}/decision", "api/v1/desk/cases/{number}/claim", "api/v1/desk/cases/{number}/hand-over",
}  # fmt: skip
"""Where nobody gets 2xx by reading in the state that the cast is in: only actions, or steps of a longer way."""

BEGIN = {"portal:apply", "api/v1/drafts"}
"""Everybody with a checked name may begin an application of their own there."""

MAY = {name: roles for names, roles in READS.items() for name in names.split()}
