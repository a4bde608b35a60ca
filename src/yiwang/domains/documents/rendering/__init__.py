"""Numbered official documents (文书) on paper: data in, PDF/A-3b out, with the data attached and room for the seal."""

from .notices import NOTICES, SEAL_BOX, NoticeDataError, render_notice

__all__ = ["NOTICES", "SEAL_BOX", "NoticeDataError", "render_notice"]
