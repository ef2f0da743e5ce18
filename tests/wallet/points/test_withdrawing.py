"""The switch: scores of a cohort out of use and back, while money goes on."""

from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from commands.errors import Forbidden
from graph.people.models import Person, Tier
from tests.calls import call
from tests.people import balance, make_people, trust
from tests.wallet.points.members import give_score, make_members, make_service, points, score
from wallet.points.errors import NotWithdrawn, UnknownCohort
from wallet.points.formula import VERSION
from wallet.points.models import Ask, Withdrawal


@pytest.fixture(autouse=True)
def switched_back(now: datetime) -> Iterator[None]:
    """Leave no cohort withdrawn to other tests."""
    yield
    Withdrawal.objects.filter(ended_at=None).update(ended_at=now)


@pytest.fixture
def staff(now: datetime) -> UUID:
    (person,) = make_people(1, at=now)
    Person.objects.filter(id=person).update(roles=["staff"])
    return person


def switch(staff: UUID, cohort: str, *, at: datetime, back: bool = False) -> None:
    name = "points.restore" if back else "points.withdraw"
    call(staff, name, at=at, cohort=cohort, reason="a wrong sum")


def test_a_withdrawn_score_is_neither_shown_nor_used_and_comes_back(
    staff: UUID, now: datetime
) -> None:
    (lender,) = make_people(1, at=now, funds=1_000)
    (member,) = make_members(1, at=now, funds=1_000)
    service = make_service(at=now)
    trust(lender, member, 90_000, at=now)
    give_score(member, 450, at=now)
    gate = {"gate": "ride_then_pay"}
    call(member, "points.answer_service", at=now, service=service, allow=True, **gate)

    switch(staff, "all", at=now)

    shown = points(member, at=now)
    assert (shown["status"], shown["score"], shown["parts"]) == ("withdrawn", None, [])
    assert call(member, "points.history", at=now)["scores"] == []
    answer = call(service, "points.ask_gate", at=now, person=member, **gate)
    assert (answer["allowed"], answer["reason"]) == (False, "no_score")
    assert Ask.objects.get(person_id=member).score is None
    limit = {"lender": lender, "borrower": member}
    assert call(member, "loan.limit", at=now, **limit)["cap"] == 50_000
    sent = call(member, "transfer.send", at=now, to=lender, amount=300)
    call(lender, "transfer.accept", at=now, transfer=sent["transfer"]["id"])
    assert balance(lender, at=now) == 1_300

    switch(staff, "all", at=now, back=True)

    assert points(member, at=now)["score"] == 450
    assert call(member, "loan.limit", at=now, **limit)["cap"] == 37_500


def test_a_grant_is_not_relied_on_while_its_cohort_is_withdrawn(staff: UUID, now: datetime) -> None:
    (member,) = make_members(1, at=now)
    service = make_service(at=now)
    give_score(member, 650, at=now)
    fields = {"gate": "test_drive"}
    call(member, "points.answer_service", at=now, service=service, allow=True, **fields)
    reasons = []
    for back in (False, True):
        asked = call(service, "points.ask_gate", at=now, person=member, **fields)
        reasons.append(asked["reason"])
        switch(staff, "all", at=now, back=back)
    asked = call(service, "points.ask_gate", at=now, person=member, **fields)

    assert [*reasons, asked["reason"]] == ["above", "no_score", "granted"]


def test_a_cohort_is_all_or_who_joined_a_month_a_tier_or_a_formula(
    staff: UUID, now: datetime
) -> None:
    joined = datetime.fromisoformat("2023-05-31T16:00:00+00:00")
    (early,) = make_members(1, at=joined)
    (late,) = make_members(1, at=now, tier=Tier.VERIFIED)
    score(at=now)
    month = points(late, at=now)["month"]
    hidden = {}
    # The first of June where the service is.
    for cohort in ("joined:2023-06", "joined:2023-05", f"month:{month}", "tier:verified",
                   f"formula:{VERSION}", "formula:99"):  # fmt: skip
        switch(staff, cohort, at=now)
        hidden[cohort] = [points(one, at=now)["status"] == "withdrawn" for one in (early, late)]
        switch(staff, cohort, at=now, back=True)

    assert hidden == {
        "joined:2023-06": [True, False], "joined:2023-05": [False, False],
        f"month:{month}": [True, True], "tier:verified": [False, True],
        f"formula:{VERSION}": [True, True], "formula:99": [False, False],
    }  # fmt: skip


def test_an_older_score_does_not_stand_in_for_a_withdrawn_one(staff: UUID, now: datetime) -> None:
    (member,) = make_members(1, at=now)
    service = make_service(at=now)
    give_score(member, 900, at=now)
    call(member, "points.answer_service", at=now, service=service, gate="easy_visa", allow=True)

    switch(staff, f"formula:{VERSION + 1}", at=now)

    answer = call(service, "points.ask_gate", at=now, person=member, gate="easy_visa")
    assert answer["reason"] == "no_score"
    (shown,) = call(member, "points.history", at=now)["scores"]
    assert (shown["formula"], shown["score"]) == (VERSION, 350)


def test_the_log_says_who_did_what_and_why(staff: UUID, now: datetime) -> None:
    switch(staff, "tier:basic", at=now)
    switch(staff, "tier:basic", at=now)
    switch(staff, "tier:basic", at=now, back=True)

    (newest, *_) = call(staff, "points.withdrawals", at=now)["withdrawals"]

    assert (newest["cohort"], newest["by"], newest["reason"]) == (
        "tier:basic", str(staff), "a wrong sum",
    )  # fmt: skip
    assert (newest["ended_by"], newest["ended_reason"]) == (str(staff), "a wrong sum")
    assert Withdrawal.objects.filter(by_id=staff).count() == 1


def test_only_the_staff_turns_the_switch(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    for name in ("points.withdraw", "points.restore"):
        with pytest.raises(Forbidden):
            call(person, name, at=now, cohort="all", reason="curious")
    with pytest.raises(Forbidden):
        call(person, "points.withdrawals", at=now)

    assert not Withdrawal.objects.filter(by_id=person).exists()


@pytest.mark.parametrize(
    "cohort", ["everybody", "all:x", "joined:2026-13", "tier:gold", "formula:0", "month"]
)
def test_a_cohort_that_is_none_is_refused(cohort: str, staff: UUID, now: datetime) -> None:
    with pytest.raises(UnknownCohort) as refusal:
        switch(staff, cohort, at=now)
    assert refusal.value.code == "points.unknown_cohort"


def test_what_is_in_use_cannot_be_restored(staff: UUID, now: datetime) -> None:
    with pytest.raises(NotWithdrawn) as refusal:
        switch(staff, "tier:verified", at=now, back=True)
    assert refusal.value.code == "points.not_withdrawn"


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("withdraw_points", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_line_turns_the_switch_and_prints_the_log(now: datetime) -> None:
    (member,) = make_members(1, at=now)
    score(at=now)

    assert run("--cohort=all", "--reason=a wrong sum") == "all: withdrawn\n"
    assert points(member, at=now)["status"] == "withdrawn"
    assert run("--cohort=all", "--restore", "--reason=mended") == "all: used again\n"
    assert points(member, at=now)["status"] == "shown"
    newest = run().splitlines()[0]
    assert "all withdrawn: a wrong sum; used again" in newest
    assert newest.endswith(": mended")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--cohort=all"], "Say why"),
        (["--cohort=everybody", "--reason=x"], "There is no cohort 'everybody'"),
        (["--cohort=tier:basic", "--reason=x", "--restore"], "are not withdrawn"),
    ],
)
def test_the_command_line_says_what_is_wrong(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)
