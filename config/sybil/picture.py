"""The picture of what attackers get, by how many accounts they made: a small SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 440, 400
LEFT, RIGHT, TOP, BOTTOM = 84, 24, 104, 48
COLOURS = ("#b3261e", "#8a5a00", "#5b4bb5")
OURS = "#00694b"
STYLE = "font-family:system-ui,sans-serif;font-size:12px;fill:#222"
# Where the names of the curves stand above a panel.
NAMES_AT = (0, 112, 222)

NAMESPACE = "http://www.w3.org/2000/svg"
ALTERNATIVE = (
    "What attackers get by how many fake accounts they make: by friend count, mean rating and"
    " PageRank it grows with the accounts, by Kith's limit it stays at what the honest lines carry."
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One network: curves of other rules for an attack with so many honest lines, what attacks on
    the service took, and what is the most that they can take.

    Points are accounts and yuan; `laws` are numbers of honest lines and what they carry together
    (yuan).
    """

    title: str
    lines: int
    curves: dict[str, list[Point]]
    attacks: list[Point]
    laws: list[tuple[int, float]]

    def list_points(self) -> list[Point]:
        """Return all points that the picture has to have room for."""
        curves = [point for curve in self.curves.values() for point in curve]
        return [*curves, *self.attacks, *((curves[0][0], carried) for _, carried in self.laws)]


@dataclass(frozen=True)
class Axes:
    """Logarithmic axes, from one power of ten to another each."""

    across: tuple[int, int]
    up: tuple[int, int]

    def spot(self, point: Point) -> Point:
        """Return where a point is in a panel."""
        x, y = (
            _part(value, axis) for value, axis in zip(point, (self.across, self.up), strict=True)
        )
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * x,
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y,
        )


def draw(panels: Sequence[Panel]) -> str:
    """Return the picture; the panels have the same axes, so that one can compare them."""
    points = [point for panel in panels for point in panel.list_points()]
    axes = Axes(_decades([x for x, _ in points]), _decades([max(y, 1.0) for _, y in points]))
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {HEIGHT}" role="img" style="{STYLE}">',
        f"<title>{ALTERNATIVE}</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for place, panel in enumerate(panels):
        drawn = _draw_axes(axes) + _draw_panel(panel, axes)
        parts.append(f'<g transform="translate({place * WIDTH} 0)">{drawn}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _draw_axes(axes: Axes) -> str:
    parts = [
        _text(LEFT - 6, TOP - 10, "yuan lost", "fill:#555", "end"),
        _text(WIDTH - RIGHT, HEIGHT - 8, "fake accounts", "fill:#555", "end"),
    ]
    for power in range(axes.across[0], axes.across[1] + 1):
        x, _ = axes.spot((10.0**power, 1))
        parts.append(_line((x, TOP), (x, HEIGHT - BOTTOM), "#e4e4e4"))
        parts.append(_text(x, HEIGHT - BOTTOM + 16, f"{10**power:,}", "", "middle"))
    for power in range(axes.up[0], axes.up[1] + 1):
        _, y = axes.spot((1, 10.0**power))
        parts.append(_line((LEFT, y), (WIDTH - RIGHT, y), "#e4e4e4"))
        parts.append(_text(LEFT - 6, y + 4, f"{10**power:,}", "", "end"))
    return "".join(parts)


def _draw_panel(panel: Panel, axes: Axes) -> str:
    said = f"other rules, computed for {_count(panel.lines)}:"
    parts = [
        _text(LEFT, 20, panel.title, "font-weight:600;font-size:14px"),
        _text(LEFT, 42, said, "fill:#555"),
    ]
    for (name, curve), colour, at in zip(panel.curves.items(), COLOURS, NAMES_AT, strict=True):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(axes.spot, curve))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        # Curves may end at the same height, so their names stand above the panel.
        parts.append(_line((LEFT + at, 56), (LEFT + at + 18, 56), colour, "stroke-width:2"))
        parts.append(_text(LEFT + at + 24, 60, name, f"fill:{colour}"))
    parts.append(_dot((LEFT + 9, 76)))
    parts.append(_text(LEFT + 24, 80, "Kith’s limit, measured", f"fill:{OURS}"))
    for lines, carried in panel.laws:
        start, law = axes.spot((10.0 ** axes.across[0], carried))
        parts.append(_line((start, law), (WIDTH - RIGHT, law), OURS, "stroke-dasharray:6 4"))
        said = f"{_count(lines)}: {carried:,.0f} yuan"
        parts.append(_text(WIDTH - RIGHT, law - 6, said, f"fill:{OURS}", "end"))
    parts += [_dot(axes.spot(point)) for point in panel.attacks]
    return "".join(parts)


def _count(lines: int) -> str:
    return "1 honest line" if lines == 1 else f"{lines} honest lines"


def _dot(at: Point) -> str:
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="4.5" fill="{OURS}"/>'


def _part(value: float, axis: tuple[int, int]) -> float:
    """Return how far along an axis a value is, from 0 to 1."""
    return (math.log10(max(value, 1.0)) - axis[0]) / (axis[1] - axis[0])


def _decades(values: list[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return (low, max(high, low + 1))


def _text(x: float, y: float, text: str, style: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} style="{style}">{escape(text)}</text>'


def _line(start: Point, end: Point, colour: str, style: str = "") -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
        f' stroke="{colour}" style="{style}"/>'
    )
