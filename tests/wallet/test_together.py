"""Transfers and shares of bills and envelopes that many people ask for at the same moment."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from commands.execute import Answer
from commands.models import Key
from commands.registry import ALONE, get_registration
from outbox.models import Event
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import account, balance, make_people
from tests.threads import Rival
from tests.together import count_statements, make_job, results, together
from tests.wallet.envelopes.packets import Packet
from tests.wallet.screening.rules.switching import rules
from tests.wallet.splits.bills import Table, statuses
from wallet.closing.services import freeze
from wallet.ledger import services as ledger
from wallet.ledger.models import Entry
from wallet.screening.rules.switches import settings_at
from wallet.screening.selectors import find_mark
from wallet.splits.errors import AlreadyPaid
from wallet.transfers.models import Transfer

FUNDS = 10_000
UNKNOWN = UUID("0190f1e2-0000-7000-8000-000000000000")


def keys(person: UUID) -> int:
    return Key.objects.filter(person_id=person).count()


# --- Transfers -----------------------------------------------------------------------------------


def test_transfers_of_the_same_moment_are_each_answered_for_themselves(now: datetime) -> None:
    one, other, poor = make_people(3, at=now, funds=FUNDS)
    call(poor, "wallet.withdraw", at=now, amount=FUNDS, channel="sandbox")
    before = {person: keys(person) for person in (one, other, poor)}
    jobs = [
        make_job(one, "transfer.send", at=now, to=other, amount=700, note="Tea"),
        make_job(one, "transfer.send", at=now, to=one, amount=1),
        make_job(poor, "transfer.send", at=now, to=one, amount=1),
        make_job(one, "transfer.send", at=now, to=UNKNOWN, amount=1),
        make_job(other, "transfer.send", at=now, to=one, amount=FUNDS),
        make_job(other, "transfer.send", at=now, to=one, amount=1),
    ]

    sent, same, broke, nobody, all_of_it, too_much = results(together("transfer.send", jobs))

    assert (same, broke, nobody, too_much) == (
        "wallet.same_account", "wallet.insufficient_funds", "person.not_found",
        "wallet.insufficient_funds",
    )  # fmt: skip
    assert (sent["transfer"]["amount"], sent["transfer"]["note"]) == (700, "Tea")
    assert all_of_it["transfer"]["status"] == "pending"
    assert [account(person, at=now).held for person in (one, other)] == [700, FUNDS]
    assert Transfer.objects.filter(sender_id__in=[one, other, poor]).count() == 2
    assert Notice.objects.filter(owner_id__in=[one, other], kind="money.in").count() == 2
    # A refused id may be sent again: only what was done is kept.
    grown = {person: keys(person) - before[person] for person in (one, other, poor)}
    assert grown == {one: 1, other: 1, poor: 0}
    call(other, "transfer.accept", at=now, transfer=sent["transfer"]["id"])
    assert balance(one, at=now) == FUNDS - 700


def test_a_transfer_above_a_limit_does_not_undo_its_neighbours(
    now: datetime, settings: Any
) -> None:
    from graph.people.models import Tier

    # Those that are gated go alone.
    settings.GATE_AMOUNT = 100_002
    (basic,) = make_people(1, at=now, funds=10_000_000, tier=Tier.BASIC)
    (other,) = make_people(1, at=now)
    jobs = [
        make_job(basic, "transfer.send", at=now, to=other, amount=amount)
        for amount in (100_000, 100_001, 99_999, 2, 1)
    ]

    decided = together("transfer.send", jobs)

    assert [isinstance(one, Answer) for one in decided] == [True, False, True, False, True]
    assert [one.detail["limit"] for one in decided if not isinstance(one, Answer)] == [
        "payment", "day",
    ]  # fmt: skip
    assert account(basic, at=now).held == 200_000


@pytest.mark.parametrize("count", [1, 64])
def test_transfers_take_the_same_statements_however_many(now: datetime, count: int) -> None:
    people = make_people(count + 1, at=now, funds=FUNDS)
    jobs = [
        make_job(payer, "transfer.send", at=now, to=people[-1], amount=1) for payer in people[:-1]
    ]

    with rules(now):
        settings_at(find_mark())
        statements, decided = count_statements("transfer.send", jobs)

    assert all(isinstance(one, Answer) for one in decided)
    # No rule is on: ids, receivers, one posting with what is kept, transfers, blocks, notices. The
    # accounts are remembered.
    assert statements == 6


def test_what_was_offered_is_taken_at_the_same_moment(now: datetime) -> None:
    payer, one, other = make_people(3, at=now, funds=FUNDS)

    def offer(to: UUID) -> str:
        return str(call(payer, "transfer.send", at=now, to=to, amount=9)["transfer"]["id"])

    first, second, third = offer(one), offer(other), offer(one)
    call(one, "transfer.return", at=now, transfer=third)
    wishes = [(one, first), (one, second), (other, second), (one, first), (one, third)]
    jobs = [make_job(who, "transfer.accept", at=now, transfer=what) for who, what in wishes]

    decided = results(together("transfer.accept", jobs))

    assert [one if isinstance(one, str) else one["transfer"]["status"] for one in decided] == [
        "accepted", "transfer.not_found", "accepted", "transfer.not_pending",
        "transfer.not_pending",
    ]  # fmt: skip
    assert [balance(who, at=now) - FUNDS for who in (payer, one, other)] == [-18, 9, 9]
    assert account(payer, at=now).held == 0
    closed = Transfer.objects.filter(sender_id=payer, status="accepted")
    assert {one.closed_at for one in closed} == {now}


@pytest.mark.parametrize("count", [1, 40])
def test_taking_takes_the_same_statements_however_many(now: datetime, count: int) -> None:
    payer, *takers = make_people(count + 1, at=now, funds=FUNDS)
    jobs = []
    for taker in takers:
        sent = call(payer, "transfer.send", at=now, to=taker, amount=9)["transfer"]["id"]
        jobs.append(make_job(taker, "transfer.accept", at=now, transfer=sent))

    statements, decided = count_statements("transfer.accept", jobs)

    assert all(isinstance(one, Answer) for one in decided)
    # Ids, transfers, one posting with the graph and what is kept, transfers.
    assert statements == 4


def test_a_batch_is_posted_in_one_statement(now: datetime) -> None:
    people = make_people(65, at=now, funds=FUNDS)
    accounts = [account(person, at=now).id for person in people]
    items = [
        ledger.Item(id=uuid4(), code="test", debit=payer, credit=accounts[-1], amount=1)
        for payer in accounts[:-1]
    ]

    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        outcomes = ledger.post_batch(items, at=now)

    assert len(asked) == 1
    assert {one.status for one in outcomes} == {"created"}
    assert Entry.objects.filter(account_id=accounts[-1], amount=1).count() == 64


# --- Ids -----------------------------------------------------------------------------------------


def test_an_id_that_was_carried_out_is_answered_again_among_others(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    terms = {"to": other, "amount": 5}
    alone_id, batch_id = uuid4(), uuid4()
    first = send(one, "transfer.send", at=now, command_id=alone_id, **terms)
    (second,) = together(
        "transfer.send", [make_job(one, "transfer.send", at=now, command_id=batch_id, **terms)]
    )
    assert isinstance(second, Answer)

    again = together(
        "transfer.send",
        [
            make_job(one, "transfer.send", at=now, command_id=alone_id, **terms),
            make_job(one, "transfer.send", at=now, command_id=batch_id, **terms),
            make_job(one, "transfer.send", at=now, command_id=batch_id, to=other, amount=6),
            make_job(one, "transfer.send", at=now, **terms),
        ],
    )

    assert again[0] == Answer(first.result, replayed=True)
    assert again[1] == Answer(second.result, replayed=True)
    assert (again[2].code, again[2].detail["differs"]) == ("request.id_reused", ["amount"])
    assert isinstance(again[3], Answer)
    assert send(one, "transfer.send", at=now, command_id=batch_id, **terms) == again[1]
    assert account(one, at=now).held == 15


def test_the_same_id_twice_in_one_go_is_carried_out_once(now: datetime) -> None:
    one, other = make_people(2, at=now, funds=FUNDS)
    job = make_job(one, "transfer.send", at=now, to=other, amount=5)

    first, second = together("transfer.send", [job, job])

    assert isinstance(first, Answer)
    assert second is ALONE
    assert account(one, at=now).held == 5
    assert together("transfer.send", [job]) == [Answer(first.result, replayed=True)]


def test_an_id_that_another_door_is_carrying_out_waits_by_itself(now: datetime) -> None:
    """The rival's key is not committed yet: all are carried out one by one, nothing is double."""
    one, other, third = make_people(3, at=now, funds=FUNDS)
    command_id = uuid4()
    terms = {"to": other, "amount": 5}
    jobs = [
        make_job(one, "transfer.send", at=now, command_id=command_id, **terms),
        make_job(third, "transfer.send", at=now, **terms),
    ]

    with Rival() as rival:
        with transaction.atomic():
            send(one, "transfer.send", at=now, command_id=command_id, **terms)
            decided = rival.do(lambda: together("transfer.send", jobs))
        assert decided == [ALONE, ALONE]

    assert [account(person, at=now).held for person in (one, third)] == [5, 0]


@pytest.mark.parametrize("command", ["transfer.send", "transfer.accept", "split.pay", "claim"])
def test_a_refusal_that_the_same_id_has_caused_is_its_answer(
    now: datetime, settings: Any, command: str
) -> None:
    """The copy looks for the id, waits for what the first has locked, and is refused by it."""
    # Those that are gated go alone.
    settings.GATE_AMOUNT = 100_001
    table = Table(at=now, people=3)
    one, other = table.guests
    offer = call(other, "transfer.send", at=now, to=one, amount=5)["transfer"]["id"]
    packet = Packet(at=now, people=2, count=2)
    who, command, terms = {
        "transfer.send": (one, "transfer.send", {"to": other, "amount": 100_000}),
        "transfer.accept": (one, "transfer.accept", {"transfer": offer}),
        "split.pay": (one, "split.pay", {"split": table.evenly(300)}),
        "claim": (packet.others[0], "envelope.claim", {"envelope": packet.id}),
    }[command]
    command_id = uuid4()
    job = make_job(who, command, at=now, command_id=command_id, **terms)

    with Rival() as rival:
        with transaction.atomic():
            first = send(who, command, at=now, command_id=command_id, **terms)
            copy = rival.start(lambda: together(command, [job]))
            if command != "envelope.claim":
                rival.wait_until_blocked()
        (decided,) = copy.result(20)
        if decided is ALONE:
            decided = rival.do(lambda: send(who, command, at=now, command_id=command_id, **terms))

    assert decided == Answer(first.result, replayed=True)


# --- Shares of bills -----------------------------------------------------------------------------


def test_everybody_pays_their_share_at_once(now: datetime) -> None:
    table = Table(at=now, people=6)
    split = table.evenly(600)
    poor, twice = table.guests[0], table.guests[1]
    call(poor, "wallet.withdraw", at=now, amount=100_000, channel="sandbox")
    outsider = make_people(1, at=now, funds=FUNDS)[0]
    payers = [*table.guests, twice, table.host, outsider]

    decided = results(
        together("split.pay", [make_job(one, "split.pay", at=now, split=split) for one in payers])
    )

    assert decided[0] == "wallet.insufficient_funds"
    assert decided[5:] == ["split.already_paid", "split.closed", "split.not_found"]
    assert statuses(split) == ["own", "unpaid", "paid", "paid", "paid", "paid"]
    assert [one["split"]["status"] for one in decided[1:5]] == ["open"] * 4
    assert table.balances()[0] == 400
    assert Notice.objects.filter(owner_id=table.host, kind="money.in").count() == 4
    # The card changes once for all of them.
    assert Event.objects.filter(topic="chat.card", key=split).count() == 1


def test_who_cannot_pay_twice_is_told_why_twice(now: datetime) -> None:
    table = Table(at=now)
    split = table.evenly(300)
    poor = table.guests[0]
    call(poor, "wallet.withdraw", at=now, amount=100_000, channel="sandbox")
    offer = call(table.host, "transfer.send", at=now, to=poor, amount=5)["transfer"]["id"]

    decided = together(
        "split.pay", [make_job(poor, "split.pay", at=now, split=split) for _ in range(2)]
    )
    freeze(person_id=poor, reason="A test.", at=now)
    taken = together(
        "transfer.accept",
        [make_job(poor, "transfer.accept", at=now, transfer=offer) for _ in range(2)],
    )

    assert results(decided) == ["wallet.insufficient_funds"] * 2
    assert statuses(split) == ["own", "unpaid", "unpaid"]
    # What was promised before a freeze still arrives, and once.
    assert [isinstance(taken[0], Answer), results(taken)[1]] == [True, "transfer.not_pending"]


@pytest.mark.parametrize("count", [2, 60])
def test_shares_of_a_bill_take_the_same_statements_however_many(now: datetime, count: int) -> None:
    table = Table(at=now, people=count + 1)
    split = table.evenly(100 * (count + 1))

    jobs = [make_job(one, "split.pay", at=now, split=split) for one in table.guests]
    with rules(now):
        settings_at(find_mark())
        statements, decided = count_statements("split.pay", jobs)

    assert all(isinstance(one, Answer) for one in decided)
    # No rule is on: ids, shares, one posting with the graph, shares, the card, blocks, notices, the
    # bill and its shares, ids. The accounts are remembered.
    assert statements == 10


def test_a_share_that_was_paid_is_answered_as_it_was_then(now: datetime) -> None:
    table = Table(at=now, people=4)
    split = table.evenly(400)
    one, other, third = table.guests
    first_id = uuid4()
    first = send(one, "split.pay", at=now, command_id=first_id, split=split)
    table.act(other, "decline", split)
    table.act(third, "pay", split)

    again = send(one, "split.pay", at=now, command_id=first_id, split=split)

    assert (again.replayed, again.result) == (True, first.result)
    with pytest.raises(AlreadyPaid):
        table.act(one, "pay", split)


def test_what_needs_proof_does_not_go_with_others(now: datetime) -> None:
    from commands.execute_many import may_go_with_others

    one, other = make_people(2, at=now, funds=FUNDS)
    job = make_job(one, "transfer.send", at=now, to=other, amount=1)
    with_pin = job.command.model_copy(update={"pin": "482915"})
    in_room = job.command.model_copy(update={"room": uuid4()})

    send_transfer = get_registration("transfer.send")
    for command in (with_pin, in_room):
        other_job = type(job)(command, job.caller)
        assert not may_go_with_others(send_transfer, other_job)
    assert not may_go_with_others(get_registration("transfer.return"), job)
