"""Leaving the service: refused with a list as long as anything stands open, and then for good."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction

from chat.rooms.models import Member
from graph.people.errors import AccountClosed, PersonNotFound, WrongCredentials
from graph.people.models import Person, Token
from graph.people.selectors import find_identity
from graph.people.services import check_credentials, digest_token, issue_token
from tests.calls import call
from tests.people import account, befriend, lend, make_group, make_people, trust
from tests.threads import Rival
from wallet.closing.errors import StillOpen
from wallet.closing.services import freeze, leave
from wallet.ledger.errors import Frozen
from wallet.ledger.models import Account

PASSWORD = "harbour-bike-4b"


def people(count: int, *, at: datetime, funds: int = 0) -> list[UUID]:
    made = make_people(count, at=at, funds=funds)
    Person.objects.filter(id__in=made).update(password=make_password(PASSWORD))
    return made


def available(person: UUID, *, at: datetime) -> dict[str, int]:
    accounts = call(person, "wallet.get", at=at)["accounts"]
    return {one["currency"]: one["available"] for one in accounts}


def close(person: UUID, *, at: datetime, password: str = PASSWORD) -> Any:
    return call(person, "account.close", at=at, password=password)


def still_open(person: UUID, *, at: datetime) -> list[tuple[str, str | None, int | None, int]]:
    """Have the closing refused, change nothing, and return what stands open: what the list says."""
    with pytest.raises(StillOpen) as refusal:
        close(person, at=at)
    listed: list[dict[str, Any]] = call(person, "account.list_open", at=at)["open"]
    assert refusal.value.detail == {"open": listed}
    assert Person.objects.get(id=person).closed_at is None
    assert not Account.objects.filter(owner_id=person, closed=True).exists()
    return [(one["kind"], one["currency"], one["amount"], one["count"]) for one in listed]


def test_who_has_nothing_open_leaves_for_good(now: datetime) -> None:
    person, other = people(2, at=now)
    account(person, at=now)
    token = issue_token(person_id=person, at=now).text
    username = Person.objects.get(id=person).username

    assert call(person, "account.list_open", at=now) == {"open": []}
    assert close(person, at=now) == {}

    assert Person.objects.get(id=person).closed_at == now
    assert account(person, at=now).closed
    assert not Token.objects.filter(person_id=person).exists()
    assert find_identity(digest=digest_token(token), at=now) is None
    with pytest.raises(AccountClosed) as refusal:
        check_credentials(username=username, password=PASSWORD)
    assert refusal.value.code == "auth.account_closed"
    with pytest.raises(WrongCredentials):
        check_credentials(username=username, password="not-it-at-all")
    found = call(other, "person.find", at=now, text=username)["people"]
    assert found == []


def test_nothing_can_be_sent_to_who_has_left_in_any_currency(now: datetime) -> None:
    person, other = people(2, at=now, funds=0)
    close(person, at=now)
    call(other, "wallet.top_up", at=now, amount=50, channel="sandbox")
    call(other, "wallet.top_up", at=now, amount=50, channel="sandbox", currency="JPY")

    for currency in ("CNY", "JPY"):
        with pytest.raises(Frozen):
            call(other, "transfer.send", at=now, to=person, amount=5, currency=currency)

    assert all(row.balance == 0 for row in Account.objects.filter(owner_id=person))
    assert available(other, at=now) == {"CNY": 50, "JPY": 50}


def test_a_wrong_password_closes_nothing(now: datetime) -> None:
    (person,) = people(1, at=now)

    with pytest.raises(WrongCredentials):
        close(person, at=now, password="not-it-at-all")

    assert Person.objects.get(id=person).closed_at is None


def test_money_in_every_currency_stands_open(now: datetime) -> None:
    (person,) = people(1, at=now, funds=700)
    call(person, "wallet.top_up", at=now, amount=5, channel="sandbox", currency="JPY")

    assert sorted(still_open(person, at=now)) == [
        ("balance", "CNY", 700, 1), ("balance", "JPY", 5, 1),
    ]  # fmt: skip


def _split(one: UUID, other: UUID, room: UUID, at: datetime) -> None:
    between = {"mode": "even", "members": [one, other]}
    Person.objects.filter(id=one).update(tier="real_name")
    call(one, "split.create", at=at, room=room, amount=300, between=between)


def _expense(one: UUID, other: UUID, room: UUID, at: datetime) -> None:
    between = {"mode": "even", "members": [one, other]}
    call(one, "expense.add", at=at, room=room, paid={str(one): 300}, between=between)


def _request(one: UUID, other: UUID, room: UUID, at: datetime) -> None:
    call(one, "payment_request.create", at=at, to=other, amount=80)


def _trust(one: UUID, other: UUID, room: UUID, at: datetime) -> None:
    trust(one, other, 1_000, at=at)


def _freeze(one: UUID, other: UUID, room: UUID, at: datetime) -> None:
    freeze(person_id=one, reason="asked to", at=at)


@pytest.mark.parametrize(
    ("begin", "of_one", "of_other"),
    [
        (_split, [("split", "CNY", 150, 1)], [("share", "CNY", 150, 1)]),
        (_expense, [("expense", "CNY", 150, 1)], [("expense", "CNY", -150, 1)]),
        (_request, [("request", "CNY", 80, 1)], [("request", "CNY", 80, 1)]),
        (_trust, [("trust", "CNY", 1_000, 1)], []),
        (_freeze, [("freeze", None, None, 1)], []),
    ],
)
def test_what_two_have_with_each_other_stands_open(
    now: datetime, begin: Callable[..., None], of_one: list[Any], of_other: list[Any]
) -> None:
    one, other = people(2, at=now)
    room = make_group([one, other], at=now)
    begin(one, other, room, now)

    group = ("group", None, None, 1)
    assert still_open(one, at=now) == [*of_one, group]
    if of_other:
        assert still_open(other, at=now) == of_other
    else:
        close(other, at=now)


def test_a_loan_stands_open_for_both(now: datetime) -> None:
    lender, borrower = people(2, at=now, funds=600)
    trust(lender, borrower, 1_000, at=now)
    lend(lender, borrower, 600, at=now)

    assert still_open(lender, at=now) == [("loan", "CNY", 600, 1), ("trust", "CNY", 1_000, 1)]
    assert still_open(borrower, at=now) == [("balance", "CNY", 1_200, 1), ("loan", "CNY", 600, 1)]


def test_vouchers_stand_open_for_who_gave_and_who_holds_them(now: datetime) -> None:
    funder, holder = people(2, at=now, funds=500)
    Person.objects.filter(id=funder).update(tier="real_name")
    terms = {"people": [holder], "amount": 500, "expires_at": now + timedelta(days=1)}
    call(funder, "voucher.issue", at=now, **terms)
    call(holder, "wallet.withdraw", at=now, amount=500, channel="sandbox")

    assert still_open(funder, at=now) == [("voucher_given", "CNY", 500, 1)]
    assert still_open(holder, at=now) == [("voucher", "CNY", 500, 1)]


def test_an_undecided_dispute_stands_open_for_both(now: datetime) -> None:
    payer, payee = people(2, at=now, funds=100)
    transfer = call(payer, "transfer.send", at=now, to=payee, amount=100)["transfer"]
    call(payee, "transfer.accept", at=now, transfer=transfer["id"])
    call(payee, "wallet.withdraw", at=now, amount=200, channel="sandbox")
    receipt = call(payer, "wallet.entries", at=now)["entries"][0]["receipt"]
    call(payer, "dispute.open", at=now, receipt=receipt, reason="nothing came")

    assert still_open(payer, at=now) == [("dispute", "CNY", 100, 1)]
    assert still_open(payee, at=now) == [("dispute", "CNY", 100, 1)]


def test_groups_are_left_and_those_nobody_else_owns_stand_open(now: datetime) -> None:
    owner, member = people(2, at=now)
    room = make_group([owner, member], at=now)

    assert still_open(owner, at=now) == [("group", None, None, 1)]
    assert Member.objects.get(room_id=room, person_id=owner).left_seq is None

    close(member, at=now)
    assert Member.objects.get(room_id=room, person_id=member).left_seq is not None
    # Who is alone in it takes it along.
    close(owner, at=now)
    assert Member.objects.get(room_id=room, person_id=owner).left_seq is not None


def test_money_that_comes_at_the_last_moment_keeps_the_person_here(now: datetime) -> None:
    (person,) = people(1, at=now)
    account(person, at=now)
    with Rival() as rival:
        with transaction.atomic():
            call(person, "wallet.top_up", at=now, amount=100, channel="sandbox")
            closing = rival.start(lambda: leave(person_id=person, at=now))
            rival.wait_until_blocked()
        with pytest.raises(StillOpen) as refusal:
            closing.result(20)

    (found,) = refusal.value.detail["open"]
    assert (found["kind"], found["amount"]) == ("balance", 100)
    assert Person.objects.get(id=person).closed_at is None


def test_an_account_that_is_opened_while_its_owner_leaves_is_closed(now: datetime) -> None:
    person, other = people(2, at=now)
    call(other, "wallet.top_up", at=now, amount=50, channel="sandbox", currency="JPY")
    with Rival() as rival:
        with transaction.atomic():
            leave(person_id=person, at=now)
            fields = {"to": person, "amount": 5, "currency": "JPY"}
            sending = rival.start(lambda: call(other, "transfer.send", at=now, **fields))
            rival.wait_until_blocked()
        with pytest.raises(Frozen):
            sending.result(20)

    assert all(row.balance == 0 for row in Account.objects.filter(owner_id=person))
    assert available(other, at=now) == {"CNY": 0, "JPY": 50}


BEGIN: dict[str, dict[str, Any]] = {
    "payment_request.create": {"amount": 80, "to": "other"},
    "trust.set": {"amount": 500, "person": "other"},
}


@pytest.mark.parametrize("command", BEGIN)
def test_who_has_just_left_begins_nothing_more(now: datetime, command: str) -> None:
    person, other = people(2, at=now)
    befriend([(person, other)], at=now)
    fields = {name: other if value == "other" else value for name, value in BEGIN[command].items()}
    with Rival() as rival:
        with transaction.atomic():
            leave(person_id=person, at=now)
            beginning = rival.start(lambda: call(person, command, at=now, **fields))
            rival.wait_until_blocked()
        with pytest.raises(AccountClosed):
            beginning.result(20)

    assert call(person, "account.list_open", at=now) == {"open": []}


@pytest.mark.parametrize("command", BEGIN)
def test_what_one_has_just_begun_keeps_one_here(now: datetime, command: str) -> None:
    person, other = people(2, at=now)
    befriend([(person, other)], at=now)
    fields = {name: other if value == "other" else value for name, value in BEGIN[command].items()}
    with Rival() as rival:
        with transaction.atomic():
            call(person, command, at=now, **fields)
            closing = rival.start(lambda: leave(person_id=person, at=now))
            rival.wait_until_blocked()
        with pytest.raises(StillOpen):
            closing.result(20)

    assert Person.objects.get(id=person).closed_at is None


def test_who_leaves_holds_no_room_while_waiting_for_money(now: datetime) -> None:
    owner, member = people(2, at=now)
    room = make_group([owner, member], at=now)
    account(member, at=now)
    with Rival() as rival:
        with transaction.atomic():
            call(member, "wallet.top_up", at=now, amount=100, channel="sandbox")
            closing = rival.start(lambda: leave(person_id=member, at=now))
            rival.wait_until_blocked()
            # As the card of an envelope does: accounts, and then the room.
            call(owner, "message.send", at=now, room=room, text="Still here?")
        with pytest.raises(StillOpen) as refusal:
            closing.result(20)

    assert [one["kind"] for one in refusal.value.detail["open"]] == ["balance"]
    assert Member.objects.get(room_id=room, person_id=member).left_seq is None


def test_of_two_owners_who_leave_at_once_the_last_one_stays(now: datetime) -> None:
    one, other, member = people(3, at=now)
    room = make_group([one, other, member], at=now)
    Member.objects.filter(room_id=room, person_id=other).update(role="owner")
    with Rival() as rival:
        with transaction.atomic():
            leave(person_id=one, at=now)
            closing = rival.start(lambda: leave(person_id=other, at=now))
            rival.wait_until_blocked()
        with pytest.raises(StillOpen) as refusal:
            closing.result(20)

    assert [one["kind"] for one in refusal.value.detail["open"]] == ["group"]
    assert Person.objects.get(id=other).closed_at is None


def test_who_has_left_is_no_friend_to_see_and_is_promised_nothing(now: datetime) -> None:
    person, other = people(2, at=now)
    trust(other, person, 1_000, at=now)
    close(person, at=now)

    assert call(other, "friend.list", at=now)["friends"] == []
    promises: list[tuple[str, dict[str, Any]]] = [
        ("payment_request.create", {"to": person, "amount": 80}),
        ("trust.set", {"person": person, "amount": 500}),
        ("loan.ask", {"lender": person, "amount": 80, "days": 30}),
    ]
    for command, fields in promises:
        with pytest.raises(PersonNotFound):
            call(other, command, at=now, **fields)
    # What was promised before can be ended.
    assert still_open(other, at=now) == [("trust", "CNY", 1_000, 1)]
    call(other, "trust.set", at=now, person=person, amount=0)
    assert call(other, "account.list_open", at=now) == {"open": []}
