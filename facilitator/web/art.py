"""Every stone the product draws, as SVG.

Where stones come to rest was computed once (`assets/heaps.mjs`) and lies in `heaps.json`; here they only get their
colour and their light. The same question always gives the same drawing. The light never turns with a stone: the
outline turns, in Python, and the gradients stay. No style attributes, so that the strictest content policy may stay
on; what a theme recolours has a class. A page that shows any of this also carries `defs()`, once.
"""

import json
import math
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from markupsafe import Markup, escape

Point: TypeAlias = tuple[float, float]

INK = "#241C17"
SCALE = 40.0  # how many units of a drawing one stone size takes, in heaps and lobby
MOST_IN_A_HEAP = 15
MOST_IN_THE_LOBBY = 24
MARKS = ("plain", "speck", "vein", "band")
BY_CHANCE = ("plain", "speck", "vein", "speck", "plain", "band")
SIDE, OVER, UNDER = 0.16, 0.06, 0.24  # air around a heap, in stone sizes; UNDER holds the shadow

TINTS: dict[str, tuple[str, ...]] = {
    "clay": ("#A85C40", "#B76E4F", "#9A4E35"),
    "terra": ("#C58461", "#CF9473", "#B87550"),
    "sand": ("#D2B78F", "#DCC5A2", "#C6A87C"),
    "ochre": ("#C8983F", "#D3A856", "#BB8A33"),
    "grey": ("#A39789", "#B0A597", "#958879"),
    "slate": ("#738086", "#808D92", "#667379"),
    "petrol": ("#4C7A80", "#5A898E", "#3F6C73"),
    "moss": ("#748767", "#82956F", "#66795A"),
    "plum": ("#8A687B", "#977689", "#7B5A6D"),
    "chalk": ("#E4D9C6", "#EBE2D2", "#D9CCB6"),
    "basalt": ("#5E534B", "#6B6058", "#51473F"),
    "neutral": ("#B3A696", "#C2B6A6", "#A29484", "#CDC3B4", "#978A7B"),
    "vA": ("#3F757C", "#4B8188", "#366A71"),
    "vB": ("#A5573A", "#B26446", "#984D31"),
    "vC": ("#56744F", "#63815B", "#4B6845"),
    "vD": ("#7F5873", "#8B6580", "#724C67"),
    "yes": ("#4A7A58", "#578765", "#3F6E4D"),
    "almost": ("#CFA045", "#D9AE5A", "#C39337"),
    "no": ("#6A5F58", "#776C64", "#5D534C"),
}
MIXED = (
    "clay",
    "slate",
    "sand",
    "petrol",
    "grey",
    "terra",
    "ochre",
    "moss",
    "plum",
    "chalk",
    "basalt",
)


class Resting(NamedTuple):
    """A stone that lies still: which outline, where, how turned, how large, how marked."""

    shape: int
    x: float
    y: float
    angle: float
    size: float
    mark: int
    shade: int

    def outline(self) -> list[Point]:
        """Its outline where it lies."""
        return turned(self.shape, self.x, self.y, self.size, self.angle)


class Table(NamedTuple):
    """All that fell, from heaps.json."""

    outlines: list[list[Point]]
    heaps: list[list[Resting]]
    lobby: list[Resting]
    jar: list[list[Resting]]


@cache
def table() -> Table:
    """The resting places, read once."""
    raw = json.loads(Path(__file__).with_name("heaps.json").read_text("utf-8"))
    return Table(
        outlines=[[(x, y) for x, y in outline] for outline in raw["outlines"]],
        heaps=[[Resting(*stone) for stone in stones] for stones in raw["heaps"]],
        lobby=[Resting(*stone) for stone in raw["lobby"]],
        jar=[[Resting(*stone) for stone in stones] for stones in raw["jar"]],
    )


# ---- one stone


def turned(shape: int, x: float, y: float, size: float, angle: float) -> list[Point]:
    """The outline of a shape, made to size, turned and put in its place."""
    c, s = math.cos(angle) * size, math.sin(angle) * size
    return [(x + px * c - py * s, y + px * s + py * c) for px, py in table().outlines[shape % 8]]


def _n(value: float) -> str:
    """A number as short as one decimal allows."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _numbers(values: Iterable[float]) -> str:
    """Numbers in a path: a minus sign is separator enough."""
    return " ".join(map(_n, values)).replace(" -", "-")


def _smooth(points: Sequence[Point]) -> str:
    """One closed curve through all points, each step told from where the last one ended."""
    around = [(round(x, 1), round(y, 1)) for x, y in points]
    n = len(around)
    path = f"M{_numbers(around[0])}"
    for i in range(n):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (around[(i + k) % n] for k in (-1, 0, 1, 2))
        leave = ((cx - ax) / 6, (cy - ay) / 6)
        arrive = (cx - (dx - bx) / 6 - bx, cy - (dy - by) / 6 - by, cx - bx, cy - by)
        path += "s" + _numbers(arrive) if i else "c" + _numbers((*leave, *arrive))
    return path + "z"


def _is_dark(colour: str) -> bool:
    """Dark stones get pale specks."""
    red, green, blue = bytes.fromhex(colour[1:])
    return 0.3 * red + 0.59 * green + 0.11 * blue < 118


def _specks(x: float, y: float, size: float, angle: float, colour: str, dice: random.Random) -> str:
    """A handful of grains, spread over the face of the stone."""
    c, s = math.cos(angle) * size, math.sin(angle) * size
    grains = ""
    for _ in range(dice.randint(5, 10)):
        turn, far = dice.random() * math.tau, math.sqrt(dice.random()) * 0.66
        wide = size * (0.022 + dice.random() * 0.035)
        px, py = math.cos(turn) * far, math.sin(turn) * far * 0.66
        at = f'cx="{_n(x + px * c - py * s)}" cy="{_n(y + px * s + py * c)}"'
        grains += f'<ellipse {at} rx="{wide:.2f}" ry="{wide * 0.7:.2f}" opacity="{0.16 + dice.random() * 0.2:.2f}"/>'
    return f'<g fill="{"#FFF6E6" if _is_dark(colour) else "#3B2C20"}">{grains}</g>'


def _line(points: Sequence[Point], size: float, wide: bool, dice: random.Random) -> str:
    """A pale vein, which forks, or a pale band, which does not."""
    n = len(points)
    start = dice.randrange(n)
    end = (start + 6 + dice.randrange(4)) % n
    (ax, ay), (bx, by) = points[start], points[end]
    bend = (dice.random() - 0.5) * 0.5
    mx, my = (ax + bx) / 2 + (by - ay) * bend, (ay + by) / 2 - (bx - ax) * bend
    pen = 'fill="none" stroke="#FFF8EC"'
    along = f"M{_numbers((ax, ay))}Q{_numbers((mx, my, bx, by))}"
    if wide:
        return f'<path d="{along}" {pen} stroke-width="{_n(size * 0.13)}" opacity=".38"/>'
    # Halfway the curve, not at its handle: there the fork leaves the vein.
    fork = f"M{_numbers(((ax + bx + 2 * mx) / 4, (ay + by + 2 * my) / 4))}L{_numbers(points[(end + 2) % n])}"
    vein = f'<path d="{along}" {pen} stroke-width="{size * 0.05:.2f}" opacity=".55"/>'
    return vein + f'<path d="{fork}" {pen} stroke-width="{size * 0.028:.2f}" opacity=".45"/>'


def _highlight(x: float, y: float, size: float) -> str:
    """A soft, matt light at the top left, whichever way the stone lies."""
    at = f'cx="{_n(x)}" cy="{_n(y)}" rx="{_n(size * 0.42)}" ry="{_n(size * 0.2)}"'
    return f'<ellipse {at} fill="url(#a-shine)" transform="rotate(-16 {_n(x)} {_n(y)})"/>'


def _stone(lies: Resting, tint: str, seed: int, attrs: str = "", mark: str | None = None) -> str:
    """Tint, mark, light, highlight, and the rim with its outline: five layers, all from shared gradients."""
    dice = random.Random(seed * 131 + 7)
    _, x, y, angle, size, _, shade = lies
    points, kind = lies.outline(), mark or dice.choice(BY_CHANCE)
    colour = TINTS[tint][shade % len(TINTS[tint])]
    d = _smooth(points)
    marked = ""
    if kind == "speck":
        marked = _specks(x, y, size, angle, colour, dice)
    elif kind in ("vein", "band"):
        marked = _line(points, size, kind == "band", dice)
    pen = f'stroke="{INK}" stroke-opacity=".3" stroke-width="{_n(size * 0.035 + 0.5)}"'
    return (
        f'<g{attrs}><path d="{d}" fill="{colour}"/>{marked}<path d="{d}" fill="url(#a-lit)"/>'
        f'{_highlight(x - size * 0.26, y - size * 0.3, size)}<path d="{d}" fill="url(#a-rim)" {pen}/></g>'
    )


def _shadow(points: Sequence[Point], size: float) -> str:
    """What a stone casts on the ground it touches."""
    xs = [x for x, _ in points]
    low = max(y for _, y in points)
    middle, half = (min(xs) + max(xs)) / 2 + size * 0.06, (max(xs) - min(xs)) * 0.53
    at = f'cx="{_n(middle)}" cy="{_n(low - size * 0.03)}" rx="{_n(half)}" ry="{_n(size * 0.16)}"'
    return f'<ellipse {at} fill="url(#a-soft)"/>'


def _svg(
    cls: str,
    box: Sequence[float],
    inner: str,
    size: tuple[float, float] | None = None,
    more: str = "",
) -> Markup:
    """A drawing that a screen reader passes by."""
    measures = f' width="{_n(size[0])}" height="{_n(size[1])}"' if size else ""
    view = " ".join(map(_n, box))
    opening = (
        f'<svg class="{escape(cls.strip())}"{measures} viewBox="{view}"{more} aria-hidden="true">'
    )
    return Markup(f"{opening}{inner}</svg>")


def _fitting(shape: int, width: float, height: float, angle: float, shade: int) -> Resting:
    """The largest stone of this shape that fits, in the middle."""
    points = turned(shape, 0, 0, 1, angle)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    size = min((width - 3) / (right - left), (height - 3) / (bottom - top))
    x, y = (width - size * (left + right)) / 2, (height - size * (top + bottom)) / 2
    return Resting(shape, x, y, angle, size, 0, shade)


def pebble(
    tint: str,
    shape: int = 0,
    shade: int = 0,
    seed: int = 1,
    width: float = 56,
    height: float = 46,
    angle: float = 0.0,
    mark: str | None = None,
    shadow: bool = False,
    cls: str = "",
) -> Markup:
    """One stone. `mark` is plain, speck, vein or band; left out, the seed decides."""
    lies = _fitting(shape, width, height * (0.92 if shadow else 1), angle, shade)
    under = _shadow(lies.outline(), lies.size) if shadow else ""
    return _svg(
        f"pebble {cls}",
        (0, 0, width, height),
        under + _stone(lies, tint, seed, mark=mark),
        (width, height),
    )


def role(
    tint: str,
    icon_href: str,
    width: float = 170,
    height: float = 124,
    shape: int = 1,
    cls: str = "",
) -> Markup:
    """The stone of a role, with its icon on it; `icon_href` is the sprite and the name, as in `icons.svg#ear`."""
    stone = _stone(_fitting(shape, width, height, 0, 0), tint, 3, mark="plain")
    side = min(width, height) * 0.5
    at = f'x="{_n((width - side) / 2)}" y="{_n((height - side) / 2)}" width="{_n(side)}" height="{_n(side)}"'
    ink = "#FFFFFF" if _is_dark(TINTS[tint][0]) else INK
    pen = 'fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    icon = f'<use href="{escape(icon_href)}" {at} stroke="{ink}" {pen}/>'
    return _svg(f"role-stone {cls}", (0, 0, width, height), stone + icon, (width, height))


# ---- many stones


def _bounds(stones: Sequence[Resting]) -> tuple[float, float, float]:
    """Left, right and top of stones that lie together."""
    points = [point for lies in stones for point in lies.outline()]
    return min(x for x, _ in points), max(x for x, _ in points), min(y for _, y in points)


def heap_size(count: int) -> tuple[float, float]:
    """Half the width and the height of a heap, in stone sizes."""
    left, right, top = _bounds(table().heaps[count - 1])
    return (right - left) / 2, -top


def _grown(lies: Resting, scale: float) -> Resting:
    """The same stone in a larger drawing."""
    return lies._replace(x=lies.x * scale, y=lies.y * scale, size=lies.size * scale)


def _pile(
    stones: Sequence[Resting], tints: Sequence[str], seed: int, numbered: bool = False
) -> str:
    """Shadows first, under those that touch the ground, then the stones as they fell."""
    grown = [_grown(lies, SCALE) for lies in stones]
    outlines = [lies.outline() for lies in grown]
    drawing = ""
    for lies, points in zip(grown, outlines, strict=True):
        if max(y for _, y in points) > -0.12 * SCALE:
            drawing += _shadow(points, lies.size)
    for i, lies in enumerate(grown):
        attrs = f' class="stone" data-i="{i}"' if numbered else ""
        drawing += _stone(lies, tints[i % len(tints)], seed + i, attrs, MARKS[lies.mark])
    return drawing


def _frame(
    half: float, tall: float, unit: float | None
) -> tuple[tuple[float, ...], tuple[float, float] | None]:
    """The view box around a heap, and its size on the page when one stone size is `unit` pixels."""
    wide, high = 2 * (half + SIDE), tall + OVER + UNDER
    box = (-wide / 2 * SCALE, -(tall + OVER) * SCALE, wide * SCALE, high * SCALE)
    return box, (wide * unit, high * unit) if unit else None


def heap(count: int, tint: str, unit: float | None = None, cls: str = "") -> Markup:
    """A heap of 1 to 15 equal votes. Give every heap on a page the same `unit`: then their stones are equal too."""
    if count < 1:
        return Markup("")
    if count > MOST_IN_A_HEAP:
        return rows(count, tint, cls=cls)
    box, size = _frame(*heap_size(count), unit)
    return _svg(f"heap {cls}", box, _pile(table().heaps[count - 1], (tint,), count * 100), size)


def lobby(count: int, unit: float | None = None, cls: str = "") -> Markup:
    """Who came in, every stone another: the first n always lie where they lay, and the frame never moves."""
    left, right, top = _bounds(table().lobby)
    box, size = _frame(max(-left, right), -top, unit)
    stones = table().lobby[: max(0, min(count, MOST_IN_THE_LOBBY))]
    return _svg(f"lobby {cls}", box, _pile(stones, MIXED, 700, numbered=True), size)


def rows(count: int, tint: str, per_row: int = 25, size: float = 12.5, cls: str = "") -> Markup:
    """Small stones side by side, for counts too large to heap; every full row has as many."""
    pitch, line = size * 2.06, size * 2.3
    columns, lines = min(count, per_row), max(1, math.ceil(count / per_row))
    drawing = ""
    for i in range(count):
        x, y = (i % per_row + 0.5) * pitch + size * 0.1, (i // per_row + 0.5) * line
        lies = Resting((i * 3 + 1) % 8, x, y, ((i * 7) % 5 - 2) * 0.12, size, 0, i)
        drawing += _stone(lies, tint, 40 + i)
    width, height = columns * pitch + size * 0.2, lines * line
    return _svg(f"stone-rows {cls}", (0, 0, width, height), drawing, (width, height))


def row(count: int, tint: str, size: float = 12.5, cls: str = "") -> Markup:
    """All stones in one row, for the report and the phone."""
    return rows(count, tint, max(count, 1), size, cls)


def ring(
    total: int = 24, left: int = 18, tint: str = "petrol", size: float = 650, cls: str = ""
) -> Markup:
    """A clock of stones. Time takes them clockwise from the top; each leaves its print, which lies under it all along.

    A stone that is gone has class `gone` and is hidden by the style sheet, so that a script only moves a class.
    """
    wide = 0.94 * math.pi / total
    radius = size / 2 / (1 + wide)
    prints = stones = ""
    for i in range(total):
        turn = -math.pi / 2 + (i + 0.5) / total * math.tau
        x, y = size / 2 + radius * math.cos(turn), size / 2 + radius * math.sin(turn)
        lies = Resting(i * 3 + 1, x, y, turn + math.pi / 2, radius * wide, 0, i)
        prints += f'<path d="{_smooth(lies._replace(size=lies.size * 0.9).outline())}"/>'
        gone = " gone" if i < total - left else ""
        mark = "vein" if i % 5 == 2 else "speck" if i % 4 == 1 else "plain"
        stones += _stone(lies, tint, i + 2, f' class="stone{gone}" data-i="{i}"', mark)
    pen = f'fill="#F0E6D5" stroke="#C9B99F" stroke-width="{_n(max(1.2, size / 216))}"'
    under = f'<g class="prints" {pen}>{prints}</g>'
    return _svg(f"ring {cls}", (0, 0, size, size), under + stones, (size, size))


# ---- jar and ground

BODY = "M78 132C70 150 38 158 38 206V552C38 594 62 612 100 612H360C398 612 422 594 422 552V206C422 158 390 150 382 132Z"
GLASS_EDGE = 'stroke="#5F7F80" stroke-width="3.5" stroke-linejoin="round"'
LID = (
    '<g class="lid"><path d="M84 62C84 44 104 36 140 34H320C356 36 376 44 376 62L380 92H80Z" fill="url(#a-lid)"'
    f' {GLASS_EDGE}/><path d="M112 52C124 44 150 43 190 43" stroke="#fff" stroke-width="5" stroke-linecap="round"'
    ' fill="none" opacity=".9"/>'
    f'<path d="M190 34C192 22 206 16 230 16S268 22 270 34" fill="url(#a-lid)" {GLASS_EDGE}/></g>'
)
RUBBER = (
    '<g fill="#C4512B" stroke="#7E2C12" stroke-width="2.5"><rect x="66" y="92" width="328" height="22" rx="9"/>'
    '<path d="M394 95h24c10 0 14 5 14 9s-4 9-14 9h-26"/></g>'
    '<path d="M80 98h296" stroke="#F0A684" stroke-width="4" stroke-linecap="round" opacity=".8"/>'
)
NECK = f'<path d="M74 114h312l-4 20H78Z" fill="url(#a-lid)" {GLASS_EDGE}/>'
CLIP = (
    '<path d="M0 46C14 40 26 44 26 56V118C26 132 18 138 6 138" stroke="#6E655C" stroke-width="9"/>'
    '<path d="M2 45C14 41 24 45 24 56V116" stroke="#D9D2C8" stroke-width="3"/>'
)
CLIPS = (
    '<g class="clips" fill="none" stroke-linecap="round">'
    f'<g transform="translate(86 0)">{CLIP}</g><g transform="translate(374 0) scale(-1 1)">{CLIP}</g></g>'
)
GLINTS = (
    '<g stroke="#fff" fill="none" stroke-linecap="round"><path d="M58 226V540" stroke-width="12" opacity=".75"/>'
    '<path d="M80 220V420" stroke-width="5" opacity=".6"/><path d="M402 220V560" stroke-width="6" opacity=".55"/>'
    '<path d="M70 604C120 614 340 614 390 604" stroke-width="5" opacity=".8"/></g>'
    '<path d="M380 190h26M388 280h18M388 370h18M388 460h18M388 545h18" stroke="#4F6E6F" stroke-width="4"'
    ' stroke-linecap="round" opacity=".75"/>'
)


def jar(level: int, open: bool = False, cls: str = "") -> Markup:
    """The weck jar, empty (0) to full (5); closed while people write. Neutral stones: a step, never a count."""
    filled = table().jar[max(0, min(level, 5))]
    stones = "".join(
        _stone(lies, "neutral", 500 + i, mark=MARKS[lies.mark]) for i, lies in enumerate(filled)
    )
    drawing = (
        '<ellipse cx="236" cy="612" rx="244" ry="24" fill="url(#a-soft)"/>'
        f'<path d="{BODY}" fill="url(#a-glass)"/><g clip-path="url(#a-jar)">{stones}</g>'
        f'<path d="{BODY}" fill="url(#a-front)" stroke="#5F7F80" stroke-width="4.5"/>{GLINTS}'
        f"{'' if open else LID}{RUBBER}{NECK}{'' if open else CLIPS}"
    )
    return _svg(f"jar {cls}", (-10, 8, 490, 632), drawing)


def sand(
    horizon: float = 0.75, width: int = 1920, height: int = 1080, seed: int = 9, cls: str = ""
) -> Markup:
    """The ground every wall stands on, to lie behind it: its horizon is at that part of the height."""
    y, w = horizon * height, float(width)
    dune = (w * 0.2, y - 16, w * 0.38, y + 12, w * 0.6, y)
    curve = f"M0 {_n(y)}C{_numbers(dune)}S{_numbers((w * 0.88, y - 14, w, y - 2))}"
    dice = random.Random(seed)
    grit = ""
    for _ in range(18):
        deep = dice.random() ** 1.4
        near = 0.5 + deep * 0.9
        at = f'cx="{dice.random() * w:.0f}" cy="{y + 14 + deep * (height - y - 40) * 0.6:.0f}"'
        grit += f'<ellipse {at} rx="{_n(3 + dice.random() * 4 * near)}" ry="{_n(1.6 + dice.random() * 1.8 * near)}"/>'
    drawing = (
        f'<path class="ground" d="{curve}V{height}H0Z" fill="url(#a-sand)"/>'
        f'<path class="horizon" d="{curve}" fill="none" stroke="#DCCFBD" stroke-width="2.5"/>'
        f'<g class="grit" fill="#B9A68A" opacity=".4">{grit}</g>'
    )
    return _svg(f"sand {cls}", (0, 0, width, height), drawing, more=' preserveAspectRatio="none"')


def _stops(*stops: tuple[float, str, float]) -> str:
    """The colours along a gradient."""
    drawing = ""
    for at, colour, opacity in stops:
        drawing += f'<stop offset="{at:g}" stop-color="{colour}" stop-opacity="{opacity:g}"/>'
    return drawing


@cache
def defs() -> Markup:
    """The light all drawings share: once on every page that draws, before the first drawing."""
    white, pale, shade, soft, edge = "#FFFFFF", "#FFF9EE", "#2A1B10", "#3A2A1C", "#5E8583"
    lit = _stops((0, pale, 0.42), (0.42, pale, 0.04), (0.62, shade, 0.03), (1, shade, 0.4))
    rim = _stops((0.7, shade, 0), (1, shade, 0.22))
    glass = _stops(
        (0, "#CFE3E0", 0.75), (0.14, "#F3FAF8", 0.55), (0.5, white, 0.35), (1, "#BFD6D3", 0.8)
    )
    front = _stops(
        (0, edge, 0.3), (0.1, white, 0.18), (0.3, white, 0.05), (0.86, white, 0.1), (1, edge, 0.34)
    )
    lid = _stops((0, "#F4FAF8", 1), (1, "#CFE2DF", 1))
    cast = _stops((0, soft, 0.34), (0.6, soft, 0.16), (1, soft, 0))
    inside = (
        "M80 112V134C72 152 41 160 41 208V552C41 588 64 608 100 608H360C396 608 419 588 419 552V208"
    )
    inside += "C419 160 388 152 380 134V112Z"
    gradients = (
        f'<linearGradient id="a-lit" x1=".22" y1="0" x2=".72" y2="1">{lit}</linearGradient>'
        f'<radialGradient id="a-rim" cx=".44" cy=".4" r=".62">{rim}</radialGradient>'
        f'<radialGradient id="a-shine">{_stops((0, "#FFFDF8", 0.4), (1, "#FFFDF8", 0))}</radialGradient>'
        f'<radialGradient id="a-soft">{cast}</radialGradient>'
        '<linearGradient id="a-sand" x1="0" y1="0" x2="0" y2="1"><stop class="sand-far" stop-color="#F0E6D5"/>'
        '<stop class="sand-near" offset="1" stop-color="#E8DCC6"/></linearGradient>'
        f'<linearGradient id="a-glass" x1="0" x2="1">{glass}</linearGradient>'
        f'<linearGradient id="a-lid" x1="0" y1="0" x2="0" y2="1">{lid}</linearGradient>'
        f'<linearGradient id="a-front" x1="0" x2="1">{front}</linearGradient>'
        f'<clipPath id="a-jar"><path d="{inside}"/></clipPath>'
    )
    opening = '<svg class="art-defs" width="0" height="0" aria-hidden="true">'
    return Markup(f"{opening}<defs>{gradients}</defs></svg>")
