"""What people may pay in a payment, a day and a year; what counts, and what comes off again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import account, make_group, trust
from tests.threads import Rival, at_once
from tests.wallet.limits.purses import FUNDS, YUAN, Pair, traces
from wallet.accounts.services import account_of
from wallet.envelopes.services import return_expired
from wallet.ledger.errors import LimitExceeded
from wallet.ledger.models import Account
from wallet.ledger.services import Item, post
from wallet.transfers.services import expire

# Noon in Shanghai, far from the ends of the day and the year.
NOON = datetime(2026, 6, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)
TIERS = [
    (Tier.BASIC, 1_000, 2_000, 10_000, "real_name"),
    (Tier.REAL_NAME, 20_000, 50_000, 100_000, "verified"),
    (Tier.VERIFIED, 50_000, 100_000, 200_000, None),
]


def refused(pair: Pair, yuan: float, *, at: datetime = NOON) -> dict[str, object]:
    """Have a transfer refused by a limit, change nothing, and return the refusal's detail."""
    before = traces(pair.payer)
    with pytest.raises(LimitExceeded) as refusal:
        pair.send(yuan, at=at)
    assert (refusal.value.code, refusal.value.status) == ("wallet.limit_exceeded", 403)
    assert traces(pair.payer) == before
    return refusal.value.detail


@pytest.mark.parametrize(("tier", "payment", "day", "year", "above"), TIERS)
def test_a_payment_has_a_limit(
    tier: Tier, payment: int, day: int, year: int, above: str | None
) -> None:
    pair = Pair(tier, at=NOON)

    detail = refused(pair, payment + 0.01)

    assert detail == {
        "limit": "payment", "most": payment * YUAN, "used": 0, "tier": tier.value,
        "next_tier": above,
    }  # fmt: skip
    pair.send(payment)
    assert pair.used() == (payment * YUAN, payment * YUAN)


@pytest.mark.parametrize(("tier", "payment", "day", "year", "above"), TIERS)
def test_a_day_has_a_limit_and_a_new_one_begins_at_midnight_in_shanghai(
    tier: Tier, payment: int, day: int, year: int, above: str | None
) -> None:
    pair = Pair(tier, at=NOON)
    last_second = datetime(2026, 6, 10, 15, 59, 59, tzinfo=UTC)
    for _ in range(day // payment):
        pair.send(payment)
    if day % payment:
        pair.send(day % payment)

    detail = refused(pair, 0.01, at=last_second)

    assert detail == {
        "limit": "day", "most": day * YUAN, "used": day * YUAN, "tier": tier.value,
        "next_tier": above,
    }  # fmt: skip
    pair.send(0.01, at=last_second + timedelta(seconds=1))
    assert pair.used(at=last_second) == (1, day * YUAN + 1)


@pytest.mark.parametrize(("tier", "payment", "day", "year", "above"), TIERS)
def test_a_year_has_a_limit_and_a_new_one_begins_with_january(
    tier: Tier, payment: int, day: int, year: int, above: str | None
) -> None:
    pair = Pair(tier, at=NOON)
    for number in range(year // payment):
        pair.send(payment, at=NOON + number * DAY)

    detail = refused(pair, 0.01, at=NOON + 60 * DAY)

    assert detail == {
        "limit": "year", "most": year * YUAN, "used": year * YUAN, "tier": tier.value,
        "next_tier": above,
    }  # fmt: skip
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert refused(pair, 0.01, at=new_year - timedelta(seconds=1))["limit"] == "year"
    pair.send(payment, at=new_year)
    assert pair.used(at=new_year) == (payment * YUAN, payment * YUAN)


def test_a_better_known_person_may_pay_more_at_once() -> None:
    pair = Pair(at=NOON)
    refused(pair, 1_001)

    call(pair.payer, "account.confirm_name", at=NOON, name="Li Wei", phone="+86 138 0000 0000")

    pair.send(1_001)
    assert pair.used() == (100_100, 100_100)


def test_incoming_money_is_free() -> None:
    pair = Pair(at=NOON)

    call(pair.payer, "wallet.top_up", at=NOON, amount=FUNDS, channel="sandbox")
    other = Pair(Tier.VERIFIED, at=NOON)
    transfer = other.send(50_000, to=pair.payer)
    call(pair.payer, "transfer.accept", at=NOON, transfer=transfer)

    assert pair.used() == (0, 0)


def test_ones_own_bank_and_ones_debts_do_not_count() -> None:
    pair = Pair(Tier.VERIFIED, at=NOON)
    trust(pair.payee, pair.payer, 2_000_000, at=NOON)
    call(pair.payee, "wallet.top_up", at=NOON, amount=2_000_000, channel="sandbox")
    asked = call(pair.payer, "loan.ask", at=NOON, lender=pair.payee, amount=2_000_000, days=30)
    loan = asked["loan"]["id"]
    call(pair.payee, "loan.grant", at=NOON, loan=loan)

    call(pair.payer, "loan.repay", at=NOON, loan=loan, amount=2_000_000)
    call(pair.payer, "wallet.withdraw", at=NOON, amount=60_000 * YUAN, channel="sandbox")

    assert pair.used() == (0, 0)
    lender = call(pair.payee, "wallet.get", at=NOON)["limits"][0]
    assert lender["day"] == {"most": 10_000_000, "used": 2_000_000, "left": 8_000_000}


def test_splits_and_envelopes_count() -> None:
    pair = Pair(Tier.REAL_NAME, at=NOON)
    room = make_group([pair.payer, pair.payee], at=NOON)
    between = {"mode": "exact", "amounts": {str(pair.payer): 700}}
    bill = call(
        pair.payee, "split.create", at=NOON, room=room, amount=700, note="Hot pot",
        between=between,
    )  # fmt: skip

    call(pair.payer, "split.pay", at=NOON, split=bill["split"]["id"])
    call(pair.payer, "envelope.send", at=NOON, room=room, amount=1_200, count=2, kind="equal")

    assert pair.used() == (1_900, 1_900)


# --- What comes off again ------------------------------------------------------------------------


def test_a_transfer_counts_while_it_is_held_and_not_when_it_is_returned() -> None:
    pair = Pair(at=NOON)
    kept, returned = pair.send(700), pair.send(800)
    assert pair.used() == (150_000, 150_000)

    pair.accept(kept)
    pair.give_back(returned)

    assert pair.used() == (70_000, 70_000)
    pair.send(1_000)
    assert refused(pair, 300.01)["used"] == 170_000


def test_what_expires_the_next_day_comes_off_the_year_and_not_off_that_day() -> None:
    pair = Pair(at=NOON)
    pair.send(900)
    later = NOON + 1.5 * DAY
    pair.send(100, at=later)

    while expire(at=later):
        pass

    assert pair.used(at=later) == (10_000, 10_000)


def test_what_an_envelope_gives_back_was_not_paid() -> None:
    pair = Pair(at=NOON)
    room = make_group([pair.payer, pair.payee], at=NOON)
    sent = call(
        pair.payer, "envelope.send", at=NOON, room=room, amount=90_000, count=9, kind="equal"
    )["envelope"]
    call(pair.payee, "envelope.claim", at=NOON, envelope=sent["id"])
    assert pair.used() == (90_000, 90_000)

    call(pair.payer, "envelope.claim", at=NOON, envelope=sent["id"])
    assert pair.used() == (80_000, 80_000)
    pair.send(50, at=NOON + DAY)
    while return_expired(at=NOON + DAY):
        pass

    # Seven shares of 100 yuan were counted yesterday.
    assert pair.used(at=NOON + DAY) == (5_000, 15_000)


@pytest.mark.parametrize(("after", "used"), [(timedelta(0), (0, 0)), (DAY, (700, 700))])
def test_a_refund_comes_off_the_day_on_which_was_paid(
    after: timedelta, used: tuple[int, int]
) -> None:
    pair = Pair(at=NOON)
    pair.accept(transfer := pair.send(30))
    if after:
        pair.send(7, at=NOON + after)
    own, theirs = (
        account_of(person_id=one, currency="CNY", at=NOON) for one in (pair.payer, pair.payee)
    )

    post(
        Item(
            id=uuid7(), code="test.refund", debit=theirs, credit=own, amount=3_000, ref=transfer,
            refund=True,
        ),
        at=NOON + after,
    )  # fmt: skip

    assert pair.used(at=NOON + after) == used
    # It is no payment of who refunds.
    assert call(pair.payee, "wallet.get", at=NOON)["limits"][0]["day"]["used"] == 0


# --- Currencies ----------------------------------------------------------------------------------


def test_each_currency_counts_by_itself() -> None:
    pair = Pair(at=NOON)
    call(pair.payer, "wallet.top_up", at=NOON, amount=10**9, channel="sandbox", currency="JPY")
    pair.send(1_000)

    pair.send(1_000, currency="JPY")

    limits = call(pair.payer, "wallet.get", at=NOON)["limits"]
    assert [(one["currency"], one["day"]["used"]) for one in limits] == [
        ("CNY", 100_000), ("JPY", 100_000),
    ]  # fmt: skip
    with pytest.raises(LimitExceeded):
        pair.send(1_000.01, currency="JPY")


# --- Races ---------------------------------------------------------------------------------------


def test_of_many_payments_at_once_only_those_within_the_limit_pass() -> None:
    pair = Pair(at=NOON)

    results = at_once([lambda: pair.send(300)] * 16)

    assert sum(isinstance(one, UUID) for one in results) == 6
    refusals = [one for one in results if not isinstance(one, UUID)]
    assert {(type(one), one.detail["limit"], one.detail["used"]) for one in refusals} == {
        (LimitExceeded, "day", 180_000)
    }
    assert (pair.used(), pair.held()) == ((180_000, 180_000), 180_000)


def test_a_payment_waits_for_one_that_may_use_up_the_limit(now: datetime) -> None:
    """The second is decided under the account's lock, after the first was committed."""
    from django.db import transaction

    pair = Pair(at=NOON)
    pair.send(1_000)
    with Rival() as rival:
        with transaction.atomic():
            pair.send(600)
            second = rival.start(lambda: pair.send(600))
            rival.wait_until_blocked()
        with pytest.raises(LimitExceeded) as refusal:
            second.result(20)

    assert refusal.value.detail["used"] == 160_000
    assert pair.used() == (160_000, 160_000)


# --- What is left --------------------------------------------------------------------------------


def test_the_wallet_shows_what_is_left() -> None:
    pair = Pair(at=NOON)
    pair.send(350)

    wallet = call(pair.payer, "wallet.get", at=NOON)

    assert (wallet["tier"], wallet["next_tier"]) == ("basic", "real_name")
    assert wallet["limits"] == [
        {
            "account": str(account(pair.payer, at=NOON).id), "currency": "CNY",
            "payment": 100_000,
            "day": {"most": 200_000, "used": 35_000, "left": 165_000},
            "year": {"most": 1_000_000, "used": 35_000, "left": 965_000},
        }
    ]  # fmt: skip
    assert wallet["pin"] == {
        "is_set": False, "above_payment": 20_000, "above_day": 100_000, "locked_until": None,
    }  # fmt: skip
    tomorrow = call(pair.payer, "wallet.get", at=NOON + DAY)["limits"][0]
    assert (tomorrow["day"]["used"], tomorrow["year"]["used"]) == (0, 35_000)


def test_a_person_who_has_paid_nothing_has_all_that_is_left(now: datetime) -> None:
    pair = Pair(at=NOON)
    Person.objects.filter(id=pair.payee).update(tier=Tier.VERIFIED)

    (limit,) = call(pair.payee, "wallet.get", at=NOON)["limits"]

    assert not Account.objects.filter(owner_id=pair.payee).exists()
    assert limit["day"] == {"most": 10_000_000, "used": 0, "left": 10_000_000}
