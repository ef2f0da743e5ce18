"""Paying a share, refusing to, being reminded, and giving up asking."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from commands.errors import RateLimited
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import make_people
from tests.threads import at_once
from tests.wallet.splits.bills import FUNDS, Table, statuses
from wallet.ledger.errors import AmountInvalid, InsufficientFunds
from wallet.splits.errors import AlreadyPaid, SplitClosed, SplitNotFound
from wallet.splits.services import remind_due

DAY = timedelta(hours=24)


def reminded(table: Table) -> list[int]:
    """Return how often each of the people was reminded."""
    return [
        Notice.objects.filter(owner_id=person, kind="reminder").count() for person in table.people
    ]


def test_a_share_is_paid_to_who_asked_by_one_transfer(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    guest = table.guests[0]

    shown = table.act(guest, "pay", split)

    assert shown["status"] == "open"
    assert shown["shares"][1] == {
        "person": str(guest), "amount": 300, "status": "paid",
        "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert table.balances() == [300, -300, 0]
    entry = call(guest, "wallet.entries", at=now)["entries"][0]
    assert (entry["amount"], entry["kind"], entry["with"], entry["note"]) == (
        -300,
        "split.pay",
        str(table.host),
        "Hot pot",
    )
    (notice,) = Notice.objects.filter(owner_id=table.host, kind="money.in")
    assert (notice.about, notice.ref, notice.text) == (guest, split, "Hot pot")


def test_a_share_is_paid_in_the_currency_of_its_bill(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    euros = table.evenly(300, currency="EUR")
    guest = table.guests[0]
    call(guest, "wallet.top_up", at=now, amount=100, currency="EUR", channel="sandbox")

    for bill, currency in ((split, "EUR"), (euros, "CNY")):
        with pytest.raises(AmountInvalid) as refusal:
            call(guest, "split.pay", at=now, split=bill, currency=currency)
        assert refusal.value.code == "wallet.amount_invalid"
    assert "EUR, not in CNY" in refusal.value.detail["reason"]
    assert (table.balances(), statuses(split)) == ([0, 0, 0], ["own", "unpaid", "unpaid"])

    call(guest, "split.pay", at=now, split=split, currency="CNY", pin="123456")
    call(guest, "split.pay", at=now, split=euros)
    assert table.balances() == [300, -300, 0]
    assert statuses(euros) == ["own", "paid", "unpaid"]


def test_a_bill_is_settled_once_no_share_is_unpaid(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)

    table.act(table.guests[0], "pay", split)
    shown = table.act(table.guests[1], "decline", split)

    assert shown["status"] == "settled"
    assert statuses(split) == ["own", "paid", "declined"]
    assert table.balances() == [300, -300, 0]


def test_a_share_is_paid_once(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    guest = table.guests[0]
    table.act(guest, "pay", split)

    for command in ("pay", "decline"):
        with pytest.raises(AlreadyPaid) as refusal:
            table.act(guest, command, split)
        assert refusal.value.code == "split.already_paid"

    assert (statuses(split), table.balances()) == (["own", "paid", "unpaid"], [300, -300, 0])


def test_two_payments_of_one_share_at_once_pay_once(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    guest = table.guests[0]

    answers = at_once([lambda: table.act(guest, "pay", split)] * 6)

    assert sum(isinstance(answer, AlreadyPaid) for answer in answers) == 5
    assert table.balances() == [300, -300, 0]


def test_one_payment_that_is_sent_twice_pays_once(now: datetime) -> None:
    table = Table(at=now)
    split, number = table.evenly(900), uuid4()

    answers = at_once(
        [lambda: send(table.guests[0], "split.pay", at=now, command_id=number, split=split)] * 4
    )

    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert table.balances() == [300, -300, 0]


def test_all_pay_at_once(now: datetime) -> None:
    table = Table(at=now, people=9)
    split = table.evenly(900)

    at_once([lambda guest=guest: table.act(guest, "pay", split) for guest in table.guests])

    assert table.balances() == [800, *[-100] * 8]
    assert table.act(table.host, "get", split)["status"] == "settled"


def test_who_has_too_little_pays_nothing(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(3 * FUNDS + 3)

    with pytest.raises(InsufficientFunds):
        table.act(table.guests[0], "pay", split)

    assert (statuses(split), table.balances()) == (["own", "unpaid", "unpaid"], [0, 0, 0])


def test_a_decline_is_final(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    guest = table.guests[0]
    table.act(guest, "decline", split)

    for command in ("pay", "decline"):
        with pytest.raises(SplitClosed) as refusal:
            table.act(guest, command, split)
        assert refusal.value.code == "split.closed"

    assert (statuses(split), table.balances()) == (["own", "declined", "unpaid"], [0, 0, 0])


def test_a_payment_and_a_decline_at_once_leave_one_of_the_two(now: datetime) -> None:
    for _ in range(4):
        table = Table(at=now, people=2)
        split = table.evenly(200)
        (guest,) = table.guests

        at_once([lambda c=c, t=table, g=guest, s=split: t.act(g, c, s) for c in ("pay", "decline")])

        paid = statuses(split) == ["own", "paid"]
        assert paid or statuses(split) == ["own", "declined"]
        assert table.balances() == ([100, -100] if paid else [0, 0])


def test_there_is_nothing_to_pay_for_who_asked_and_who_has_no_share(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    (outsider,) = make_people(1, at=now, funds=FUNDS)

    with pytest.raises(SplitClosed):
        table.act(table.host, "pay", split)
    for command in ("pay", "decline", "stop_reminders", "get", "cancel", "remind"):
        with pytest.raises(SplitNotFound) as refusal:
            table.act(outsider, command, split)
        assert refusal.value.code == "split.not_found"
        with pytest.raises(SplitNotFound):
            table.act(table.host, command, uuid4())

    assert table.balances() == [0, 0, 0]


# --- Cancelling ----------------------------------------------------------------------------------


def test_cancelling_stops_the_asking_and_keeps_what_was_paid(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    table.act(table.guests[0], "pay", split)

    shown = table.act(table.host, "cancel", split)

    assert shown["status"] == "cancelled"
    assert statuses(split) == ["own", "paid", "unpaid"]
    for person, command in (
        (table.guests[1], "pay"), (table.guests[1], "decline"), (table.host, "remind"),
        (table.host, "cancel"),
    ):  # fmt: skip
        with pytest.raises(SplitClosed):
            table.act(person, command, split)
    assert table.balances() == [300, -300, 0]


def test_only_who_asked_cancels_and_reminds(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)

    for command in ("cancel", "remind"):
        with pytest.raises(SplitNotFound):
            table.act(table.guests[0], command, split)

    assert table.act(table.host, "get", split)["status"] == "open"
    assert reminded(table) == [0, 0, 0]


def test_a_settled_bill_is_not_cancelled(now: datetime) -> None:
    table = Table(at=now, people=2)
    split = table.evenly(200)
    table.act(table.guests[0], "pay", split)

    for command in ("cancel", "remind"):
        with pytest.raises(SplitClosed):
            table.act(table.host, command, split)

    assert table.act(table.host, "get", split)["status"] == "settled"


def test_payments_and_a_cancel_at_once_agree(now: datetime) -> None:
    table = Table(at=now, people=6)
    split = table.evenly(600)
    pays = [lambda guest=guest: table.act(guest, "pay", split) for guest in table.guests]

    *paid, _ = at_once([*pays, lambda: table.act(table.host, "cancel", split)])

    count = statuses(split).count("paid")
    assert sum(isinstance(answer, dict) for answer in paid) == count
    assert table.balances()[0] == 100 * count
    assert all(isinstance(one, dict | SplitClosed) for one in paid)


def test_who_comes_too_late_hears_what_became_of_a_share(now: datetime) -> None:
    table = Table(at=now, people=4)
    split = table.evenly(400)
    paying, declining, waiting = table.guests
    table.act(paying, "pay", split)
    table.act(declining, "decline", split)
    table.act(table.host, "cancel", split)

    found = []
    for person in (paying, declining, waiting, table.host):
        with pytest.raises((AlreadyPaid, SplitClosed)) as refusal:
            table.act(person, "pay", split)
        found.append((refusal.value.code, refusal.value.detail["status"]))
    for command in ("cancel", "remind"):
        with pytest.raises(SplitClosed) as refusal:
            table.act(table.host, command, split)
        found.append((refusal.value.code, refusal.value.detail["status"]))

    assert found == [
        ("split.already_paid", "paid"),
        ("split.closed", "declined"),
        ("split.closed", "cancelled"),
        ("split.closed", "own"),
        ("split.closed", "cancelled"),
        ("split.closed", "cancelled"),
    ]


# --- Reminding -----------------------------------------------------------------------------------


def test_a_share_is_reminded_of_once_an_hour(now: datetime) -> None:
    table = Table(at=now, people=4)
    split = table.evenly(400)
    silent = table.guests[2]
    table.act(silent, "stop_reminders", split)
    table.act(table.host, "remind", split)

    with pytest.raises(RateLimited) as refusal:
        table.act(table.host, "remind", split, at=now + timedelta(minutes=59, seconds=58.5))

    assert (refusal.value.code, refusal.value.retry_after_ms) == ("request.rate_limited", 1_500)
    assert reminded(table) == [0, 1, 1, 0]
    table.act(table.guests[0], "pay", split)
    table.act(table.host, "remind", split, at=now + timedelta(hours=1))
    assert reminded(table) == [0, 1, 2, 0]


def test_reminders_that_come_at_once_are_one(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(300)

    answers = at_once([lambda: table.act(table.host, "remind", split)] * 6)

    assert sum(isinstance(answer, RateLimited) for answer in answers) == 5
    assert reminded(table) == [0, 1, 1]


def test_the_service_reminds_nobody_again_within_the_hour(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(300)
    table.act(table.host, "remind", split, at=now + DAY - timedelta(minutes=30))

    sweep(now + DAY)
    sweep(now + 2 * DAY)

    assert reminded(table) == [0, 1, 1]


def test_reminders_go_to_those_who_have_not_paid_and_did_not_stop_them(now: datetime) -> None:
    table = Table(at=now, people=5)
    split = table.evenly(500)
    paying, declining, silent, slow = table.guests
    table.act(paying, "pay", split)
    table.act(declining, "decline", split)
    table.act(silent, "stop_reminders", split)

    table.act(table.host, "remind", split)

    assert reminded(table) == [0, 0, 0, 0, 1]
    notice = Notice.objects.get(owner_id=slow, kind="reminder")
    assert (notice.about, notice.ref, notice.text) == (table.host, split, "Hot pot")
    # Who wants no reminder may still pay.
    assert table.act(silent, "pay", split)["shares"][3]["status"] == "paid"


def sweep(at: datetime) -> None:
    while remind_due(at=at):
        pass


def test_the_service_reminds_once_after_a_day(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    table.act(table.guests[0], "pay", split)

    sweep(now + DAY - timedelta(seconds=1))
    assert reminded(table) == [0, 0, 0]
    at_once([lambda: sweep(now + DAY)] * 3)
    sweep(now + 2 * DAY)

    assert reminded(table) == [0, 0, 1]


def test_the_service_reminds_nobody_of_a_cancelled_bill(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    table.act(table.host, "cancel", split)

    sweep(now + DAY)

    assert reminded(table) == [0, 0, 0]


def test_who_left_the_room_may_still_see_and_pay_a_share(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(900)
    guest: UUID = table.guests[0]
    call(guest, "room.leave", at=now, room=table.room)

    assert table.act(guest, "get", split)["status"] == "open"
    assert table.act(guest, "pay", split)["shares"][1]["status"] == "paid"
