"""What offices do while somebody waits in the browser: a program beside the province that takes one order a line.

    ["accept", number]              the window accepts a case
    ["decide", number, part …]      the case is granted, or each part of a joint case until all of it is over; the parts that
                                    are named are refused

Everything goes through the actions of officials; the worker of the province does the rest. The answer is "done", or what
went wrong.
"""

import json
import sys
import time
import traceback
from contextlib import suppress

import django

MOST_SECONDS = 90
REFUSAL = "现场和填写的内容不一致。"


def accept(number: str) -> None:
    """Have the window accept a case."""
    from yiwang.config.demo.joint import accept_part
    from yiwang.domains.cases.models import Case

    accept_part(Case.objects.get(pk__in=_ids(number)))


def decide(number: str, *refused: str) -> None:
    """Decide a case, or part after part of a joint case."""
    from yiwang.config.demo.joint import decide_part
    from yiwang.domains.cases.models import Case
    from yiwang.domains.joint_cases.models import JointCase
    from yiwang.domains.joint_cases.queries import tracks
    from yiwang.foundation.actions import Refused

    if ids := _ids(number):
        decide_part(Case.objects.get(pk__in=ids), grant=True)
        return
    end = time.monotonic() + MOST_SECONDS
    while (joint := JointCase.objects.get(number=number)).is_open:
        assert time.monotonic() < end, [(t.part.key, t.part.state, t.case and t.case.state) for t in tracks(joint)]
        for track in tracks(joint):
            if track.case is not None and track.case.state in {"submitted", "accepted"}:
                with suppress(Refused):  # the machine may have been faster
                    decide_part(track.case, grant=track.part.key not in refused, reason=REFUSAL)
        time.sleep(0.1)


def _ids(number: str) -> list[object]:
    from yiwang.domains.cases.models import CaseNumber

    return list(CaseNumber.objects.filter(number=number).values_list("case_id", flat=True))


def main() -> None:
    """Take orders until nobody gives any more."""
    django.setup()
    for line in sys.stdin:
        what, *given = json.loads(line)
        try:
            {"accept": accept, "decide": decide}[what](*given)
            answer = "done"
        except Exception:
            answer = traceback.format_exc()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
