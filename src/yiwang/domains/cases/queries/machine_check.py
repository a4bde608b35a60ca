"""Whether the machine may decide a case at once, and if not, why a person has to look."""

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.single import answers_of, case_content
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.content.eligibility import misses
from yiwang.domains.identity.queries import id_number_of
from yiwang.foundation.clock import ZONE


def machine_misses(case: Case) -> list[Text]:
    """Return what an instant item's checks do not find met, as of the day of submission; none where all is met."""
    wanted = case_content(case).processing.instant_if
    if not wanted:
        return []
    own = id_number_of(case.applicant) if any(one.is_applicant for one in wanted) else ""
    day = case.submitted_at.astimezone(ZONE).date()
    return misses(wanted, answers_of(case), applicant_number=own, on=day)
