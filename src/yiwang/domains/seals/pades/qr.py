"""QR codes as SVG: one path, ink on nothing, so that they print sharp on any paper."""

from functools import lru_cache

import segno


@lru_cache(maxsize=512)
def qr_svg(text: str, *, border: int = 2) -> str:
    """Return `text` as a QR code (error correction M) in an SVG that scales to its box."""
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix]
    size = len(rows) + 2 * border
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                path.append(f"M{x + border} {y + border}h{run - x}v1h-{run - x}z")
            x = max(run, x + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#10201d" d="{"".join(path)}"/></svg>'
    )
