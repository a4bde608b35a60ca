"""What certificates cost: their signed data, issuing one durably, and the sealed PDF.

    .venv/bin/python benchmarks/issuing.py [--certificates 400]

Building and signing is the work of the processor alone: the data by the short names of GB/T 36903, and a JWS (ES256) over
them. Issued durably means: the intent is stored and committed, then the worker signs, stores the signature with the use of
the seal and the facts in the journal, and marks the job; every commit is synced. PDFs are PDF/A-3b with the data attached
and a visible PAdES seal. On PostgreSQL (YIWANG_BENCH_DATABASE_URL) the CPU of the server's process is added.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import store


def holder() -> tuple[Any, Any, Any]:
    """Return a type of certificate, a person and an office of the demo."""
    from yiwang.domains.certificates.models import Certificate, CertificateType

    known = Certificate.objects.filter(holder_person__isnull=False, state="valid").order_by("intended_at").first()
    assert known is not None and known.holder_person is not None
    return CertificateType.objects.get(pk=known.type_id), known.holder_person, known.office


FIELDS = {"place": "演示路 1 号", "scope": "热食类食品制售", "note": "演示"}


def data_rate(rounds: int = 5, times: int = 1_000) -> float:
    """Return how many certificates' data are built and signed in a second of CPU."""
    from yiwang.domains.certificates.actions import build_data
    from yiwang.domains.seals.actions import provide_seal
    from yiwang.domains.seals.pades.signing import sign_data
    from yiwang.domains.seals.queries import key_of
    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.clock import today

    kind, person, office = holder()
    key = key_of(provide_seal(office_code=office.code, by=SYSTEM))
    day = today()

    def one(number: int) -> str:
        _code, payload = build_data(
            kind=kind,
            person=person,
            firm=None,
            office=office,
            number=f"YS{number}",
            identifier=f"1.2.156.3005.2.{number}",
            fields=FIELDS,
            day=day,
            valid_until=None,
        )
        return sign_data(payload, key)

    return rate(one, rounds, times)


def rate(one: Callable[[int], Any], rounds: int, times: int) -> float:
    """Return how often something is done in a second of CPU: the median over the rounds."""
    found = []
    for turn in range(rounds + 1):
        started = time.process_time()
        for number in range(times):
            one(turn * times + number)
        found.append(times / (time.process_time() - started))
    return statistics.median(found[1:])


def issued(certificates: int, rounds: int = 3) -> tuple[float, float]:
    """Return the CPU in milliseconds of one certificate: its intent, and signing and storing it."""
    from django.db import connection

    from yiwang.domains.certificates.actions import prepare_certificate
    from yiwang.domains.certificates.models import Certificate
    from yiwang.foundation.actors import SYSTEM
    from yiwang.foundation.jobs.queue import run_due

    kind, person, office = holder()
    while run_due():
        pass
    connection.ensure_connection()
    clock = store.Clock([connection.connection])
    intents, signatures = [], []
    for turn in range(rounds + 1):
        started = clock()
        for _ in range(certificates):
            prepare_certificate(
                type_code=kind.code,
                person=person,
                firm=None,
                office=office,
                case_id=None,
                fields=FIELDS,
                valid_until=None,
                by=SYSTEM,
            )
        between = clock()
        while run_due():
            pass
        ended = clock()
        if turn:
            intents.append((between - started) / certificates * 1000)
            signatures.append((ended - between) / certificates * 1000)
    assert not Certificate.objects.filter(state="intended").exists()
    return statistics.median(intents), statistics.median(signatures)


def pdf_rate(rounds: int = 3, times: int = 20) -> float:
    """Return how many sealed PDFs are drawn in a second of CPU."""
    from yiwang.domains.certificates.models import Certificate
    from yiwang.domains.certificates.queries import draw_pdf

    found = list(Certificate.objects.select_related("type").filter(state="valid").order_by("-intended_at")[:times])
    return rate(lambda number: draw_pdf(found[number % len(found)]), rounds, times)


def figures(certificates: int = 400) -> list[dict[str, Any]]:
    """Return what certificates cost, on the store that is set up."""
    intent, signature = issued(certificates)
    return [
        {"what": "data built and signed", "value": round(data_rate()), "unit": "per CPU-second", "aim": 10_000},
        {"what": "intent stored", "value": round(intent, 3), "unit": "ms CPU", "aim": None},
        {"what": "signed and stored", "value": round(signature, 3), "unit": "ms CPU", "aim": None},
        {"what": "issued durably, in all", "value": round(intent + signature, 3), "unit": "ms CPU", "aim": 1.5},
        {"what": "sealed PDFs", "value": round(pdf_rate(), 1), "unit": "per CPU-second", "aim": 35},
    ]


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--certificates", type=int, default=400)
    chosen = options.parse_args()
    store.open_store()
    from django.db import connection

    for found in figures(chosen.certificates):
        aim = f"  aim {found['aim']}" if found["aim"] else ""
        print(f"{connection.vendor}: {found['what']:<26} {found['value']:>9} {found['unit']}{aim}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
