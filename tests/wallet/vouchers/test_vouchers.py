"""Vouchers: funded at once, for one payment each, and what nobody used comes back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from commands.errors import Malformed
from graph.people.errors import PersonNotFound, TierRequired
from graph.people.models import Tier
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import balance, make_people
from tests.threads import Rival, at_once
from tests.wallet.requests.asked import FUNDS, Three, in_escrow, written
from wallet.ledger.errors import AmountInvalid, InsufficientFunds, SameAccount
from wallet.ledger.models import Account
from wallet.vouchers import services
from wallet.vouchers.errors import VoucherNotOpen
from wallet.vouchers.models import Issue

DAY = timedelta(days=1)


def issue(funder: UUID, people: list[UUID], *, at: datetime, **fields: Any) -> Any:
    """Issue vouchers over the wire."""
    terms = {"amount": 500, "expires_at": at + DAY, "note": "Spring"} | fields
    return call(funder, "voucher.issue", at=at, people=people, **terms)["vouchers"]


def test_vouchers_are_funded_at_once_and_everybody_hears_of_theirs(now: datetime) -> None:
    funder, *people = make_people(4, at=now, funds=FUNDS)

    shown = issue(funder, people, at=now)

    assert [row["holder"] for row in shown] == [str(person) for person in people]
    assert shown[0] == {
        "id": shown[0]["id"], "funder": str(funder), "holder": str(people[0]), "amount": 500,
        "currency": "CNY", "note": "Spring", "status": "open", "used_amount": None,
        "used_for": None, "opens_at": None, "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "expires_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert balance(funder, at=now) == FUNDS - 1_500
    assert in_escrow(UUID(shown[0]["id"])) == 1_500
    assert [balance(person, at=now) for person in people] == [FUNDS] * 3
    for person, voucher in zip(people, shown, strict=True):
        told = Notice.objects.get(owner_id=person, kind="money.in")
        assert (told.about, str(told.ref), told.text) == (funder, voucher["id"], "Spring")
        assert call(person, "voucher.list", at=now) == {"vouchers": [voucher], "more": False}


def test_who_issued_lists_them_too(now: datetime) -> None:
    funder, *people = make_people(4, at=now, funds=FUNDS)
    made = [row["id"] for row in issue(funder, people, at=now)]

    assert call(funder, "voucher.list", at=now)["vouchers"] == []
    page = call(funder, "voucher.list", at=now, role="funder", limit=2)
    rest = call(funder, "voucher.list", at=now, role="funder", before=made[1])

    assert [row["id"] for row in page["vouchers"]] == [made[2], made[1]]
    assert [row["id"] for row in rest["vouchers"]] == [made[0]]
    assert (page["more"], rest["more"]) == (True, False)


def test_vouchers_that_make_no_sense_are_not_issued(now: datetime) -> None:
    funder, person = make_people(2, at=now, funds=FUNDS)
    (basic,) = make_people(1, at=now, tier=Tier.BASIC)

    for by, people, fields, refusal in (
        (funder, [], {}, Malformed),
        (funder, [person, person], {}, Malformed),
        (funder, [person], {"expires_at": now}, Malformed),
        (funder, [person], {"expires_at": now + timedelta(days=367)}, Malformed),
        (funder, [person], {"opens_at": now + DAY}, Malformed),
        (funder, [funder], {}, SameAccount),
        (funder, [person, uuid4()], {}, PersonNotFound),
        (funder, [person, basic], {"amount": 10**15}, AmountInvalid),
        (funder, [person], {"amount": FUNDS + 1}, InsufficientFunds),
        (basic, [person], {}, TierRequired),
    ):
        with pytest.raises(refusal):
            issue(by, people, at=now, **fields)

    assert not Issue.objects.filter(funder_id__in=[funder, basic]).exists()
    assert not Account.objects.filter(owner_id__in=[funder, basic], kind="voucher").exists()
    assert balance(funder, at=now) == FUNDS
    assert not Notice.objects.filter(owner_id=person).exists()


def test_a_voucher_ahead_of_its_day_waits_for_it(now: datetime) -> None:
    three = Three(at=now)
    opens = now + timedelta(hours=2)
    voucher = three.voucher(500, opens_at=opens)
    request = three.ask(500)

    with pytest.raises(VoucherNotOpen) as refusal:
        three.pay(request, {"voucher": voucher}, at=opens - timedelta(milliseconds=1))
    assert refusal.value.code == "voucher.not_open"
    assert refusal.value.detail == {
        "status": "not open yet", "opens_at": opens.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert written(voucher) == ("open", None, None)

    three.pay(request, {"voucher": voucher}, at=opens)
    assert written(voucher) == ("used", 500, request)


# --- When the time is over -----------------------------------------------------------------------


def test_a_voucher_expires_whether_or_not_the_sweeper_has_run(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(500)
    end = now + DAY

    with pytest.raises(VoucherNotOpen) as refusal:
        three.pay(request, {"voucher": voucher}, at=end)

    assert refusal.value.detail == {"status": "expired"}
    assert (written(voucher), in_escrow(voucher)) == (("open", None, None), 500)
    (shown,) = call(three.payer, "voucher.list", at=end)["vouchers"]
    assert shown["status"] == "expired"
    three.pay(request, {"voucher": voucher}, at=end - timedelta(milliseconds=1))
    assert written(voucher) == ("used", 500, request)


def test_what_nobody_used_goes_back_once_with_one_notice(now: datetime) -> None:
    three = Three(at=now)
    others = make_people(3, at=now)
    shown = issue(three.funder, [three.payer, *others], at=now, amount=700)
    vouchers = [UUID(row["id"]) for row in shown]
    three.pay(three.ask(400), {"voucher": vouchers[0]})
    services.return_expired(at=now + DAY - timedelta(seconds=1))
    assert in_escrow(vouchers[0]) == 2_100

    at_once([lambda: services.return_expired(at=now + DAY)] * 3)

    assert balance(three.funder, at=now) == FUNDS - 400
    assert in_escrow(vouchers[0]) == 0
    assert [written(voucher)[0] for voucher in vouchers] == ["used", *["expired"] * 3]
    issued = Issue.objects.get(vouchers=vouchers[0])
    assert three.told(three.funder, "card.expired") == [(None, issued.id)]
    assert services.return_expired(at=now + DAY) == 0


def test_who_pays_waits_for_the_sweeper_that_came_first(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(500)

    with Rival() as late:
        with transaction.atomic():
            services.return_expired(at=now + DAY)
            answer = late.start(lambda: three.pay(request, {"voucher": voucher}))
            late.wait_until_blocked()

        assert isinstance(answer.exception(20), VoucherNotOpen)
    assert three.money() == (FUNDS, FUNDS, FUNDS)


def test_the_sweeper_waits_for_who_is_just_paying(now: datetime) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(500)

    with Rival() as sweeper:
        with transaction.atomic():
            three.pay(request, {"voucher": voucher})
            swept = sweeper.start(lambda: services.return_expired(at=now + DAY))
            sweeper.wait_until_blocked()

        swept.result(20)
    assert Issue.objects.get(vouchers=voucher).returned_at == now + DAY
    assert three.money() == (FUNDS + 500, FUNDS, FUNDS - 500)
    assert three.told(three.funder, "card.expired") == []


@pytest.mark.parametrize("_", range(4))
def test_paying_against_expiry_at_once_ends_one_way(now: datetime, _: int) -> None:
    three = Three(at=now)
    voucher, request = three.voucher(500), three.ask(500)

    at_once(
        [
            lambda: three.pay(request, {"voucher": voucher}),
            lambda: services.return_expired(at=now + DAY),
        ]
    )

    moved = 500 if written(voucher)[0] == "used" else 0
    assert three.money() == (FUNDS + moved, FUNDS, FUNDS - moved)
    assert in_escrow(voucher) == 0
