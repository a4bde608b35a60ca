"""Hand in a file."""

import hashlib
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Router, Status

from yiwang.channels.openapi.access import person, token
from yiwang.channels.openapi.problems import ApiProblem
from yiwang.channels.openapi.shapes.cases import PaperOut
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.queries import my_papers, paper_id_for, store_upload
from yiwang.foundation.files import MAX_BYTES, FileRefused

router = Router(tags=["papers"], auth=token)

UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "At most 20 MB."}},
                }
            }
        },
    }
}
OptionalKey = Annotated[
    str,
    Header(
        default="",
        alias="Idempotency-Key",
        max_length=255,
        pattern=r"^[\x21-\x7e]*$",
        description="A key of your own: the same again brings the first answer, and nothing twice.",
    ),
]


def uploaded_file(request: HttpRequest) -> tuple[bytes, str]:
    """Return the one file of a multipart request, and its name.

    Raises:
        ApiProblem: 415 for another content type, 422 where there is not one file called `file`.
        FileRefused: where it is larger than anything that we take.
    """
    if request.content_type != "multipart/form-data":
        raise ApiProblem(415, "", "把文件用 multipart/form-data 发来。", "Send the file as multipart/form-data.")
    files = request.FILES.getlist("file")
    if len(files) != 1:
        raise ApiProblem(422, "", "要有一个叫 file 的文件。", "One file called `file` is needed.", pointer="/file")
    if (files[0].size or 0) > MAX_BYTES:
        raise FileRefused("too_large", limit=MAX_BYTES // (1024 * 1024))
    return files[0].read(), files[0].name or ""


@router.post(
    "/papers",
    response={201: PaperOut},
    operation_id="handInPaper",
    summary="Hand in a file / 上传材料",
    openapi_extra={**UPLOAD, "x-problems": [409]},
)
def hand_in_paper(request: HttpRequest, idempotency_key: OptionalKey) -> Any:
    """Keep a file, encrypted, until a case rests on it. PDF, OFD, JPG, PNG, WEBP, DOCX or XLSX, told by its content.

    Name the returned `id` in an answer of an upload field.
    """
    actor = person(request)
    data, name = uploaded_file(request)
    paper_id = paper_id_for(actor, idempotency_key) if idempotency_key else None
    first = my_papers(actor).filter(pk=paper_id).first() if paper_id else None
    if first is not None and first.sha256 == hashlib.sha256(data).hexdigest():
        return Status(201, first)
    stored = store_upload(data, paper_id=paper_id)
    return Status(201, attach_paper(stored=stored, name=_plain(name), by=actor))


def _plain(name: str) -> str:
    """Return a file's name without what could break a line or a header."""
    return "".join(sign for sign in name if sign.isprintable()) or "file"
