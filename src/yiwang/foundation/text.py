"""Words of Chinese and English text, for an index and for a question to it."""

import re
import unicodedata
from collections.abc import Iterator

_CJK = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_NOT_A_WORD = re.compile(r"[\W_]+")

QUERY_MAX_SIGNS = 200
QUERY_MAX_TOKENS = 64

_FILLERS = re.compile(
    "请问一下|请问|麻烦问下|我们想|我想要|我想|我要|想要|怎么样才能|怎么样|怎么办理|怎么办|怎么|怎样|如何办理|如何|需要什么|需要哪些|"
    "要什么|要哪些|有哪些|有什么|是什么|什么时候|什么地方|什么|哪里|哪儿|在哪|多久|能不能|可不可以|可以吗|行不行|"
    "应该|[吗呢吧啊呀嘛]"
)
"""What people say around the thing they ask for."""

_ENGLISH_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and are can could do does for get how i in is it me my need of on or please the to want what when where "
        "which with would",
    )
)


def normalise(text: str) -> str:
    """Return text as it is compared: half-width (NFKC), folded case, one space in place of signs between words."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_WORD.sub(" ", folded).strip()


def tokens(text: str) -> list[str]:
    """Return the words of a text, in order, each once: Chinese words and pairs of signs, runs of letters and digits.

    A Chinese sign alone is a word only where it stands alone.
    """
    return list(dict.fromkeys(_tokens(normalise(text))))


def query_tokens(text: str) -> list[str]:
    """Return the words of somebody's question, without what people say around the thing they ask for.

    A question of nothing but such words keeps them. At most 64 words of the first 200 signs.
    """
    plain = normalise(text[:QUERY_MAX_SIGNS])
    asked = _FILLERS.sub(" ", plain)
    found = [word for word in dict.fromkeys(_tokens(asked)) if word not in _ENGLISH_FILLERS]
    return (found or list(dict.fromkeys(_tokens(plain))))[:QUERY_MAX_TOKENS]


def _tokens(plain: str) -> Iterator[str]:
    import rjieba

    for run in _RUN.findall(plain):
        if not _IS_CJK.match(run):
            yield run
            continue
        if len(run) == 1:
            yield run
        yield from (word for word in rjieba.cut(run) if len(word) > 1)
        yield from (run[at : at + 2] for at in range(len(run) - 1))
