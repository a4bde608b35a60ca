"""Hand a file over: under its own name, to be saved and not shown, kept by no cache."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(data: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Return a file as a download; its name may hold any character (RFC 6266, RFC 8187)."""
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
