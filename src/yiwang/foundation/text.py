"""Words of Chinese and English text, for an index and for a question to it; and how Chinese signs are said."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

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
    """Return text as it is compared: half-width (NFKC), folded case, simplified, one space in place of other signs."""
    if text.isascii():
        return _NOT_A_WORD.sub(" ", text.lower()).strip()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NOT_A_WORD.sub(" ", simplified(folded)).strip()


def simplified(text: str) -> str:
    """Return text with simplified signs in place of traditional ones: 居住證 is 居住证."""
    if not _IS_CJK.search(text):
        return text
    try:
        return str(_converter()(text))
    except UnicodeEncodeError:  # half a character, which no encoding has
        return text


@cache
def _converter() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert


def has_cjk(text: str) -> bool:
    """Return whether a Chinese sign is in the text."""
    return _IS_CJK.search(text) is not None


def syllables(text: str) -> list[str]:
    """Return how a normalised text is said: a syllable without tone for each Chinese sign, other runs as they stand.

    A sign of several readings has the most usual one, but in the words that `SAID` lists. ü is written v, as it is typed.
    """
    said: list[str] = []
    at = 0
    for match in _SAID.finditer(text):
        said += _spelled(text[at : match.start()])
        said += SAID[match[0]].split()
        at = match.end()
    return said + _spelled(text[at:])


def _spelled(text: str) -> list[str]:
    return [one for run in _RUN.findall(text) for one in ([_syllable(c) for c in run] if _IS_CJK.match(run) else [run])]


@lru_cache(maxsize=8192)
def _syllable(sign: str) -> str:
    first = _readings().get(ord(sign), sign).partition(",")[0]
    plain = unicodedata.normalize("NFD", first.replace("ü", "v"))
    return "".join(
        c for c in unicodedata.normalize("NFD", plain).replace("u\u0308", "v") if not unicodedata.combining(c)
    )


@cache
def _readings() -> dict[int, str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # 45 MB of phrases stay unread
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


SAID = {
    "会计": "kuai ji", "银行": "yin hang", "行业": "hang ye", "分行": "fen hang", "商行": "shang hang", "重庆": "chong qing",
    "重新": "chong xin", "重复": "chong fu", "重建": "chong jian", "长期": "chang qi", "长途": "chang tu", "长江": "chang jiang",
    "特长": "te chang", "调动": "diao dong", "调查": "diao cha", "调取": "diao qu", "调档": "diao dang", "借调": "jie diao",
    "选调": "xuan diao", "还款": "huan kuan", "还贷": "huan dai", "归还": "gui huan", "退还": "tui huan", "偿还": "chang huan",
    "出差": "chu chai", "差旅": "chai lv", "给付": "ji fu", "供给": "gong ji", "校验": "jiao yan", "校准": "jiao zhun",
    "校对": "jiao dui", "效率": "xiao lv", "税率": "shui lv", "利率": "li lv", "费率": "fei lv", "都市": "du shi", "首都": "shou du",
    "音乐": "yin yue", "乐器": "yue qi", "传记": "zhuan ji", "种植": "zhong zhi", "车间": "che jian", "卡口": "ka kou",
    "藏族": "zang zu", "西藏": "xi zang", "宝藏": "bao zang", "降落": "jiang luo", "率先": "shuai xian", "参差": "cen ci",
    "人参": "ren shen", "单于": "chan yu", "尽职": "jin zhi", "应急": "ying ji", "地铁": "di tie", "处方": "chu fang",
    "朝阳": "chao yang", "省级": "sheng ji", "数据": "shu ju", "兴趣": "xing qu", "高兴": "gao xing", "相册": "xiang ce",
    "教书": "jiao shu", "好评": "hao ping", "了解": "liao jie", "便宜": "pian yi", "屏蔽": "ping bi", "厦门": "xia men",
    "大夫": "dai fu", "仇姓": "qiu xing", "台州": "tai zhou", "丽水": "li shui", "六安": "lu an", "蚌埠": "beng bu",
    "会议": "hui yi", "调解": "tiao jie", "调整": "tiao zheng", "空调": "kong tiao", "露天": "lu tian", "血站": "xue zhan", "模具": "mu ju", "模板": "mu ban", "称职": "chen zhi",
}  # fmt: skip
"""Words in which a sign is not said as it mostly is, or in which the first reading of the table is a rare one."""

_SAID = re.compile("|".join(SAID))


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
