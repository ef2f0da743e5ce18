"""Statements, balances at a past moment, and accounts that keep entries only."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from tests.threads import at_once
from tests.wallet.ledger.test_post_batch import move, open_accounts
from wallet.ledger import statements
from wallet.ledger.models import Account, Snapshot
from wallet.ledger.selectors import balance_before, balance_of
from wallet.ledger.services import LARGEST, post_batch, take_snapshots
from wallet.ledger.statements import Line, Statement, make_statement, read_pages

HOUR = timedelta(hours=1)


def open_unlocked(*, at: datetime) -> UUID:
    account = Account(
        id=uuid7(), kind=f"test {uuid7()}", currency="CNY", unlocked=True, created_at=at
    )
    account.save(force_insert=True)
    return account.id


def statement(
    *, account_id: UUID, since: datetime, until: datetime
) -> tuple[Statement, list[Line]]:
    account = Account.objects.get(id=account_id)
    found = make_statement(account=account, since=since, until=until)
    return found, [line for page in read_pages(found) for line in page]


def test_a_statement_leads_from_the_opening_to_the_closing_balance(now: datetime) -> None:
    one, other = open_accounts(2, at=now - 2 * HOUR, funds=1000)
    note, product = "for tea", uuid7()
    items = [
        move(one, other, 100, note=note, ref=product),
        move(other, one, 30, code="other"),
        move(one, other, 7),
    ]
    for hours, item in zip((-1, 0, 1), items, strict=True):
        post_batch([item], at=now + hours * HOUR)

    found, lines = statement(account_id=one, since=now - HOUR, until=now + HOUR)

    assert (found.account_id, found.currency, found.opening, found.closing) == (
        one, "CNY", 1000, 930,
    )  # fmt: skip
    assert (found.money_in, found.money_out, found.entries) == (30, 100, 2)
    assert [(line.amount, line.balance, line.kind, line.at) for line in lines] == [
        (-100, 900, "test", now - HOUR),
        (30, 930, "other", now),
    ]
    first = lines[0]
    assert (first.note, first.ref, first.transfer_id, first.other_account_id, first.other) == (
        note, product, items[0].id, other, None,
    )  # fmt: skip


def test_a_statement_of_a_quiet_time_has_no_line(now: datetime) -> None:
    (one,) = open_accounts(1, at=now, funds=50)

    before, none = statement(account_id=one, since=now - HOUR, until=now)
    after, no_more = statement(account_id=one, since=now + HOUR, until=now + 2 * HOUR)

    assert (before.opening, none, before.closing) == (0, [], 0)
    assert (after.opening, no_more, after.closing) == (50, [], 50)


TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("unlocked", [False, True])
def test_what_happens_at_a_boundary_belongs_to_the_time_that_begins_there(
    now: datetime, unlocked: bool
) -> None:
    """To the microsecond, for an account that keeps a balance and for one that keeps none."""
    (other,) = open_accounts(1, at=now - HOUR, funds=1000)
    (one,) = [open_unlocked(at=now)] if unlocked else open_accounts(1, at=now)
    end = now + HOUR
    for moment, amount in (
        (now - TICK, 1), (now, 10), (now + TICK, 20), (end - TICK, 100), (end, 1000 - 131),
    ):  # fmt: skip
        assert [found.status for found in post_batch([move(other, one, amount)], at=moment)] == [
            "created"
        ]

    found, lines = statement(account_id=one, since=now, until=end)
    following, its_lines = statement(account_id=one, since=end, until=end + HOUR)
    nothing, no_lines = statement(account_id=one, since=now, until=now)

    assert (found.opening, found.money_in, found.money_out, found.closing) == (1, 130, 0, 131)
    assert [(line.at, line.balance) for line in lines] == [
        (now, 11), (now + TICK, 31), (end - TICK, 131),
    ]  # fmt: skip
    assert (following.opening, following.closing) == (131, 1000)
    assert [line.amount for line in its_lines] == [869]
    assert (nothing.opening, nothing.closing, nothing.entries, no_lines) == (1, 1, 0, [])
    moments = [now - TICK, now, now + TICK, end - TICK, end, end + TICK]
    assert [balance_before(account_id=one, moment=moment) for moment in moments] == [
        0, 1, 11, 31, 131, 1000,
    ]  # fmt: skip


@pytest.mark.parametrize("unlocked", [False, True])
def test_statements_that_meet_share_no_entry_and_lose_none(now: datetime, unlocked: bool) -> None:
    """Also where entries were written out of the order of their moments."""
    (other,) = open_accounts(1, at=now - 10 * HOUR, funds=1000)
    (one,) = [open_unlocked(at=now)] if unlocked else open_accounts(1, at=now)
    for seconds in (0, 5, -5, 10, 3):
        post_batch([move(other, one, 1)], at=now + timedelta(seconds=seconds))

    first, lines = statement(account_id=one, since=now - HOUR, until=now)
    second, others = statement(account_id=one, since=now, until=now + HOUR)

    assert first.opening == 0
    assert first.closing == second.opening == balance_before(account_id=one, moment=now)
    assert len(lines) + len(others) == first.entries + second.entries == 5
    assert second.closing == 5
    for found, its in ((first, lines), (second, others)):
        assert found.opening + sum(line.amount for line in its) == found.closing
        assert its == [] or its[-1].balance == found.closing
    # What keeps no balance needs no order of booking; what keeps one is never cut against it.
    assert len(lines) == (1 if unlocked else 0)


def test_a_statement_of_an_unlocked_account_is_read_in_pages(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mint, (one,) = open_unlocked(at=now), open_accounts(1, at=now)
    post_batch([move(mint, one, amount) for amount in range(1, 6)], at=now)
    monkeypatch.setattr(statements, "PAGE", 2)
    found = make_statement(account=Account.objects.get(id=mint), since=now, until=now + HOUR)

    pages = list(read_pages(found))

    assert [[line.balance for line in page] for page in pages] == [[-1, -3], [-6, -10], [-15]]


def test_a_balance_is_known_for_any_moment(now: datetime) -> None:
    one, other = open_accounts(2, at=now, funds=1000)
    post_batch([move(one, other, 10)], at=now + HOUR)

    moments = [now, now + timedelta(seconds=1), now + HOUR, now + 2 * HOUR]

    assert [balance_before(account_id=one, moment=moment) for moment in moments] == [
        0, 1000, 1000, 990,
    ]  # fmt: skip
    assert balance_of(account_id=one) == 990


def test_the_balance_of_an_unlocked_account_is_the_sum_of_its_entries(now: datetime) -> None:
    mint = open_unlocked(at=now)
    (one,) = open_accounts(1, at=now)
    post_batch([move(mint, one, 70)], at=now)
    post_batch([move(one, mint, 20)], at=now + HOUR)

    found, lines = statement(account_id=mint, since=now + HOUR, until=now + 2 * HOUR)

    assert balance_of(account_id=mint) == -50
    assert balance_before(account_id=mint, moment=now + HOUR) == -70
    assert (found.opening, found.closing) == (-70, -50)
    assert [(line.amount, line.balance) for line in lines] == [(20, -50)]


@pytest.fixture
def no_margin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a snapshot cover what was written just now."""
    from wallet.ledger import services

    monkeypatch.setattr(services, "HORIZON", services.HORIZON.replace("- interval '1 second'", ""))


def test_a_snapshot_covers_what_is_there_and_the_rest_is_added(
    now: datetime, no_margin: None
) -> None:
    mint = open_unlocked(at=now)
    (one,) = open_accounts(1, at=now)
    post_batch([move(mint, one, 70), move(mint, one, 1)], at=now)

    assert wait_for_snapshot(mint, at=now) == [-71]
    post_batch([move(mint, one, 9)], at=now + HOUR)

    assert balance_of(account_id=mint) == -80
    assert balance_before(account_id=mint, moment=now + HOUR) == -71
    assert balance_before(account_id=mint, moment=now) == 0
    assert wait_for_snapshot(mint, at=now, more_than=1) == [-71, -80]
    assert balance_of(account_id=mint) == -80
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE account_id = %s", [mint])
        assert cursor.fetchone() == (3,)


def wait_for_snapshot(account: UUID, *, at: datetime, more_than: int = 0) -> list[int]:
    """Take snapshots until the clock has gone on by the millisecond that ids are made of."""
    for _ in range(2_000):
        take_snapshots(at=at)
        rows = Snapshot.objects.filter(account_id=account).order_by("up_to")
        if len(rows) > more_than:
            break
    return [row.balance for row in rows]


def test_nothing_new_makes_no_snapshot(now: datetime, no_margin: None) -> None:
    mint = open_unlocked(at=now)

    take_snapshots(at=now)

    assert not Snapshot.objects.filter(account_id=mint).exists()


def test_a_sum_beyond_what_a_snapshot_can_hold_stands_in_nobodys_way(
    now: datetime, no_margin: None
) -> None:
    vast, mint = open_unlocked(at=now), open_unlocked(at=now)
    accounts = open_accounts(3, at=now)
    for one in accounts[:2]:
        post_batch([move(vast, one, LARGEST)], at=now)
    post_batch([move(mint, accounts[2], 7)], at=now)

    assert wait_for_snapshot(mint, at=now) == [-7]
    assert balance_of(account_id=vast) == -2 * LARGEST


def test_a_snapshot_waits_for_what_is_still_being_written(now: datetime, no_margin: None) -> None:
    """An entry that commits after the snapshot, but was written before, is not lost."""
    from threading import Event

    from django.db import transaction

    mint = open_unlocked(at=now)
    (one,) = open_accounts(1, at=now)
    written, may_commit = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            post_batch([move(mint, one, 5)], at=now)
            written.set()
            assert may_commit.wait(20)

    def snapshot_meanwhile() -> None:
        assert written.wait(20)
        (two,) = open_accounts(1, at=now)
        post_batch([move(mint, two, 100)], at=now)
        take_snapshots(at=now)
        may_commit.set()

    at_once([write_slowly, snapshot_meanwhile])

    assert balance_of(account_id=mint) == -105
    assert not Snapshot.objects.filter(account_id=mint).exists()
    assert wait_for_snapshot(mint, at=now) == [-105]
