"""What one published version of an item says: the guide, the form, the rules, as plain structs.

Nothing here knows Django. A version stores `canonical_json(content)`; its `content_hash` is the SHA-256 of those bytes,
so that the same source imported twice is the same version.
The elements follow GB/T 39046-2020 table 4 and the national exchange tables (`up_task_general_*`).
"""

from yiwang.domains.catalogue.content.structs import (
    Bundle,
    Contact,
    Fee,
    ItemContent,
    JointOffice,
    LegalBasis,
    Limit,
    LowerReview,
    Material,
    Part,
    Processing,
    PromiseTerms,
    Question,
    Reduction,
    Requirement,
    Result,
    Situation,
    Source,
    Step,
    Text,
    canonical_json,
    content_hash,
    from_json,
)

__all__ = [
    "Bundle",
    "Contact",
    "Fee",
    "ItemContent",
    "JointOffice",
    "LegalBasis",
    "Limit",
    "LowerReview",
    "Material",
    "Part",
    "Processing",
    "PromiseTerms",
    "Question",
    "Reduction",
    "Requirement",
    "Result",
    "Situation",
    "Source",
    "Step",
    "Text",
    "canonical_json",
    "content_hash",
    "from_json",
]
