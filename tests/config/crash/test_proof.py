"""Each law of the crash test holds in a world that is right, and is broken by what breaks it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from chat.client import Refused
from config.crash import proof
from config.crash.deeds import FAMILIES, Deeds, find_difference
from config.crash.proof import Connection
from tests.config.crash.conftest import World

Law = Callable[[Connection, World], list[str]]


def answers(connection: Connection, world: World) -> list[str]:
    return proof.find_lost_answers(connection, world.deeds.done)


def things(connection: Connection, world: World) -> list[str]:
    return proof.find_lost_things(connection, world.books)


def money(connection: Connection, world: World) -> list[str]:
    return proof.find_lost_money(connection, world.books)


def doubles(connection: Connection, world: World) -> list[str]:
    return proof.find_doubles(connection)


def ends(connection: Connection, world: World) -> list[str]:
    return proof.find_open(connection)


def total(connection: Connection, world: World) -> list[str]:
    return proof.find_made_money(connection, world.books)


LAWS = [answers, things, money, doubles, ends, total]
FIRST_ACCEPTED = "(SELECT id FROM transfers_transfer WHERE status = 'accepted' LIMIT 1)"
FIRST_KEY = "(SELECT command_id FROM commands_key WHERE command = 'split.pay' LIMIT 1)"
FIRST_POST = "(SELECT id FROM ledger_transfer WHERE action = 'post' LIMIT 1)"
FIRST_BALANCE = "(SELECT id FROM ledger_account WHERE kind = 'balance' LIMIT 1)"
FIRST_ENTRY = f"(SELECT id FROM ledger_entry WHERE account_id = {FIRST_BALANCE} LIMIT 1)"
FIRST_PAID = "(SELECT id FROM requests_paymentrequest WHERE status = 'paid' LIMIT 1)"
FIRST_SHARE = (
    "(SELECT envelope_id, position FROM envelopes_share WHERE person_id IS NOT NULL LIMIT 1)"
)

# The same once more, of another amount.
MORE = (
    "(id, code, ref, action, amount, debit_account_id, credit_account_id)"
    " SELECT gen_random_uuid(), code, ref, action, amount + 1, debit_account_id, credit_account_id"
    " FROM ledger_transfer"
)

BROKEN: list[tuple[str, Law, str]] = [
    (
        f"DELETE FROM commands_key WHERE command_id = {FIRST_KEY}",
        answers, "was acknowledged, but is not there.",
    ),
    (
        "INSERT INTO commands_key SELECT person_id, gen_random_uuid(), command, terms, result,"
        f" money, at FROM commands_key WHERE command_id = {FIRST_KEY}",
        answers, "was carried out, but nobody was told.",
    ),
    (
        "UPDATE commands_key SET result = (SELECT max(result) FROM commands_key WHERE command ="
        " 'split.create') WHERE command = 'split.create'",
        answers, "kept is ('split.create',",
    ),
    (
        f"UPDATE transfers_transfer SET status = 'expired' WHERE id = {FIRST_ACCEPTED}",
        things, "The transfer ",
    ),
    (f"DELETE FROM transfers_transfer WHERE id = {FIRST_ACCEPTED}", things, " is None, "),
    (
        "UPDATE envelopes_share SET person_id = NULL"
        f" WHERE (envelope_id, position) IN {FIRST_SHARE}",
        things, "The envelope ",
    ),
    (
        "UPDATE splits_share SET status = 'unpaid' WHERE status = 'paid'",
        things, "The split ",
    ),
    (
        "UPDATE requests_paymentrequest SET status = 'open', payment_id = NULL"
        f" WHERE id = {FIRST_PAID}",
        things, "The request ",
    ),
    (
        "INSERT INTO requests_paymentrequest (id, requester_id, payer_id, amount, status)"
        " SELECT gen_random_uuid(), requester_id, payer_id, amount, status"
        f" FROM requests_paymentrequest WHERE id = {FIRST_PAID}",
        things, "acknowledged was None.",
    ),
    (
        "UPDATE vouchers_voucher SET status = 'expired' WHERE status = 'used'",
        things, "The voucher ",
    ),
    ("UPDATE vouchers_voucher SET used_amount = used_amount + 1", things, "The voucher "),
    ("DELETE FROM expenses_expense", things, "The expense "),
    ("UPDATE expenses_settlement SET amount = amount + 1", things, "The settlement "),
    ("UPDATE expenses_balance SET net = net + 1 WHERE net <> 0", things, "The net of "),
    ("UPDATE lending_loan SET repaid = repaid + 1", things, "The loan "),
    (
        "UPDATE disputes_dispute SET status = 'rejected' WHERE status = 'reversed'",
        things, "The dispute ",
    ),
    (f"DELETE FROM ledger_entry WHERE id = {FIRST_ENTRY}", money, "'s entries lack {("),
    (
        f"INSERT INTO ledger_entry SELECT * FROM ledger_entry WHERE id = {FIRST_ENTRY}",
        money, " more.",
    ),
    (
        f"UPDATE ledger_account SET debits_pending = 1 WHERE id = {FIRST_BALANCE}",
        money, ", acknowledged was (",
    ),
    (
        "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer WHERE action = 'post'",
        doubles, " was ended 2 times",
    ),
    (
        "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer WHERE code = 'split.pay'",
        doubles, "split.pay ",
    ),
    (
        f"INSERT INTO ledger_transfer {MORE} WHERE code = 'voucher.use'",
        doubles, " was used 2 times",
    ),
    (
        f"INSERT INTO ledger_transfer {MORE} WHERE code = 'dispute.reverse'",
        doubles, " was brought back 2 times",
    ),
    (
        "INSERT INTO envelopes_share SELECT * FROM envelopes_share WHERE person_id IS NOT NULL",
        doubles, " has 2 shares of the envelope ",
    ),
    (
        "INSERT INTO commands_key SELECT * FROM commands_key",
        doubles, " was carried out 2 times",
    ),
    (f"DELETE FROM ledger_transfer WHERE id = {FIRST_POST}", ends, " (transfer) stands open"),
    ("UPDATE transfers_transfer SET status = 'pending'", ends, " is pending"),
    ("UPDATE envelopes_envelope SET returned_at = NULL", ends, " is open"),
    ("UPDATE vouchers_voucher SET status = 'open'", ends, " is open"),
    ("UPDATE disputes_dispute SET status = 'proposed'", ends, " is proposed"),
    (
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE kind = 'voucher'",
        ends, " holds 1",
    ),
    (
        "INSERT INTO banks_payment (id, status) VALUES (gen_random_uuid(), 'unknown')",
        ends, " at a bank is unknown",
    ),
    (
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE kind = 'escrow'",
        ends, " holds 1",
    ),
    (
        "UPDATE ledger_account SET credits_posted = credits_posted + 1"
        f" WHERE id = {FIRST_BALANCE}",
        total, " brought in.",
    ),
]  # fmt: skip


@pytest.mark.long
def test_the_world_has_everything_that_a_law_is_about(world: World) -> None:
    done = {deed.command for deed in world.deeds.done}
    assert done == FAMILIES.keys()
    for things, statuses in (
        (world.books.transfers, {"accepted", "expired"}),
        (world.books.vouchers, {"used", "expired"}),
        (world.books.settlements, {"paid"}),
        (world.books.loans, {"open", "repaid"}),
        (world.books.disputes, {"reversed"}),
    ):
        assert statuses <= {one["status"] for one in things.values()}
    assert world.deeds.problems == []


@pytest.mark.long
@pytest.mark.parametrize("law", LAWS)
def test_a_law_holds_where_all_is_right(shadow: Connection, world: World, law: Law) -> None:
    assert law(shadow, world) == []


@pytest.mark.long
@pytest.mark.parametrize(("accident", "law", "said"), BROKEN)
def test_a_law_is_broken_by_what_breaks_it(
    shadow: Connection, world: World, accident: str, law: Law, said: str
) -> None:
    assert shadow.execute(accident).rowcount > 0

    problems = law(shadow, world)

    assert problems
    assert said in problems[0]


@pytest.mark.long
def test_two_commands_with_one_result_are_found(shadow: Connection, world: World) -> None:
    first = next(deed for deed in world.deeds.done if deed.command == "split.create")
    twin = dataclasses.replace(first, id="00000000-0000-0000-0000-000000000000")

    problems = proof.find_lost_answers(shadow, [*world.deeds.done, twin])

    assert problems == [
        f"split.create {twin.id} was acknowledged, but is not there.",
        f"2 commands split.create were answered with the same {first.about}.",
    ]


def test_a_refusal_without_a_reason_is_a_problem() -> None:
    deeds = Deeds()
    for code in ("envelope.empty", "request.malformed"):
        refusal = Refused({"code": code, "message": "No.", "retryable": False})
        deeds.note_refusal("ann", "envelope.claim", refusal)

    assert deeds.refused == {"envelope.empty": 1, "request.malformed": 1}
    assert deeds.problems == ["ann's envelope.claim was refused: request.malformed: No."]


@pytest.mark.parametrize(
    ("command", "change", "found"),
    [
        ("transfer.send", {"replayed": True}, ""),
        ("transfer.send", {"transfer": {"amount": 1}}, "was answered {"),
        ("transfer.send", {"transfer": {"id": "another"}}, "was about "),
        # Whom else has paid by now is told.
        ("split.pay", {"split": {"status": "settled!"}}, ""),
        ("split.pay", {"split": {"id": "another"}}, "was about "),
    ],
)
def test_an_answer_that_is_another_one_when_it_is_sent_again_is_found(
    world: World, command: str, change: dict[str, Any], found: str
) -> None:
    deed = next(one for one in world.deeds.done if one.command == command)
    again = dict(deed.result)
    for name, value in change.items():
        again[name] = deed.result[name] | value if isinstance(value, dict) else value

    difference = find_difference(deed, again)

    assert difference.startswith(found)
    assert bool(difference) == bool(found)
