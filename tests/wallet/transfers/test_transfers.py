"""Money on offer: held, then accepted, given back or void after a day, and never two of these."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from graph.people.errors import PersonNotFound
from tests.calls import call, send
from tests.people import make_people
from tests.threads import Rival, at_once
from tests.wallet.transfers.offers import DAY, FUNDS, Two, status, sweep
from wallet.ledger.errors import InsufficientFunds, NotPending, SameAccount
from wallet.transfers import services
from wallet.transfers.errors import TransferNotFound
from wallet.transfers.models import Transfer

UNTOUCHED = [(FUNDS, 0, FUNDS)] * 2


def test_an_offer_is_held_and_nothing_arrives(now: datetime) -> None:
    two = Two(at=now)

    answer = call(two.sender, "transfer.send", at=now, to=two.receiver, amount=3_000, note="Lunch")

    shown = answer["transfer"]
    assert answer.keys() == {"transfer"}
    assert shown == {
        "id": shown["id"], "from": str(two.sender), "to": str(two.receiver), "amount": 3_000,
        "currency": "CNY", "note": "Lunch", "status": "pending",
        "expires_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert two.money() == [(FUNDS, 3_000, FUNDS - 3_000), (FUNDS, 0, FUNDS)]
    for person in (two.sender, two.receiver):
        assert len(call(person, "wallet.entries", at=now)["entries"]) == 1
        assert two.act(person, "get", shown["id"]) == shown
    assert [(owner, about) for owner, about, _ in two.told("money.in")] == [
        (two.receiver, two.sender)
    ]


def test_accepting_moves_the_money(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send(3_000)

    shown = two.accept(transfer)

    assert (shown["status"], status(transfer)) == ("accepted", "accepted")
    assert two.money() == [(FUNDS - 3_000, 0, FUNDS - 3_000), (FUNDS + 3_000, 0, FUNDS + 3_000)]
    out, into = (
        call(person, "wallet.entries", at=now)["entries"][0]
        for person in (two.sender, two.receiver)
    )
    assert (out["amount"], out["balance"], out["with"]) == (-3_000, 7_000, str(two.receiver))
    assert (into["amount"], into["balance"], into["with"]) == (3_000, 13_000, str(two.sender))
    assert (out["kind"], out["note"], out["transfer"]) == ("transfer", "Lunch", into["transfer"])


def test_giving_back_ends_the_hold_and_leaves_no_entry(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send(3_000)

    shown = two.give_back(transfer)

    assert (shown["status"], status(transfer)) == ("returned", "returned")
    assert two.money() == UNTOUCHED
    assert len(call(two.sender, "wallet.entries", at=now)["entries"]) == 1


@pytest.mark.parametrize("first", ["accept", "return"])
@pytest.mark.parametrize("second", ["accept", "return"])
def test_an_offer_is_answered_once(now: datetime, first: str, second: str) -> None:
    two = Two(at=now)
    transfer = two.send()
    two.act(two.receiver, first, transfer)
    before = two.money()

    with pytest.raises(NotPending) as refusal:
        two.act(two.receiver, second, transfer)

    assert refusal.value.code == "transfer.not_pending"
    assert refusal.value.detail == {"status": f"{first}ed"}
    assert two.money() == before


def test_only_the_receiver_answers_and_only_the_two_see_it(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send()
    (stranger,) = make_people(1, at=now)

    for person in (two.sender, stranger):
        for verb in ("accept", "return"):
            with pytest.raises(TransferNotFound) as refusal:
                two.act(person, verb, transfer)
            assert refusal.value.code == "transfer.not_found"
    with pytest.raises(TransferNotFound):
        two.act(stranger, "get", transfer)
    for verb in ("accept", "return", "get"):
        with pytest.raises(TransferNotFound):
            two.act(two.receiver, verb, uuid4())

    assert status(transfer) == "pending"


def test_what_is_held_is_not_spent_twice(now: datetime) -> None:
    two = Two(at=now)
    two.send(6_000)

    with pytest.raises(InsufficientFunds):
        two.send(4_001)

    assert Transfer.objects.filter(sender_id=two.sender).count() == 1
    assert two.money()[0] == (FUNDS, 6_000, 4_000)
    two.send(4_000)
    assert two.money()[0] == (FUNDS, FUNDS, 0)


def test_nothing_is_sent_to_oneself_or_to_nobody(now: datetime) -> None:
    two = Two(at=now)

    for to, refusal, code in (
        (two.sender, SameAccount, "wallet.same_account"),
        (uuid4(), PersonNotFound, "person.not_found"),
    ):
        with pytest.raises(refusal) as refused:
            two.send(to=to)
        assert refused.value.code == code

    assert two.money() == UNTOUCHED
    assert not Transfer.objects.filter(sender_id=two.sender).exists()


def test_an_offer_in_another_currency_is_held_on_that_account(now: datetime) -> None:
    two = Two(at=now)
    call(two.sender, "wallet.top_up", at=now, amount=500, currency="EUR", channel="sandbox")
    transfer = two.send(200, currency="EUR")
    # An offer alone puts nothing into the other's wallet, and so neither does a stranger's.
    shown = call(two.receiver, "wallet.get", at=now)["accounts"]
    assert [row["currency"] for row in shown] == ["CNY"]

    two.accept(transfer)

    wallets = [
        {row["currency"]: row["balance"] for row in call(person, "wallet.get", at=now)["accounts"]}
        for person in (two.sender, two.receiver)
    ]
    assert wallets == [{"CNY": FUNDS, "EUR": 300}, {"CNY": FUNDS, "EUR": 200}]


def test_transfers_are_listed_by_side_newest_first(now: datetime) -> None:
    two = Two(at=now)
    there = [str(two.send(amount)) for amount in (100, 200)]
    back = call(two.receiver, "transfer.send", at=now, to=two.sender, amount=300)["transfer"]["id"]
    two.accept(UUID(there[0]))

    def listed(**fields: Any) -> list[str]:
        page = call(two.sender, "transfer.list", at=now, **fields)
        return [*(row["id"] for row in page["transfers"]), "more" if page["more"] else "end"]

    assert listed() == [back, there[1], there[0], "end"]
    assert listed(role="sender") == [there[1], there[0], "end"]
    assert listed(role="receiver") == [back, "end"]
    assert listed(limit=1, before=back) == [there[1], "more"]
    (stranger,) = make_people(1, at=now)
    assert call(stranger, "transfer.list", at=now) == {"transfers": [], "more": False}


# --- After a day ---------------------------------------------------------------------------------


def test_an_offer_is_void_after_a_day_whether_or_not_the_sweeper_has_run(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send()
    end = now + DAY

    assert (
        two.act(two.sender, "get", transfer, at=end - timedelta(seconds=1))["status"] == "pending"
    )
    assert two.act(two.sender, "get", transfer, at=end)["status"] == "expired"
    for verb in ("accept", "return"):
        with pytest.raises(NotPending):
            two.act(two.receiver, verb, transfer, at=end)
    assert (status(transfer), two.money()[1]) == ("pending", (FUNDS, 0, FUNDS))


def test_an_offer_is_accepted_up_to_the_last_moment(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send()

    two.accept(transfer, at=now + DAY - timedelta(milliseconds=1))

    assert status(transfer) == "accepted"


def test_the_sweeper_gives_the_money_back_and_tells_both_once(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send()
    answered = two.send(100)
    two.accept(answered)

    sweep(at=now + DAY - timedelta(seconds=1))
    assert status(transfer) == "pending"
    at_once([lambda: sweep(at=now + DAY)] * 4)

    assert (status(transfer), status(answered)) == ("expired", "accepted")
    assert two.money() == [(FUNDS - 100, 0, FUNDS - 100), (FUNDS + 100, 0, FUNDS + 100)]
    assert sorted(two.told("card.expired")) == sorted(
        [(two.sender, two.receiver, transfer), (two.receiver, two.sender, transfer)]
    )


# --- At the same moment --------------------------------------------------------------------------


def test_an_offer_that_is_accepted_and_given_back_at_once_ends_one_way(now: datetime) -> None:
    for _ in range(4):
        two = Two(at=now)
        transfer = two.send(3_000)
        both = (two.accept, two.give_back)

        answers = at_once([lambda do=do, t=transfer: do(t) for do in (*both, *both)])

        kinds = Counter(type(answer) for answer in answers)
        assert kinds == {dict: 1, NotPending: 3}
        moved = 3_000 if status(transfer) == "accepted" else 0
        assert two.money() == [
            (FUNDS - moved,) * 1 + (0, FUNDS - moved),
            (FUNDS + moved, 0, FUNDS + moved),
        ]


def test_who_answers_waits_for_the_sweeper_that_came_first(now: datetime) -> None:
    two = Two(at=now)
    transfer = two.send()

    with Rival() as late:
        with transaction.atomic():
            services.expire(at=now + DAY)
            answer = late.start(lambda: two.accept(transfer))
            late.wait_until_blocked()

        assert isinstance(answer.exception(20), NotPending)
    assert (status(transfer), two.money()) == ("expired", UNTOUCHED)


def test_offers_at_once_hold_no_more_than_there_is(now: datetime) -> None:
    two = Two(at=now)

    answers = at_once([lambda: two.send(3_000)] * 8)

    assert sum(isinstance(answer, InsufficientFunds) for answer in answers) == 5
    assert two.money()[0] == (FUNDS, 9_000, 1_000)


def test_opposite_offers_that_are_accepted_at_once_all_end(now: datetime) -> None:
    two = Two(at=now)
    there = [two.send(100) for _ in range(8)]
    back = [
        call(two.receiver, "transfer.send", at=now, to=two.sender, amount=100)["transfer"]["id"]
        for _ in range(8)
    ]

    answers = at_once(
        [lambda t=t: two.accept(t) for t in there]
        + [lambda t=t: two.act(two.sender, "accept", t) for t in back]
    )

    assert [answer["status"] for answer in answers] == ["accepted"] * 16
    assert two.money() == UNTOUCHED


def test_one_command_that_is_sent_twice_at_once_offers_once(now: datetime) -> None:
    two = Two(at=now)
    number = uuid4()
    fields = {"to": two.receiver, "amount": 3_000}

    answers = at_once(
        [lambda: send(two.sender, "transfer.send", at=now, command_id=number, **fields)] * 4
    )

    assert sorted(answer.replayed for answer in answers) == [False, True, True, True]
    assert two.money()[0] == (FUNDS, 3_000, 7_000)
