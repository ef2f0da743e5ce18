"""Balancing, closing, reversing, and holds that end by themselves."""

from datetime import datetime, timedelta

import pytest
from uuid_utils.compat import uuid7

from commands.errors import Refusal
from tests.threads import at_once
from tests.wallet.ledger.test_post_batch import move, open_accounts, resolve, statuses
from wallet.ledger.errors import InsufficientFunds
from wallet.ledger.models import Account, Transfer
from wallet.ledger.services import Item, expire_holds, post, post_batch, system_account
from wallet.ledger.tasks import expire_holds as expire_holds_task


def reversal(item: Item, **fields: object) -> Item:
    return Item(**{"id": uuid7(), "code": "test.back", **fields}, reverses=item.id)


@pytest.mark.parametrize(
    ("floor", "asked", "moved"), [(0, None, 100), (0, 30, 30), (20, None, 80), (-50, 500, 150)]
)
def test_a_balancing_debit_moves_what_is_above_the_floor(
    now: datetime, floor: int, asked: int | None, moved: int
) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    Account.objects.filter(id=payer).update(min_balance=floor)

    (outcome,) = post_batch([move(payer, payee, asked, balancing="debit")], at=now)

    assert (outcome.status, outcome.amount) == ("created", moved)
    assert Account.objects.get(id=payer).balance == 100 - moved
    assert Transfer.objects.get(id=outcome.item.id).balancing == "debit"


def test_a_balancing_debit_leaves_what_is_held(now: datetime) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    items = [
        move(payer, payee, 70, action="pending"),
        move(payer, payee, None, balancing="debit"),
        move(payer, payee, None, balancing="debit"),
    ]

    outcomes = post_batch(items, at=now)

    assert [(one.status, one.amount) for one in outcomes] == [
        ("created", 70), ("created", 30), ("created", 0),
    ]  # fmt: skip


def test_a_balancing_credit_fills_up_to_the_ceiling(now: datetime) -> None:
    (payer,) = open_accounts(1, at=now, funds=100)
    (payee,) = open_accounts(1, at=now, max_balance=60)

    outcomes = post_batch(
        [
            move(payer, payee, 15, action="pending"),
            move(payer, payee, None, balancing="credit"),
            move(payer, payee, 10, balancing="both"),
        ],
        at=now,
    )

    assert [one.amount for one in outcomes] == [15, 45, 0]
    assert Account.objects.get(id=payee).balance == 45


def test_an_unlocked_account_can_be_neither_balanced_nor_closed(now: datetime) -> None:
    mint = system_account(kind="mint", currency="CNY", at=now)
    (one,) = open_accounts(1, at=now, funds=5)

    assert statuses(
        [
            move(mint, one, 5, balancing="debit"),
            move(one, mint, 5, balancing="both"),
            move(mint, one, 0, action="pending", closing="debit"),
            move(one, mint, 5, balancing="debit"),
        ],
        at=now,
    ) == [*["unlocked_account_keeps_no_balance"] * 3, "created"]
    assert not Account.objects.get(id=mint).closed


@pytest.mark.parametrize(
    ("closing", "closed"), [("debit", (1, 0)), ("credit", (0, 1)), ("both", (1, 1))]
)
def test_a_hold_closes_accounts_until_it_is_voided(
    now: datetime, closing: str, closed: tuple[int, int]
) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold = move(one, other, 10, action="pending", closing=closing)

    def flags() -> tuple[bool, bool]:
        return Account.objects.get(id=one).closed, Account.objects.get(id=other).closed

    assert statuses([hold], at=now) == ["created"]
    assert flags() == closed
    assert statuses([resolve(hold, "post")], at=now) == [
        f"{'debit' if closed[0] else 'credit'}_account_already_closed"
    ]
    assert statuses([resolve(hold, "void")], at=now) == ["created"]
    assert flags() == (False, False)


def test_a_refund_reaches_a_closed_account(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    Account.objects.filter(id=other).update(closed=True)

    assert statuses([move(one, other, 10, refund=True), move(one, other, 10)], at=now) == [
        "created",
        "credit_account_already_closed",
    ]


def test_a_resolution_that_names_others_is_refused(now: datetime) -> None:
    one, other, third = open_accounts(3, at=now, funds=100)
    hold = move(one, other, 10, action="pending")
    post_batch([hold], at=now)

    def post(**named: object) -> Item:
        return Item(id=uuid7(), code="test", action="post", pending=hold.id, **named)

    assert statuses(
        [
            post(debit=third), post(credit=third), post(currency="EUR"),
            Item(id=uuid7(), code="test", action="void", pending=hold.id, amount=9),
            post(debit=one, credit=other, currency="CNY"),
        ],
        at=now,
    ) == [
        "pending_transfer_has_different_debit_account_id",
        "pending_transfer_has_different_credit_account_id",
        "pending_transfer_has_different_ledger",
        "pending_transfer_has_different_amount",
        "created",
    ]  # fmt: skip
    assert Account.objects.get(id=one).balance == 90


def test_a_reversal_takes_back_the_whole_once_and_points_back(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 30)
    post_batch([item], at=now)
    Account.objects.filter(id=other).update(frozen=True)
    Account.objects.filter(id=one).update(max_balance=80)

    (outcome,) = post(reversal(item, code="dispute"), at=now)

    assert outcome.amount == 30
    row = Transfer.objects.get(reverses=item.id)
    assert (row.debit_account_id, row.credit_account_id, row.amount, row.refund, row.code) == (
        other, one, 30, True, "dispute",
    )  # fmt: skip
    assert [Account.objects.get(id=account).balance for account in (one, other)] == [100, 100]

    with pytest.raises(Refusal) as refused:
        post(reversal(item), at=now)

    assert (refused.value.code, refused.value.detail["transfer"]) == (
        "wallet.already_reversed", str(item.id),
    )  # fmt: skip
    assert Account.objects.get(id=one).balance == 100


def test_what_can_be_reversed(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold, spent, held = (
        move(one, other, 30, action="pending"), move(one, other, 60), resolve
    )  # fmt: skip
    post = held(hold, "post", 20)
    post_batch([hold, spent, post], at=now)
    post_batch([move(other, one, 150)], at=now)
    again = reversal(post)

    assert statuses(
        [
            reversal(hold), reversal(move(one, other, 1)), reversal(spent),
            again, reversal(post), again, reversal(post, action="pending"),
        ],
        at=now,
    ) == [
        "reversed_transfer_not_posted", "reversed_transfer_not_found", "exceeds_credits",
        "created", "transfer_already_reversed", "exists", "flags_are_mutually_exclusive",
    ]  # fmt: skip
    assert Account.objects.get(id=other).balance == 10


def test_a_reversal_of_a_part_is_the_only_one(now: datetime) -> None:
    """What was not taken back stays where it is: a second reversal could not tell a repetition."""
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 30)
    post_batch([item], at=now)

    assert statuses(
        [
            reversal(item, amount=31), reversal(item, amount=-1), reversal(item, amount=12),
            reversal(item, amount=18), reversal(item, amount=31),
        ],
        at=now,
    ) == [
        "exceeds_reversed_transfer_amount", "amount_must_not_be_negative", "created",
        "transfer_already_reversed", "exceeds_reversed_transfer_amount",
    ]  # fmt: skip
    row = Transfer.objects.get(reverses=item.id)
    assert (row.debit_account_id, row.credit_account_id, row.amount) == (other, one, 12)
    assert Account.objects.get(id=one).balance == 82


def test_who_spent_the_money_cannot_give_it_back(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item, spent = move(one, other, 30), move(other, one, 105)
    post_batch([item, spent], at=now)

    with pytest.raises(InsufficientFunds) as refused:
        post(reversal(item), at=now)

    assert refused.value.detail == {"available": 25}
    assert Account.objects.get(id=other).balance == 25


def test_of_many_who_reverse_one_transfer_at_once_one_does(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 10)
    post_batch([item], at=now)

    found = at_once([lambda: statuses([reversal(item)], at=now)] * 6)

    assert sorted(found) == [["created"]] + [["transfer_already_reversed"]] * 5
    assert Account.objects.get(id=one).balance == 100


def test_a_hold_nobody_owns_is_freed_when_its_time_is_over(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    soon = now + timedelta(seconds=5)
    orphan = move(one, other, 10, action="pending", expires_at=soon)
    owned = move(one, other, 20, action="pending", expires_at=soon, ref=uuid7())
    late = move(one, other, 30, action="pending", expires_at=soon + timedelta(seconds=1))
    endless = move(one, other, 5, action="pending")
    # Others have left some whose time is over by now.
    while expire_holds(at=now):
        pass
    post_batch([orphan, owned, late, endless], at=now)

    assert expire_holds(at=now) == 0
    assert Account.objects.get(id=one).held == 65
    expire_holds(at=soon)

    assert Account.objects.get(id=one).held == 55
    assert Transfer.objects.get(pending_id=orphan.id).action == "expire"
    assert (
        statuses([resolve(orphan, "post"), resolve(orphan, "void")], at=soon)
        == ["pending_transfer_expired"] * 2
    )
    expire_holds(at=soon)
    assert Transfer.objects.filter(pending_id=orphan.id).count() == 1


def test_a_hold_expires_only_when_its_time_is_over(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold = move(one, other, 10, action="pending", expires_at=now + timedelta(seconds=5))
    endless = move(one, other, 10, action="pending")
    post_batch([hold, endless], at=now)

    assert (
        statuses([resolve(hold, "expire"), resolve(endless, "expire")], at=now)
        == ["pending_transfer_not_expired"] * 2
    )
    assert Account.objects.get(id=one).held == 20


def test_an_expired_hold_opens_what_it_closed(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    past = now - timedelta(seconds=1)
    hold = move(one, other, 0, action="pending", closing="debit", expires_at=past)
    post_batch([hold], at=past - timedelta(seconds=1))

    expire_holds_task()

    assert not Account.objects.get(id=one).closed


def test_a_rare_term_costs_no_other_statement(
    now: datetime, django_assert_num_queries: object
) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    first = move(one, other, 5)
    post_batch([first], at=now)
    hold = move(one, other, 1, action="pending", closing="credit")

    with django_assert_num_queries(1):
        found = statuses([reversal(first), move(one, other, None, balancing="debit"), hold], at=now)

    assert found == ["created", "created", "exceeds_credits"]
