"""What a bundle of six items costs against one item: CPU of the submission, interleaved, the median of pairs.

    .venv/bin/python benchmarks/bundles.py [--rounds 40]

Six items of six offices with one form and one paper each. What is shared is validated once, and a paper is copied, not
stored again. YIWANG_BENCH_DIR names a demo store that was built before.
"""

import argparse
import time
from collections.abc import Callable
from statistics import median

import store

AIM = 6.0


def main() -> None:
    """Print both costs in milliseconds of CPU, and how often the one goes into the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    store.open_store()
    from yiwang.domains.cases.actions import save_answers, start_draft, submit_draft
    from yiwang.domains.cases.tests.factories import shop_answers
    from yiwang.domains.catalogue.content import Part
    from yiwang.domains.catalogue.tests.factories import make_item
    from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person
    from yiwang.domains.joint_cases.actions import submit_joint_case
    from yiwang.domains.joint_cases.tests.factories import SHARED, answers_of_shop, make_bundle

    person = make_person()
    by = actor_of(person)
    items = [make_item(office=make_office()) for _ in range(6)]
    fields = SHARED | {"kind": "kind", "area": "area"}
    bundle = make_bundle(parts=[Part(f"p{n}", item.code, fields=fields) for n, item in enumerate(items)])
    singles, wholes = [], []
    for at in range(rounds + 2):
        one = start_draft(item_code=items[0].code, by=by)
        save_answers(draft_id=one.pk, answers=shop_answers(person), by=by)
        six = start_draft(item_code=bundle.code, by=by)
        extra = {"wanted_parts": None, "food_items": None, "online_items": None}
        save_answers(draft_id=six.pk, answers=answers_of_shop(person, **extra), by=by)
        single = _cost(lambda draft=one: submit_draft(draft_id=draft.pk, by=by))  # type: ignore[misc]
        whole = _cost(lambda draft=six: submit_joint_case(draft_id=draft.pk, by=by))  # type: ignore[misc]
        if at > 1:  # the first ones compile forms and fill caches
            singles.append(single)
            wholes.append(whole)
    ratio = median(whole / single for whole, single in zip(wholes, singles, strict=True))
    print(
        f"one item {median(singles) * 1000:.2f} ms, six items {median(wholes) * 1000:.2f} ms: {ratio:.1f} times (aim {AIM})"
    )


def _cost(action: Callable[[], object]) -> float:
    begun = time.process_time()
    action()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
