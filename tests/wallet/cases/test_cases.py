"""Cases: opened, filled and decided by the risk team; money stops and goes again, history stays."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from uuid_utils.compat import uuid7

from commands.errors import Forbidden
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from graph.risk.models import Look
from tests.calls import call
from tests.people import account, make_people
from tests.threads import at_once
from wallet.accounts.errors import AccountNotFound
from wallet.cases.errors import CaseClosed, CaseExists, CaseNeedsSomebodyElse, CaseNotFound
from wallet.cases.models import Case, Step
from wallet.closing.models import Freeze
from wallet.closing.services import freeze, unfreeze
from wallet.ledger.errors import Frozen

FUNDS = 10_000


def make_officers(count: int, *, at: datetime) -> list[UUID]:
    """Make people of the risk team."""
    officers = make_people(count, at=at)
    Person.objects.filter(id__in=officers).update(roles=["risk"])
    return officers


def open_case(officer: UUID, subject: object, *, at: datetime) -> dict[str, Any]:
    made: dict[str, Any] = call(
        officer, "case.open", at=at, subject=str(subject), note="odd transfers"
    )["case"]
    return made


def decide(officer: UUID, case: dict[str, Any], decision: str, *, at: datetime) -> dict[str, Any]:
    decided: dict[str, Any] = call(
        officer, "case.decide", at=at, case=case["id"], decision=decision, reason=f"so {decision}"
    )["case"]
    return decided


def is_frozen(person: UUID, *, at: datetime) -> bool:
    return account(person, at=at).frozen


def test_a_case_is_opened_about_a_person_a_username_or_an_account(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    one, two, three = make_people(3, at=now, funds=FUNDS)
    username = Person.objects.get(id=two).username
    purse = account(three, at=now).id

    by_person = open_case(officer, one, at=now)
    by_name = open_case(officer, f"@{username.upper()}", at=now)
    by_account = open_case(officer, purse, at=now)

    assert [(case["subject"], case["account"]) for case in (by_person, by_name, by_account)] == [
        (str(one), None), (str(two), None), (str(three), str(purse)),
    ]  # fmt: skip
    assert (by_person["status"], by_person["decision"], by_person["frozen"]) == (
        "open",
        None,
        False,
    )
    assert by_person["opened_by"] == str(officer)
    assert [(step["action"], step["text"]) for step in by_person["history"]] == [
        ("opened", "odd transfers")
    ]
    listed = call(officer, "case.list", at=now, status="open", limit=3)["cases"]
    assert [case["id"] for case in listed] == [
        case["id"] for case in (by_account, by_name, by_person)
    ]
    found = call(officer, "case.list", at=now, subject=username)["cases"]
    assert [case["id"] for case in found] == [by_name["id"]]
    with pytest.raises(PersonNotFound):
        open_case(officer, uuid4(), at=now)
    with pytest.raises(PersonNotFound):
        open_case(officer, "nobody-is-called-so", at=now)


def test_one_person_has_one_open_case(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (one,) = make_people(1, at=now)
    first = open_case(officer, one, at=now)

    with pytest.raises(CaseExists) as refusal:
        open_case(officer, one, at=now)

    assert (refusal.value.code, refusal.value.detail) == ("case.exists", {"case": first["id"]})
    assert Case.objects.filter(subject_id=one).count() == 1
    decide(officer, first, "clear", at=now)
    assert open_case(officer, one, at=now)["id"] != first["id"]


def test_several_who_open_at_once_open_one(now: datetime) -> None:
    officers = make_officers(6, at=now)
    (one,) = make_people(1, at=now)

    def attempt(officer: UUID) -> str:
        try:
            return str(open_case(officer, one, at=now)["id"])
        except CaseExists as refusal:
            return str(refusal.detail["case"])

    ids = at_once([partial(attempt, officer) for officer in officers])

    assert len(set(ids)) == 1
    assert Case.objects.filter(subject_id=one).count() == 1


def test_what_is_found_is_kept_as_it_was(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    one, other = make_people(2, at=now, funds=FUNDS)
    case = open_case(officer, one, at=now)
    purse = account(other, at=now).id
    unknown = str(uuid7())

    for finding in (
        "seen at night",
        {"kind": "person", "person": str(other), "text": "his brother"},
        {"kind": "account", "account": str(purse)},
        {"kind": "query", "name": "finbench.tsr3", "text": "nothing yet",
         "parameters": {"id": unknown, "threshold": 1}},
    ):  # fmt: skip
        shown = call(officer, "case.add", at=now, case=case["id"], finding=finding)["case"]

    assert [(step["text"], step["finding"]["kind"]) for step in shown["findings"]] == [
        ("seen at night", "text"), ("his brother", "person"), ("", "account"),
        ("nothing yet", "query"),
    ]  # fmt: skip
    assert shown["findings"][1]["finding"] == {"kind": "person", "person": str(other)}
    assert shown["findings"][2]["finding"] == {
        "kind": "account", "account": str(purse), "owner": str(other),
    }  # fmt: skip
    kept = shown["findings"][3]["finding"]
    assert (kept["columns"], kept["rows"], kept["more"]) == (["blockRatio"], [[-1]], False)
    assert kept["parameters"] == {"id": unknown, "threshold": 1}
    looks = Look.objects.filter(person_id=officer).order_by("id").values_list("question", flat=True)
    assert list(looks) == ["finbench.tsr3"]
    for finding, refusal in (
        ({"kind": "person", "person": unknown}, PersonNotFound),
        ({"kind": "account", "account": unknown}, AccountNotFound),
    ):
        with pytest.raises(refusal):
            call(officer, "case.add", at=now, case=case["id"], finding=finding)
    assert len(shown["history"]) == 5
    assert Step.objects.filter(case_id=case["id"]).count() == 5


@pytest.mark.parametrize("decision", ["hold", "block"])
def test_a_hold_and_a_block_stop_all_money_at_once(now: datetime, decision: str) -> None:
    first, second = make_officers(2, at=now)
    one, other = make_people(2, at=now, funds=FUNDS)
    case = open_case(first, one, at=now)

    decided = decide(first, case, decision, at=now)

    assert (decided["decision"], decided["frozen"], decided["decided_by"]) == (
        decision, True, str(first),
    )  # fmt: skip
    with pytest.raises(Frozen):
        call(one, "transfer.send", at=now, to=other, amount=100)
    assert Freeze.objects.get(person_id=one, lifted_at=None).reason == f"case {case['id']}"

    cleared = decide(second, case, "clear", at=now)

    assert (cleared["status"], cleared["frozen"]) == ("closed", False)
    assert cleared["closed_at"] is not None
    assert not is_frozen(one, at=now)
    call(one, "transfer.send", at=now, to=other, amount=100)
    assert [(step["action"], step["decision"], step["text"]) for step in cleared["history"]] == [
        ("opened", None, "odd transfers"), ("decided", decision, f"so {decision}"),
        ("decided", "clear", "so clear"),
    ]  # fmt: skip


def test_watching_marks_and_freezes_nothing(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (one,) = make_people(1, at=now, funds=FUNDS)
    case = open_case(officer, one, at=now)

    decide(officer, case, "hold", at=now)
    watched = decide(officer, case, "watch", at=now)

    assert (watched["decision"], watched["status"], watched["frozen"]) == ("watch", "open", False)
    assert not is_frozen(one, at=now)


@pytest.mark.parametrize("decision", ["watch", "hold", "clear"])
def test_who_blocked_does_not_weaken_it(now: datetime, decision: str) -> None:
    first, second = make_officers(2, at=now)
    (one,) = make_people(1, at=now, funds=FUNDS)
    case = open_case(first, one, at=now)
    decide(first, case, "block", at=now)
    # Somebody who agrees does not set the first one free.
    decide(second, case, "block", at=now)

    with pytest.raises(CaseNeedsSomebodyElse) as refusal:
        decide(first, case, decision, at=now)

    assert refusal.value.code == "case.needs_somebody_else"
    assert is_frozen(one, at=now)
    assert decide(second, case, decision, at=now)["decision"] == decision
    assert is_frozen(one, at=now) == (decision == "hold")


def test_a_case_lifts_only_what_it_has_frozen(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    one, two = make_people(2, at=now, funds=FUNDS)
    freeze(person_id=one, reason="asked by the court", at=now)
    case = open_case(officer, one, at=now)

    assert decide(officer, case, "hold", at=now)["frozen"] is False
    decide(officer, case, "clear", at=now)

    assert is_frozen(one, at=now)
    case = open_case(officer, two, at=now)
    decide(officer, case, "hold", at=now)
    unfreeze(person_id=two, at=now)
    freeze(person_id=two, reason="asked by the court", at=now)
    decide(officer, case, "clear", at=now)
    assert is_frozen(two, at=now)


def test_a_closed_case_stays_as_it_is(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (one,) = make_people(1, at=now)
    case = open_case(officer, one, at=now)
    decide(officer, case, "clear", at=now)

    for command, fields in (
        ("case.add", {"finding": "late"}), ("case.decide", {"decision": "hold", "reason": "late"}),
    ):  # fmt: skip
        with pytest.raises(CaseClosed) as refusal:
            call(officer, command, at=now, case=case["id"], **fields)
        assert refusal.value.code == "case.closed"

    assert Step.objects.filter(case_id=case["id"]).count() == 2
    assert not is_frozen(one, at=now)


def test_history_cannot_be_changed_or_removed(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (one,) = make_people(1, at=now)
    case = open_case(officer, one, at=now)

    for statement in (
        "UPDATE cases_step SET text = ''", "DELETE FROM cases_step",
        "DELETE FROM cases_case", "TRUNCATE cases_step",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert Step.objects.get(case_id=case["id"]).text == "odd transfers"


def test_nobody_handles_or_sees_a_case_about_themselves(now: datetime) -> None:
    first, second = make_officers(2, at=now)
    case = open_case(first, second, at=now)

    for command, fields in (
        ("case.get", {}), ("case.add", {"finding": "me"}),
        ("case.decide", {"decision": "clear", "reason": "me"}),
    ):  # fmt: skip
        with pytest.raises(CaseNeedsSomebodyElse):
            call(second, command, at=now, case=case["id"], **fields)
    with pytest.raises(CaseNeedsSomebodyElse):
        open_case(first, first, at=now)

    assert call(second, "case.list", at=now, subject=str(second))["cases"] == []
    assert call(first, "case.get", at=now, case=case["id"])["case"]["status"] == "open"


def test_only_the_risk_team_has_cases(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    one, outsider = make_people(2, at=now)
    case = open_case(officer, one, at=now)["id"]

    for command, fields in (
        ("case.open", {"subject": str(one), "note": "n"}),
        ("case.add", {"case": case, "finding": "text"}),
        ("case.decide", {"case": case, "decision": "hold", "reason": "r"}),
        ("case.list", {}), ("case.get", {"case": case}),
    ):  # fmt: skip
        with pytest.raises(Forbidden) as refusal:
            call(outsider, command, at=now, **fields)
        assert refusal.value.detail == {"role": "risk"}
    with pytest.raises(CaseNotFound) as missing:
        call(officer, "case.get", at=now, case=uuid4())
    assert missing.value.code == "case.not_found"


def test_each_look_at_a_case_is_written_down(now: datetime) -> None:
    (officer,) = make_officers(1, at=now)
    (one,) = make_people(1, at=now)
    case = open_case(officer, one, at=now)["id"]

    call(officer, "case.get", at=now, case=case)

    (look,) = Look.objects.filter(person_id=officer)
    assert (look.question, look.parameters) == ("case.get", {"case": case, "subject": str(one)})


def test_whose_cases_were_listed_is_written_down(now: datetime) -> None:
    first, second = make_officers(2, at=now)
    (one,) = make_people(1, at=now)
    open_case(first, one, at=now)
    open_case(first, second, at=now)

    call(second, "case.list", at=now, status="open", limit=1)
    call(second, "case.list", at=now, subject=str(second))

    looks = Look.objects.filter(person_id=second).order_by("id")
    # Of a case about themselves the list says nothing, and so neither does the look.
    assert [(look.question, look.parameters) for look in looks] == [
        ("case.list", {"status": "open", "limit": 1, "subjects": [str(one)]}),
        ("case.list", {"subject": str(second), "limit": 50, "subjects": []}),
    ]
