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
    SUPERVISOR,
    WINDOW,
)

READS = {
    "portal:stats portal:office-stats": EVERYBODY,
    "desk:absences desk:notices": OFFICIALS,
    "console:halls console:new_hall": {ADMINISTRATOR},
    "desk:cards desk:queue_sheet": {WINDOW, ELSEWHERE},
    "desk:case_sheet": {WINDOW},
    "console:cards": {SUPERVISOR},
    "console:card_rules": {SUPERVISOR, ADMINISTRATOR},
    "/healthz /readyz /metrics account_inactive account_reset_password portal:home portal:search portal:suggestions "
    "portal:search-person portal:item "
    "portal:bundles portal:bundle "
    "portal:office portal:offices portal:regions portal:guide-sheet portal:reviews portal:progress portal:verify api/v1/openapi.json api/v1/docs api/v1/items "
    "api/v1/suggestions api/v1/items/{code} api/v1/items/{code}/form api/v1/items/{code}/notice api/v1/regions api/v1/offices "
    "api/v1/bundles api/v1/bundles/{slug} api/v1/pickup-points "
    "api/v1/journal/checkpoint api/v1/journal/proof/{leaf}": EVERYBODY,
    "account_login account_signup": {NOBODY},
    "account_logout": EVERYBODY - {NOBODY},
    "account_change_password mfa_list_webauthn api/v1/me": PEOPLE | OFFICIALS,
    "account_reauthenticate": PEOPLE | OFFICIALS | {HALF},
    "mfa_view_recovery_codes desk:me api/v1/desk/cases": OFFICIALS,
    "mfa_activate_totp mfa_set_up_passkey": {HALF},
    "portal:me portal:cases portal:real-name portal:reads portal:messages portal:papers portal:certificates "
    "portal:apply-check portal:apply-discard portal:apply-page api/v1/certificates api/v1/cases": PEOPLE,
    "portal:joint-cases api/v1/joint-cases": PEOPLE,
    "portal:joint-case api/v1/joint-cases/{joint_number}": {OWNER},
    "portal:deliveries portal:addresses portal:address-new api/v1/deliveries api/v1/addresses": PEOPLE,
    "portal:payments api/v1/charges": PEOPLE,
    "desk:fees": {WINDOW},
    "portal:charge api/v1/charges/{notice}": {OWNER},
    "portal:lookup portal:decisions portal:pay-notice": EVERYBODY,
    "portal:delivery portal:address portal:case-delivery api/v1/deliveries/{delivery_id} api/v1/addresses/{address_id} "
    "api/v1/cases/{number}/deliveries": {OWNER},
    "desk:deliveries": {WINDOW, ELSEWHERE},
    "desk:delivery": {WINDOW},
    "portal:case portal:receipt portal:case-document portal:case-withdraw portal:message portal:paper "
    "portal:certificate portal:certificate-qr portal:certificate-pdf api/v1/drafts/{draft_id} api/v1/cases/{number} "
    "api/v1/cases/{number}/receipt api/v1/cases/{number}/documents/{document_id} api/v1/certificates/{certificate_id} "
    "api/v1/certificates/{certificate_id}/document": {OWNER},
    "desk:queue desk:done desk:certificates desk:reviews desk:joint": {WINDOW, ELSEWHERE},
    "portal:halls portal:hall portal:hall-screen": EVERYBODY,
    "portal:hall-book portal:appointments": PEOPLE,
    "portal:appointment portal:appointment-move": {OWNER},
    "desk:halls desk:counter": {ELSEWHERE},
    "desk:hall_board desk:reception desk:counter_form desk:counter_check desk:counter_receipt desk:counter_document "
    "desk:counter_paper": {WINDOW},
    "desk:case desk:request_correction desk:correct_at_once desk:document desk:certificate desk:certificate_pdf "
    "api/v1/desk/cases/{number}": {WINDOW},
    "portal:offer portal:case-automatic": {OWNER},
    "desk:automatic": {WINDOW, ELSEWHERE},
    "desk:automatic_case": {WINDOW},
    "console:rules": {WINDOW, ELSEWHERE, OPERATOR, ADMINISTRATOR},
    "console:rule console:rule_version console:rule_document": {WINDOW, OPERATOR, ADMINISTRATOR},
    "console:home console:set_aside console:searches console:catalogue console:calendar console:journal console:payments console:courier": {
        OPERATOR,
        ADMINISTRATOR,
    },
}
"""Names of routes → who gets 2xx when they read there with the values of the owner's."""

ACTS = {
    "portal:item-rules", "console:open_rule", "console:try_rule", "console:publish_rule", "console:stop_rule", "console:import_rule",
    "api/v1/joint-cases/{joint_number}/parts/{part}/withdrawal", "api/v1/joint-cases/{joint_number}/rating",
    "api/v1/charges/{notice}/payments", "api/v1/charges/{notice}/receipt", "api/v1/deliveries/{delivery_id}/cancellation",
    "api/v1/cases/{number}/deliveries/{direction}",
    "portal:bundle-submit", "portal:joint-drop", "portal:joint-rate",
    "desk:card", "desk:explain_card", "desk:assign_card", "desk:batch", "desk:carry_out", "desk:export", "desk:save_filter",
    "desk:forget_filter", "desk:write_note", "desk:enter_absence", "desk:end_absence", "desk:stand_in", "console:card",
    "desk:notices_read", "console:hall", "console:hall_details", "console:hall_hours", "console:hall_closing",
    "console:hall_reopening", "console:hall_service", "console:hall_window",
    "console:annotate_card", "console:close_card", "console:look_into_courier", "console:look_into_payment", "console:change_card_rule",
    "portal:hall-ticket", "portal:ticket-leave", "portal:appointment-cancel", "portal:appointment-arrive",
    "desk:hall_slip", "desk:hall_closing", "desk:hall_window", "desk:hall_arrival", "desk:reception_firm",
    "desk:reception_end", "desk:find", "desk:certificates_find", "desk:hall_find", "desk:counter_promise", "desk:reception_hand_out", "desk:counter_start",
    "portal:delivery-cancel", "portal:address-remove", "desk:delivery_hand_out", "courier_demo:callback",
    "portal:charge-receipt", "portal:pay-start", "portal:pay-order", "payment_demo:called-back",
    "portal:apply-entry", "account_first_password", "mfa_login_webauthn", "mfa_add_webauthn",
    "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_authenticate", "account_verify_phone", "account_confirm_password_reset_code",
    "account_complete_password_reset", "ui:look", "ui:language", "portal:apply", "portal:apply-new-version",
    "portal:life", "portal:case-correction", "portal:case-hearing", "portal:case-more", "portal:case-deferred", "desk:step", "desk:certificate_suspend", "desk:certificate_restore",
    "api/v1/desk/cases/{number}/steps", "api/v1/cases/{number}/deferred", "api/v1/cases/{number}/more", "portal:case-rate", "portal:acting", "portal:paper-remove", "desk:claim",
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
