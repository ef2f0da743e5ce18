"""An id that comes again: in another batch, in the same one, any number of times."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from uuid_utils.compat import uuid7

from tests.threads import at_once
from tests.wallet.ledger.test_post_batch import move, open_accounts, resolve, statuses
from wallet.ledger.models import Account, Transfer
from wallet.ledger.services import Item, post_batch

OTHER = UUID(int=7)


def again(item: Item, **changed: object) -> Item:
    return Item(**{**item.__dict__, **changed})


# What is changed, and which term the answer names.
CHANGES = [
    ({}, "exists"),
    ({"currency": "EUR"}, "exists_with_different_ledger"),
    ({"action": "transfer", "expires_at": None}, "exists_with_different_flags"),
    ({"amount": 11}, "exists_with_different_amount"),
    ({"ref": OTHER}, "exists_with_different_user_data_128"),
    ({"code": "else"}, "exists_with_different_code"),
    ({"expires_at": None}, "exists_with_different_timeout"),
    ({"note": "other words"}, "exists"),
    ({"balancing": "debit"}, "exists_with_different_flags"),
    ({"closing": "debit"}, "exists_with_different_flags"),
    ({"reverses": OTHER}, "exists_with_different_flags"),
    ({"pending": OTHER, "code": "else"}, "exists_with_different_pending_id"),
    # Of several, the first in TigerBeetle's order.
    ({"amount": 11, "ref": OTHER, "currency": "EUR"}, "exists_with_different_amount"),
    ({"ref": OTHER, "currency": "EUR", "code": "else"}, "exists_with_different_user_data_128"),
    ({"currency": "EUR", "code": "else"}, "exists_with_different_ledger"),
    ({"debit": OTHER, "amount": 11}, "exists_with_different_debit_account_id"),
    ({"credit": OTHER, "amount": 11}, "exists_with_different_credit_account_id"),
]


@pytest.mark.parametrize("same_batch", [True, False])
@pytest.mark.parametrize(("changed", "answer"), CHANGES)
def test_the_differing_term_is_named_in_the_same_batch_or_another(
    now: datetime, changed: dict[str, object], answer: str, same_batch: bool
) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    first = move(one, other, 10, action="pending", ref=uuid7(), expires_at=now + timedelta(hours=1))

    batches = (
        [[first, again(first, **changed)]] if same_batch else [[first], [again(first, **changed)]]
    )
    found = [status for batch in batches for status in statuses(batch, at=now)]

    assert found == ["created", answer]
    assert Account.objects.get(id=one).held == 10


@pytest.mark.parametrize("same_batch", [True, False])
def test_a_resolution_sent_again_exists(now: datetime, same_batch: bool) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold = move(one, other, 10, action="pending")
    post_batch([hold], at=now)
    post = resolve(hold, "post")

    batches = [[post, post]] if same_batch else [[post], [post]]

    assert [status for batch in batches for status in statuses(batch, at=now)] == [
        "created",
        "exists",
    ]
    assert Account.objects.get(id=one).balance == 90


@pytest.mark.parametrize("same_batch", [True, False])
def test_a_resolution_of_another_hold_under_the_same_id_is_named(
    now: datetime, same_batch: bool
) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    holds = [move(one, other, 10, action="pending") for _ in range(2)]
    post_batch(holds, at=now)
    post = resolve(holds[0], "post")
    changed = again(post, pending=holds[1].id)

    batches = [[post, changed]] if same_batch else [[post], [changed]]

    assert [status for batch in batches for status in statuses(batch, at=now)] == [
        "created",
        "exists_with_different_pending_id",
    ]


def test_an_id_three_times_in_one_batch_is_posted_once(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 10)

    found = statuses([item, item, item, again(item, amount=11), item], at=now)

    assert found == ["created", "exists", "exists", "exists_with_different_amount", "exists"]
    assert Account.objects.get(id=one).balance == 90
    assert Transfer.objects.filter(id=item.id).count() == 1


def test_an_id_that_was_refused_may_come_again_with_other_terms(now: datetime) -> None:
    """Unlike TigerBeetle's: our ids are made by the service for each attempt."""
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 101)

    found = statuses([item, again(item, amount=60), again(item, amount=60), item], at=now)

    assert found == ["exceeds_credits", "created", "exists", "exists_with_different_amount"]
    assert Account.objects.get(id=one).balance == 40


def test_an_id_whose_chain_broke_may_come_again(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 10)

    found = statuses([again(item, linked=True), move(one, other, 101), item], at=now)

    assert found == ["linked_event_failed", "exceeds_credits", "created"]
    assert Account.objects.get(id=one).balance == 90


def test_of_many_who_post_one_id_at_once_one_moves_money(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    item = move(one, other, 10)

    found = at_once([lambda: statuses([item], at=now)] * 8)

    assert sorted(found) == [["created"]] + [["exists"]] * 7
    assert Account.objects.get(id=one).balance == 90


def test_of_many_who_resolve_one_hold_at_once_one_does(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold = move(one, other, 10, action="pending")
    post_batch([hold], at=now)

    found = at_once(
        [
            lambda action=action: statuses([resolve(hold, action)], at=now)[0]
            for action in ["post", "void"] * 4
        ]
    )

    winner = "posted" if found.index("created") % 2 == 0 else "voided"
    assert sorted(found) == ["created"] + [f"pending_transfer_already_{winner}"] * 7
    account = Account.objects.get(id=one)
    assert (account.balance, account.held) == (90 if winner == "posted" else 100, 0)
