"""A payment as what ties two people, as far back as is looked."""

from datetime import datetime
from uuid import UUID

import pytest

from tests.calls import call
from tests.people import make_group, make_people
from wallet.accounts import ties
from wallet.accounts.ties import have_paid


def pay(payer: UUID, payee: UUID, *, at: datetime) -> None:
    transfer = call(payer, "transfer.send", at=at, to=payee, amount=5)["transfer"]
    call(payee, "transfer.accept", at=at, transfer=transfer["id"])


def test_payments_are_looked_for_among_the_newest_of_either(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ties, "NEWEST", 2)
    busy, quiet, other = make_people(3, at=now, funds=1_000)
    pay(busy, quiet, at=now)
    assert have_paid(busy, quiet)

    for _ in range(2):
        pay(busy, other, at=now)
    # It is still among the newest of the one who has paid little.
    assert (have_paid(busy, quiet), have_paid(quiet, busy)) == (True, True)

    for _ in range(2):
        pay(other, quiet, at=now)
    assert (have_paid(busy, quiet), have_paid(quiet, busy)) == (False, False)
    assert have_paid(quiet, other)


def test_what_was_taken_from_an_envelope_ties_to_its_sender(now: datetime) -> None:
    sender, taker, other = make_people(3, at=now, funds=1_000)
    room = make_group([sender, taker, other], at=now)
    sent = call(sender, "envelope.send", at=now, room=room, amount=300, count=3, kind="random")
    call(taker, "envelope.claim", at=now, envelope=sent["envelope"]["id"])

    assert (have_paid(sender, taker), have_paid(taker, sender)) == (True, True)
    assert not have_paid(taker, other)
