"""What offices do with the parts of a joint case while somebody waits in the browser: run as a program beside the province.

    python -m tests.journeys.officials <number of the joint case> [<key of a part to refuse> …]

Every part that can be decided is decided through the actions of officials, until all of it is over. The worker of the
province does the rest.
"""

import sys
import time

import django

MOST_SECONDS = 90


def main(number: str, refused: set[str]) -> None:
    """Decide part after part; those in `refused` are refused."""
    django.setup()
    from yiwang.config.demo.joint import decide_part
    from yiwang.domains.joint_cases.models import JointCase
    from yiwang.domains.joint_cases.queries import tracks

    end = time.monotonic() + MOST_SECONDS
    while (joint := JointCase.objects.get(number=number)).is_open:
        assert time.monotonic() < end, [(t.part.key, t.part.state, t.case and t.case.state) for t in tracks(joint)]
        for track in tracks(joint):
            if track.case is not None and track.case.state in {"submitted", "accepted"}:
                decide_part(track.case, grant=track.part.key not in refused, reason="现场和填写的内容不一致。")
        time.sleep(0.3)


if __name__ == "__main__":
    main(sys.argv[1], set(sys.argv[2:]))
