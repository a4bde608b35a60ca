"""Drafts, cases and what hangs on a case.

Every table of the case family has a direct `case` key that its unique constraints contain, so that the same schema
can be distributed by the case. A case's number and a submission's key are unique across cases, so each has a table
of its own, written in the same transaction.
"""

from yiwang.domains.cases.models.cases import Case, CaseClock, CaseNumber, CaseQuerySet, State, SubmitKey
from yiwang.domains.cases.models.drafts import Draft, DraftQuerySet, HeldAnswers
from yiwang.domains.cases.models.joint import JointOpinion, SiteVisit
from yiwang.domains.cases.models.materials import CasePaper, Correction, MoreRequest, Opinion
from yiwang.domains.cases.models.notes import Note, SavedFilter
from yiwang.domains.cases.models.promises import Deferral, Promise
from yiwang.domains.cases.models.special import (
    ClockStop,
    Extension,
    InterestedParty,
    Place,
    SpecialKind,
    SpecialProcedure,
)

__all__ = [
    "Case",
    "CaseClock",
    "CaseNumber",
    "CasePaper",
    "CaseQuerySet",
    "ClockStop",
    "Correction",
    "Deferral",
    "Draft",
    "DraftQuerySet",
    "Extension",
    "HeldAnswers",
    "InterestedParty",
    "JointOpinion",
    "MoreRequest",
    "Note",
    "Opinion",
    "Place",
    "Promise",
    "SavedFilter",
    "SiteVisit",
    "SpecialKind",
    "SpecialProcedure",
    "State",
    "SubmitKey",
]
