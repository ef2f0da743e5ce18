"""Held payments: released or returned by the risk team, above an amount by two of them, never by a
side.
"""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from commands.errors import Forbidden
from graph.people.models import Person
from graph.risk.models import Look
from tests.calls import call
from tests.people import make_people
from tests.threads import at_once
from tests.wallet.screening.judging import decide, judging, make_officers
from tests.wallet.transfers.offers import DAY, FUNDS, Two
from wallet.ledger.errors import NotPending
from wallet.screening.errors import ReviewClosed, ReviewNeedsSomebodyElse, ReviewNotFound
from wallet.screening.models import Review
from wallet.screening.payments import Outcome

UNTOUCHED = [(FUNDS, 0, FUNDS)] * 2


def hold(two: Two, amount: int = 3_000) -> UUID:
    """Have a payment held and return its transfer."""
    with judging(Outcome.HOLD, two.sender):
        return two.send(amount)


def review_of(officer: UUID, transfer: UUID, *, at: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = call(officer, "review.get", at=at, review=transfer)["review"]
    return shown


def test_a_held_payment_is_listed_with_the_rules_that_fired(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)
    transfer = hold(two)

    (shown,) = call(officer, "review.list", at=now, status="held", limit=1)["reviews"]

    assert shown | {"id": 0, "history": 0} == {
        "id": 0, "transfer": str(transfer), "from": str(two.sender), "to": str(two.receiver),
        "amount": 3_000, "currency": "CNY", "status": "held",
        "rules": [{"rule": "test.rule", "version": 1, "outcome": "hold", "inputs": {"seen": 3}}],
        "needs_two": False, "proposed": None, "proposed_by": None,
        "at": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "expires_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "closed_at": None, "history": 0,
    }  # fmt: skip
    assert review_of(officer, transfer, at=now) == shown
    assert review_of(officer, UUID(shown["id"]), at=now) == shown
    listed, _, look = Look.objects.filter(person_id=officer).order_by("id")
    assert (listed.question, listed.parameters) == (
        "review.list",
        {"status": "held", "limit": 1, "people": sorted([str(two.sender), str(two.receiver)])},
    )  # fmt: skip
    assert (look.question, look.parameters["from"]) == ("review.get", str(two.sender))


def test_what_is_released_can_be_accepted(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)
    transfer = hold(two)

    shown = decide(officer, "release", transfer, at=now)

    assert shown["status"] == "released"
    assert [(step["action"], step["by"], step["reason"]) for step in shown["history"]] == [
        ("held", None, ""), ("released", str(officer), "release it"),
    ]  # fmt: skip
    assert len(two.told("transfer.released")) == 2
    assert two.accept(transfer)["status"] == "accepted"
    assert two.money() == [(FUNDS - 3_000, 0, FUNDS - 3_000), (FUNDS + 3_000, 0, FUNDS + 3_000)]


def test_what_is_returned_goes_back(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)
    transfer = hold(two)

    shown = decide(officer, "return", transfer, at=now)

    assert (shown["status"], two.act(two.sender, "get", transfer)["status"]) == (
        "returned", "returned",
    )  # fmt: skip
    assert two.money() == UNTOUCHED
    assert len(two.told("transfer.sent_back")) == 2
    with pytest.raises(ReviewClosed) as refusal:
        decide(officer, "release", transfer, at=now)
    assert (refusal.value.code, refusal.value.detail) == ("review.closed", {"status": "returned"})


def test_above_an_amount_two_people_decide(now: datetime, settings: Any) -> None:
    settings.REVIEW_TWO_ABOVE = 2_999
    one, other = make_officers(2, at=now)
    two = Two(at=now)
    transfer = hold(two)

    first = decide(one, "release", transfer, at=now)

    assert (first["status"], first["needs_two"], first["proposed"], first["proposed_by"]) == (
        "held", True, "release", str(one),
    )  # fmt: skip
    with pytest.raises(ReviewNeedsSomebodyElse) as refusal:
        decide(one, "release", transfer, at=now)
    assert refusal.value.code == "review.needs_somebody_else"
    assert decide(other, "return", transfer, at=now)["proposed_by"] == str(other)
    assert decide(other, "release", transfer, at=now)["proposed"] == "release"
    done = decide(one, "release", transfer, at=now)
    assert [(step["action"], step["outcome"], step["by"]) for step in done["history"]] == [
        ("held", None, None), ("proposed", "release", str(one)),
        ("proposed", "return", str(other)), ("proposed", "release", str(other)),
        ("released", None, str(one)),
    ]  # fmt: skip
    assert two.accept(transfer)["status"] == "accepted"


def test_an_amount_at_the_setting_needs_one_person(now: datetime, settings: Any) -> None:
    settings.REVIEW_TWO_ABOVE = 3_000
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)

    assert decide(officer, "release", hold(two), at=now)["status"] == "released"


def test_a_side_neither_sees_nor_decides(now: datetime) -> None:
    two = Two(at=now)
    Person.objects.filter(id__in=[two.sender, two.receiver]).update(roles=["risk"])
    transfer = hold(two)

    for side in (two.sender, two.receiver):
        for verb in ("release", "return"):
            with pytest.raises(ReviewNeedsSomebodyElse):
                decide(side, verb, transfer, at=now)
        with pytest.raises(ReviewNeedsSomebodyElse):
            review_of(side, transfer, at=now)
        listed = call(side, "review.list", at=now, limit=200)["reviews"]
        assert str(transfer) not in [one["transfer"] for one in listed]
    assert Review.objects.get(payment_id=transfer).status == "held"


def test_others_than_the_risk_team_are_refused(now: datetime) -> None:
    two = Two(at=now)
    transfer = hold(two)
    (stranger,) = make_people(1, at=now)
    (officer,) = make_officers(1, at=now)

    for refused in (
        partial(decide, stranger, "release", transfer, at=now),
        partial(decide, stranger, "return", transfer, at=now),
        partial(review_of, stranger, transfer, at=now),
        partial(call, stranger, "review.list", at=now),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(ReviewNotFound) as refusal:
        decide(officer, "release", uuid4(), at=now)
    assert refusal.value.code == "review.not_found"


def test_what_ran_out_is_not_released(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    two = Two(at=now)
    transfer = hold(two)

    with pytest.raises(NotPending):
        decide(officer, "release", transfer, at=now + DAY)

    assert Review.objects.get(payment_id=transfer).status == "held"


def test_several_who_decide_at_once_decide_once(now: datetime) -> None:
    officers = make_officers(6, at=now)
    two = Two(at=now)
    transfer = hold(two)
    verbs = ["release", "return"] * 3

    answers = at_once(
        [
            partial(decide, officer, verb, transfer, at=now)
            for officer, verb in zip(officers, verbs, strict=True)
        ]
    )

    done = [answer for answer in answers if isinstance(answer, dict)]
    assert len(done) == 1
    assert {type(answer) for answer in answers if not isinstance(answer, dict)} <= {
        ReviewClosed, NotPending,
    }  # fmt: skip
    assert two.money()[0][1] == (3_000 if done[0]["status"] == "released" else 0)
