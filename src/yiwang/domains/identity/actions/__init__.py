"""Every change to accounts, people, firms and officials."""

from yiwang.domains.identity.actions.absences import end_absence, enter_absence
from yiwang.domains.identity.actions.accounts import (
    create_account,
    issue_token,
    open_account,
    replace_first_password,
    seal_phone,
    set_phone,
)
from yiwang.domains.identity.actions.appointing import appoint_staff, join_firm
from yiwang.domains.identity.actions.at_window import confirm_window_person, identify_at_window, note_refused_lookup
from yiwang.domains.identity.actions.passkeys import (
    LONGEST_NAME,
    MOST_PASSKEYS,
    add_passkey,
    remove_passkey,
    rename_passkey,
)
from yiwang.domains.identity.actions.real_names import confirm_real_name, reject_real_name

__all__ = [
    "LONGEST_NAME",
    "MOST_PASSKEYS",
    "add_passkey",
    "appoint_staff",
    "confirm_real_name",
    "confirm_window_person",
    "create_account",
    "end_absence",
    "enter_absence",
    "identify_at_window",
    "issue_token",
    "join_firm",
    "note_refused_lookup",
    "open_account",
    "reject_real_name",
    "remove_passkey",
    "rename_passkey",
    "replace_first_password",
    "seal_phone",
    "set_phone",
]
