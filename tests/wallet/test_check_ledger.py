"""The proof of the books can fail: each law is broken once, by SQL with the guards off, and
named.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from graph.limits.selectors import find_flow_in_postgres
from tests.people import account, make_people, trust
from tests.wallet.disputes.cases import Case
from tests.wallet.requests.asked import Three
from wallet.banks import services as banks
from wallet.banks.models import Direction
from wallet.checks import COUNTED, LAWS
from wallet.envelopes.services import Terms
from wallet.envelopes.services import send as send_envelope
from wallet.expenses import services as expenses
from wallet.expenses.settling import settle
from wallet.expenses.terms import Terms as ExpenseTerms
from wallet.ledger.checks import find_violations
from wallet.ledger.models import Entry, Transfer
from wallet.lending import services as lending
from wallet.splits import services as splits
from wallet.splits.between import Even
from wallet.transfers import services as transfers

LAST = "(SELECT id FROM ledger_entry WHERE account_id = %(payer)s ORDER BY version DESC LIMIT 1)"
POSTED = "(SELECT transfer_id FROM ledger_entry WHERE account_id = %(payer)s LIMIT 1)"

# Which law, and the falsification that must be named under it.
FORGERIES = [
    (
        "the entries of each transfer sum to zero",
        f"UPDATE ledger_entry SET amount = amount - 1 WHERE id = {LAST}",
    ),
    (
        "the entries of each currency sum to zero",
        f"UPDATE ledger_entry SET amount = amount - 1 WHERE id = {LAST}",
    ),
    (
        "each posted transfer has its two entries, and no other has any",
        f"DELETE FROM ledger_entry WHERE id = {LAST}",
    ),
    (
        "each entry belongs to a transfer of its account, amount and currency",
        f"UPDATE ledger_entry SET transfer_id = uuidv7() WHERE id = {LAST}",
    ),
    (
        "a balance is what the account's last entry says",
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = %(payer)s",
    ),
    (
        "each entry's balance follows from the one before it",
        f"UPDATE ledger_entry SET balance = balance + 1 WHERE id = {LAST}",
    ),
    (
        "versions count the entries of an account without gaps",
        f"UPDATE ledger_entry SET version = version + 1 WHERE id = {LAST}",
    ),
    (
        "an account's totals are the sums of its entries",
        "UPDATE ledger_account SET credits_posted = credits_posted + 1,"
        " debits_posted = debits_posted + 1 WHERE id = %(payer)s",
    ),
    (
        "what is held is what pending transfers may still take",
        "UPDATE ledger_account SET debits_pending = 0 WHERE id = %(payer)s",
    ),
    (
        "no account is below its floor, or above its ceiling but for a refund",
        "UPDATE ledger_account SET max_balance = 1 WHERE id = %(payer)s",
    ),
    (
        "a reversal is a posted transfer turned round, of at most its amount",
        f"UPDATE ledger_transfer SET reverses = uuidv7() WHERE id = {POSTED}",
    ),
    (
        "a snapshot is the sum of the entries below it",
        "INSERT INTO ledger_snapshot (account_id, up_to, balance, latest_at, taken_at)"
        " VALUES (%(payer)s, uuidv7(), -1, now(), now())",
    ),
    (
        "an envelope's escrow holds what nobody has taken yet, and nothing once it is closed",
        "UPDATE envelopes_share SET returned = true WHERE envelope_id = %(envelope)s",
    ),
    (
        "an envelope's shares sum to its amount",
        "DELETE FROM envelopes_share WHERE envelope_id = %(envelope)s AND position = 0",
    ),
    (
        "a split's shares sum to its amount",
        "UPDATE splits_share SET amount = amount + 1 WHERE split_id = %(split)s AND position = 0",
    ),
    (
        "an expense's parts and what was paid for it sum to its amount",
        "UPDATE expenses_line SET part = part + 1 WHERE expense_id = %(expense)s AND part > 0",
    ),
    (
        "what somebody is owed in a room is what its expenses and settlements say",
        "UPDATE expenses_balance SET net = net + 1 WHERE person_id = %(lender)s",
    ),
    (
        "a settlement that moved money has its transfer",
        "UPDATE expenses_settlement SET amount = amount + 1 WHERE id = %(settlement)s",
    ),
    (
        "a transfer is pending exactly as long as its hold is",
        "UPDATE transfers_transfer SET status = 'accepted' WHERE id = %(transfer)s",
    ),
    (
        "a transfer waits for a person exactly as long as its review is held",
        "UPDATE transfers_transfer SET under_review = true WHERE id = %(transfer)s",
    ),
    (
        "a payment at a bank holds its money while it is open, and has moved it once if it is done",
        "UPDATE banks_payment SET status = 'failed' WHERE id = %(payment)s",
    ),
    (
        "the escrow of vouchers holds those that are open, and nothing once they are returned",
        "UPDATE vouchers_voucher SET status = 'expired' WHERE id = %(voucher)s",
    ),
    (
        "a used voucher paid at most its amount, for what it says",
        "UPDATE vouchers_voucher SET used_amount = used_amount - 1 WHERE id = %(used)s",
    ),
    (
        "a payment request is paid by one transfer of its amount",
        "UPDATE requests_paymentrequest SET amount = amount + 1 WHERE id = %(request)s",
    ),
    (
        "a dispute holds what it says, and nothing once it is decided",
        "UPDATE disputes_dispute SET held_amount = held_amount - 1 WHERE id = %(frozen)s",
    ),
    (
        "a payment is reversed at most once, by at most what it was, and by its dispute alone",
        "UPDATE disputes_dispute SET reversal_id = uuidv7() WHERE id = %(reversed)s",
    ),
    (
        "what a trust line has reserved is what loans use of it",
        "UPDATE trust_line SET reserved = reserved - 1 WHERE giver_id = %(lender)s",
    ),
    (
        "a loan that is owed is covered by what it reserves",
        "UPDATE lending_loan SET principal = principal - 1 WHERE id = %(loan)s",
    ),
    (
        "a loan owes what its statement ends with",
        "UPDATE lending_loan SET interest_micro = interest_micro + 1 WHERE id = %(loan)s",
    ),
    (
        "a trust line is what its history says of it",
        "UPDATE trust_line SET burned = burned + 1 WHERE giver_id = %(lender)s",
    ),
]


@pytest.fixture
def books(now: datetime) -> dict[str, UUID]:
    """A small world in which every law has something to say."""
    lender, borrower = make_people(2, at=now, funds=100_000)
    trust(lender, borrower, 50_000, at=now)
    terms = Terms(amount=1_000, currency="CNY", count=3, kind="random")
    envelope = send_envelope(
        room_id=uuid7(), sender_id=lender, terms=terms, sender_may_claim=True, at=now
    )
    transfer = transfers.send(transfers.Offer(lender, borrower, 700, "CNY"), at=now)
    bill = splits.create(
        room_id=uuid7(), initiator_id=lender, currency="CNY", note="",
        parts={lender: 50, borrower: 50}, at=now,
    )  # fmt: skip
    room_id = uuid7()
    laid = expenses.add(
        room_id=room_id, by=lender, at=now,
        terms=ExpenseTerms(
            paid={lender: 90}, between=Even(mode="even", members=[lender, borrower]),
            currency="CNY", note="", category="", on=now.date(),
        ),
    )  # fmt: skip
    settlement = settle(
        room_id=room_id, payer_id=borrower, payee_id=lender, amount=40, currency="CNY", at=now
    )
    flow = find_flow_in_postgres(lender_id=lender, borrower_id=borrower, at=now)
    loan = lending.ask(
        borrower_id=borrower, lender_id=lender, amount=20_000, days=30, daily_rate_ppm=0,
        instalments=1, note="", room_id=None, flow=flow, at=now,
    )  # fmt: skip
    payment = banks.open_payment(
        person_id=lender, direction=Direction.IN, amount=5, currency="CNY", channel="nowhere",
        at=now,
    )  # fmt: skip
    lending.grant(loan_id=loan.id, person_id=lender, flow=flow, at=now + timedelta(seconds=1))
    return {
        **paid_and_disputed(now),
        "payer": account(lender, at=now).id,
        "lender": lender,
        "envelope": envelope.id,
        "transfer": transfer.id,
        "split": bill.split.id,
        "expense": laid.expense.id,
        "settlement": settlement.id,
        "loan": loan.id,
        "payment": payment.id,
    }


def paid_and_disputed(now: datetime) -> dict[str, UUID]:
    """A payment that came back, another that is frozen, and vouchers."""
    three = Three(at=now)
    used, request = three.voucher(500), three.ask(800)
    three.pay(request)
    cases = [Case(at=now), Case(at=now)]
    cases[0].act(cases[0].one, "freeze")
    cases[1].reverse()
    return {
        "used": used, "request": request, "voucher": three.voucher(100), "frozen": cases[0].id,
        "reversed": cases[1].id,
    }  # fmt: skip


@contextmanager
def guards_off() -> Iterator[None]:
    """Let SQL falsify the books, and take everything back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("ledger_account", "ledger_transfer", "ledger_entry"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                "ALTER TABLE ledger_account DROP CONSTRAINT account_stays_above_its_floor"
            )
        yield
        transaction.set_rollback(True)


def test_every_law_has_a_forgery_that_breaks_it() -> None:
    assert [law.name for law in LAWS] == [name for name, _ in FORGERIES]


@pytest.mark.parametrize(("broken", "forgery"), FORGERIES)
def test_a_broken_law_is_named(books: dict[str, UUID], broken: str, forgery: str) -> None:
    with guards_off():
        with connection.cursor() as cursor:
            cursor.execute(forgery, books)
            assert cursor.rowcount >= 1

        law = next(law for law in LAWS if law.name == broken)
        assert find_violations(law), f"{forgery} went unnoticed"

    assert not find_violations(law)


def test_a_change_of_a_line_that_was_not_written_down_is_a_violation(
    books: dict[str, UUID],
) -> None:
    law = next(law for law in LAWS if law.name == "a trust line is what its history says of it")
    with guards_off():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE trust_line SET version = version + 1 WHERE giver_id = %(lender)s"
                " RETURNING id, capacity, version", books,
            )  # fmt: skip
            (line, capacity, version) = cursor.fetchone()

        assert find_violations(law) == [
            f"line {line} has {capacity}, its history says nothing of version {version}"
        ]


def test_the_command_ends_with_1_when_a_law_is_broken(
    books: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    from config.management.commands import check_ledger
    from wallet.ledger.checks import Law

    forged = Law("nothing is ever posted", "SELECT id::text FROM ledger_transfer")
    monkeypatch.setattr(check_ledger, "LAWS", (forged,))
    assert Transfer.objects.exists()

    with pytest.raises(CommandError) as caught:
        call_command("check_ledger", stdout=StringIO(), stderr=StringIO())

    assert caught.value.returncode == 1


@pytest.mark.parametrize(("many", "progress"), [(0, True), (10**12, False)])
def test_the_command_says_over_how_many_rows_and_how_far_it_is(
    books: dict[str, UUID], monkeypatch: pytest.MonkeyPatch, many: int, progress: bool
) -> None:
    from config.management.commands import check_ledger

    monkeypatch.setattr(check_ledger, "MANY", many)
    out, err = StringIO(), StringIO()

    call_command("check_ledger", stdout=out, stderr=err)

    *laws, last = out.getvalue().splitlines()
    assert laws == [f"holds   {law.name}" for law in LAWS]
    assert last.startswith(f"{len(LAWS)} of {len(LAWS)} laws hold over ")
    assert f" {Transfer.objects.count()} transfers, {Entry.objects.count()} entries, " in last
    assert (
        err.getvalue().splitlines()
        == [f"{place} of {len(LAWS)}: {law.name} …" for place, law in enumerate(LAWS, start=1)]
        * progress
    )


def test_everything_that_a_law_is_about_is_counted() -> None:
    """A kind of rows that a later law brings along must not be left out of the count."""
    about = {table for law in LAWS for table in re.findall(r"FROM (\w+_\w+)", law.violations)}

    assert about - set(COUNTED.values()) <= PARTS


# Rows that are parts of what is counted.
PARTS = {"lending_event", "lending_reservation", "expenses_line", "vouchers_issue"}
