"""Electronic seals on PDF (PAdES B-B) and on data (compact JWS, ES256), and the pages that carry them.

Free of Django: bytes in, bytes out. `authority` holds the keys, `signing` seals, `checking` tells what a file is worth,
`stamp` draws the seal, `typesetting` and `glyphs` are the one way to paper. Everything here is a demonstration: its
certificates and its seals say 演示 SPECIMEN.
"""
