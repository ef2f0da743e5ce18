"""The limits, as the database decides by them."""

from typing import Any

from django.conf import settings
from django.db import connection

from wallet.limits.models import Rules


def write_rules(**_: Any) -> None:
    """Write the settings to where the ledger reads them; runs after each `migrate`."""
    if "outgoing_rules" not in connection.introspection.table_names():
        # The database is on its way to an earlier version.
        return
    Rules.objects.update_or_create(
        id=1,
        defaults={
            "time_zone": settings.SERVICE_TIME_ZONE,
            "ceilings": settings.OUTGOING_LIMITS,
            "pin_payment": settings.PIN_ABOVE_PAYMENT,
            "pin_day": settings.PIN_ABOVE_DAY,
        },
    )
