"""Whether the machine may decide a case at once, and if not, why a person has to look."""

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.single import answers_of, case_content
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.content.eligibility import misses
from yiwang.domains.identity.queries import doubt_about, id_number_of
from yiwang.foundation.clock import ZONE

UNCONFIRMED = Text(
    "申请人是在窗口按证件接待的，人口库还没有核实",
    "The applicant was served on sight of a document; the register has not confirmed it",
)


def machine_misses(case: Case) -> list[Text]:
    """Return what an instant item's checks do not find met, as of the day of submission; none where all is met."""
    processing = case_content(case).processing
    doubt = [UNCONFIRMED] if processing.instant and doubt_about(case.applicant_id) else []
    wanted = processing.instant_if
    if not wanted:
        return doubt
    own = id_number_of(case.applicant) if any(one.is_applicant for one in wanted) else ""
    day = case.submitted_at.astimezone(ZONE).date()
    return doubt + misses(wanted, answers_of(case), applicant_number=own, on=day)
