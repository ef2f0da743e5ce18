"""Disputes: found, frozen and reversed by two people of the staff, with every step kept."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from uuid_utils.compat import uuid7

from commands.errors import Forbidden
from graph.people.models import Person
from graph.people.services import grant_role
from tests.calls import call
from tests.people import lend, make_people, trust
from tests.threads import Rival, at_once
from tests.wallet.disputes.cases import WHY, Case, make_staff
from tests.wallet.requests.asked import FUNDS
from wallet.accounts.numbers import number_of
from wallet.disputes.errors import (
    DisputeExists,
    DisputeNotFound,
    NotDisputable,
    SomebodyElse,
    WrongStep,
)
from wallet.disputes.models import Dispute, Step
from wallet.ledger.errors import AlreadyReversed, AmountInvalid, InsufficientFunds
from wallet.ledger.models import Transfer
from wallet.ledger.services import Item, post
from wallet.receipts.errors import ReceiptNotFound

PAID = [(FUNDS - 800, 0), (FUNDS + 800, 0)]


def test_opening_moves_nothing_and_tells_the_payee(now: datetime) -> None:
    case = Case(at=now)

    assert case.shown == {
        "id": str(case.id), "receipt": number_of(case.payment), "payer": str(case.payer),
        "payee": str(case.payee), "amount": 800, "currency": "CNY", "reason": "Not sent",
        "status": "open", "frozen": 0, "reversal": None, "closed_at": None,
        "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    }  # fmt: skip
    assert case.money() == PAID
    assert (case.told(case.payee), case.told(case.payer)) == (1, 0)
    for person in (case.payer, case.payee):
        assert call(person, "dispute.get", at=now, dispute=case.id)["dispute"] == case.shown
    assert call(case.payer, "dispute.list", at=now)["disputes"] == [case.shown]
    assert call(case.payee, "dispute.list", at=now)["disputes"] == []
    with pytest.raises(DisputeNotFound) as refusal:
        call(case.three.funder, "dispute.get", at=now, dispute=case.id)
    assert refusal.value.code == "dispute.not_found"


def test_only_what_one_paid_from_a_balance_is_disputed_and_once(now: datetime) -> None:
    case = Case(at=now)
    three = case.three
    voucher = three.voucher(300)
    three.pay(three.ask(300), {"voucher": voucher})
    gift = call(three.payer, "wallet.entries", at=now)["entries"][1]["receipt"]
    lender, borrower = make_people(2, at=now, funds=FUNDS)
    trust(lender, borrower, 500, at=now)
    lend(lender, borrower, 100, at=now)
    loan = call(lender, "wallet.entries", at=now)["entries"][0]["receipt"]
    number = number_of(case.payment)

    for person, receipt, at, refusal in (
        (case.payer, number, now, DisputeExists),
        (case.payee, number, now, NotDisputable),
        (three.funder, number, now, ReceiptNotFound),
        (case.payer, "nonsense", now, ReceiptNotFound),
        (three.funder, gift, now, NotDisputable),
        (lender, loan, now, NotDisputable),
    ):
        with pytest.raises(refusal) as refused:
            call(person, "dispute.open", at=at, receipt=receipt, reason=WHY)
        assert refused.value.code in {
            "dispute.exists", "dispute.not_possible", "receipt.not_found",
        }  # fmt: skip
    late = now + timedelta(days=181)
    old = three.pay(three.ask(5))["payment"]
    with pytest.raises(NotDisputable):
        call(three.payer, "dispute.open", at=late, receipt=old, reason=WHY)

    assert Dispute.objects.filter(payer_id__in=[case.payer, three.funder, lender]).count() == 1


def test_two_of_the_staff_freeze_and_reverse_a_payment(now: datetime) -> None:
    case = Case(at=now)

    frozen = case.act(case.one, "freeze")
    assert (frozen["frozen"], case.money()) == (800, [PAID[0], (FUNDS + 800, 800)])
    proposed = case.act(case.one, "propose", outcome="reverse")
    assert (proposed["status"], proposed["proposed_by"]) == ("proposed", str(case.one))
    # What the staff is about is its own matter until it is decided.
    assert call(case.payee, "dispute.get", at=now, dispute=case.id)["dispute"]["status"] == "open"
    ended = case.act(case.other, "confirm")

    assert (ended["status"], ended["frozen"]) == ("reversed", 0)
    assert case.money() == [(FUNDS, 0), (FUNDS, 0)]
    back = Transfer.objects.get(reverses=case.payment)
    assert (back.code, back.amount, back.ref, number_of(back.id)) == (
        "dispute.reverse", 800, case.payment, ended["reversal"],
    )  # fmt: skip
    assert [(step["action"], step["by"], step["amount"], step["reason"]) for step in ended["steps"]
            ] == [
        ("opened", str(case.payer), None, "Not sent"), ("frozen", str(case.one), 800, WHY),
        ("proposed", str(case.one), None, WHY), ("confirmed", str(case.other), 800, WHY),
    ]  # fmt: skip
    assert (case.told(case.payee), case.told(case.payer)) == (3, 1)


def test_one_person_alone_reverses_nothing(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "propose", outcome="reverse")

    with pytest.raises(SomebodyElse) as refusal:
        case.act(case.one, "confirm")

    assert refusal.value.code == "dispute.needs_somebody_else"
    assert case.money() == PAID
    assert Dispute.objects.get(id=case.id).status == "proposed"


def test_who_paid_or_was_paid_decides_nothing(now: datetime) -> None:
    case = Case(at=now)
    for person in Person.objects.filter(id__in=[case.payer, case.payee]):
        grant_role(username=person.username, role="staff")

    for person in (case.payer, case.payee):
        for verb, fields in (("freeze", {}), ("propose", {"outcome": "reverse"})):
            with pytest.raises(SomebodyElse):
                case.act(person, verb, **fields)
    case.act(case.one, "propose", outcome="reverse")
    for person in (case.payer, case.payee):
        for verb in ("confirm", "refuse"):
            with pytest.raises(SomebodyElse):
                case.act(person, verb)

    assert case.money() == PAID


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("freeze", {}), ("release", {}), ("propose", {"outcome": "reverse"}), ("confirm", {}),
        ("refuse", {}),
    ],
)  # fmt: skip
def test_only_the_staff_takes_steps(now: datetime, verb: str, fields: dict[str, str]) -> None:
    case = Case(at=now)

    for person in (case.payer, case.payee, case.three.funder):
        with pytest.raises(Forbidden) as refusal:
            case.act(person, verb, **fields)
        assert refusal.value.detail == {"role": "staff"}
    for command in ("dispute.find", "dispute.review"):
        named = {"dispute": case.id} if command == "dispute.review" else {}
        with pytest.raises(Forbidden):
            call(case.payer, command, at=now, **named)

    assert case.money() == PAID
    assert Step.objects.filter(dispute_id=case.id).count() == 1


def test_only_as_much_as_there_is_comes_back_unless_the_staff_says_how_much(
    now: datetime,
) -> None:
    case = Case(at=now)
    case.leave_payee(300)
    case.act(case.one, "propose", outcome="reverse", amount=301)
    with pytest.raises(InsufficientFunds) as refusal:
        case.act(case.other, "confirm")
    assert refusal.value.detail == {"available": 300}
    assert case.money() == [PAID[0], (300, 0)]
    case.act(case.other, "refuse")

    case.reverse()

    assert case.money() == [(FUNDS - 500, 0), (0, 0)]


def test_a_stated_amount_is_what_comes_back(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "freeze")

    ended = case.reverse(amount=250)

    assert ended["status"] == "reversed"
    assert Transfer.objects.get(reverses=case.payment).amount == 250
    assert case.money() == [(FUNDS - 550, 0), (FUNDS + 550, 0)]
    assert ended["steps"][-1]["amount"] == 250


@pytest.mark.parametrize(("amount", "left"), [(None, 0), (800, 0), (250, 550)])
def test_what_came_back_may_be_paid_again_within_the_payers_limits(
    now: datetime, amount: int | None, left: int
) -> None:
    case = Case(at=now)

    def used() -> tuple[int, int]:
        (limit, *_) = call(case.payer, "wallet.get", at=now)["limits"]
        return limit["day"]["used"], limit["year"]["used"]

    assert used() == (800, 800)

    case.reverse(**{"amount": amount} if amount else {})

    assert used() == (left, left)


def test_a_payment_that_was_taken_back_otherwise_is_not_taken_back_again(now: datetime) -> None:
    case = Case(at=now)
    post(Item(id=uuid7(), code="test.back", reverses=case.payment, amount=1), at=now)
    case.act(case.one, "propose", outcome="reverse")

    with pytest.raises(AlreadyReversed):
        case.act(case.other, "confirm")

    assert case.money() == [(FUNDS - 799, 0), (FUNDS + 799, 0)]
    assert Dispute.objects.get(id=case.id).status == "proposed"


def test_more_than_the_payment_is_never_proposed(now: datetime) -> None:
    case = Case(at=now)

    for fields in (
        {"outcome": "reverse", "amount": 801},
        {"outcome": "reject", "amount": 1},
    ):
        with pytest.raises(AmountInvalid):
            case.act(case.one, "propose", **fields)

    assert Dispute.objects.get(id=case.id).status == "open"


def test_what_is_frozen_cannot_be_spent_until_it_is_released(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "freeze")
    with pytest.raises(InsufficientFunds):
        case.leave_payee(-1)

    case.act(case.other, "release")

    assert case.money() == PAID
    case.leave_payee(0)
    assert case.money()[1] == (0, 0)
    with pytest.raises(InsufficientFunds):
        case.act(case.one, "freeze")


def test_two_reject_a_dispute_and_the_payee_keeps_the_money(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "freeze")
    case.act(case.one, "propose", outcome="reject")

    ended = case.act(case.other, "confirm")

    assert (ended["status"], ended["reversal"], ended["frozen"]) == ("rejected", None, 0)
    assert case.money() == PAID
    with pytest.raises(DisputeExists):
        call(case.payer, "dispute.open", at=now, receipt=str(case.payment), reason=WHY)


def test_a_step_out_of_place_changes_nothing(now: datetime) -> None:
    case = Case(at=now)

    for verb in ("confirm", "refuse", "release"):
        with pytest.raises(WrongStep) as refusal:
            case.act(case.one, verb)
        assert refusal.value.code == "dispute.wrong_step"
    case.act(case.one, "freeze")
    case.act(case.one, "propose", outcome="reverse")
    for verb, fields in (("freeze", {}), ("propose", {"outcome": "reject"})):
        with pytest.raises(WrongStep):
            case.act(case.other, verb, **fields)
    case.act(case.other, "confirm")
    for verb, fields in (
        ("freeze", {}), ("release", {}), ("propose", {"outcome": "reverse"}), ("confirm", {}),
        ("refuse", {}),
    ):  # fmt: skip
        with pytest.raises(WrongStep):
            case.act(case.one, verb, **fields)
    with pytest.raises(DisputeNotFound):
        case.act(case.one, "freeze", dispute=uuid4())

    assert case.money() == [(FUNDS, 0), (FUNDS, 0)]


def test_the_money_that_came_back_cannot_be_disputed(now: datetime) -> None:
    case = Case(at=now)
    reversal = case.reverse()["reversal"]

    with pytest.raises(NotDisputable):
        call(case.payee, "dispute.open", at=now, receipt=reversal, reason=WHY)

    assert case.money() == [(FUNDS, 0), (FUNDS, 0)]


def test_the_staff_finds_disputes_by_status_receipt_and_person(now: datetime) -> None:
    case = Case(at=now)
    name = Person.objects.get(id=case.payee).username

    for terms, is_found in (
        ({"text": number_of(case.payment).lower()}, True),
        ({"text": f"@{name.upper()}"}, True),
        ({"text": name, "status": "open"}, True),
        ({"text": name, "status": "reversed"}, False),
        ({"text": "nobody-of-this-name"}, False),
    ):
        found = call(case.one, "dispute.find", at=now, **terms)["disputes"]
        assert [row["id"] for row in found] == ([str(case.id)] if is_found else [])
    newest = call(case.one, "dispute.find", at=now, limit=1)
    assert newest["disputes"][0]["id"] == str(case.id)
    file = call(case.one, "dispute.review", at=now, dispute=case.id)["dispute"]
    assert file == newest["disputes"][0]


def test_the_command_prints_who_did_what_when_and_why(now: datetime) -> None:
    case = Case(at=now)
    case.act(case.one, "freeze")
    people = Person.objects.in_bulk([case.payer, case.payee, case.one])
    payer, payee, staff = (people[one].username for one in (case.payer, case.payee, case.one))
    out = StringIO()

    call_command("disputes", payer, "--status", "open", stdout=out)

    moment = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert out.getvalue().splitlines() == [
        f"{case.id} open: 800 CNY from {payer} to {payee}, frozen 800,"
        f" receipt {number_of(case.payment)}",
        f"  {moment} opened by {payer}: Not sent",
        f"  {moment} frozen by {staff}: 800 {WHY}",
        "1 disputes",
    ]


# --- At the same moment --------------------------------------------------------------------------


def test_a_reversal_that_many_confirm_at_once_happens_once(now: datetime) -> None:
    case = Case(at=now)
    others = make_staff(6, at=now)
    case.act(case.one, "propose", outcome="reverse")

    answers = at_once([lambda p=person: case.act(p, "confirm") for person in others])

    assert Counter(type(answer) for answer in answers) == {dict: 1, WrongStep: 5}
    assert case.money() == [(FUNDS, 0), (FUNDS, 0)]


def test_who_freezes_waits_for_what_the_payee_is_just_spending(now: datetime) -> None:
    case = Case(at=now)
    case.leave_payee(800)

    with Rival() as staff:
        with transaction.atomic():
            case.leave_payee(300)
            answer = staff.start(lambda: case.act(case.one, "freeze"))
            staff.wait_until_blocked()

        assert answer.result(20)["frozen"] == 300
    assert case.money()[1] == (300, 300)


def test_what_is_frozen_while_the_payee_spends_is_what_was_there(now: datetime) -> None:
    case = Case(at=now)
    case.leave_payee(800)

    answers = at_once(
        [
            lambda: case.act(case.one, "freeze"),
            *[lambda: call(case.payee, "wallet.withdraw", at=now, amount=100, channel="sandbox")]
            * 8,
        ]
    )

    spent = sum(isinstance(answer, dict) for answer in answers[1:]) * 100
    frozen = answers[0]["frozen"] if isinstance(answers[0], dict) else 0
    assert spent + frozen == 800
    assert case.money()[1] == (800 - spent, frozen)
