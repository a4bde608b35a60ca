"""Put the words across a picture that say how far it may be trusted."""

from yiwang.domains.papers.rendering.marking import MARKABLE, mark_picture

__all__ = ["MARKABLE", "mark_picture"]
