"""Who brings which of the materials."""

from yiwang.domains.catalogue.content import ItemContent, Material


def prepared_by_applicant(content: ItemContent) -> list[Material]:
    """Return the materials that the applicant brings: those that no certificate in our hands stands for."""
    return [m for m in content.materials or [] if not m.certificate_type]


def fetched_for_applicant(content: ItemContent) -> list[Material]:
    """Return the materials that we take from the store of certificates."""
    return [m for m in content.materials or [] if m.certificate_type]


def types_fetched(content: ItemContent) -> set[str]:
    """Return the codes of the certificate types that stand for a material."""
    return {m.certificate_type for m in content.materials or [] if m.certificate_type}
