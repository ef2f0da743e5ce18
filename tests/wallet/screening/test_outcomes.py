"""What becomes of a payment: it goes, asks for the PIN, waits, or is refused, and all is kept."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from commands.execute import Answer
from outbox.delivery import deliver_due
from tests.calls import call
from tests.people import account, make_group, make_people
from tests.together import make_job, results, together
from tests.wallet.screening.judging import PIN, decide, give_pin, judging, make_officers
from tests.wallet.screening.rules.switching import rules
from tests.wallet.transfers.offers import DAY, FUNDS, Two, sweep
from wallet.limits.errors import PinRequired
from wallet.screening.errors import Denied, UnderReview
from wallet.screening.models import Decision, Review
from wallet.screening.payments import Finding, Outcome, strictest
from wallet.screening.selectors import list_decisions
from wallet.transfers.models import Transfer

UNTOUCHED = [(FUNDS, 0, FUNDS)] * 2


def decisions(payer: UUID) -> list[tuple[str, str]]:
    rows = Decision.objects.filter(payer_id=payer, shadow=False, command="transfer.send")
    rows = rows.order_by("id")
    return [(one.outcome, one.became) for one in rows]


def test_the_strictest_outcome_counts() -> None:
    def fired(*outcomes: str) -> list[Finding]:
        return [Finding("test.rule", 1, Outcome(outcome)) for outcome in outcomes]

    assert strictest([]) == Outcome.ALLOW
    assert strictest(fired("challenge", "allow")) == Outcome.CHALLENGE
    assert strictest(fired("hold", "challenge")) == Outcome.HOLD
    assert strictest(fired("hold", "deny", "challenge")) == Outcome.DENY


def test_what_nobody_minds_goes_and_the_decision_is_kept(now: datetime) -> None:
    two = Two(at=now)

    with judging(Outcome.DENY, two.receiver):
        transfer = two.send(3_000)

    (kept,) = list_decisions(payment_id=transfer)
    assert (kept.outcome, kept.became, kept.findings, kept.shadow) == ("allow", "went", [], False)
    assert (kept.payer_id, kept.payee_id, kept.amount, kept.command, kept.at) == (
        two.sender, two.receiver, 3_000, "transfer.send", now,
    )  # fmt: skip
    assert two.accept(transfer)["status"] == "accepted"


def test_nothing_is_kept_where_nobody_judges(now: datetime) -> None:
    two = Two(at=now)

    with rules(now):
        two.send()

    assert decisions(two.sender) == []


def test_a_denied_payment_leaves_its_decision_and_nothing_else(now: datetime) -> None:
    two = Two(at=now)

    with judging(Outcome.DENY, two.sender), pytest.raises(Denied) as refusal:
        two.send()

    assert (refusal.value.code, refusal.value.status) == ("risk.denied", 403)
    (kept,) = Decision.objects.filter(payer_id=two.sender)
    assert refusal.value.detail == {"support": str(kept.id)}
    assert (kept.outcome, kept.became) == ("deny", "refused")
    assert kept.findings == [
        {"rule": "test.rule", "version": 1, "outcome": "deny", "inputs": {"seen": 3}}
    ]
    assert two.money() == UNTOUCHED
    assert not Transfer.objects.filter(sender_id=two.sender).exists()


def test_a_challenge_is_passed_with_the_pin_alone(now: datetime) -> None:
    two = Two(at=now)
    give_pin(two.sender, at=now)

    with judging(Outcome.CHALLENGE, two.sender):
        with pytest.raises(PinRequired) as refusal:
            two.send(500)
        assert two.money() == UNTOUCHED
        transfer = two.send(500, pin=PIN)

    assert refusal.value.code == "wallet.pin_required"
    assert decisions(two.sender) == [("challenge", "asked"), ("challenge", "went")]
    assert two.accept(transfer)["status"] == "accepted"


def test_who_is_challenged_and_has_no_pin_is_held(now: datetime) -> None:
    two = Two(at=now)

    with judging(Outcome.CHALLENGE, two.sender):
        transfer = two.send(500)

    assert decisions(two.sender) == [("challenge", "held")]
    assert two.act(two.sender, "get", transfer)["under_review"] is True


def test_a_held_payment_is_there_and_cannot_be_answered(now: datetime) -> None:
    two = Two(at=now)

    with judging(Outcome.HOLD, two.sender):
        transfer = two.send(3_000)

    for verb in ("accept", "return"):
        with pytest.raises(UnderReview) as refusal:
            two.act(two.receiver, verb, transfer)
        assert (refusal.value.code, refusal.value.status) == ("transfer.under_review", 409)
    assert two.money() == [(FUNDS, 3_000, FUNDS - 3_000), (FUNDS, 0, FUNDS)]
    for person in (two.sender, two.receiver):
        shown = two.act(person, "get", transfer)
        assert (shown["status"], shown["under_review"]) == ("pending", True)
    assert two.told("transfer.held") == [
        (two.sender, two.receiver, transfer), (two.receiver, two.sender, transfer),
    ]  # fmt: skip
    assert two.told("money.in") == []


def test_others_in_the_room_see_a_pending_transfer(now: datetime) -> None:
    """That it is reviewed is between its two sides and the risk team, also once it is released."""
    two = Two(at=now)
    (third,) = make_people(1, at=now)
    room = make_group([two.sender, two.receiver, third], at=now)

    with judging(Outcome.HOLD, two.sender):
        sent = call(
            two.sender, "transfer.send", at=now, to=two.receiver, amount=3_000, room=room
        )  # fmt: skip
    (officer,) = make_officers(1, at=now)
    decide(officer, "release", sent["transfer"]["id"], at=now)
    deliver_due("chat", clock=lambda: datetime.now(UTC) + DAY / 24)

    assert sent["transfer"]["under_review"] is True
    seen = call(third, "room.sync", at=now, room=room, after=0)["events"]
    cards = [one["message"]["card"] for one in seen if one["kind"] == "message.new"]
    assert [(one["status"], "under_review" in one) for one in cards] == [("pending", False)]
    assert sent["message"]["card"] == cards[0]
    assert [one["kind"] for one in seen if one["kind"] == "card.changed"] == []


def test_a_held_payment_returns_at_its_time_out_with_a_notice(now: datetime) -> None:
    two = Two(at=now)
    with judging(Outcome.HOLD, two.sender):
        transfer = two.send(3_000)

    sweep(at=now + DAY)

    assert two.money() == UNTOUCHED
    shown = two.act(two.sender, "get", transfer, at=now + DAY)
    assert (shown["status"], "under_review" in shown) == ("expired", False)
    review = Review.objects.get(payment_id=transfer)
    assert (review.status, review.closed_at) == ("expired", now + DAY)
    assert list(review.steps.order_by("id").values_list("action", flat=True)) == [
        "held", "expired",
    ]  # fmt: skip
    assert len(two.told("card.expired")) == 2


def test_payments_of_the_same_moment_are_each_judged_for_themselves(now: datetime) -> None:
    held, denied, plain, poor = make_people(4, at=now, funds=FUNDS)
    call(poor, "wallet.withdraw", at=now, amount=FUNDS, channel="sandbox")
    jobs = [
        make_job(payer, "transfer.send", at=now, to=plain if payer != plain else held, amount=9)
        for payer in (held, denied, plain, poor)
    ]

    with judging(Outcome.HOLD, held, poor), judging(Outcome.DENY, denied):
        decided = together("transfer.send", jobs)

    waits, refused, goes, broke = results(decided)
    assert waits["transfer"]["under_review"] is True
    assert (refused, broke) == ("risk.denied", "wallet.insufficient_funds")
    assert "under_review" not in goes["transfer"]
    assert [account(one, at=now).held for one in (held, denied, plain)] == [9, 0, 9]
    assert [decisions(one) for one in (held, denied, plain, poor)] == [
        [("hold", "held")], [("deny", "refused")], [("allow", "went")], [],
    ]  # fmt: skip
    assert isinstance(decided[0], Answer)


def test_decisions_stay_as_they_are(now: datetime) -> None:
    two = Two(at=now)
    with judging(Outcome.HOLD, two.sender):
        transfer = two.send()

    for change in (
        lambda: Decision.objects.filter(payment_id=transfer).update(outcome="allow"),
        lambda: Decision.objects.filter(payment_id=transfer).delete(),
        lambda: Review.objects.filter(payment_id=transfer).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert decisions(two.sender) == [("hold", "held")]
