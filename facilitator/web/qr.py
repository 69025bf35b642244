"""QR codes as one SVG path."""

from __future__ import annotations

from functools import lru_cache

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M


@lru_cache(maxsize=256)
def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the code, level M, without a border."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


@lru_cache(maxsize=256)
def svg(text: str, label: str = "", border: int = 4) -> Markup:
    """The code on white, with its quiet zone, as wide as its place in the page."""
    rows = matrix(text)
    size = len(rows) + 2 * border
    runs = "".join(runs_of(row, y + border, border) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" '
        'aria-label="{1}"><rect width="{0}" height="{0}" fill="#fff"/>'
        '<path fill="#241C17" d="{2}"/></svg>'
    ).format(size, label or "QR-code", runs)


def runs_of(row: tuple[bool, ...], y: int, border: int) -> str:
    """The dark runs of one row as path pieces."""
    pieces, x = [], 0
    while x < len(row):
        if not row[x]:
            x += 1
            continue
        begin = x
        while x < len(row) and row[x]:
            x += 1
        pieces.append(f"M{begin + border} {y}h{x - begin}v1h-{x - begin}z")
    return "".join(pieces)


def in_terminal(text: str) -> str:
    """The code in half blocks, for the terminal."""
    rows = [*matrix(text)]
    wide = [False] * (len(rows) + 4)
    framed = [wide, wide, *[[False, False, *row, False, False] for row in rows], wide, wide]
    if len(framed) % 2:
        framed.append(wide)
    blocks = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
    pairs = zip(framed[::2], framed[1::2], strict=True)
    return "\n".join(
        "".join(blocks[up, down] for up, down in zip(*pair, strict=True)) for pair in pairs
    )
