"""The addresses of accounts. Their names are allauth's, without a namespace, because its flows go by them."""

from django.urls import path

from yiwang.channels.portal import passkeys, passwords, sign_in

urlpatterns = [
    path("sign-in", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/inactive", sign_in.Inactive.as_view(), name="account_inactive"),
    path("sign-in/second-factor", sign_in.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/second-factor/set-up", sign_in.set_up_second_factor, name="mfa_activate_totp"),
    path("sign-in/second-factor/codes", sign_in.recovery_codes, name="mfa_view_recovery_codes"),
    path("sign-in/second-factor/passkey", passkeys.set_up_passkey, name="mfa_set_up_passkey"),
    path("sign-in/passkey", passkeys.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("sign-in/password", passwords.FirstPassword.as_view(), name="account_first_password"),
    path("sign-up", sign_in.SignUp.as_view(), name="account_signup"),
    path("sign-up/code", sign_in.ProvePhone.as_view(), name="account_verify_phone"),
    path("sign-out", sign_in.SignOut.as_view(), name="account_logout"),
    path("password/reset", passwords.forgotten, name="account_reset_password"),
    path("password/reset/code", passwords.forgotten_code, name="account_confirm_password_reset_code"),
    path("password/reset/new", passwords.replace_password, name="account_complete_password_reset"),
    path("me/confirm", passkeys.Confirm.as_view(), name="account_reauthenticate"),
    path("me/passkeys", passkeys.passkeys, name="mfa_list_webauthn"),
    path("me/passkeys/add", passkeys.add, name="mfa_add_webauthn"),
    path("me/passkeys/<int:passkey_id>/name", passkeys.rename, name="mfa_edit_webauthn"),
    path("me/passkeys/<int:passkey_id>/remove", passkeys.remove, name="mfa_remove_webauthn"),
    path("me/password", passwords.ChangePassword.as_view(), name="account_change_password"),
]
