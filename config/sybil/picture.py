"""The picture of what attackers get, by how many accounts they made: a small SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 440, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 56, 48
COLOURS = ("#b3261e", "#8a5a00", "#5b4bb5")
OURS = "#00694b"
STYLE = "font-family:system-ui,sans-serif;font-size:12px;fill:#222"

NAMESPACE = "http://www.w3.org/2000/svg"
ALTERNATIVE = (
    "What attackers get by how many fake accounts they make: by friend count, mean rating and"
    " PageRank it grows with the accounts, by Kith's limit it stays at what the honest lines carry."
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Panel:
    """One network: curves of other rules, what attacks on the service took, and the law's line.

    Points are accounts and yuan; `law` is what the attack edges carry (yuan).
    """

    title: str
    curves: dict[str, list[Point]]
    attacks: list[Point]
    law: float


def draw(panels: Sequence[Panel]) -> str:
    """Return the picture; both axes are logarithmic."""
    width = WIDTH * len(panels)
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {width} {HEIGHT}" role="img" style="{STYLE}">',
        f"<title>{ALTERNATIVE}</title>",
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for place, panel in enumerate(panels):
        parts.append(f'<g transform="translate({place * WIDTH} 0)">{_draw_panel(panel)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _draw_panel(panel: Panel) -> str:
    points = [*panel.attacks, *(point for curve in panel.curves.values() for point in curve)]
    across = _decades([x for x, _ in points])
    up = _decades([max(y, 1.0) for _, y in points] + [panel.law])

    def spot(point: Point) -> Point:
        x, y = (math.log10(max(value, 1.0)) for value in point)
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * (x - across[0]) / (across[1] - across[0]),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - up[0]) / (up[1] - up[0]),
        )

    parts = [_text(LEFT, 20, panel.title, "font-weight:600;font-size:14px")]
    parts.append(_text(LEFT, 38, "yuan lost", "fill:#555"))
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 8, "fake accounts", "fill:#555", "end"))
    for power in range(across[0], across[1] + 1):
        x, _ = spot((10.0**power, 1))
        parts.append(_line((x, TOP), (x, HEIGHT - BOTTOM), "#e4e4e4"))
        parts.append(_text(x, HEIGHT - BOTTOM + 16, f"{10**power:,}", "", "middle"))
    for power in range(up[0], up[1] + 1):
        _, y = spot((1, 10.0**power))
        parts.append(_line((LEFT, y), (WIDTH - RIGHT, y), "#e4e4e4"))
        parts.append(_text(LEFT - 6, y + 4, f"{10**power:,}", "", "end"))
    for row, ((name, curve), colour) in enumerate(zip(panel.curves.items(), COLOURS, strict=True)):
        spots = [spot(point) for point in curve]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        # Curves may end at the same height, so their names stand above the panel.
        parts.append(_text(WIDTH - RIGHT, 16 + 15 * row, f"— {name}", f"fill:{colour}", "end"))
    _, law = spot((1, panel.law))
    parts.append(_line((LEFT, law), (WIDTH - RIGHT, law), OURS, "stroke-dasharray:6 4"))
    parts.append(_text(LEFT + 4, law + 16, "what the attack edges carry", f"fill:{OURS}"))
    for point in panel.attacks:
        x, y = spot(point)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{OURS}"/>')
    parts.append(_text(LEFT + 4, law + 30, "● lost by Kith’s limit, measured", f"fill:{OURS}"))
    return "".join(parts)


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
