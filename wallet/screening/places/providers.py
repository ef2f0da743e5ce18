"""Where an address is: one function, behind a provider that the settings name."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Whereabouts:
    """A place on Earth in degrees, and its country as ISO 3166, "" where unknown."""

    latitude: float
    longitude: float
    country: str = ""


class PlaceProvider(Protocol):
    """Somebody who knows where addresses are."""

    def locate(self, *, address: str, hint: str) -> Whereabouts | None:
        """Return where an IP address is, None where that is not known: never a guess. `hint` is
        what the caller says of itself, which only development believes.
        """


class NoPlaces:
    """Knows no place, so that no rule about places ever fires."""

    def locate(self, *, address: str, hint: str) -> Whereabouts | None:
        """Return None."""
        return None


HINT = re.compile(
    r"^\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*(?:,\s*([A-Za-z]{2}))?\s*$"
)


class LocalPlaces:
    """Believes the header `Kith-Place: 31.23,121.47,CN`; production refuses to start with it."""

    def locate(self, *, address: str, hint: str) -> Whereabouts | None:
        """Return what the hint says, None where it says nothing that can be a place."""
        found = HINT.match(hint)
        if found is None:
            return None
        latitude, longitude = float(found[1]), float(found[2])
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        return Whereabouts(latitude, longitude, (found[3] or "").upper())


@cache
def _provider(name: str) -> PlaceProvider:
    provider: PlaceProvider = import_string(name)()
    return provider


def locate(*, address: str, hint: str) -> Whereabouts | None:
    """Return where somebody who calls from this address is, None where nobody knows."""
    return _provider(settings.PLACE_PROVIDER).locate(address=address, hint=hint)
