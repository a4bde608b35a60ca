"""The kinds of notice, what each must be told, and their rendering."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from yiwang.domains.seals.pades.qr import qr_svg
from yiwang.domains.seals.pades.typesetting import TypesettingError, set_pdf

_TEMPLATES = Path(__file__).parent / "templates"
SEAL_BOX = (399.7, 92.0, 518.76, 211.06)
"""Left, bottom, right, top in points on the last page: where `seals.pades.sign_pdf` puts the seal (42 mm)."""
_COMMON = ("number", "office", "addressee", "date", "item_name", "case_number", "verify_url")


class NoticeDataError(ValueError):
    """The data of a notice lacks something that the notice has to say."""


@dataclass(frozen=True)
class Notice:
    """One kind of notice: its official name, its English name and what its data must hold besides the common keys."""

    title: str
    english: str
    required: tuple[str, ...] = ()


NOTICES = {
    "receipt": Notice("收件凭证", "Receipt of application", ("received_at", "materials")),
    "acceptance": Notice("受理通知书", "Notice of acceptance", ("accepted_on", "limit")),
    "correction": Notice("补正告知书", "Notice to complete your application", ("problems", "due_on")),
    "not_accepted": Notice("不予受理决定书", "Decision not to accept the application", ("reasons",)),
    "grant": Notice("准予决定书", "Decision to grant", ("decision",)),
    "refusal": Notice("不予决定书", "Decision to refuse", ("reasons", "review_body", "court")),
    "letter": Notice("决定书", "Decision letter", ("paragraphs",)),
    "withdrawal": Notice("撤回申请通知书", "Notice of withdrawal", ("withdrawn_on",)),
    "not_needed": Notice("不需受理告知书", "Notice that no approval is needed", ("reasons",)),
    "deemed_acceptance": Notice("视为受理告知书", "Notice of acceptance by lapse of time", ("accepted_on", "limit")),
    "deferred_acceptance": Notice(
        "容缺受理通知书",
        "Notice of acceptance with papers to follow",
        ("accepted_on", "limit", "materials", "supply_by"),
    ),
    "promised_acceptance": Notice(
        "告知承诺受理通知书",
        "Notice of acceptance on your promise",
        ("accepted_on", "limit", "promise", "text_version"),
    ),
    "supplement": Notice("补充材料告知书", "Request for more, on a named basis", ("problems", "due_on", "basis")),
    "special": Notice(
        "特别程序告知书",
        "Notice of a special procedure",
        ("procedure", "reasons", "planned_workdays", "planned_end_on"),
    ),
    "special_end": Notice(
        "特别程序结束告知书",
        "Notice that the special procedure has ended",
        ("procedure", "outcome", "ended_on"),
    ),
    "extension": Notice("延长期限告知书", "Notice of an extension", ("reasons", "workdays", "due_on")),
    "interested": Notice("利害关系人告知书", "Notice to an interested party", ("reasons", "answer_by")),
    "termination": Notice("终止办理决定书", "Decision to end the procedure", ("reasons",)),
    "void": Notice("作废决定书", "Decision that a case is void", ("reasons",)),
    "payment_receipt": Notice(
        "电子票据",
        "Electronic receipt of payment",
        ("receipt_code", "receipt_number", "receipt_check", "charge_number", "lines", "paid", "paid_at"),
    ),
}
"""Common keys: number, office, addressee, date, item_name, case_number, verify_url; also title, title_en, specimen,
applicant, query_code, contact, basis (list), note. Dates are `date` or ISO text. Kind by kind:

receipt       received_at, materials [{name, form?, count?}], answer_by?
acceptance    accepted_on, limit ("20 个工作日"), due_on?, promised_on?, not_counted? (list of times that do not count)
correction    problems [{name, problem, how?}], due_on, consequence?
not_accepted  reasons (list), authority? (who is responsible instead), review_body?, court?
grant         decision, conditions? (list), certificate? {type, number, valid_until?}, deliver_by?, deemed? (by law, art. 50)
refusal       reasons (list), review_body, court, review_until?, sue_until?
letter        paragraphs (list), review_body?, court?
withdrawal    withdrawn_on, reason?, returned? (list of papers given back)
not_needed   reasons (list), review_body?, court?
deemed_acceptance    received_on?, accepted_on, limit, due_on?, promised_on?
deferred_acceptance  accepted_on, limit, materials [{name, form?}] (to follow), supply_by, due_on?, promised_on?, consequence?
promised_acceptance  accepted_on, limit, promise (list: the text as signed), text_version, verify?, due_on?, promised_on?
supplement    problems [{name, problem, how?}], due_on, basis
special       procedure (its name), reasons (list), planned_workdays, planned_end_on, held_on?, begins_at?, place?, chair?, late_note?
special_end   procedure, outcome, ended_on, record?, due_on?, promised_on? (the dates that hold now), late_note?
extension     reasons (list), workdays, due_on (the new one), old_due_on?, promised_on?
interested    reasons (list), answer_by, rights? (list)
termination   reasons (list), review_body?, court?
void          reasons (list), review_body?, court?
payment_receipt  receipt_code, receipt_number, receipt_check, charge_number, lines [{name, amount, basis, reduction?}], paid, paid_at
"""


def render_notice(kind: str, data: dict[str, Any], *, attached: bytes | None = None) -> bytes:
    """Return the notice as PDF/A-3b with `notice.json` attached: `attached` if given, otherwise `canonical(data)`.

    Raises `NoticeDataError` for an unknown kind or missing data, `FontsMissing` and `TypesettingError` from typesetting.
    """
    notice = NOTICES.get(kind)
    if notice is None:
        raise NoticeDataError(f"no notice of kind {kind!r}; there are {', '.join(NOTICES)}")
    missing = [key for key in (*_COMMON, *notice.required) if not data.get(key)]
    if missing:
        raise NoticeDataError(f"a notice of kind {kind} needs {', '.join(missing)}")
    dated = _as_date(data["date"])
    shown = {"title": notice.title, "title_en": notice.english} | {key: _shown(value) for key, value in data.items()}
    inputs = {
        "data": msgspec.json.encode(shown).decode(),
        "attached": (attached if attached is not None else canonical(data)).decode(),
        "qr": qr_svg(data["verify_url"]),
        "day": dated.isoformat(),
    }
    return set_pdf(_TEMPLATES / f"{kind}.typ", inputs)


def canonical(data: dict[str, Any]) -> bytes:
    """Return the data as compact JSON with sorted keys: the same data is always the same bytes."""
    return msgspec.json.encode(data, order="sorted")


def _as_date(value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise NoticeDataError(f"not a date: {str(value)[:40]!r}") from error


def _shown(value: object) -> object:
    """Write dates as a Chinese document does; leave everything else as typed."""
    if isinstance(value, datetime):
        return f"{_shown(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year} 年 {value.month} 月 {value.day} 日"
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return _shown(date.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: _shown(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each) for each in value]
    return value


__all__ = ["NOTICES", "SEAL_BOX", "Notice", "NoticeDataError", "TypesettingError", "canonical", "render_notice"]
