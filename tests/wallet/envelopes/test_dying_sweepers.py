"""What is due goes back although the one who was sending it back has died."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from config.celery import app
from outbox.notices.models import Notice
from tests.people import balance
from tests.threads import Rival
from tests.wallet.envelopes.packets import FUNDS, Packet
from wallet.envelopes import services
from wallet.envelopes.tasks import return_expired_envelopes

DAY = timedelta(hours=24)


def state(packet: Packet) -> tuple[int, int, Any, int]:
    told = Notice.objects.filter(owner_id=packet.sender, kind="card.expired", ref=packet.id)
    returned_at = packet.row.returned_at
    return balance(packet.sender, at=packet.at), packet.in_escrow(), returned_at, told.count()


def test_a_sweeper_that_dies_half_way_leaves_it_to_the_next(now: datetime) -> None:
    packet = Packet(at=now, kind="equal")
    packet.claim(packet.others[0])

    def die() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            assert services._return_rest(packet.id, now + DAY)
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with Rival() as sweeper, pytest.raises(DatabaseError):
        sweeper.do(die)

    assert state(packet) == (FUNDS - 300, 200, None, 0)
    assert packet.get(packet.others[1], at=now + DAY)["status"] == "expired"
    services.return_expired(at=now + 3 * DAY)
    assert state(packet) == (FUNDS - 100, 0, now + 3 * DAY, 1)
    assert services.return_expired(at=now + 3 * DAY) == 0


def test_whoever_sweeps_next_finds_what_was_due_while_nobody_did(now: datetime) -> None:
    packet = Packet(at=now - 30 * DAY, kind="equal")

    return_expired_envelopes()

    assert state(packet)[:2] == (FUNDS, 0)
    assert state(packet)[3] == 1
    beat = app.conf.beat_schedule["return expired envelopes"]
    assert (beat["task"], beat["schedule"]) == (return_expired_envelopes.name, 5.0)
