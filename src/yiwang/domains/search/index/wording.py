"""Why a result is where it is, in plain words."""

from yiwang.domains.catalogue.content import Text

_PHRASES = {
    "title": ("名称里有“{word}”", 'Its name says "{word}"'),
    "alias": ("大家也叫它“{word}”", 'People also call it "{word}"'),
    "base": ("它所属的事项叫“{word}”", 'It belongs to a service called "{word}"'),
    "office": ("负责的部门和“{word}”有关", 'The office in charge has to do with "{word}"'),
    "body": ("介绍里提到“{word}”", 'Its description mentions "{word}"'),
}
_CODE = Text("你写的编号就是它的编号", "You typed its code")
_NONE = Text("和你写的字有一部分相同", "It shares some characters with what you typed")


def reason_words(reasons: tuple[str, ...]) -> list[Text]:
    """Return the reasons of a row as sentences in both languages; the strongest thing said first, as in the row."""
    said = []
    for reason in reasons:
        field, _, word = reason.partition(":")
        if field == "code":
            said.append(_CODE)
        elif field in _PHRASES:
            zh, en = _PHRASES[field]
            said.append(Text(zh.format(word=word), en.format(word=word)))
    return said or [_NONE]
