"""Who may do what with the catalogue."""

from datetime import datetime

from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES
from yiwang.domains.catalogue.models import Item
from yiwang.foundation.actors import Actor


def may_publish(actor: Actor) -> bool:
    """Administrators publish; so does the machine when a catalogue is loaded from the command line."""
    return actor.kind == "system" or actor.has_role("administrator")


def may_be_applied_for(type_code: str, state: str, closes_at: datetime | None, at: datetime) -> bool:
    """Not what is done ex officio (处罚, 强制, 检查, 征收), not what is suspended or closed."""
    return type_code not in EX_OFFICIO_TYPES and state == Item.State.PUBLISHED and (closes_at is None or at < closes_at)


def is_for_firms_only(content: ItemContent) -> bool:
    """Whether a person can apply only on behalf of a firm."""
    return bool(content.audience) and "person" not in content.audience
