"""Names of people: one written form whichever dot was typed, and no characters that only look like nothing."""

import re
import unicodedata

_DOTS = dict.fromkeys(map(ord, "•‧・･．∙⋅᛫"), "·")
_RADICALS = re.compile("[\u2e80-\u2eff\U0001f000-\U0001faff]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def plain_name(typed: str) -> str:
    """Return a name as it is stored: U+00B7 between its parts as on the identity card, composed, single spaces.

    Radicals and full-width letters become the characters that they stand for; everything else stays as typed.
    """
    return " ".join(unicodedata.normalize("NFKC", typed.translate(_DOTS)).split())


def name_problem(name: str) -> str | None:
    """Return `unseen` for a character that nobody sees, `sign` for a radical or a picture, otherwise None."""
    if any(unicodedata.category(sign) in _UNSEEN for sign in _SELECTORS.sub("", name)):
        return "unseen"
    return "sign" if _RADICALS.search(name) else None
