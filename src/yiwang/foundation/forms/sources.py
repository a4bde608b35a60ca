"""Where a field may be filled in from, how that source is named to the reader, and what browsers may offer."""

import re
from typing import Any

from yiwang.foundation.forms.texts import Text

_AUTOCOMPLETE = {
    "person.name": "name", "person.phone": "tel", "person.address": "street-address", "person.birth_date": "bday",
    "person.sex": "sex", "firm.name": "organization", "firm.address": "street-address",
}  # fmt: skip
SOURCES = frozenset({
    "person.name", "person.id_number", "person.phone", "person.address", "person.birth_date", "person.sex",
    "firm.name", "firm.credit_code", "firm.legal_representative", "firm.address",
})  # fmt: skip
"""Sources beside `certificate.<type code>.<field>`."""
_CERTIFICATE = re.compile(r"certificate\.[A-Za-z0-9_-]{1,60}\.[a-z][a-z0-9_]{0,59}")
_TOKENS = frozenset({
    "off", "on", "name", "honorific-prefix", "given-name", "additional-name", "family-name", "nickname", "username",
    "organization-title", "organization", "street-address", "address-line1", "address-line2", "address-line3",
    "address-level1", "address-level2", "address-level3", "address-level4", "country", "country-name", "postal-code",
    "bday", "sex", "url", "tel", "tel-national", "email", "language",
})  # fmt: skip
_NAMES = {
    "person": Text("你的实名信息", "your verified identity"),
    "firm": Text("营业执照", "the business licence"),
    "certificate": Text("你的电子证照", "your electronic certificate"),
}


def is_prefill(source: Any) -> bool:
    """Tell whether a value may come from this source."""
    return isinstance(source, str) and (source in SOURCES or bool(_CERTIFICATE.fullmatch(source)))


def is_autocomplete(token: Any) -> bool:
    """Tell whether browsers know this autocomplete token."""
    return isinstance(token, str) and token in _TOKENS


def default_autocomplete(prefill: Any, widget: str) -> str:
    """Return the autocomplete token that goes with a source or a widget, or an empty string."""
    return _AUTOCOMPLETE.get(str(prefill), {"phone": "tel", "email": "email"}.get(widget, ""))


def source_name(prefill: str) -> Text:
    """Return how to name a source to the reader; a certificate's own name is better where the caller knows it."""
    return _NAMES[prefill.partition(".")[0]]
