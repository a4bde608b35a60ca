"""What a person typed, read: codes, and the things that they name, each with the official words for it."""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

import rjieba

from yiwang.domains.search.index.vocabulary import Vocabulary, default_vocabulary
from yiwang.foundation.text import normalise

MAX_QUERY = 80
"""A longer query is cut: nobody names more than a few things in one breath."""

_CODE = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)+|(?=[0-9a-z]*\d)[0-9a-z]{10,40}")
_PLACE = re.compile(r"[a-z]\d{0,2}(?:省|市|区|县|镇|乡|州|村|街道)(?:人(?!事|才|力|口|员|民|大)|市民|居民|村民)?")
_ASKING = (
    "想咨询一下", "想问一下", "咨询一下", "请问一下", "麻烦问下", "想咨询", "想问问", "咨询下", "请问", "咨询", "想问", "问下", "问一下",
    "相关问题", "有关问题", "的问题", "问题", "相关事宜", "的事宜", "事宜", "相关政策", "相关", "有关", "关于", "对于",
    "需要准备什么资料", "需要准备什么材料", "需要什么材料", "需要什么资料", "需要哪些材料", "需要哪些资料", "需要什么手续",
    "准备什么", "哪些材料", "什么材料", "什么资料", "满足哪些条件", "哪些条件", "什么条件", "所需材料", "资料", "材料", "手续", "条件",
    "流程", "程序", "步骤", "怎么办理", "如何办理", "怎样办理", "在哪里办理", "在哪里办", "哪里办理", "去哪办", "怎么办", "怎么弄",
    "怎么", "怎样", "如何", "在哪里", "哪里", "哪儿", "去哪", "什么时候", "多少钱", "多久", "多长时间", "能不能", "可不可以", "是否可以",
    "可以", "是否", "能否", "能够", "需要", "必须", "应该", "为什么", "为何", "是何因", "什么", "哪些", "请", "谢谢", "你好", "您好",
    "我想", "我要", "我的", "我们", "想要", "现在", "已经", "已在", "还能", "还可以", "情况下", "情况", "困难吗", "麻烦", "顺利",
    "办理", "办", "申请", "建议", "帮忙", "求助", "反映", "希望", "市民", "村民", "居民", "本人", "个人", "一下", "吗", "呢", "啊", "吧",
)  # fmt: skip
_STOP = frozenset(
    "的了和与及或在是有为对把被从到向于中上下里外个这那其之以也都就还要会能可不没年月日时后前内等于人去来回做用"
)
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "an and apply are can could do does for get how in is it me my need of on or please the to want what where with",
    )
)
_ASK = re.compile("|".join(re.escape(word) for word in sorted(_ASKING, key=len, reverse=True)))


class Concept(NamedTuple):
    """One thing that the query names: the word as typed, and the official words for it, nearest first."""

    word: str
    means: tuple[str, ...] = ()
    weight: float = 1.0


class Question(NamedTuple):
    """A query after reading: `asked` is the text without codes, places and the words that only ask."""

    text: str
    concepts: tuple[Concept, ...]
    codes: tuple[str, ...]
    asked: str = ""

    @property
    def words(self) -> list[str]:
        """All words worth looking up, as typed and official, each once."""
        found: dict[str, None] = {}
        for concept in self.concepts:
            found[concept.word] = None
            found.update(dict.fromkeys(concept.means))
        return list(found)


def read_question(
    query: str, *, vocabulary: Vocabulary | None = None, places: Collection[str] = frozenset()
) -> Question:
    """Return what a query asks for. `places` are names of divisions, which say where and not what."""
    vocabulary = vocabulary or default_vocabulary()
    typed = unicodedata.normalize("NFKC", query)[: 2 * MAX_QUERY].casefold()
    codes = tuple(_CODE.findall(typed))
    text = normalise(typed)[:MAX_QUERY]
    named = normalise(_CODE.sub(" ", typed))[:MAX_QUERY] if codes else text
    plain = _without_places(_PLACE.sub(" ", named), places)
    found, rest = vocabulary.find(plain)
    concepts = {f.word: Concept(f.word.replace("~", ""), f.means, f.weight) for f in found}
    _add_words(concepts, without_asking(rest))
    if not concepts and not codes:
        _add_words(concepts, plain, shortest=1)
    return Question(text, tuple(concepts.values()), codes, without_asking(plain))


def without_asking(text: str) -> str:
    """Return a normalised query without the words that only ask."""
    return " ".join(_ASK.sub(" ", text).split())


def _add_words(concepts: dict[str, Concept], text: str, shortest: int = 2) -> None:
    for part in text.split():
        for word in rjieba.cut(part):
            if len(word) < shortest or word.isdigit() or word in _ENGLISH or not word[0].isalnum():
                continue
            if shortest == 1 or not all(c in _STOP for c in word):
                concepts.setdefault(word, Concept(word))


def _without_places(text: str, places: Collection[str]) -> str:
    if not places:
        return text
    kept, start = [], 0
    while start < len(text):
        size = next((n for n in range(10, 1, -1) if text[start : start + n] in places), 0)
        kept.append(" " if size else text[start])
        start += size or 1
    return "".join(kept)
