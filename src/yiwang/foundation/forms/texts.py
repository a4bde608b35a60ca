"""Words in Chinese and, where someone wrote it, in English."""

from typing import Any

import msgspec


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """One string in Chinese, and in English where it exists."""

    zh: str
    en: str = ""

    def in_(self, language: str) -> str:
        """Return the English where it is asked for and exists, otherwise the Chinese."""
        return self.en if language.startswith("en") and self.en else self.zh


def as_text(value: Any) -> Text:
    """Read a plain string, a `{zh, en}` mapping or any struct with `zh` and `en` as a Text.

    Raises:
        ValueError: it is none of these, or its Chinese is empty.
    """
    if isinstance(value, dict):
        if extra := set(value) - {"zh", "en"}:
            raise ValueError(f"unknown language {sorted(map(str, extra))}: use zh and en")
        zh, en = value.get("zh"), value.get("en") or ""
    elif isinstance(value, str):
        zh, en = value, ""
    else:
        zh, en = getattr(value, "zh", None), getattr(value, "en", "")
    if not isinstance(zh, str) or not isinstance(en, str) or not zh.strip():
        raise ValueError("needs a text: a string, or {zh, en} with Chinese in it")
    return Text(zh, en)
