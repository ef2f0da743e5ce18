"""The laws: every acknowledged command is there, nothing is double, everything came to its end.

Each law reads the tables as they are and returns what breaks it, so that it can be shown a world in
which it is broken.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from config.crash.books import AllBooks
from config.crash.deeds import FAMILIES, MANY_TIMES, Deed, Deeds, find_about

Connection = psycopg.Connection[tuple[Any, ...]]
Shown = dict[str, Any]
Law = Callable[[Connection], list[str]]
USED = "used_amount"

KEYS = """
    SELECT person_id::text, command_id::text, command, result FROM commands_key
    WHERE command = ANY(%s) ORDER BY at
"""
TRANSFERS = """
    SELECT id::text, sender_id::text, receiver_id::text, amount, status FROM transfers_transfer
"""
ENVELOPES = "SELECT id::text, sender_id::text, amount, count FROM envelopes_envelope"
TAKEN = """
    SELECT envelope_id::text, person_id::text, amount FROM envelopes_share
    WHERE person_id IS NOT NULL
"""
SPLITS = "SELECT split_id::text, person_id::text, status FROM splits_share"
REQUESTS = """
    SELECT id::text, requester_id::text, payer_id::text, amount, status
    FROM requests_paymentrequest
"""
VOUCHERS = """
    SELECT v.id::text, i.funder_id::text, v.holder_id::text, i.amount, v.status,
           COALESCE(v.used_amount, 0)
    FROM vouchers_voucher AS v JOIN vouchers_issue AS i ON i.id = v.issue_id
"""
EXPENSES = "SELECT id::text, by_id::text, amount FROM expenses_expense"
SETTLEMENTS = """
    SELECT id::text, payer_id::text, payee_id::text, amount, status FROM expenses_settlement
"""
NETS = "SELECT person_id::text, net FROM expenses_balance WHERE net <> 0"
LOANS = """
    SELECT id::text, lender_id::text, borrower_id::text, amount, status, repaid FROM lending_loan
"""
DISPUTES = """
    SELECT id::text, payer_id::text, payee_id::text, amount, status FROM disputes_dispute
"""
ENTRIES = """
    SELECT a.owner_id::text, t.code, e.amount
    FROM ledger_entry AS e
    JOIN ledger_account AS a ON a.id = e.account_id
    JOIN ledger_transfer AS t ON t.id = e.transfer_id
    WHERE a.kind = 'balance'
"""
BALANCES = """
    SELECT owner_id::text, credits_posted - debits_posted, debits_pending
    FROM ledger_account WHERE kind = 'balance'
"""
# Each line says in words what is there more often than once.
DOUBLES = """
    SELECT 'the hold ' || pending_id || ' was ended ' || count(*) || ' times'
    FROM ledger_transfer WHERE pending_id IS NOT NULL GROUP BY pending_id HAVING count(*) > 1
    UNION ALL
    SELECT code || ' ' || ref || ' moved ' || amount || ' ' || count(*) || ' times'
    FROM ledger_transfer WHERE ref IS NOT NULL AND action IN ('transfer', 'post')
      -- A loan may be repaid in equal parts.
      AND code <> 'loan.repay'
    GROUP BY code, ref, debit_account_id, credit_account_id, amount HAVING count(*) > 1
    UNION ALL
    SELECT 'the voucher ' || ref || ' was used ' || count(*) || ' times'
    FROM ledger_transfer WHERE code = 'voucher.use' GROUP BY ref HAVING count(*) > 1
    UNION ALL
    SELECT 'the payment ' || ref || ' was brought back ' || count(*) || ' times'
    FROM ledger_transfer WHERE code = 'dispute.reverse' GROUP BY ref HAVING count(*) > 1
    UNION ALL
    SELECT 'the person ' || person_id || ' has ' || count(*) || ' shares of the envelope '
           || envelope_id
    FROM envelopes_share WHERE person_id IS NOT NULL
    GROUP BY envelope_id, person_id HAVING count(*) > 1
    UNION ALL
    SELECT 'the command ' || command_id || ' was carried out ' || count(*) || ' times'
    FROM commands_key GROUP BY person_id, command_id HAVING count(*) > 1
"""
OPEN = """
    SELECT 'the hold ' || p.id || ' (' || p.code || ') stands open' FROM ledger_transfer AS p
    WHERE p.action = 'pending'
      AND NOT EXISTS (SELECT FROM ledger_transfer AS r WHERE r.pending_id = p.id)
    UNION ALL
    SELECT 'the transfer ' || id || ' is pending' FROM transfers_transfer WHERE status = 'pending'
    UNION ALL
    SELECT 'the envelope ' || id || ' is open' FROM envelopes_envelope WHERE returned_at IS NULL
    UNION ALL
    SELECT 'the voucher ' || id || ' is open' FROM vouchers_voucher WHERE status = 'open'
    UNION ALL
    SELECT 'the dispute ' || id || ' is ' || status FROM disputes_dispute
    WHERE status NOT IN ('reversed', 'rejected')
    UNION ALL
    SELECT 'the payment ' || id || ' at a bank is ' || status FROM banks_payment
    WHERE status NOT IN ('done', 'failed')
    UNION ALL
    SELECT 'the escrow ' || id || ' holds ' || credits_posted - debits_posted FROM ledger_account
    WHERE kind IN ('escrow', 'voucher') AND credits_posted <> debits_posted
"""
TOTAL = """
    SELECT COALESCE(sum(credits_posted - debits_posted), 0)::bigint FROM ledger_account
    WHERE owner_id IS NOT NULL
"""


def find_lost_answers(connection: Connection, deeds: Sequence[Deed]) -> list[str]:
    """Return which commands are not kept as they were answered, and which nobody was told of."""
    kept: dict[tuple[str, str], tuple[str, str]] = {}
    for person, key, command, result in connection.execute(KEYS, [sorted(FAMILIES)]):
        kept[person, key] = (command, find_about(command, json.loads(result)))
    return [*_compare_answers(kept, deeds), *_share_things(deeds)]


def _compare_answers(
    kept: dict[tuple[str, str], tuple[str, str]], deeds: Sequence[Deed]
) -> Iterator[str]:
    for deed in deeds:
        if (found := kept.pop((deed.person, deed.id), None)) is None:
            yield f"{deed.command} {deed.id} was acknowledged, but is not there."
        elif found != (deed.command, deed.about):
            yield f"{deed.command} {deed.id} was about {deed.about}, kept is {found}."
    for (_, key), (command, about) in kept.items():
        yield f"{command} {key} about {about} was carried out, but nobody was told."


def _share_things(deeds: Sequence[Deed]) -> Iterator[str]:
    made = Counter((deed.command, deed.person, deed.about) for deed in deeds)
    for (command, _, about), times in made.items():
        if times > 1 and command not in MANY_TIMES:
            yield f"{times} commands {command} were answered with the same {about}."


def find_lost_things(connection: Connection, books: AllBooks) -> list[str]:
    """Return which transfers, envelopes, vouchers, splits, requests, expenses, settlements, loans
    and disputes are not what was acknowledged.
    """
    found, expected = _read_things(connection), _expect_things(books)
    return [
        f"The {family} {key} is {there.get(key)}, acknowledged was {wanted.get(key)}."
        for family, wanted in expected.items()
        for there in [found[family]]
        for key in sorted(there.keys() | wanted.keys())
        if there.get(key) != wanted.get(key)
    ]


def _read_things(connection: Connection) -> dict[str, dict[str, Any]]:
    taken: dict[str, dict[str, int]] = defaultdict(dict)
    for key, person, amount in connection.execute(TAKEN):
        taken[key][person] = amount
    splits: dict[str, dict[str, str]] = defaultdict(dict)
    for key, person, status in connection.execute(SPLITS):
        splits[key][person] = status
    rows = {
        "transfer": TRANSFERS, "request": REQUESTS, "voucher": VOUCHERS, "expense": EXPENSES,
        "settlement": SETTLEMENTS, "net of": NETS, "loan": LOANS, "dispute": DISPUTES,
    }  # fmt: skip
    found = {
        family: {key: tuple(rest) for key, *rest in connection.execute(query)}
        for family, query in rows.items()
    }
    return found | {
        "envelope": {
            key: (*rest, taken.get(key, {})) for key, *rest in connection.execute(ENVELOPES)
        },
        "split": dict(splits),
    }


def _expect_things(books: AllBooks) -> dict[str, dict[str, Any]]:
    return {
        "transfer": {key: _sides(one) for key, one in books.transfers.items()},
        "envelope": {
            key: (one["sender"], one["amount"], one["count"], books.shares[key])
            for key, one in books.envelopes.items()
        },
        "split": books.statuses,
        "request": {key: _sides(one) for key, one in books.requests.items()},
        "voucher": {
            key: tuple(one[name] for name in ("funder", "holder", "amount", "status", USED))
            for key, one in books.vouchers.items()
        },
        "expense": {key: (one["by"], one["amount"]) for key, one in books.expenses.items()},
        "settlement": {key: _sides(one) for key, one in books.settlements.items()},
        "net of": {person: (net,) for person, net in books.nets.items() if net},
        "loan": {
            key: tuple(one[name] for name in ("lender", "borrower", "amount", "status", "repaid"))
            for key, one in books.loans.items()
        },
        "dispute": {
            key: tuple(one[name] for name in ("payer", "payee", "amount", "status"))
            for key, one in books.disputes.items()
        },
    }


def _sides(shown: Shown) -> tuple[str, str, int, str]:
    return shown["from"], shown["to"], shown["amount"], shown["status"]


def find_lost_money(connection: Connection, books: AllBooks) -> list[str]:
    """Return whose entries, balance or holds are not what was acknowledged, to the fen."""
    entries: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    for person, code, amount in connection.execute(ENTRIES):
        entries[person][code, amount] += 1
    balances = {person: (balance, held) for person, balance, held in connection.execute(BALANCES)}
    problems = []
    for person in sorted(books.purses.keys() | balances.keys()):
        expected = books.purse(person)
        missing = expected.entries - entries[person]
        surplus = entries[person] - expected.entries
        if missing or surplus:
            problems.append(f"{person}'s entries lack {dict(missing)}, have {dict(surplus)} more.")
        if (there := balances.get(person)) != (wanted := (expected.balance, expected.held)):
            problems.append(f"{person} has {there}, acknowledged was {wanted}.")
    return problems


def find_doubles(connection: Connection) -> list[str]:
    """Return what happened more than once."""
    return [line for (line,) in connection.execute(DOUBLES)]


def find_open(connection: Connection) -> list[str]:
    """Return what has not come to its end."""
    return [line for (line,) in connection.execute(OPEN)]


def find_made_money(connection: Connection, books: AllBooks) -> list[str]:
    """Return by how much all money of people is not what was brought in and not taken out."""
    brought_in = sum(
        amount * times
        for purse in books.purses.values()
        for (kind, amount), times in purse.entries.items()
        if kind in ("bank.top_up", "bank.withdraw")
    )
    ((there,),) = connection.execute(TOTAL).fetchall()
    return [] if there == brought_in else [f"People have {there} fen of {brought_in} brought in."]


def list_laws(deeds: Deeds, books: AllBooks) -> list[tuple[str, Law]]:
    """Return all laws about what was acknowledged, each with its name; the books are those of the
    end.
    """
    return [
        (
            "every acknowledged command is kept with its answer, and no other was carried out",
            lambda connection: find_lost_answers(connection, deeds.done),
        ),
        (
            "everything that was made is there, as it was acknowledged, and nothing else",
            lambda connection: find_lost_things(connection, books),
        ),
        (
            "everybody's entries and balance are what was acknowledged, to the fen",
            lambda connection: find_lost_money(connection, books),
        ),
        ("nothing is there twice", find_doubles),
        (
            "every hold, envelope, voucher, dispute and payment at a bank has come to its end",
            find_open,
        ),
        (
            "all money is what was brought in and not taken out",
            lambda connection: find_made_money(connection, books),
        ),
    ]
