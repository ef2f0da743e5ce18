"""Standing permissions: lent without being asked, as exactly as if one had been, until revoked."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.rooms import services as rooms
from commands.frames import show_moment
from commands.keys import forget_old_keys
from graph.friends.errors import NotFriends
from graph.people.errors import PersonNotFound, TierRequired
from graph.people.models import Person, Tier
from outbox.notices.models import Notice
from tests.calls import call, send
from tests.people import befriend, make_people, trust
from tests.wallet.lending.loans import DAY, FUNDS, Pair, age, later, parts, status, told
from wallet.ledger.errors import SameAccount
from wallet.lending import services
from wallet.lending.errors import NoAllowance, OverLimit, OwnCap, UntilInvalid
from wallet.lending.models import Allowance, Loan
from wallet.limits import pins
from wallet.limits.errors import PinRequired, PinWrong
from wallet.limits.models import Pin

PIN = "270194"


def allow(pair: Pair, amount: int = 20_000, *, on: int = 0, days: int = 30, **fields: Any) -> Any:
    until = fields.pop("until", show_moment(later(on + days)))
    return call(
        pair.lender, "loan.allow", at=later(on), person=pair.borrower, amount=amount, until=until,
        **fields,
    )["allowance"]  # fmt: skip


def disallow(pair: Pair, *, on: int = 0) -> Any:
    return call(pair.lender, "loan.disallow", at=later(on), person=pair.borrower)["allowance"]


def give_pin(person: UUID, *, on: int = 0) -> None:
    hasher = pins._Hasher()
    hashed = hasher.encode(PIN, hasher.salt())
    pins.set_pin(person_id=person, hashed=hashed, at=later(on))


def given(pair: Pair, *, on: int = 0) -> Any:
    return call(pair.lender, "loan.allowances", at=later(on))["given"]


# --- Lending without being asked -----------------------------------------------------------------


def test_what_is_permitted_is_lent_in_the_command_that_asks() -> None:
    pair = Pair(line=50_000)
    allowance = allow(pair, 20_000)

    answer = call(
        pair.borrower, "loan.ask", at=DAY, lender=pair.lender, amount=15_000, days=30,
        daily_rate_ppm=400,
    )["loan"]  # fmt: skip

    assert (answer["status"], answer["permitted"], answer["principal"]) == ("open", True, 15_000)
    assert answer["due_on"] == "2021-03-31"
    assert pair.balances() == (FUNDS - 15_000, 15_000)
    assert pair.line() == (50_000, 15_000, 0)
    assert parts(UUID(answer["id"])) == [15_000]
    assert told(pair.lender, UUID(answer["id"])) == ["lent"]
    assert not Notice.objects.filter(owner_id=pair.lender, kind="loan.asked").exists()
    assert Notice.objects.filter(owner_id=pair.borrower, kind="money.in").count() == 1
    assert allowance == {
        "id": str(Allowance.objects.get(lender_id=pair.lender).id), "lender": str(pair.lender),
        "borrower": str(pair.borrower), "amount": 20_000, "currency": "CNY", "used": 0,
        "left": 20_000, "until": "2021-03-31T04:00:00.000Z", "at": "2021-03-01T04:00:00.000Z",
        "status": "active",
    }  # fmt: skip
    assert given(pair) == [allowance | {"used": 15_000, "left": 5_000}]


def test_in_a_room_the_card_is_that_of_a_loan_that_runs() -> None:
    pair = Pair(line=50_000)
    befriend([(pair.lender, pair.borrower)], at=DAY)
    room = rooms.create_group(name="Flat", owner_id=pair.lender, others=[pair.borrower], at=DAY)
    allow(pair, 20_000)

    answer = call(
        pair.borrower, "loan.ask", at=DAY, lender=pair.lender, amount=500, days=30, room=room
    )

    assert answer["loan"]["status"] == answer["message"]["card"]["status"] == "open"


def test_all_that_is_outstanding_between_the_two_counts() -> None:
    pair = Pair(line=100_000, funds=50_000)
    by_hand = pair.lend(8_000)
    allow(pair, 20_000)

    over = pair.ask(12_001)
    within = pair.ask(12_000)

    assert (status(over), status(within)) == ("asked", "open")
    assert (given(pair)[0]["used"], given(pair)[0]["left"]) == (20_000, 0)
    assert status(pair.ask(1)) == "asked"
    pair.repay(by_hand, 3_000, at=DAY)
    assert given(pair)[0]["left"] == 3_000
    assert status(pair.ask(3_000)) == "open"


def test_the_same_command_again_lends_once() -> None:
    pair = Pair()
    allow(pair)
    fields = {"lender": pair.lender, "amount": 100, "days": 5}
    command_id = uuid4()

    first = send(pair.borrower, "loan.ask", at=DAY, command_id=command_id, **fields)
    # Where money has moved the id is kept for ever.
    forget_old_keys(at=later(30))
    again = send(pair.borrower, "loan.ask", at=later(30), command_id=command_id, **fields)

    assert (again.replayed, again.result) == (True, first.result)
    assert pair.balances() == (FUNDS - 100, 100)


def test_a_permission_lends_no_more_than_trust_and_cap_allow() -> None:
    pair = Pair(line=10_000, tier=Tier.BASIC)
    allow(pair, 90_000)
    with pytest.raises(OverLimit):
        pair.ask(10_001)
    trust(pair.lender, pair.borrower, 100_000, at=DAY)
    with pytest.raises(OwnCap):
        pair.ask(50_001)

    assert Loan.objects.filter(borrower_id=pair.borrower).count() == 0
    assert status(pair.ask(50_000)) == "open"


def test_a_lender_who_cannot_pay_now_is_asked_instead() -> None:
    pair = Pair(line=2_000_000)
    allow(pair, 50_000)
    call(pair.lender, "wallet.withdraw", at=DAY, amount=FUNDS - 9_999, channel="sandbox")

    loan = pair.ask(10_000)

    assert (status(loan), parts(loan), pair.line()) == ("asked", [], (2_000_000, 0, 0))
    assert pair.balances() == (9_999, 0)
    assert told(pair.lender, loan) == []
    assert Notice.objects.filter(owner_id=pair.lender, kind="loan.asked", ref=loan).count() == 1


def test_a_lender_whose_limit_for_a_day_is_reached_is_asked_instead() -> None:
    pair = Pair(line=9_000_000)
    Person.objects.filter(id=pair.lender).update(tier=Tier.REAL_NAME)
    allow(pair, 9_000_000)

    first, second = pair.ask(2_000_000), None
    Person.objects.filter(id=pair.borrower).update(tier=Tier.VERIFIED)
    pair.repay(first, 2_000_000, at=DAY)
    second = pair.ask(2_000_000)
    pair.repay(second, 2_000_000, at=DAY)
    third = pair.ask(1_000_001)

    # 20,000, 20,000 and no third: 50,000 yuan leave in a day.
    assert [status(loan) for loan in (first, second, third)] == ["repaid", "repaid", "asked"]


def test_a_lender_without_a_name_permits_and_lends_nothing() -> None:
    pair = Pair()
    Person.objects.filter(id=pair.lender).update(tier=Tier.BASIC)
    with pytest.raises(TierRequired):
        allow(pair)
    assert given(pair) == []
    Person.objects.filter(id=pair.lender).update(tier=Tier.REAL_NAME)
    allow(pair)
    Person.objects.filter(id=pair.lender).update(tier=Tier.BASIC)

    assert status(pair.ask(100)) == "asked"


# --- Until when, and revoked ---------------------------------------------------------------------


def test_a_permission_ends_by_its_time() -> None:
    pair = Pair()
    allow(pair, until="2021-03-31")
    # The date is included, in Shanghai.
    end = DAY + timedelta(days=30, hours=12)

    assert given(pair)[0]["until"] == show_moment(end)
    before = pair.ask(100, at=end - timedelta(milliseconds=1))
    after = pair.ask(100, at=end)

    assert (status(before), status(after)) == ("open", "asked")
    assert call(pair.lender, "loan.allowances", at=end)["given"] == []


def test_a_permission_is_revoked_at_once_and_what_runs_goes_on() -> None:
    pair = Pair()
    allow(pair)
    lent = pair.ask(100)

    shown = disallow(pair)

    assert (shown["status"], shown["left"]) == ("revoked", 0)
    assert status(pair.ask(100)) == "asked"
    assert status(lent) == "open"
    assert given(pair) == []
    assert disallow(pair)["status"] == "revoked"
    texts = Notice.objects.filter(owner_id=pair.borrower, kind="loan.changed", ref=None)
    assert list(texts.order_by("id").values_list("text", flat=True)) == ["allowed", "disallowed"]
    allow(pair, 300)
    assert given(pair)[0]["left"] == 200


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_permission_ends_later_than_now_and_within_a_year(days: int) -> None:
    pair = Pair()

    with pytest.raises(UntilInvalid) as refusal:
        allow(pair, days=days)

    assert refusal.value.code == "loan.until_invalid"
    assert refusal.value.detail == {"most": 366}
    assert given(pair) == []


def test_one_permits_friends_who_are_there() -> None:
    pair = Pair()
    (stranger,) = make_people(1, at=DAY)
    until = show_moment(later(5))
    for person, refusal in (
        (stranger, NotFriends), (uuid4(), PersonNotFound), (pair.lender, SameAccount),
    ):  # fmt: skip
        with pytest.raises(refusal):
            call(pair.lender, "loan.allow", at=DAY, person=person, amount=1, until=until)
    with pytest.raises(NoAllowance) as missing:
        disallow(pair)

    assert missing.value.code == "loan.no_allowance"
    assert given(pair) == []


def test_a_permission_rests_once_the_friendship_has_ended_also_when_it_begins_anew() -> None:
    pair = Pair(line=0)
    (ann,) = make_people(1, at=DAY)
    trust(pair.lender, ann, 10_000, at=DAY)
    trust(ann, pair.borrower, 10_000, at=DAY)
    befriend([(pair.lender, pair.borrower)], at=DAY)
    allow(pair)
    assert status(pair.ask(10)) == "open"

    call(pair.borrower, "friend.remove", at=later(1), person=pair.lender)
    apart = pair.ask(10, at=later(1))
    befriend([(pair.lender, pair.borrower)], at=later(2))
    again = pair.ask(10, at=later(2))

    assert (status(apart), status(again)) == ("asked", "asked")
    assert given(pair, on=2)[0]["status"] == "resting"
    allow(pair, on=2)
    assert status(pair.ask(10, at=later(2))) == "open"


# --- The PIN -------------------------------------------------------------------------------------


def test_the_pin_is_asked_for_when_the_permission_is_given_and_stands_for_its_loans() -> None:
    pair = Pair(line=2_000_000)
    give_pin(pair.lender)
    with pytest.raises(PinRequired):
        allow(pair, 100_000)
    with pytest.raises(PinWrong):
        allow(pair, 100_000, pin="270195")
    assert given(pair) == []

    allow(pair, 100_000, pin=PIN)

    # Above what the lender is asked for the PIN for a payment.
    assert status(pair.ask(50_000)) == "open"
    asked = pair.ask(50_001)
    with pytest.raises(PinRequired):
        pair.grant(asked)


def test_a_new_pin_or_a_locked_one_lets_the_permission_rest() -> None:
    pair = Pair()
    allow(pair)
    give_pin(pair.lender, on=1)
    assert status(pair.ask(10, at=later(1))) == "asked"
    allow(pair, on=1, pin=PIN)
    assert status(pair.ask(10, at=later(1))) == "open"

    Pin.objects.filter(person_id=pair.lender).update(locked_until=later(2))
    assert status(pair.ask(10, at=later(1))) == "asked"
    assert given(pair, on=1)[0]["status"] == "resting"
    assert status(pair.ask(10, at=later(2))) == "open"


def test_the_lenders_pin_proves_nothing_of_the_borrower() -> None:
    pair = Pair(funds=100_000)
    give_pin(pair.borrower)
    allow(pair, 50_000)
    loan = pair.ask(50_000)

    with pytest.raises(PinRequired):
        pair.repay(loan, 50_000, at=DAY)


# --- Lists ---------------------------------------------------------------------------------------


def test_both_see_a_permission_and_nobody_else() -> None:
    pair = Pair()
    allowance = allow(pair)
    (nosy,) = make_people(1, at=DAY)

    assert call(pair.lender, "loan.allowances", at=DAY) == {"given": [allowance], "received": []}
    assert call(pair.borrower, "loan.allowances", at=DAY) == {"given": [], "received": [allowance]}
    assert call(nosy, "loan.allowances", at=DAY) == {"given": [], "received": []}


def test_listing_permissions_takes_as_many_statements_for_many_as_for_one() -> None:
    pair = Pair()
    allow(pair)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            given(pair)
        return len(seen)

    one = count()
    for friend in make_people(3, at=DAY):
        trust(pair.lender, friend, 10, at=DAY)
        until = show_moment(later(5))
        call(pair.lender, "loan.allow", at=DAY, person=friend, amount=1, until=until)

    assert len(given(pair)) == 4
    assert count() == one <= 5


def test_while_a_loan_is_late_nothing_is_lent_by_a_permission() -> None:
    pair = Pair()
    allow(pair, days=300)
    pair.ask(100, days=5)
    age(at=later(6))

    with pytest.raises(OwnCap):
        pair.ask(100, at=later(6))

    assert services.expire_asks(at=DAY) == 0
