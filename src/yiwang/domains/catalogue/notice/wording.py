"""How the answers say limits, sums, counts and lists, in both languages."""

from collections.abc import Sequence

from yiwang.domains.catalogue.content import Limit, Text

UNSAID = Text("未公布", "Not published")
FREE = Text("免费", "Free")
NAMED = 4
"""How many names a list gives before it only counts."""
_UNITS = {
    "workday": ("{n} 个工作日", "{n} working day", "{n} working days"),
    "day": ("{n} 天", "{n} day", "{n} days"),
    "month": ("{n} 个月", "{n} month", "{n} months"),
    "year": ("{n} 年", "{n} year", "{n} years"),
}


def limit_words(limit: Limit) -> Text:
    """Return a limit in words: 5 个工作日; none at all is decided at once."""
    if limit.amount == 0:
        return Text("马上办好", "At once")
    zh, one, many = _UNITS[limit.unit]
    return Text(zh.format(n=limit.amount), (one if limit.amount == 1 else many).format(n=limit.amount))


def money_words(fen: int) -> Text:
    """Return an amount of fen in words: 免费, 20 元, 12.50 元."""
    if fen == 0:
        return FREE
    yuan, rest = divmod(fen, 100)
    amount = f"{yuan:,}.{rest:02d}" if rest else f"{yuan:,}"
    return Text(f"{amount} 元", f"¥{amount}")


def visits_words(visits: int) -> Text:
    """Return how many trips: 不用跑, 跑 2 趟."""
    if visits == 0:
        return Text("不用跑", "No visits")
    return Text(f"跑 {visits} 趟", f"{visits} {'visit' if visits == 1 else 'visits'}")


def things(count: int) -> Text:
    """Return a number of papers."""
    return Text(f"{count} 样", f"{count} {'paper' if count == 1 else 'papers'}")


def listed(texts: Sequence[Text]) -> Text:
    """Return the first names of a list, and how many more there are."""
    zh, en = [t.zh.strip("。 ") for t in texts], [t.in_("en").strip("。. ") for t in texts]
    said = Text("、".join(zh[:NAMED]), ", ".join(en[:NAMED]))
    rest = len(texts) - NAMED
    return Text(f"{said.zh}，还有 {rest} 样", f"{said.en} and {rest} more") if rest > 0 else said
