"""What an automatic decision (秒批) costs beyond the submission: CPU, medians, on the demo's rule for rent withdrawals.

    .venv/bin/python benchmarks/automatic.py [--cases 120]

Each case is handed in and then put to its rule, as the handler does: values, verdict, keeping both, acceptance, grant and letter.
Every third one misses. The facts are heard by nobody afterwards: the store is for nothing else. YIWANG_BENCH_DIR names a
demo store that was built before, YIWANG_BENCH_DATABASE_URL measures on PostgreSQL.
"""

import argparse
import statistics
import time
from collections import defaultdict

import store

AIM_MS = 5.0
ITEM, VARIANT, PERSON = "rent-withdrawal", "single", "zhangxi"


def main() -> None:
    """Print submit, grant and miss in milliseconds of CPU, and the run of the table alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=120)
    count = parser.parse_args().cases
    store.open_store()
    from yiwang.config.demo.playing import person_of, story_answers
    from yiwang.config.demo.reading import item_codes, read_yaml
    from yiwang.config.demo.stories import Story
    from yiwang.domains.cases.actions import put_to_rule, submit_case
    from yiwang.domains.rules.queries import evaluate
    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.clock import today

    code = item_codes()[ITEM]
    variant = read_yaml("stories.yaml")["variants"][ITEM][VARIANT]
    story = Story("bench", ITEM, PERSON, None, dict(variant), today())
    by, spent = person_of(story), defaultdict(list)
    for number in range(count):
        answers = story_answers(story.answers, story) | ({"rent": 900_000} if number % 3 == 2 else {})
        begun = time.process_time()
        case, _new = submit_case(item_code=code, answers=answers, key=f"bench-{time.time_ns()}", by=by)
        spent["submit"].append(time.process_time() - begun)
        begun = time.process_time()
        put_to_rule(case_id=case.pk, by=SYSTEM)
        spent["miss" if number % 3 == 2 else "grant"].append(time.process_time() - begun)
    values = {"answer.id_number.is_own": True, "answer.marital": "single", "answer.home": "market"}
    values |= {"answer.rent.yuan": 2600, "answer.months": 6}
    for _ in range(500):
        begun = time.process_time()
        assert evaluate(f"decision:{code}", values).outcome == "grant"
        spent["table alone"].append(time.process_time() - begun)
    for name, times in spent.items():
        print(f"{name:12} {statistics.median(times) * 1000:7.3f} ms of CPU")
    print(f"aim: a decision beyond the submission ≤ {AIM_MS} ms")


if __name__ == "__main__":
    main()
