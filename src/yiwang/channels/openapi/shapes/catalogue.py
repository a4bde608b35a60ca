"""Items, guides, forms, regions, offices."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from yiwang.channels.openapi.shapes import Words


class OfficeName(Schema):
    """The office that answers for something."""

    code: str = Field(examples=["11330106MB1A00001K"])
    name: Words


class Span(Schema):
    """A time limit; 0 means at once."""

    amount: int
    unit: Literal["workday", "day", "month", "year"] = "workday"


class ItemRow(Schema):
    """One item in a list."""

    code: str = Field(examples=["11339900YW0000055D4330199003000"])
    name: Words
    summary: Words | None
    office: Words
    region: str
    group: str = Field(description="Items with the same group are situations of one thing; empty for none.")
    promised_limit: Span | None
    is_free: bool | None
    visits: int | None
    reasons: list[Words] = Field([], description="Why it was found, where `why` was asked for.")


class ItemPage(Schema):
    """A page of items, and whether we are sure that they answer the query."""

    items: list[ItemRow]
    confident: bool = Field(description="False where no item answers, or none surely does.")
    next: str | None
    suggestions: list[str] = Field([], description="Other words to try, where we are not sure.")
    understood: str = Field(
        "", description="What was searched for instead of `q`, where that had a slip or was pinyin."
    )
    elsewhere: list[ItemRow] = Field([], description="What other regions offer, where the one asked for has none.")


class Suggestions(Schema):
    """Words to search for."""

    suggestions: list[str] = Field(examples=[["居住证", "居住证申领"]])


class Material(Schema):
    """One paper that the item asks for."""

    key: str
    name: Words
    source: str = "applicant"
    form: str = ""
    original: str = ""
    necessity: str = "required"
    copies: int | None = None
    note: Words | None = None
    certificate_type: str | None = Field(None, description="We fetch it where the applicant holds this certificate.")
    issued_by: Words | None = None
    situation: str | None = None


class Step(Schema):
    """One station of the journey."""

    name: Words
    note: Words | None = None
    limit: Span | None = None


class Fee(Schema):
    """One charge."""

    name: Words
    standard: Words | None = None
    amount_fen: int | None = None
    basis: str = ""


class Result(Schema):
    """What the applicant holds in the end."""

    kind: Literal["certificate", "letter"]
    name: Words
    certificate_type: str | None = None
    validity_months: int | None = None


class Question(Schema):
    """A question that people ask."""

    question: Words
    answer: Words


class LegalBasis(Schema):
    """A law and the article."""

    law: str
    article: str = ""
    text: str = ""


class Situation(Schema):
    """One of the cases that an item divides into."""

    key: str
    name: Words
    note: Words | None = None


class Contact(Schema):
    """Where to ask. Numbers of a source that nobody has checked are left out."""

    place: Words | None = None
    hours: Words | None = None
    consult: str = ""
    complaint: str = ""


class GuideContent(Schema):
    """What the version says. `null`: the source does not state it (未公布)."""

    summary: Words | None = None
    aliases: list[str] = []
    audience: list[str] = []
    legal_limit: Span | None = None
    promised_limit: Span | None = None
    visits: int | None = None
    visit_reason: Words | None = None
    conditions: list[Words] | None = None
    materials: list[Material] | None = None
    steps: list[Step] | None = None
    is_free: bool | None = None
    fees: list[Fee] = []
    results: list[Result] | None = None
    questions: list[Question] = []
    basis: list[LegalBasis] | None = None
    situations: list[Situation] = []
    themes: list[str] = []
    life_events: list[str] = []
    ways: list[str] = []
    online: bool | None = None
    courier: bool | None = None
    booking: bool | None = None
    contact: Contact | None = None
    source_url: str = ""
    source_note: str = ""


class ItemVersion(Schema):
    """The version that the guide was read from; it never changes."""

    id: UUID
    number: int
    published_at: dt.datetime


class PromiseText(Schema):
    """告知承诺: what the office tells and the applicant signs, and what follows where it is not true."""

    version: str
    text: Words
    consequences: Words | None = None
    verify_days: int = Field(30, description="Working days after the decision within which the office verifies.")
    covers: list[str] = Field([], description="Keys of the materials that the promise stands for.")


class ItemGuide(Schema):
    """An item with its guide."""

    code: str
    name: Words
    type_code: str = Field(description="GB/T 39046-2020 table A.1.")
    state: str
    can_apply: bool
    has_own_form: bool = Field(description="False: the standard application serves.")
    office: OfficeName
    region: str
    group: str
    version: ItemVersion
    promise: PromiseText | None = Field(description="Show it before you send `promise`; `null`: it cannot be promised.")
    guide: GuideContent


class NoticeAnswer(Schema):
    """One of the six answers."""

    key: Literal["who", "bring", "time", "fee", "visits", "fetch"]
    question: Words
    headline: Words
    detail: Words
    state: Literal["good", "plain", "no", "unsaid"]


class Notice(Schema):
    """顾客须知: can I, what do I need, how long, how much, how many trips, what is fetched for me; always six."""

    code: str
    answers: list[NoticeAnswer]


class FormField(Schema):
    """How one answer is asked for."""

    key: str
    label: Words
    hint: Words | None
    widget: str
    unit: Words | None
    options: list[dict[str, Any]] = Field(description="`{value, label}` of what may be chosen.")
    prefill: str = Field(description="Where a draft fills it in from; empty for nowhere.")
    material: str
    columns: list["FormField"] = Field([], description="Of a group or a table: what is asked once for each row.")


class FormPage(Schema):
    """One screen: one subject."""

    key: str
    title: Words
    hint: Words | None
    fields: list[FormField]


class ItemForm(Schema):
    """The form: a JSON Schema that the answers must satisfy, and how to ask. One validator serves pages and API."""

    code: str
    version: ItemVersion
    is_standard: bool
    answers_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema 2020-12 of `answers`.")
    pages: list[FormPage]


class Region(Schema):
    """A division (GB/T 2260, GB/T 10114)."""

    code: str = Field(examples=["330106"])
    name: Words
    level: int = Field(description="1 province, 2 city, 3 county, 4 street or town.")
    parent: str


class RegionPage(Schema):
    """A page of divisions."""

    items: list[Region]
    next: str | None


class Office(Schema):
    """An office that answers for items."""

    code: str
    name: Words
    region: str
    place: str
    hours: str


class OfficePage(Schema):
    """A page of offices."""

    items: list[Office]
    next: str | None
