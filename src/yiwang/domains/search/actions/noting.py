"""Note what people searched for in vain."""

from yiwang.domains.search.models import SearchLog
from yiwang.domains.search.policies import may_search
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.masking import scrub


@action(silent="a search is not an act; the log serves whoever keeps the words, and holds nothing personal")
def log_search(*, query: str, region: str, found: int, confident: bool, by: Actor) -> None:
    """Note a search without a sure answer, with everything that looks like a number of a person removed."""
    require(may_search(by))
    SearchLog.objects.create(
        query=scrub(query.replace("\0", ""))[:200],
        region_code=region[:12],
        found=min(found, 999),
        confident=confident,
        searched_at=now(),
    )
