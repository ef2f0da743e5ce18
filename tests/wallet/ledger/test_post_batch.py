"""The ledger's one way to write."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from uuid_utils.compat import uuid7

from tests.threads import Rival
from wallet.ledger.models import Account, Entry, Transfer
from wallet.ledger.services import Item, post_batch, system_account


def open_accounts(count: int, *, at: datetime, funds: int = 0, **fields: object) -> list[UUID]:
    terms = {"kind": "test", "currency": "CNY", "created_at": at, "min_balance": 0, **fields}
    accounts = [Account(id=uuid7(), **terms) for _ in range(count)]
    Account.objects.bulk_create(accounts)
    ids = [account.id for account in accounts]
    if funds:
        mint = system_account(kind="mint", currency="CNY", at=at)
        post_batch([move(mint, account, funds) for account in ids], at=at)
    return ids


def move(debit: UUID, credit: UUID, amount: int, **fields: object) -> Item:
    return Item(
        **{"id": uuid7(), "code": "test", **fields}, debit=debit, credit=credit, amount=amount
    )


def resolve(pending: Item, action: str, amount: int | None = None) -> Item:
    return Item(id=uuid7(), code="test", action=action, pending=pending.id, amount=amount)


def statuses(items: list[Item], *, at: datetime) -> list[str]:
    return [outcome.status for outcome in post_batch(items, at=at)]


def test_a_transfer_moves_the_amount_and_leaves_two_entries(now: datetime) -> None:
    payer, payee = open_accounts(2, at=now, funds=1000)
    item = move(payer, payee, 300)

    assert statuses([item], at=now) == ["created"]

    assert Account.objects.get(id=payer).balance == 700
    assert Account.objects.get(id=payee).balance == 1300
    entries = Entry.objects.filter(transfer_id=item.id).order_by("amount")
    assert [(e.account_id, e.amount, e.balance, e.version) for e in entries] == [
        (payer, -300, 700, 2),
        (payee, 300, 1300, 2),
    ]


def test_a_refused_item_does_not_undo_its_neighbours(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)

    found = statuses([move(one, other, 60), move(one, other, 60), move(one, other, 40)], at=now)

    assert found == ["created", "exceeds_credits", "created"]
    assert Account.objects.get(id=one).balance == 0


def test_an_item_sees_the_effect_of_those_before_it(now: datetime) -> None:
    poor, rich = open_accounts(2, at=now)
    mint = system_account(kind="mint", currency="CNY", at=now)

    assert statuses([move(poor, rich, 5), move(mint, poor, 5), move(poor, rich, 5)], at=now) == [
        "exceeds_credits",
        "created",
        "created",
    ]


def test_a_chain_happens_all_or_none(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)

    found = statuses(
        [
            move(one, other, 50, linked=True),
            move(one, other, 60, linked=True),
            move(one, other, 1),
            move(one, other, 30, linked=True),
            move(one, other, 30),
        ],
        at=now,
    )

    assert found == [
        "linked_event_failed",
        "exceeds_credits",
        "linked_event_failed",
        "created",
        "created",
    ]
    assert Account.objects.get(id=one).balance == 40


def test_a_chain_that_is_not_closed_is_refused(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)

    found = statuses([move(one, other, 1, linked=True), move(one, other, 1, linked=True)], at=now)

    assert found == ["linked_event_failed", "linked_event_chain_open"]
    assert Account.objects.get(id=one).balance == 100


def test_a_hold_counts_against_the_floor_and_makes_no_entry(now: datetime) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    hold = move(payer, payee, 80, action="pending", expires_at=now + timedelta(hours=1))

    assert statuses([hold, move(payer, payee, 21), move(payer, payee, 20)], at=now) == [
        "created",
        "exceeds_credits",
        "created",
    ]

    account = Account.objects.get(id=payer)
    assert (account.balance, account.held, account.available) == (80, 80, 0)
    assert not Entry.objects.filter(transfer_id=hold.id).exists()


@pytest.mark.parametrize(("amount", "moved"), [(None, 80), (30, 30), (80, 80)])
def test_a_hold_is_posted_in_whole_or_part(now: datetime, amount: int | None, moved: int) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    hold = move(payer, payee, 80, action="pending")
    post_batch([hold], at=now)

    (outcome,) = post_batch([resolve(hold, "post", amount)], at=now)

    assert (outcome.status, outcome.amount) == ("created", moved)
    account = Account.objects.get(id=payer)
    assert (account.balance, account.held) == (100 - moved, 0)


def test_a_hold_is_resolved_once(now: datetime) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    posted, voided = (move(payer, payee, 10, action="pending") for _ in range(2))
    post_batch([posted, voided], at=now)

    found = statuses(
        [
            resolve(posted, "post", 11),
            resolve(posted, "post"),
            resolve(posted, "void"),
            resolve(voided, "void"),
            resolve(voided, "post"),
        ],
        at=now,
    )

    assert found == [
        "exceeds_pending_transfer_amount",
        "created",
        "pending_transfer_already_posted",
        "created",
        "pending_transfer_already_voided",
    ]
    assert statuses([resolve(posted, "void"), resolve(voided, "post")], at=now) == [
        "pending_transfer_already_posted",
        "pending_transfer_already_voided",
    ]
    assert Account.objects.get(id=payer).balance == 90


def test_a_hold_that_has_expired_cannot_be_posted_but_voided(now: datetime) -> None:
    payer, payee = open_accounts(2, at=now, funds=100)
    hold = move(payer, payee, 10, action="pending", expires_at=now + timedelta(seconds=5))
    post_batch([hold], at=now)
    later = now + timedelta(seconds=5)

    assert statuses([resolve(hold, "post")], at=later) == ["pending_transfer_expired"]
    assert statuses([resolve(hold, "void")], at=later) == ["created"]
    assert Account.objects.get(id=payer).available == 100


def test_a_ceiling_counts_what_is_on_its_way(now: datetime) -> None:
    (payer,) = open_accounts(1, at=now, funds=100)
    (capped,) = open_accounts(1, at=now, max_balance=50)

    assert statuses(
        [
            move(payer, capped, 30, action="pending"),
            move(payer, capped, 21),
            move(payer, capped, 20),
        ],
        at=now,
    ) == ["created", "exceeds_debits", "created"]


@pytest.mark.parametrize(("field", "status"), [("frozen", "barred"), ("closed", "already_closed")])
def test_a_barred_account_neither_pays_nor_gets_but_a_hold_can_end(
    now: datetime, field: str, status: str
) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    hold = move(one, other, 10, action="pending")
    post_batch([hold], at=now)
    Account.objects.filter(id=one).update(**{field: True})

    assert statuses([move(one, other, 1), move(other, one, 1), resolve(hold, "void")], at=now) == [
        f"debit_account_{status}",
        f"credit_account_{status}",
        "created",
    ]


def test_currencies_are_never_mixed(now: datetime) -> None:
    (yuan,) = open_accounts(1, at=now, funds=100)
    (euro,) = open_accounts(1, at=now, currency="EUR")

    assert statuses([move(yuan, euro, 1), move(yuan, yuan, 1)], at=now) == [
        "accounts_must_have_the_same_ledger",
        "accounts_must_be_different",
    ]
    (other,) = open_accounts(1, at=now)
    assert statuses([move(yuan, other, 1, currency="EUR")], at=now) == [
        "transfer_must_have_the_same_ledger_as_accounts"
    ]


def test_an_unlocked_account_has_entries_and_no_balance(now: datetime) -> None:
    mint = system_account(kind="mint", currency="CNY", at=now)
    (account,) = open_accounts(1, at=now)
    item = move(mint, account, 7)

    post_batch([item], at=now)

    entry = Entry.objects.get(transfer_id=item.id, account_id=mint)
    assert (entry.amount, entry.balance, entry.version) == (-7, None, None)
    assert Account.objects.get(id=mint).version == 0


def test_a_repeated_id_names_what_differs(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    first = move(one, other, 10, ref=uuid7())
    post_batch([first], at=now)

    def again(**changed: object) -> Item:
        return Item(**{**first.__dict__, **changed})

    assert statuses(
        [
            again(),
            again(amount=11),
            again(debit=other, credit=one),
            again(code="else"),
            again(ref=uuid7()),
            again(currency="EUR"),
            again(action="pending"),
        ],
        at=now,
    ) == [
        "exists",
        "exists_with_different_amount",
        "exists_with_different_debit_account_id",
        "exists_with_different_code",
        "exists_with_different_user_data_128",
        "exists_with_different_ledger",
        "exists_with_different_flags",
    ]
    assert Account.objects.get(id=one).balance == 90


def test_an_id_that_exists_is_answered_before_the_balance_is_looked_at(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=10)
    item = move(one, other, 10)

    assert statuses([item], at=now) == ["created"]
    assert statuses([item], at=now) == ["exists"]


def test_a_batch_is_one_statement(now: datetime, django_assert_num_queries: object) -> None:
    one, other = open_accounts(2, at=now, funds=100)

    with django_assert_num_queries(1):
        post_batch([move(one, other, 1) for _ in range(50)], at=now)


GUARDED = [
    ("UPDATE ledger_transfer SET amount = amount + 1", "append-only"),
    ("DELETE FROM ledger_transfer", "append-only"),
    ("TRUNCATE ledger_transfer", "append-only"),
    ("UPDATE ledger_entry SET amount = 0", "append-only"),
    ("DELETE FROM ledger_entry", "append-only"),
    ("TRUNCATE ledger_entry", "append-only"),
    ("DELETE FROM ledger_account", "append-only"),
    ("UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = %(one)s", "follow"),
    ("UPDATE ledger_account SET version = version + 1 WHERE id = %(one)s", "follow"),
    (
        "UPDATE ledger_account SET debits_pending = debits_pending + 1000 WHERE id = %(one)s",
        "account_stays_above_its_floor",
    ),
    (
        "INSERT INTO ledger_entry (id, account_id, transfer_id, amount, at)"
        " VALUES (uuidv7(), %(one)s, uuidv7(), 5, now())",
        "do not balance",
    ),
    (
        "WITH t AS (INSERT INTO ledger_transfer (id, action, debit_account_id, credit_account_id,"
        " amount, currency, code, note, at) VALUES (uuidv7(), 'transfer', %(one)s, %(other)s, 5,"
        " 'CNY', 'forged', '', now()) RETURNING id)"
        " INSERT INTO ledger_entry (id, account_id, transfer_id, amount, at)"
        " SELECT uuidv7(), %(other)s, id, 5, now() FROM t",
        "do not balance",
    ),
]


@pytest.mark.parametrize(("statement", "reason"), GUARDED)
def test_the_books_refuse_raw_sql(now: datetime, statement: str, reason: str) -> None:
    one, other = open_accounts(2, at=now, funds=100)
    before = (Transfer.objects.count(), Entry.objects.count(), Account.objects.get(id=one).balance)

    with (
        pytest.raises(DatabaseError, match=reason),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, {"one": one, "other": other})

    assert before == (
        Transfer.objects.count(),
        Entry.objects.count(),
        Account.objects.get(id=one).balance,
    )


def test_entries_come_in_the_order_of_their_ids(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=1000)
    post_batch([move(one, other, 1) for _ in range(20)], at=now)

    with Rival() as rival:
        with transaction.atomic():
            Account.objects.select_for_update().get(id=one)
            late = rival.start(lambda: post_batch([move(one, other, 2)], at=now))
            rival.wait_until_blocked()
            post_batch([move(one, other, 3)], at=now)
        assert [outcome.status for outcome in late.result()] == ["created"]

    entries = Entry.objects.filter(account_id=one).order_by("id")
    assert [entry.version for entry in entries] == list(range(1, 24))
    assert [entry.amount for entry in entries][-2:] == [-3, -2]
    assert {entry.id.version for entry in entries} == {7}
