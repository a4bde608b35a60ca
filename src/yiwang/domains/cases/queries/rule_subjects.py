"""What rules ask of cases: items that a table may decide, and what people made of past ones. Fulfils `rules.ports.Subjects`."""

from collections.abc import Collection, Iterator

from django.db.models import Q
from django.utils.translation import gettext_noop

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.rule_inputs import UNREADABLE, case_values, inputs_of
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.rules.models import AutomaticDecision
from yiwang.domains.rules.ports import PastCase, Subject
from yiwang.domains.rules.tables import Input
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.forms.texts import Text
from yiwang.foundation.reads.actions import record_reads

READ_REASON = gettext_noop("试运行规则：只数结果，不影响这一件")
CHUNK = 100
WALKED = 50_000
"""Finished cases of the office that are walked over at most: those of one item among them are found without an index of their own."""

EX_OFFICIO = Text("依职权办理的事项，没有人申请，也就没有可以自动办的", "Done ex officio: nobody applies")
SUBSTANCE = Text(
    "要核实实质内容的事项，须由两位工作人员审查（行政许可法第三十四条），不能由系统决定",
    "Its substance has to be verified by two officials (art. 34): no machine decides it",
)
HIGH_RISK = Text(
    "直接关系重大公共利益或者生命财产安全的事项，不能由系统决定", "Too much hangs on it for a machine to decide"
)
JOINT = Text("要几个部门一起审查的事项，不能由系统决定", "Several offices review it: no machine decides it")
INTERESTED = Text(
    "可能影响他人重大利益的事项，要先听他们的意见，不能由系统决定",
    "Others have to be heard first: no machine decides it",
)


def obstacles_of(content: ItemContent, type_code: str = "") -> tuple[Text, ...]:
    """Return why no machine may decide the cases of an item; none where it may."""
    way = content.processing
    found = [
        (type_code in EX_OFFICIO_TYPES, EX_OFFICIO),
        (way.substance_check, SUBSTANCE),
        (bool(getattr(way, "high_risk", None)), HIGH_RISK),
        (bool(getattr(way, "joint_offices", None) or getattr(way, "lower_level_review", None)), JOINT),
        (bool(getattr(way, "interested_likely", None)), INTERESTED),
    ]
    return tuple(words for stands, words in found if stands)


class Catalogue:
    """The catalogue and the cases, as rules see them."""

    def subject(self, item_code: str) -> Subject | None:
        """Return an item; None where there is none."""
        found = guide(item_code)
        if found is None:
            return None
        obstacles = obstacles_of(found.content, found.type_code)
        return Subject(found.code, found.name, found.name_en, found.office_code, obstacles)

    def inputs(self, item_code: str, kind: str) -> list[Input]:
        """Return what a table of this kind may look at."""
        return inputs_of(item_code, kind)

    def past(self, item_code: str, keys: Collection[str], limit: int) -> Iterator[PastCase]:
        """Yield the newest cases of an item that people decided, a hundred in memory at a time; each look is noted."""
        found = guide(item_code)
        left = limit
        for chunk in _decided_by_people(item_code, found.office_code) if found else ():
            cases = chunk[:left]
            left -= len(cases)
            looks = [(case.applicant_id, case.pk) for case in cases]
            record_reads(looks=looks, what="case", reason=READ_REASON, by=SYSTEM)
            for case in cases:
                try:
                    yield PastCase(case.number, case.outcome, case_values(case, keys))
                except UNREADABLE:  # counted by nobody; the others still say enough
                    continue
            if left <= 0:
                return


def _decided_by_people(item_code: str, office_code: str) -> Iterator[list[Case]]:
    """Yield finished cases of an item in the order of the office's own index, without those that a rule decided."""
    finished = Case.objects.filter(office_id=office_code, is_open=False).order_by("-closed_at", "-id")
    behind, walked = Q(), 0
    while walked < WALKED:
        page = list(finished.filter(behind).values_list("pk", "closed_at", "item_id", "outcome")[: CHUNK * 10])
        if not page:
            return
        walked += len(page)
        last_id, last_at = page[-1][0], page[-1][1]
        behind = Q(closed_at__lt=last_at) | Q(closed_at=last_at, id__lt=last_id)
        wanted = [row[0] for row in page if row[2] == item_code and row[3] in {"granted", "refused"}]
        for at in range(0, len(wanted), CHUNK):
            ids = wanted[at : at + CHUNK]
            by_rule = AutomaticDecision.objects.filter(case_id__in=ids, outcome="grant").values_list(
                "case_id", flat=True
            )
            ids = [one for one in ids if one not in set(by_rule)]
            found = Case.objects.filter(pk__in=ids).select_related("applicant", "firm").order_by("-closed_at", "-id")
            if cases := list(found):
                yield cases
