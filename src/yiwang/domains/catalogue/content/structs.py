"""The structs of a published version, their canonical bytes and their hash."""

import hashlib
from typing import Any, Literal

import msgspec

ITEM_TYPES = {
    "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付", "06": "行政检查",
    "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
"""Item types of GB/T 39046-2020 table A.1, as this platform stores them."""

EX_OFFICIO_TYPES = frozenset({"02", "03", "04", "06"})
"""处罚, 强制, 征收, 检查 are done ex officio: published and supervised, never applied for."""

Audience = Literal["person", "enterprise", "institution", "organisation", "agency", "other"]
"""Whom an item serves (GB/T 39046-2020 table A.4): 自然人, 企业法人, 事业法人, 社会组织法人, 行政机关, 其他组织."""

Unit = Literal["workday", "day", "month", "year"]


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """One string in Chinese, and in English where someone wrote it."""

    zh: str
    en: str = ""

    def in_(self, language: str) -> str:
        """Return the English where it is asked for and exists, otherwise the Chinese."""
        return self.en if language.startswith("en") and self.en else self.zh


class Limit(msgspec.Struct, frozen=True):
    """A time limit. `amount` 0 means decided at once (即办)."""

    amount: int
    unit: Unit = "workday"


class LegalBasis(msgspec.Struct, frozen=True, omit_defaults=True):
    """设定依据: a law, the article, and what it says."""

    law: str
    article: str = ""
    text: str = ""


class Material(msgspec.Struct, frozen=True, omit_defaults=True):
    """申请材料: one paper that the item asks for (`up_task_general_material`)."""

    key: str
    name: Text
    source: Literal["applicant", "government", "third_party", ""] = "applicant"
    form: Literal["electronic", "paper", "both", ""] = ""
    original: Literal["original", "copy", "either", ""] = ""
    necessity: Literal["required", "optional", "deferrable", ""] = "required"
    copies: int | None = None
    note: Text | None = None
    certificate_type: str | None = None
    issued_by: Text | None = None
    situation: str | None = None


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """办理环节: one station of the journey, as the applicant sees it."""

    name: Text
    note: Text | None = None
    limit: Limit | None = None


class Reduction(msgspec.Struct, frozen=True, omit_defaults=True):
    """减免: who pays less of a fee, by which rule, and how much less in per cent."""

    name: Text
    basis: str
    percent: int
    when: dict[str, Any] | None = None
    """A condition as in forms, over the answers; left out, all pay less."""


class Fee(msgspec.Struct, frozen=True, omit_defaults=True):
    """收费: one charge; `amount_fen` where it is a fixed sum."""

    name: Text
    standard: Text | None = None
    amount_fen: int | None = None
    basis: str = ""
    when: dict[str, Any] | None = None
    """A condition as in forms: the fee is charged only where the answers meet it."""
    reductions: list[Reduction] = []
    """The first one whose condition is met counts; they do not add up."""


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """结果: what the applicant holds in the end."""

    kind: Literal["certificate", "letter"]
    name: Text
    certificate_type: str | None = None
    validity_months: int | None = None


class Question(msgspec.Struct, frozen=True):
    """常见问题: a question that people ask, and its answer."""

    question: Text
    answer: Text


class Quota(msgspec.Struct, frozen=True, omit_defaults=True):
    """数量限制: how many may be granted in all, and what sets the number; who was accepted first goes first (art. 30, 57)."""

    number: int
    basis: str
    """The law, and the plan or decision that sets the number."""
    note: Text | None = None
    given_before: int = 0
    """How many were granted before this platform counted, and still stand."""


class Situation(msgspec.Struct, frozen=True, omit_defaults=True):
    """情形: one of the cases that an item divides into."""

    key: str
    name: Text
    note: Text | None = None


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where to ask or to complain. A source that is not current is never shown as a number to call."""

    place: Text | None = None
    hours: Text | None = None
    consult: str = ""
    complaint: str = ""


class Requirement(msgspec.Struct, frozen=True, omit_defaults=True):
    """自动核对: what the machine can check of the conditions before it decides at once.

    `field` is the key of an answer, or `group.column` for every row of a group. All tests that are given have to hold;
    a test of an answer that is not asked, or was left out, is not made. A miss never refuses: a person looks then.
    """

    field: str
    reason: Text
    age_at_least: int | None = None
    """In full years on the day, from a resident id number or a date of birth."""
    age_at_most: int | None = None
    one_of: list[str] = []
    """The answers with which the machine may decide."""
    outside: str = ""
    """The beginning of the codes of divisions among which the answer must not be."""
    is_applicant: bool = False
    """The id number is the applicant's own."""
    born_as: str = ""
    """The key of the id number whose date of birth this date is."""
    when: dict[str, Any] | None = None
    """A condition as in forms: the test is made only where it holds."""


HighRisk = Literal[
    "state_security", "state_secret", "public_security", "finance", "environment", "life_safety", "foreign"
]
"""高风险: what may never rest on a promise alone (国办发〔2020〕42号): 国家安全, 国家秘密, 公共安全, 金融业审慎监管, 生态环境保护,
人身健康和生命财产安全, 重要涉外."""


class PromiseTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """告知承诺: what the office tells, once and in writing, and what the applicant signs (国办发〔2020〕42号)."""

    version: str
    text: Text
    """What is promised: told and understood, the conditions are met, answerable for it, meant in earnest."""
    consequences: Text | None = None
    """What follows where it is not true."""
    verify_days: int = 30
    """Working days after the decision within which the office verifies."""
    covers: list[str] = []
    """Keys of the materials that the promise stands for."""


class JointOffice(msgspec.Struct, frozen=True, omit_defaults=True):
    """联办机构: an office whose opinion the decision needs (行政许可法 art. 26)."""

    office: str
    days: int = 10
    """Working days that it has from the day on which it is asked."""
    waits_for: list[str] = []
    """Codes of the offices that have to speak before; without them nobody waits for anybody."""


class LowerReview(msgspec.Struct, frozen=True, omit_defaults=True):
    """下级初审: a lower office reviews first and sends its opinion up (行政许可法 art. 35, 43)."""

    office: str
    days: int = 20


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a question of an item gets its answer from in a bundle; one of the four is given."""

    field: str = ""
    """A question that the bundle asks for several items."""
    values: dict[str, str] = {}
    """Answer of the bundle → answer of the item, where the two name the same thing differently."""
    value: Any = None
    """An answer that follows from the bundle itself: for a newborn, that the child is born."""
    certificate: str = ""
    """`<type>.<field>` of a certificate that is there by then: what an earlier part results in is not asked for."""
    pieces: dict[str, str] = {}
    """Piece of an answer that has several → question of the bundle: an organisation is a name and a credit code."""


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item of a bundle: a case of its own office, with its own clocks and its own law."""

    key: str
    item: str
    title: Text | None = None
    """What people call it, over the pages of its own questions; the name of the item where it has none."""
    note: Text | None = None
    needs: list[str] = []
    """Parts whose result this one rests on: it is handed in when they are granted."""
    optional: bool = False
    """The applicant says whether it is wanted."""
    when: dict[str, Any] | None = None
    """A condition as in forms over questions of the bundle: the part is done only where it holds."""
    fields: dict[str, str | Source] = {}
    """Question of the item → question of the bundle that stands for it; what is not named here is asked for this part."""
    name: Text | None = None
    version: str = ""
    """Written at publishing: the name of the item, and the version whose form is part of the merged one."""


class Bundle(msgspec.Struct, frozen=True, omit_defaults=True):
    """一件事: several items that one event in a life needs, applied for with one form and one set of papers."""

    slug: str
    parts: list[Part]
    pages: list[dict[str, Any]] = []
    """Pages of shared questions, before those of the parts: `key`, `title`, `hint`, `fields`."""
    last: list[dict[str, Any]] = []
    """The same, after them."""
    fields: dict[str, dict[str, Any]] = {}
    """What a shared question says other than that of the first item that asks it; `enum` leaves some answers out."""


class Processing(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the case runs inside: what the state machine and the clocks need."""

    instant: bool = False
    """Accepted and decided at once by the machine when the answers are valid and meet `instant_if` (即办件)."""
    instant_if: list[Requirement] = []
    """What the machine checks first; where something is missing, officials decide in the usual way."""
    substance_check: bool = False
    """Article 34: the substance must be verified, so two distinct reviewers are needed."""
    correction_days: int = 15
    """Working days that an applicant has to answer a correction request."""
    certificate_fields: dict[str, str] = {}
    """Certificate field → answer key, or `applicant.name`, `firm.credit_code`, …"""
    promise: PromiseTerms | None = None
    """The item may be applied for on a promise; never together with `high_risk`."""
    high_risk: list[HighRisk] = []
    lower_level_review: LowerReview | None = None
    joint_offices: list[JointOffice] = []
    interested_likely: Text | None = None
    """Whose greater interest the decision is likely to touch, for the official to tell them (art. 36)."""
    about: Literal["", "renewal", "change", "cancellation"] = ""
    """What the item does to a certificate that the applicant names (art. 49, 50, 70)."""
    fee_timing: Literal["", "before_result", "after_result"] = ""
    """Whether the result is handed out before the fees are paid; left out means no, where there are fees."""
    extension_days: int | None = None
    """Working days of the one extension; left out means ten, or fifteen with joint offices (art. 42)."""


class ItemContent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that one version of an item says. `None` means: the source does not state it (未公布)."""

    name: Text
    type_code: str
    summary: Text | None = None
    aliases: list[str] = []
    icon: str = "doc"
    audience: list[Audience] = []
    project_type: Literal["instant", "promise", ""] = ""
    legal_limit: Limit | None = None
    promised_limit: Limit | None = None
    visits: int | None = None
    visit_reason: Text | None = None
    conditions: list[Text] | None = None
    materials: list[Material] | None = None
    steps: list[Step] | None = None
    is_free: bool | None = None
    fees: list[Fee] = []
    results: list[Result] | None = None
    quota: Quota | None = None
    questions: list[Question] = []
    basis: list[LegalBasis] | None = None
    situations: list[Situation] = []
    themes: list[str] = []
    life_events: list[str] = []
    ways: list[Literal["window", "web", "mobile", "post", "other"]] = []
    online: bool | None = None
    courier: bool | None = None
    booking: bool | None = None
    contact: Contact | None = None
    form: dict[str, Any] | None = None
    processing: Processing = Processing()
    bundle: Bundle | None = None
    source_url: str = ""
    source_note: str = ""


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(ItemContent)


def canonical_json(content: ItemContent) -> bytes:
    """Return the one byte string that stands for this content: keys sorted, defaults left out, UTF-8."""
    return _encoder.encode(content)


def content_hash(canonical: bytes) -> str:
    """Return the SHA-256 of canonical bytes, in hex: the identity of a version."""
    return hashlib.sha256(canonical).hexdigest()


def from_json(raw: bytes | str) -> ItemContent:
    """Read content back.

    Raises:
        msgspec.ValidationError: where a value has the wrong type or an unknown code; the message names the place.
    """
    return _decoder.decode(raw)
