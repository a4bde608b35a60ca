"""What requests and answers look like: the shapes that the OpenAPI document is made of."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

import pydantic
from ninja import Schema
from ninja.errors import ValidationError
from pydantic import ConfigDict, Field


class Sent(Schema):
    """What a caller sends: nothing is guessed from another type, and a member that we do not know is a fault."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Words(Schema):
    """Words in Chinese, and in English where somebody wrote them."""

    zh: str
    en: str = Field("", description="Empty where nobody wrote it.")


def words(zh: str, en: str = "") -> dict[str, str]:
    """Return words for an answer."""
    return {"zh": zh, "en": en}


def words_of(text: Any) -> dict[str, str]:
    """Return a text of a domain for an answer."""
    return {"zh": text.zh, "en": text.en}


Line = Annotated[str, Field(max_length=200, pattern=r"^[^\u0000-\u001f\u007f]*$")]
"""A short text without line breaks and other control characters."""

Prose = Annotated[str, Field(max_length=5000, pattern=r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$")]
"""A text that may have line breaks."""

SentUUID = Annotated[UUID, Field(strict=False)]
"""A UUID as JSON carries it, in a shape that is otherwise strict."""

S = TypeVar("S", bound=Sent)


def read_as(shape: type[S], value: Any) -> S:
    """Return a body that an operation reads itself.

    Raises:
        ValidationError: with the place of each fault.
    """
    try:
        return shape.model_validate(value)
    except pydantic.ValidationError as error:
        faults = [
            {**e, "loc": ("body", "body", *e["loc"])} for e in error.errors(include_url=False, include_input=False)
        ]
        raise ValidationError(faults) from None
