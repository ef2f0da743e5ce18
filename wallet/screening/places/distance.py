"""How far two places are apart."""

from math import asin, cos, radians, sin, sqrt
from typing import Protocol

EARTH_KILOMETRES = 6_371.0


class Point(Protocol):
    """A place on Earth, in degrees."""

    @property
    def latitude(self) -> float:
        """Return the degrees north of the equator."""

    @property
    def longitude(self) -> float:
        """Return the degrees east of Greenwich."""


def kilometres_between(one: Point, other: Point) -> float:
    """Return the kilometres between two places along the surface (haversine)."""
    north, south = radians(one.latitude), radians(other.latitude)
    up = sin((south - north) / 2) ** 2
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KILOMETRES * asin(sqrt(min(1.0, up + cos(north) * cos(south) * across)))
