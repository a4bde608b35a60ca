"""Words to look for somebody by, kept out of addresses: a name that was typed stands in no log of access and in no history.

The form posts the words; they stay in the official's session, encrypted, and the address that follows has a key for them.
"""

from yiwang.channels.ui.officials import StaffRequest
from yiwang.foundation import vault
from yiwang.foundation.numbers.guessing import unguessable

MOST_KEPT = 20
LONGEST = 100
PARAMETER = "find"
_SESSION = "words_to_find"


def plain_words(text: str) -> str:
    """Return what was typed, in one line."""
    return " ".join(text.replace("\0", "").split())[:LONGEST]


def key_for(request: StaffRequest, words: str) -> str:
    """Keep words for the session; return the key that stands for them in an address. The same words have one key."""
    if not words:
        return ""
    kept: dict[str, str] = request.session.get(_SESSION, {})
    found = next((key for key in kept if _opened(key, kept[key]) == words), "")
    if not found:
        found = unguessable(10)
        sealed = vault.seal(words, _place(found)).hex()
        request.session[_SESSION] = dict(list(kept.items())[1 - MOST_KEPT :]) | {found: sealed}
    return found


def words_of(request: StaffRequest) -> tuple[str, str]:
    """Return the words that the address stands for, and its key; both empty where the session does not know it."""
    key = request.GET.get(PARAMETER, "")
    sealed = request.session.get(_SESSION, {}).get(key, "")
    return (_opened(key, sealed), key) if sealed else ("", "")


def _opened(key: str, sealed: str) -> str:
    return vault.open_text(bytes.fromhex(sealed), _place(key))


def _place(key: str) -> str:
    return f"session:{_SESSION}:{key}"
