"""The sweepers' rounds: a row that fails spares its neighbours, a freeze keeps no refund."""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from tests.people import account, balance
from tests.wallet.envelopes.packets import FUNDS, Packet
from tests.wallet.lending.loans import Pair, age, later, status
from tests.wallet.splits.bills import Table
from tests.wallet.transfers.offers import Two, sweep
from tests.wallet.transfers.offers import status as transfer_status
from wallet.envelopes.models import Envelope
from wallet.envelopes.services import return_expired
from wallet.ledger.models import Account
from wallet.ledger.services import open_escrow
from wallet.lending.models import Reservation
from wallet.rounds import go_through
from wallet.splits.models import Split
from wallet.transfers.models import Transfer

LATER = timedelta(hours=25)


def freeze(person: UUID, *, frozen: bool = True) -> None:
    Account.objects.filter(owner_id=person).update(frozen=frozen)


def test_a_row_that_fails_is_logged_and_undone_and_the_others_go_on(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    first, broken, last = (Table(at=now).evenly(300) for _ in range(3))

    def note(split_id: UUID) -> bool:
        Split.objects.filter(id=split_id).update(note="seen")
        if split_id == broken:
            raise RuntimeError("broken")
        return split_id == last

    due = Split.objects.filter(id__in=[first, broken, last]).order_by("id")
    with caplog.at_level(logging.ERROR):
        assert go_through(due, note) == 1

    notes = [Split.objects.get(id=one).note for one in (first, broken, last)]
    assert notes == ["seen", "Hot pot", "seen"]
    assert [(record.name, record.getMessage()) for record in caplog.records] == [
        ("wallet.rounds", f"the round passes over {broken}")
    ]


def test_what_is_left_of_an_envelope_goes_back_to_a_frozen_account(now: datetime) -> None:
    packet = Packet(at=now)
    freeze(packet.sender)

    return_expired(at=now + LATER)

    assert (balance(packet.sender, at=now), packet.in_escrow()) == (FUNDS, 0)
    assert account(packet.sender, at=now).frozen


def test_what_is_left_of_an_envelope_goes_back_above_a_ceiling(now: datetime) -> None:
    packet = Packet(at=now)
    Account.objects.filter(owner_id=packet.sender, kind="balance").update(max_balance=FUNDS - 300)

    return_expired(at=now + LATER)

    assert (balance(packet.sender, at=now), packet.in_escrow()) == (FUNDS, 0)


def test_an_envelope_that_cannot_go_back_keeps_no_other(now: datetime) -> None:
    broken, fine = (Packet(at=now) for _ in range(2))
    escrow = broken.row.escrow_id
    empty = open_escrow(owner_id=broken.sender, kind="escrow", currency="CNY", at=now)
    # As if a bug had lost its money.
    Envelope.objects.filter(id=broken.id).update(escrow_id=empty, expires_at=now)
    try:
        return_expired(at=now + LATER)

        assert (broken.row.returned_at, fine.row.returned_at) == (None, now + LATER)
        assert fine.in_escrow() == 0
    finally:
        Envelope.objects.filter(id=broken.id).update(escrow_id=escrow)
    assert return_expired(at=now + LATER) == 1


def test_a_transfer_that_cannot_end_keeps_no_other(now: datetime) -> None:
    broken, fine = (Two(at=now) for _ in range(2))
    lost, found = broken.send(), fine.send()
    hold = Transfer.objects.get(id=lost).hold_id
    # As if a bug had lost its hold.
    Transfer.objects.filter(id=lost).update(hold_id=uuid4(), expires_at=now)
    freeze(fine.sender)
    try:
        sweep(at=now + LATER)

        assert (transfer_status(lost), transfer_status(found)) == ("pending", "expired")
    finally:
        Transfer.objects.filter(id=lost).update(hold_id=hold)
    sweep(at=now + LATER)
    assert transfer_status(lost) == "expired"


def test_a_loan_that_cannot_age_keeps_no_other() -> None:
    broken, fine = Pair(), Pair()
    lost, found = broken.lend(days=10), fine.lend(days=11)
    # As if a bug had lost its trust lines.
    lines = Reservation.objects.get(loan_id=lost).lines
    Reservation.objects.filter(loan_id=lost).update(lines=[uuid4()])
    try:
        age(at=later(60))

        assert (status(lost), status(found)) == ("open", "defaulted")
    finally:
        Reservation.objects.filter(loan_id=lost).update(lines=lines)
    age(at=later(60))
    assert status(lost) == "defaulted"
