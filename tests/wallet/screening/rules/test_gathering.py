"""The facts as PostgreSQL tells them: of real payments, sign-ins, friends, cases and reports."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from chat.reports.models import Report
from graph.people.devices import note_browser
from tests.calls import call
from tests.people import befriend, make_people
from tests.wallet.cases.test_cases import make_officers
from tests.wallet.screening.ways import WAYS
from tests.wallet.transfers.offers import FUNDS, Two
from wallet.closing.services import freeze, unfreeze
from wallet.envelopes.services import return_expired
from wallet.screening.payments import Payment
from wallet.screening.rules import gathering
from wallet.screening.rules.facts import Facts
from wallet.screening.rules.gathering import gather
from wallet.screening.rules.registry import Need

ALL: list[Need] = ["sides", "moves", "flows", "devices", "leaps", "places", "ties", "reports"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def payment(
    payer: UUID, payee: UUID, at: datetime, *, amount: int = 3_000, device: UUID | None = None
) -> Payment:
    return Payment(uuid7(), "transfer.send", payer, payee, amount, "CNY", at, device)


def ask(payer: UUID, payee: UUID, at: datetime, *needs: Need) -> Facts:
    (facts,) = gather([payment(payer, payee, at)], needs)
    return facts


def sign_in(device: UUID, person: UUID, at: datetime) -> None:
    """Have somebody sign in with a browser, which others may do too."""
    note_browser(person_id=person, session_key=uuid4().hex, agent="", at=at, machine=device)


def test_both_sides_are_known_as_they_stood_then(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    payer, payee = make_people(2, at=now - HOUR)
    freeze(person_id=payee, reason="test", at=now + HOUR)
    unfreeze(person_id=payee, at=now + 3 * HOUR)
    case = call(officer, "case.open", at=now + HOUR, subject=str(payer), note="odd")["case"]
    call(officer, "case.decide", at=now + HOUR, case=case["id"], decision="watch", reason="so")
    befriend([(payer, payee)], at=now + HOUR)

    before, during, after = (ask(payer, payee, now + hours * HOUR, "sides") for hours in (0, 2, 4))

    for facts in (before, during, after):
        assert facts.payer
        assert facts.payee
        assert facts.payee.created_at == now - HOUR
    assert [one.payee and one.payee.is_frozen for one in (before, during, after)] == [
        False, True, False,
    ]  # fmt: skip
    assert [one.payer and one.payer.case for one in (before, after)] == [None, "watch"]
    assert [one.are_friends for one in (before, after)] == [False, True]


def test_what_was_sent_and_got_is_known_newest_first(now: datetime) -> None:
    two = Two(at=now - HOUR)
    first, second = two.send(100), two.send(200)
    back = call(two.receiver, "transfer.send", at=now, to=two.sender, amount=50)["transfer"]
    two.accept(first)

    facts = ask(two.sender, two.receiver, now, "moves")

    assert [(one.id, one.amount, one.other) for one in facts.sent] == [
        (second, 200, two.receiver), (first, 100, two.receiver),
    ]  # fmt: skip
    assert [(str(one.id), one.other) for one in facts.got] == [(back["id"], two.receiver)]
    assert [one.id for one in facts.payee_got] == [second, first]
    assert [str(one.id) for one in facts.payee_sent] == [back["id"]]
    assert ask(two.sender, two.receiver, now - 2 * HOUR, "moves").sent == []


def test_all_that_leaves_somebody_is_known_by_whatever_command(now: datetime) -> None:
    """Newest first, each in a moment of its own; what went to nobody in particular has no payee."""
    payer, payee = make_people(2, at=now - HOUR, funds=FUNDS)
    order = [*WAYS, "transfer.send"]
    made = {way: WAYS[way](payer, payee, now + place * HOUR) for place, way in enumerate(WAYS)}
    for pay in made.values():
        pay()
    call(payer, "transfer.send", at=now + len(WAYS) * HOUR, to=payee, amount=700)

    facts = ask(payer, payee, now + DAY, "moves")

    to_nobody = {"envelope.send", "voucher.issue", "wallet.withdraw"}
    assert [(one.at, one.amount, one.other) for one in facts.sent] == [
        (now + place * HOUR, 700, None if way in to_nobody else payee)
        for place, way in reversed(list(enumerate(order)))
    ]
    assert [(one.at, one.other) for one in facts.payee_got] == [
        (now + place * HOUR, payer)
        for place, way in reversed(list(enumerate(order)))
        if way not in to_nobody
    ]
    # The loan that was repaid.
    assert [(one.amount, one.other) for one in facts.got] == [(700, payee)]


def test_what_is_taken_of_an_envelope_or_comes_back_is_no_payment(now: datetime) -> None:
    payer, payee = make_people(2, at=now, funds=FUNDS)
    sent = WAYS["envelope.send"](payer, payee, now)()["envelope"]
    call(payee, "envelope.claim", at=now, envelope=sent["id"])
    return_expired(at=now + DAY)

    facts = ask(payer, payee, now + 2 * DAY, "moves", "flows")

    assert [(one.amount, one.other) for one in facts.sent] == [(700, None)]
    assert (facts.got, facts.payee_got, facts.payee_sent) == ([], [], [])
    assert [(one.amount, one.other) for one in facts.came_in] == [(350, None), (FUNDS, None)]


def test_what_goes_to_nobody_in_particular_counts_in_its_batch_too(now: datetime) -> None:
    (payer,) = make_people(1, at=now)
    batch = [
        Payment(uuid7(), "envelope.send", payer, None, amount, "CNY", now) for amount in (1, 2)
    ]

    _, second = gather(batch, ["moves"])

    assert [(move.amount, move.other) for move in second.sent] == [(1, None)]
    assert not second.is_new_payee


def test_payments_of_a_batch_count_before_one_another(now: datetime) -> None:
    payer, one, other = make_people(3, at=now)
    batch = [payment(payer, one, now, amount=1), payment(payer, other, now, amount=2)]

    first, second = gather(batch, ["moves"])

    assert first.sent == []
    assert [(move.id, move.amount) for move in second.sent] == [(batch[0].id, 1)]


def test_what_came_in_is_known_with_who_paid_it(now: datetime) -> None:
    two = Two(at=now)
    two.accept(two.send(700))

    facts = ask(two.receiver, two.sender, now + HOUR, "flows")

    assert [(one.amount, one.other) for one in facts.came_in] == [
        (700, two.sender), (FUNDS, None),
    ]  # fmt: skip


def test_devices_are_known_since_when_and_by_whom(now: datetime) -> None:
    payer, payee, other = make_people(3, at=now)
    old, new = uuid4(), uuid4()
    sign_in(old, payer, now - 5 * HOUR)
    sign_in(new, payer, now - HOUR)
    sign_in(new, other, now - HOUR)
    sign_in(old, payee, now + HOUR)

    by_newest = ask(payer, payee, now, "devices")
    (by_old,) = gather([payment(payer, payee, now, device=old)], ["devices"])
    later = ask(payer, payee, now + 2 * HOUR, "devices")

    assert by_newest.device
    assert (by_newest.device.id, by_newest.device.people) == (new, 2)
    assert by_old.device
    assert (by_old.device.since, by_old.device.people) == (now - 5 * HOUR, 1)
    assert by_newest.device_starts == [now - HOUR, now - 5 * HOUR]
    assert [by_newest.payee_on_device, later.payee_on_device] == [False, True]
    assert ask(other, payee, now - 2 * HOUR, "devices").device is None


@pytest.mark.parametrize(("between", "hops"), [(0, 1), (1, 2), (2, 3), (3, None)])
def test_the_way_over_friends_is_found_up_to_three_steps(
    now: datetime, between: int, hops: int | None
) -> None:
    chain = make_people(between + 2, at=now)
    befriend(list(itertools.pairwise(chain)), at=now)

    assert ask(chain[0], chain[-1], now, "ties").hops == hops
    assert ask(chain[-1], chain[0], now, "ties").hops == hops


def test_frozen_friends_of_the_payee_are_counted(now: datetime) -> None:
    payer, payee, one, other = make_people(4, at=now)
    befriend([(payee, one), (payee, other), (payee, payer)], at=now)
    for person in (one, payer):
        freeze(person_id=person, reason="test", at=now)

    assert ask(payer, payee, now, "ties").blocked_friends == 1


def test_people_who_reported_the_payee_for_fraud_are_counted_once(now: datetime) -> None:
    payer, payee, one, other = make_people(4, at=now)
    for reporter, reason in ((one, "fraud"), (other, "fraud"), (payer, "spam")):
        call(reporter, "report.create", at=now, about="person", ref=payee, reason=reason)
    Report.objects.filter(ref=payee, reporter_id=one).update(closed_at=now)
    call(one, "report.create", at=now, about="person", ref=payee, reason="fraud")

    assert ask(payer, payee, now + HOUR, "reports").reporters == 2
    assert ask(payer, payee, now - HOUR, "reports").reporters == 0


@pytest.mark.parametrize("count", [1, 64])
def test_facts_take_the_same_statements_however_many(now: datetime, count: int) -> None:
    people = make_people(count + 1, at=now)
    payments = [payment(one, people[-1], now) for one in people[:-1]]

    with CaptureQueriesContext(connection) as asked:
        found = gather(payments, ALL)

    assert len(found) == count
    assert len(asked) == len(ALL)


def test_made_payments_of_different_moments_each_see_what_came_before(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = Two(at=now)
    made = []
    for number in range(4):
        two.at = now + number * HOUR
        made.append(two.send(100 + number))
    past = [
        Payment(one, "transfer.send", two.sender, two.receiver, 100 + number, "CNY",
                now + number * HOUR)
        for number, one in enumerate(made)
    ]  # fmt: skip
    monkeypatch.setattr(gathering, "MOST_MOVES", 2)

    found = gather(past, ["moves"], are_made=True)

    # The newest two include the payment itself.
    assert [[one.id for one in facts.sent] for facts in found] == [
        [], [made[0]], [made[1]], [made[2]],
    ]  # fmt: skip


def test_a_session_of_a_shared_browser_is_its_device(now: datetime) -> None:
    payer, other, payee = make_people(3, at=now)
    machine = uuid4()
    for person in (other, payer):
        session = note_browser(
            person_id=person, session_key=uuid4().hex, agent="", at=now, machine=machine
        )

    (facts,) = gather([payment(payer, payee, now, device=session)], ["devices"])

    assert facts.device
    assert (facts.device.id, facts.device.people) == (machine, 2)
