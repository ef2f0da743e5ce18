"""Writing down where accounts are used, and noticing two places at once.

Note [Two places at once]
A payment must not wait for the graph, so the question is answered when somebody is seen, not when
they pay: a use of a device at another place is written first, then compared with the use before it.
If nobody travels that fast, and no family tie links the owners of the two devices, a leap is
written, and the rule `place.two_places` finds it with each payment. The graph has 50 ms for the
tie; beyond them the safe default is that there is none, so that the PIN is asked for.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from graph.database import GraphUnavailable, TimedOut
from graph.risk.families import link_devices
from wallet.screening.models import Leap, Place
from wallet.screening.places.distance import kilometres_between
from wallet.screening.places.providers import locate

# What a token or a browser's session is a sign-in by, whoever else signs in with it.
DEVICE = """
    SELECT COALESCE((SELECT s.device_id FROM graphed_signin AS s
                     WHERE s.id = graph_id(%(signed_in)s::text, %(person)s::text)), %(signed_in)s)
"""


def note_place(
    *, person_id: UUID, device_id: UUID, address: str, hint: str, at: datetime
) -> Leap | None:
    """Write down where a person's device is used, if anybody knows; return the leap that this is
    from where the account was used before, if it is one. `device_id` is what the person is signed
    in by.

    To be called outside of transactions: it asks the graph.
    """
    where = locate(address=address, hint=hint)
    if where is None:
        return None
    here = Place.objects.create(
        id=uuid7(), person_id=person_id, device_id=_find_device(device_id, person_id),
        latitude=where.latitude, longitude=where.longitude, country=where.country,
        network=digest_network(address), at=at,
    )  # fmt: skip
    # Two at the same moment have both written before either looks: one of them sees the other.
    others = Place.objects.filter(person_id=person_id, at__lte=at).exclude(id=here.id)
    before = others.order_by("-at", "-id").first()
    return _compare(before, here) if before else None


def _find_device(signed_in: UUID, person_id: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute(DEVICE, {"signed_in": signed_in, "person": person_id})
        found: UUID = cursor.fetchone()[0]
    return found


def digest_network(address: str) -> str:
    """Return a keyed digest of an address: equal for equal ones, and nothing else to be read."""
    if not address:
        return ""
    return salted_hmac("wallet.screening.places", address, algorithm="sha256").hexdigest()[:16]


def speed_between(*, before: Place, here: Place) -> tuple[float, float]:
    """Return how many kilometres lie between two places, and the kilometres per hour to get from
    one to the other in the time between.
    """
    kilometres = kilometres_between(before, here)
    # Moments are kept to the microsecond, and two may be the same.
    seconds = max(1.0, (here.at - before.at).total_seconds())
    return kilometres, kilometres * 3600 / seconds


def _compare(before: Place, here: Place) -> Leap | None:
    kilometres, speed = speed_between(before=before, here=here)
    # Providers are off by some kilometres, which within seconds would be a great speed.
    if kilometres < settings.PLACE_NEAR_KILOMETRES or speed <= settings.PLACE_SPEED:
        return None
    asked = "graph"
    if before.device_id != here.device_id:
        try:
            if link_devices(
                one=before.device_id, other=here.device_id, seconds=settings.PLACE_SECONDS
            ):
                return None
        except (GraphUnavailable, TimedOut):
            asked = "default"
    return Leap.objects.create(
        id=uuid7(), person_id=here.person_id, from_place=before, to_place=here,
        kilometres=round(kilometres), speed=min(round(speed), 10**9), asked=asked, at=here.at,
    )  # fmt: skip
