"""What a decision table may look at, and the values of it for one case or one person. Only what a table names is fetched."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Q

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.single import answers_of
from yiwang.domains.catalogue.queries import form_of, guide
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import data_of
from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.queries import id_number_of
from yiwang.domains.rules.tables import Input
from yiwang.foundation.clock import ZONE
from yiwang.foundation.codes import citizen_birth_date, citizen_id_problem
from yiwang.foundation.forms import Field, Form, Text
from yiwang.foundation.vault import VaultError

APPLICANT, ANSWERS = Text("申请人", "The applicant"), Text("填的内容", "The answers")
UNREADABLE = (VaultError, ValueError, TypeError, KeyError)
"""What goes wrong where values of one case or person cannot be read; it must hold up no other."""
_SEXES = (("1", Text("男", "male")), ("2", Text("女", "female")))
_PERSONAL = (
    Input(key="applicant.age", word=Text("申请人的年龄", "Age of the applicant"), kind="number", group=APPLICANT),
    Input(
        key="applicant.sex",
        word=Text("申请人的性别", "Sex of the applicant"),
        kind="choice",
        group=APPLICANT,
        options=_SEXES,
    ),
    Input(
        key="applicant.division",
        word=Text("申请人证件号码的前六位", "First six places of the applicant's number"),
        kind="text",
        group=APPLICANT,
    ),
    Input(key="applicant.level", word=Text("实名的级别", "Level of the real name"), kind="number", group=APPLICANT),
)
_PLAIN = {"text", "phone", "email", "credit_code", "region"}


def inputs_of(item_code: str, kind: str) -> list[Input]:
    """Return what the table of an item may look at: the applicant, certificates, and for its cases the answers."""
    found = guide(item_code)
    if found is None:
        return []
    for_firm = bool(found.content.audience) and "person" not in found.content.audience
    inputs = [] if for_firm else [*_PERSONAL]
    if kind == "decision":
        inputs = [*answer_inputs(form_of(found.version_id, for_firm=for_firm)), *inputs]
    return [*inputs, *certificate_inputs("firm" if for_firm else "person")]


def answer_inputs(form: Form) -> list[Input]:
    """Return what a table may look at among the answers of a form."""
    found: list[Input] = []
    ids = [field for field in form.fields.values() if field.widget == "citizen_id"]
    for field in form.fields.values():
        found += _of_field(field, ids)
    return found


def _of_field(field: Field, ids: Collection[Field]) -> Iterator[Input]:
    key, zh, en = f"answer.{field.key}", field.label.zh, field.label.en
    if field.widget == "number":
        yield Input(key=key, word=field.label, kind="number", group=ANSWERS, unit=field.unit)
    elif field.widget == "money":
        yuan = Text(f"{zh}（元）", f"{en} (yuan)")
        yield Input(key=f"{key}.yuan", word=yuan, kind="number", group=ANSWERS)
    elif field.widget in {"radio", "select"}:
        yield Input(key=key, word=field.label, kind="choice", group=ANSWERS, options=_options(field))
    elif field.widget == "checkboxes":
        yield Input(key=key, word=field.label, kind="choices", group=ANSWERS, options=_options(field))
    elif field.widget in {"checkbox", "upload"}:
        yield Input(key=key, word=field.label, kind="yes_no", group=ANSWERS)
    elif field.widget == "date":
        yield Input(key=key, word=field.label, kind="date", group=ANSWERS)
        days = Text(f"{zh}到提交那天过了几天", f"Days from “{en}” to the application")
        yield Input(key=f"{key}.days_ago", word=days, kind="number", group=ANSWERS)
        for one in ids:
            fits = Text(f"{zh}和{one.label.zh}对得上", f"“{en}” fits “{one.label.en}”")
            yield Input(key=f"{key}.fits.{one.key}", word=fits, kind="yes_no", group=ANSWERS)
    elif field.widget == "citizen_id":
        yield Input(key=f"{key}.age", word=Text(f"{zh}算出的年龄", f"Age by “{en}”"), kind="number", group=ANSWERS)
        own = Text(f"{zh}是申请人本人的", f"“{en}” is the applicant's own")
        yield Input(key=f"{key}.is_own", word=own, kind="yes_no", group=ANSWERS)
    elif field.columns:
        yield Input(key=f"{key}.count", word=Text(f"{zh}有几行", f"Rows of “{en}”"), kind="number", group=ANSWERS)
    elif field.widget in _PLAIN:
        yield Input(key=key, word=field.label, kind="text", group=ANSWERS)


def _options(field: Field) -> tuple[tuple[str, Text], ...]:
    return tuple((one.value, one.label) for one in field.options)


def certificate_inputs(holder: str) -> list[Input]:
    """Return what a table may look at among the certificates that people, or firms, hold."""
    found: list[Input] = []
    for kind in CertificateType.objects.filter(holder=holder).order_by("code"):
        group, key = Text(kind.name, kind.name_en), f"certificate.{kind.code}"
        held = Text(f"有{kind.name}", f"Holds: {kind.name_en or kind.name}")
        found.append(Input(key=f"{key}.held", word=held, kind="yes_no", group=group))
        if kind.validity_months:
            left = Text(f"{kind.name}还有几天到期", f"Days until it ends: {kind.name_en or kind.name}")
            found.append(Input(key=f"{key}.days_left", word=left, kind="number", group=group))
        for spec in kind.fields:
            label = spec["label"]
            word = Text(f"{kind.name}上的{label['zh']}", f"{label.get('en', '')} on: {kind.name_en or kind.name}")
            found.append(Input(key=f"{key}.{spec['key']}", word=word, kind="text", group=group))
    return found


def case_values(case: Case, keys: Collection[str]) -> dict[str, Any]:
    """Return the values of a case for the inputs that a table names, as of the day of its submission."""
    day = case.submitted_at.astimezone(ZONE).date()
    values = {} if case.firm_id else person_values(case.applicant, [k for k in keys if k.startswith("applicant.")], day)
    if wanted := [key for key in keys if key.startswith("answer.")]:
        own = id_number_of(case.applicant) if any(key.endswith(".is_own") for key in wanted) else ""
        values |= answer_values(answers_of(case), wanted, own, day)
    wanted = [key for key in keys if key.startswith("certificate.")]
    return values | certificate_values(wanted, day, person=case.applicant, firm=case.firm, apart_from=case)


def person_values(person: Person, keys: Collection[str], day: dt.date) -> dict[str, Any]:
    """Return what the platform knows of a person, for the inputs that a table names."""
    found: dict[str, Any] = {}
    for key in keys:
        match key:
            case "applicant.age":
                found[key] = _age(person.birth_date, day)
            case "applicant.sex":
                found[key] = person.sex
            case "applicant.level":
                found[key] = person.level
            case "applicant.division":
                found[key] = id_number_of(person)[:6]
    return found


def answer_values(answers: Mapping[str, Any], keys: Collection[str], own: str, day: dt.date) -> dict[str, Any]:
    """Return what answers say, for the inputs that a table names. What was not answered is not known."""
    found: dict[str, Any] = {}
    for key in keys:
        _, name, *how = key.split(".")
        value = answers.get(name)
        if value is None:
            continue
        match how:
            case []:
                found[key] = bool(value) if isinstance(value, list) and _are_papers(value) else value
            case ["yuan"]:
                found[key] = value / 100 if value % 100 else value // 100
            case ["age"]:
                found[key] = _age(_born(value), day)
            case ["is_own"]:
                found[key] = bool(own) and value == own
            case ["days_ago"]:
                found[key] = (day - dt.date.fromisoformat(value)).days
            case ["fits", other]:
                born = _born(answers.get(other))
                found[key] = born is not None and born.isoformat() == value
            case ["count"]:
                found[key] = len(value)
    return found


def _are_papers(value: list[Any]) -> bool:
    return all(isinstance(one, str) and len(one) == 36 for one in value)


def certificate_values(
    keys: Collection[str], day: dt.date, *, person: Person | None, firm: Firm | None, apart_from: Case | None = None
) -> dict[str, Any]:
    """Return what certificates in force on a day say, for the inputs that a table names; never one that the case itself gave."""
    if not keys:
        return {}
    codes = {key.split(".")[1] for key in keys}
    holder = Q(holder_firm=firm) if firm else Q(holder_person=person)
    rows = Certificate.objects.filter(holder, type_id__in=codes, state=Certificate.State.VALID, issued_on__lte=day)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day)).order_by("issued_on", "id")
    held = {c.type_id: c for c in rows if apart_from is None or c.case_id != apart_from.pk}
    found: dict[str, Any] = {}
    for key in keys:
        _, code, what = key.split(".", 2)
        certificate = held.get(code)
        if what == "held":
            found[key] = certificate is not None
        elif certificate is not None and what == "days_left":
            found[key] = (certificate.valid_until - day).days if certificate.valid_until else None
        elif certificate is not None:
            found[key] = data_of(certificate).get(f"KZ_{what}")
    return found


def _born(value: Any) -> dt.date | None:
    text = value if isinstance(value, str) else ""
    return citizen_birth_date(text) if citizen_id_problem(text) is None else None


def _age(born: dt.date | None, day: dt.date) -> int | None:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None
