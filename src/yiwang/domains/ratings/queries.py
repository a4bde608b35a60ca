"""Read ratings; the figures are public."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum

from yiwang.domains.catalogue.content import Text
from yiwang.domains.organisations.models import Office
from yiwang.domains.ratings.models import JointRating, Rating, RatingCount

GRADES = {
    "very_satisfied": Text("非常满意", "Very satisfied"),
    "satisfied": Text("满意", "Satisfied"),
    "basically_satisfied": Text("基本满意", "Fairly satisfied"),
    "dissatisfied": Text("不满意", "Dissatisfied"),
    "very_dissatisfied": Text("非常不满意", "Very dissatisfied"),
}
"""The five grades of 国办发〔2019〕51号, the best first."""
WEIGHTS = {
    "very_satisfied": 5, "satisfied": 4, "basically_satisfied": 3, "dissatisfied": 2, "very_dissatisfied": 1,
}  # fmt: skip
GOOD = ("very_satisfied", "satisfied", "basically_satisfied")


@dataclass(frozen=True)
class Figures:
    """How an item or an office was rated."""

    subject: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """The number of ratings."""
        return sum(self.counts.values())

    @property
    def score(self) -> float | None:
        """The mean grade, 1 to 5; None where nobody has rated."""
        return sum(WEIGHTS[g] * n for g, n in self.counts.items()) / self.total if self.total else None

    @property
    def good_share(self) -> float | None:
        """好评率: very satisfied, satisfied and basically satisfied among all."""
        return sum(self.counts.get(g, 0) for g in GOOD) / self.total if self.total else None


def figures_of(subject_kind: str, subject: str) -> Figures:
    """Return the public figures of an item (by code) or an office (by code)."""
    rows = RatingCount.objects.filter(subject_kind=subject_kind, subject=subject).values_list("grade", "count")
    return Figures(subject, {g: dict(rows).get(g, 0) for g in WEIGHTS})


def figures_by_office() -> list[tuple[Office, Figures]]:
    """Return the figures of every office that was rated, the best first."""
    counts: dict[str, dict[str, int]] = {}
    for subject, grade, count in RatingCount.objects.filter(subject_kind="office").values_list(
        "subject", "grade", "count"
    ):
        counts.setdefault(subject, {})[grade] = count
    offices = Office.objects.in_bulk(list(counts))
    rows = [(offices[code], Figures(code, by_grade)) for code, by_grade in counts.items() if code in offices]
    return sorted(rows, key=lambda row: (-(row[1].good_share or 0), -row[1].total))


def total_figures() -> Figures:
    """Return the figures of all offices together."""
    rows = RatingCount.objects.filter(subject_kind="office").values("grade").annotate(n=Sum("count"))
    return Figures("", {row["grade"]: row["n"] for row in rows})


def latest_comments(*, item_code: str = "", office_code: str = "", limit: int = 10) -> list[Rating]:
    """Return the newest ratings with words, without anything that tells who wrote them."""
    found = Rating.objects.exclude(comment="").select_related("case__item", "case__office").order_by("-rated_at")
    if item_code:
        found = found.filter(item_code=item_code)
    if office_code:
        found = found.filter(office_code=office_code)
    return list(found[:limit])


def ratings_of(
    *,
    item_code: str = "",
    office_code: str = "",
    good: bool | None = None,
    words: str = "",
    has_comment: bool = False,
    before: datetime | None = None,
    limit: int = 20,
) -> list[Rating]:
    """Return ratings, the newest first; `good` keeps one side, `words` those that say so, `before` goes on behind a page."""
    found = Rating.objects.select_related("case__item", "case__office").order_by("-rated_at")
    if item_code:
        found = found.filter(item_code=item_code)
    if office_code:
        found = found.filter(office_code=office_code)
    if good is not None:
        found = found.filter(grade__in=GOOD) if good else found.exclude(grade__in=GOOD)
    if has_comment:
        found = found.exclude(comment="")
    for word in words.split():
        found = found.filter(Q(comment__icontains=word) | Q(case__item_name__icontains=word))
    if before:
        found = found.filter(rated_at__lt=before)
    return list(found[:limit])


def rating_of(case_id: UUID) -> Rating | None:
    """Return the rating of a case."""
    return Rating.objects.filter(case_id=case_id).first()


def rating_of_joint(joint_id: UUID) -> JointRating | None:
    """Return the one rating of a joint case."""
    return JointRating.objects.filter(joint_id=joint_id).first()
