"""What an applicant asks for beside the answers: to follow up with a paper, to promise, to renew a certificate."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.models import Case, Deferral, Promise
from yiwang.domains.cases.queries import deferrable, may_promise, promise_barred
from yiwang.domains.catalogue.content import ItemContent, PromiseTerms
from yiwang.domains.certificates.queries import ids_held, visible_to
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.forms import Form, Problem
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import Row, row


@dataclass(frozen=True, slots=True)
class Wishes:
    """容缺 for these materials, a signed promise, the certificate that it is about."""

    deferred: tuple[str, ...] = ()
    promise: bool = False
    about_certificate_id: UUID | None = None

    def words(self) -> list[Any]:
        """Return what tells this submission from one without wishes; nothing where there are none."""
        if self == PLAIN:
            return []
        return [sorted(self.deferred), self.promise, str(self.about_certificate_id or "")]


PLAIN = Wishes()


def wishes_of(deferred: Sequence[str], promise: bool, about_certificate_id: UUID | None) -> Wishes:
    """Return what was asked for."""
    return Wishes(tuple(dict.fromkeys(deferred)), promise, about_certificate_id)


def check_wishes(wishes: Wishes, content: ItemContent, by: Actor) -> UUID | None:
    """Check what is asked for; return the certificate that the case is about.

    Raises:
        InvalidInput: for materials that may not follow.
        Refused: for a promise that the item does not know, by somebody who broke one, or without a fitting certificate.
    """
    if wishes.deferred or wishes.promise:
        _check_simplified(wishes, content, by)
    return _about(wishes, content, by) if content.processing.about or wishes.about_certificate_id else None


def _check_simplified(wishes: Wishes, content: ItemContent, by: Actor) -> None:
    if not {one.key for one in deferrable(content)}.issuperset(wishes.deferred):
        raise InvalidInput(_("有一份材料不在容缺的范围内，要现在交。"), code="not_deferrable")
    if wishes.promise and not may_promise(content):
        raise Refused(_("这个事项不能用告知承诺的方式办。"), code="no_promise")
    if promise_barred(by):
        raise Refused(
            _("你有一次承诺经核查不属实，信用修复以前不能用容缺或者告知承诺的方式办。"), code="promise_barred"
        )


def _about(wishes: Wishes, content: ItemContent, by: Actor) -> UUID:
    about = content.processing.about
    if not about:
        raise Refused(_("这个事项不针对某一张证照。"), code="unknown_certificate")
    wanted = wishes.about_certificate_id
    if wanted is None:
        types = [one.certificate_type for one in content.results or [] if one.certificate_type]
        types += [one.certificate_type for one in content.materials or [] if one.certificate_type]
        held = ids_held(by, types)
        wanted = next((held[code] for code in types if code in held), None)
    found = visible_to(by).filter(pk=wanted, state__in=["valid", "suspended"]).first() if wanted else None
    if found is None:
        raise Refused(_("没有找到要延续、变更或者注销的证照。"), code="unknown_certificate")
    if Case.objects.filter(about_certificate_id=found.pk, is_open=True, outcome="").exists():
        raise Refused(_("这张证照已经有一件正在办理。"), code="about_open")
    return found.pk


def excused(form: Form, problems: Sequence[Problem], wishes: Wishes, content: ItemContent) -> list[Problem]:
    """Return the problems that stay: a missing paper is none where it may follow, or a promise stands for it."""
    covered = set(wishes.deferred)
    if wishes.promise and content.processing.promise:
        covered |= set(content.processing.promise.covers)
    return [one for one in problems if one.code != "required" or not _is_covered(form, one.top, covered)]


def _is_covered(form: Form, key: str, covered: Collection[str]) -> bool:
    field = form.fields.get(key)
    return field is not None and field.widget == "upload" and (field.material or field.key) in covered


def wish_rows(case_id: UUID, wishes: Wishes, content: ItemContent, by: Actor) -> list[Row]:
    """Return the rows of what was asked for."""
    at = now()
    rows = [row(Deferral, id=uuid7(), case_id=case_id, material=key, asked_at=at) for key in wishes.deferred]
    if wishes.promise and (terms := content.processing.promise):
        signed = row(
            Promise,
            case_id=case_id,
            text_version=terms.version[:40],
            text_sha256=promise_digest(terms),
            signed_at=at,
            signed_by_id=by.known_id,
        )
        rows.append(signed)
    return rows


def promise_digest(terms: PromiseTerms) -> str:
    """Return the SHA-256 of the words that were signed, so that nobody can say that they were others."""
    words = [terms.version, terms.text.zh, terms.consequences.zh if terms.consequences else ""]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
