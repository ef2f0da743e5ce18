"""Services ask gates: only with consent, strictly above, each answer kept for good."""

from datetime import datetime, timedelta
from threading import Event
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from commands.errors import Forbidden
from graph.people.errors import PersonNotFound
from outbox.notices.models import Notice
from tests.calls import call
from tests.people import make_people
from tests.threads import Rival, at_once
from tests.wallet.points.members import give_score, make_members, make_service
from wallet.points.errors import UnknownGate
from wallet.points.gates import Gate, list_gates, register_gate
from wallet.points.models import Ask, Consent, Grant
from wallet.points.services import opt_out

DAY = timedelta(days=1)


class Asking:
    """A member with a score, and a service."""

    def __init__(self, number: int | None, *, at: datetime) -> None:
        self.at = at
        (self.member,) = make_members(1, at=at)
        self.service = make_service(at=at)
        if number is not None:
            give_score(self.member, number, at=at)

    def allow(self, gate: str, *, yes: bool = True, at: datetime | None = None) -> Any:
        fields = {"service": self.service, "gate": gate, "allow": yes}
        return call(self.member, "points.answer_service", at=at or self.at, **fields)["consent"]

    def ask(self, gate: str, *, at: datetime | None = None) -> tuple[bool, str]:
        answer = self.answer(gate, at=at)
        return answer["allowed"], answer["reason"]

    def answer(self, gate: str, *, at: datetime | None = None) -> Any:
        fields = {"person": self.member, "gate": gate}
        return call(self.service, "points.ask_gate", at=at or self.at, **fields)

    def kept(self) -> list[tuple[str, bool, str, int | None]]:
        rows = Ask.objects.filter(person_id=self.member).order_by("id")
        return [(row.gate, row.allowed, row.reason, row.score) for row in rows]

    def notices(self) -> list[UUID | None]:
        rows = Notice.objects.filter(owner_id=self.member, kind="points.asked").order_by("id")
        return [row.about for row in rows]


def test_the_gates_are_registered_with_their_thresholds() -> None:
    assert list_gates() == [
        Gate("ride_then_pay", 500), Gate("test_drive", 600, 7), Gate("easy_visa", 700),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="Two gates are called easy_visa"):
        register_gate(Gate("easy_visa", 1))


@pytest.mark.parametrize(
    ("number", "gate", "expected"),
    [
        (500, "ride_then_pay", (False, "not_above")),
        (501, "ride_then_pay", (True, "above")),
        (700, "easy_visa", (False, "not_above")),
        (701, "easy_visa", (True, "above")),
        (600, "test_drive", (False, "not_above")),
        (601, "test_drive", (True, "above")),
    ],
)
def test_a_score_has_to_be_above_the_threshold(
    number: int, gate: str, expected: tuple[bool, str], now: datetime
) -> None:
    asking = Asking(number, at=now)
    asking.allow(gate)

    assert asking.ask(gate) == expected
    assert asking.kept() == [(gate, *expected, number)]


def test_the_answer_names_no_score_and_the_person_sees_what_was_learned(now: datetime) -> None:
    asking = Asking(650, at=now)
    asking.allow("easy_visa")

    answer = asking.answer("easy_visa")

    assert answer == {
        "person": str(asking.member), "gate": "easy_visa", "allowed": False,
        "reason": "not_above", "until": None,
    }  # fmt: skip
    (seen,) = call(asking.member, "points.asked", at=now)["asked"]
    assert (seen["service"], seen["gate"], seen["threshold"], seen["allowed"]) == (
        str(asking.service), "easy_visa", 700, False,
    )  # fmt: skip
    assert "score" not in seen
    assert call(asking.service, "points.asked", at=now)["asked"] == []


def test_without_a_score_the_answer_is_no(now: datetime) -> None:
    asking = Asking(None, at=now)
    asking.allow("ride_then_pay")

    assert asking.ask("ride_then_pay") == (False, "no_score")
    assert asking.kept() == [("ride_then_pay", False, "no_score", None)]


def test_without_consent_nothing_is_looked_at_and_the_person_is_asked_once(now: datetime) -> None:
    asking = Asking(900, at=now)

    assert asking.ask("ride_then_pay") == (False, "no_consent")
    assert asking.ask("ride_then_pay") == (False, "no_consent")

    assert asking.kept() == [("ride_then_pay", False, "no_consent", None)] * 2
    assert asking.notices() == [asking.service]
    (waiting,) = call(asking.member, "points.gates", at=now)["consents"]
    assert (waiting["service"], waiting["gate"], waiting["status"]) == (
        str(asking.service), "ride_then_pay", "asked",
    )  # fmt: skip
    asking.allow("ride_then_pay")
    assert asking.ask("ride_then_pay") == (True, "above")


def test_consent_is_for_one_gate_and_one_service(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.allow("ride_then_pay")
    other = make_service(at=now)

    assert asking.ask("easy_visa") == (False, "no_consent")
    fields = {"person": asking.member, "gate": "ride_then_pay"}
    assert call(other, "points.ask_gate", at=now, **fields)["reason"] == "no_consent"


def test_consent_ends_after_thirty_days_and_is_asked_for_again(now: datetime) -> None:
    asking = Asking(900, at=now)
    given = asking.allow("ride_then_pay")
    assert given["status"] == "given"
    last = now + 30 * DAY - timedelta(milliseconds=1)

    assert asking.ask("ride_then_pay", at=last) == (True, "above")
    assert asking.notices() == []
    assert asking.ask("ride_then_pay", at=now + 30 * DAY) == (False, "no_consent")
    assert asking.notices() == [asking.service]
    assert Consent.objects.get(person_id=asking.member).status == "asked"


def test_who_says_no_is_not_asked_again_and_may_change_their_mind(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.ask("ride_then_pay")
    refused = asking.allow("ride_then_pay", yes=False)

    assert (refused["status"], refused["until"]) == ("refused", None)
    assert asking.ask("ride_then_pay") == (False, "no_consent")
    assert len(asking.notices()) == 1
    asking.allow("ride_then_pay")
    assert asking.ask("ride_then_pay") == (True, "above")


def test_a_grant_holds_for_its_days_whatever_becomes_of_the_score(now: datetime) -> None:
    asking = Asking(601, at=now)
    asking.allow("test_drive")
    until = asking.answer("test_drive")["until"]
    give_score(asking.member, 550, at=now + 32 * DAY)
    last = now + 7 * DAY - timedelta(milliseconds=1)

    assert asking.ask("test_drive", at=last) == (True, "granted")
    assert asking.ask("test_drive", at=now + 7 * DAY) == (False, "not_above")
    (grant,) = Grant.objects.filter(person_id=asking.member)
    assert (grant.ask.score, grant.expires_at) == (601, now + 7 * DAY)
    shown = call(asking.member, "points.gates", at=last)["grants"]
    assert [(one["gate"], one["until"]) for one in shown] == [("test_drive", until)]
    assert call(asking.member, "points.gates", at=now + 7 * DAY)["grants"] == []


def test_taking_consent_back_ends_the_grant(now: datetime) -> None:
    asking = Asking(601, at=now)
    asking.allow("test_drive")
    asking.ask("test_drive")

    asking.allow("test_drive", yes=False)

    assert asking.ask("test_drive") == (False, "no_consent")
    assert Grant.objects.get(person_id=asking.member).ended_at == now


def test_a_grant_ends_with_the_consent_it_was_given_under(now: datetime) -> None:
    asking = Asking(601, at=now)
    end = asking.allow("test_drive")["until"]

    answer = asking.answer("test_drive", at=now + 28 * DAY)

    assert (answer["reason"], answer["until"]) == ("above", end)
    assert asking.ask("test_drive", at=now + 30 * DAY) == (False, "no_consent")
    assert call(asking.member, "points.gates", at=now + 30 * DAY)["grants"] == []


def test_who_said_no_is_not_asked_again_after_they_opted_out_and_came_back(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.allow("ride_then_pay", yes=False)
    asking.ask("easy_visa")

    call(asking.member, "points.opt_out", at=now + DAY)
    call(asking.member, "points.opt_in", at=now + DAY)

    for gate in ("ride_then_pay", "easy_visa"):
        assert asking.ask(gate, at=now + DAY) == (False, "no_consent")
    assert asking.notices() == [asking.service]
    rows = Consent.objects.filter(person_id=asking.member)
    assert dict(rows.values_list("gate", "answered_at")) == {
        "ride_then_pay": now, "easy_visa": now + DAY,
    }  # fmt: skip
    assert set(rows.values_list("status", flat=True)) == {"refused"}


def test_who_takes_no_part_is_not_asked(now: datetime) -> None:
    asking = Asking(None, at=now)
    call(asking.member, "points.opt_out", at=now)

    assert asking.ask("ride_then_pay") == (False, "no_consent")

    assert asking.notices() == []
    assert call(asking.member, "points.gates", at=now)["consents"] == []
    asking.allow("ride_then_pay")
    assert asking.ask("ride_then_pay") == (False, "no_score")
    assert [row[2] for row in asking.kept()] == ["no_consent", "no_score"]
    # Who takes part after all is asked.
    call(asking.member, "points.opt_in", at=now)
    assert asking.ask("easy_visa") == (False, "no_consent")
    assert asking.notices() == [asking.service]


def test_who_answers_while_they_opt_out_elsewhere_is_heard(now: datetime) -> None:
    asking = Asking(None, at=now)
    asking.allow("ride_then_pay")
    make = QuerySet.bulk_create

    def opt_out_after(rows: Any, fresh: Any, **options: Any) -> Any:
        made = make(rows, fresh, **options)
        with Rival() as rival:
            rival.do(lambda: opt_out(person_id=asking.member, at=now))
        return made

    with patch.object(QuerySet, "bulk_create", opt_out_after):
        given = asking.allow("ride_then_pay")

    assert given["status"] == "given"
    assert Consent.objects.get(person_id=asking.member).status == "given"


def test_asking_at_once_makes_one_grant(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.allow("test_drive")

    answers = at_once([lambda: asking.answer("test_drive") for _ in range(8)])

    reasons = sorted(answer["reason"] for answer in answers)
    assert reasons == ["above"] + ["granted"] * 7
    assert Grant.objects.filter(person_id=asking.member).count() == 1


def test_who_opts_out_while_a_service_asks_is_not_looked_at(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.allow("test_drive")

    has_left, commits = Event(), Event()

    def leave() -> None:
        with transaction.atomic():
            opt_out(person_id=asking.member, at=now)
            has_left.set()
            commits.wait(20)

    with Rival() as leaver, Rival() as asker:
        left = leaver.start(leave)
        assert has_left.wait(20)
        answer = asker.start(lambda: asking.answer("test_drive"))
        asker.wait_until_blocked()
        commits.set()
        left.result(20)
        assert answer.result(20)["reason"] == "no_consent"

    assert not Grant.objects.filter(person_id=asking.member).exists()


def test_only_a_service_asks(now: datetime) -> None:
    asking = Asking(900, at=now)
    (stranger,) = make_people(1, at=now)

    with pytest.raises(Forbidden) as refusal:
        call(stranger, "points.ask_gate", at=now, person=asking.member, gate="ride_then_pay")

    assert refusal.value.code == "auth.forbidden"
    assert asking.kept() == []
    with pytest.raises(PersonNotFound):
        call(asking.member, "points.answer_service", at=now, service=stranger,
             gate="ride_then_pay", allow=True)  # fmt: skip


def test_what_is_unknown_is_refused(now: datetime) -> None:
    asking = Asking(900, at=now)

    with pytest.raises(UnknownGate) as refusal:
        asking.ask("free_money")
    assert refusal.value.code == "points.unknown_gate"
    with pytest.raises(UnknownGate):
        asking.allow("free_money")
    with pytest.raises(PersonNotFound):
        call(asking.service, "points.ask_gate", at=now, person=uuid4(), gate="easy_visa")


def test_what_was_answered_is_never_changed(now: datetime) -> None:
    asking = Asking(900, at=now)
    asking.ask("easy_visa")
    own = Ask.objects.filter(person_id=asking.member)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        own.update(allowed=True)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        own.delete()

    assert asking.kept() == [("easy_visa", False, "no_consent", None)]


def test_what_services_asked_comes_in_pages(now: datetime) -> None:
    asking = Asking(None, at=now)
    for _ in range(3):
        asking.ask("easy_visa")

    first = call(asking.member, "points.asked", at=now, limit=2)
    before = first["asked"][-1]["id"]
    second = call(asking.member, "points.asked", at=now, limit=2, before=before)

    assert (len(first["asked"]), first["more"]) == (2, True)
    assert (len(second["asked"]), second["more"]) == (1, False)
