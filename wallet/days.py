"""Which date a moment falls on, in the service's time zone."""

from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def day_of(at: datetime) -> date:
    """Return the service's date at a moment."""
    return at.astimezone(_zone(settings.SERVICE_TIME_ZONE)).date()


def bounds_of(year: int) -> tuple[datetime, datetime]:
    """Return when a year of the service begins and when the next one does."""
    zone = _zone(settings.SERVICE_TIME_ZONE)
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def start_of(day: date) -> datetime:
    """Return when a date of the service begins."""
    return datetime.combine(day, time(), tzinfo=_zone(settings.SERVICE_TIME_ZONE))


def hour_of(at: datetime) -> int:
    """Return the hour of the service's day at a moment."""
    return at.astimezone(_zone(settings.SERVICE_TIME_ZONE)).hour
