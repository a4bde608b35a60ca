"""What a browser answers for a passkey, read with care: it comes from outside and is parsed before anything is known."""

import json
import struct
from typing import Any

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms

from yiwang.domains.identity.actions import LONGEST_NAME

LARGEST_CREDENTIAL = 20_000
MALFORMED = (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError, struct.error)
"""What the parser raises for a credential that is none: it was made for browsers, and takes what is sent at its word."""


class CredentialField(forms.CharField):
    """What a browser answers to a challenge, as JSON."""

    def clean(self, value: Any) -> dict[str, Any]:
        """Return the credential."""
        if not isinstance(value, str) or len(value) > LARGEST_CREDENTIAL:
            raise get_mfa_adapter().validation_error("passkey")
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or not isinstance(found.get("id"), str):
            raise get_mfa_adapter().validation_error("passkey")
        return found


class UsePasskeyForm(AuthenticateWebAuthnForm):
    """An answer to the challenge of signing in; `user` None finds the account by the passkey."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Return the passkey that answered."""
        try:
            found: Authenticator = super().clean_credential()
        except forms.ValidationError as fault:
            if fault.code == "too_many_login_attempts":
                raise
            raise get_mfa_adapter().validation_error("passkey") from fault
        except MALFORMED as fault:
            raise get_mfa_adapter().validation_error("passkey") from fault
        return found


class AddPasskeyForm(forms.Form):
    """A new passkey and what its owner calls it."""

    name = forms.CharField(max_length=LONGEST_NAME, required=False)
    credential = CredentialField()

    def clean_credential(self) -> dict[str, Any]:
        """Check the credential against the challenge of this session (WebAuthn section 7.1)."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(credential)
            binding = auth.complete_registration(credential)
            knows_owner = binding.is_user_verified()
        except (forms.ValidationError, *MALFORMED) as fault:
            raise get_mfa_adapter().validation_error("passkey") from fault
        if not knows_owner:
            raise get_mfa_adapter().validation_error("passkey")
        return credential


class NameForm(forms.Form):
    """What a passkey is called."""

    name = forms.CharField(max_length=LONGEST_NAME)


def options_of(options: dict[str, Any]) -> str:
    """Return the challenge for the browser's script as JSON."""
    return json.dumps(options, default=dict)
