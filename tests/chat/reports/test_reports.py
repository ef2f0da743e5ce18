"""Reporting messages, people and rooms, and what the risk team does about it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chat.messages.errors import MessageNotFound
from chat.reports.errors import ReportClosed, ReportNotFound, ReportsYourself, TooManyReports
from chat.reports.models import Report
from chat.rooms.errors import RoomNotFound
from commands.errors import Forbidden
from graph.people.errors import PersonNotFound
from graph.people.models import Person
from tests.calls import call
from tests.chat.talk import Group
from tests.people import befriend, make_people
from tests.threads import at_once


def report(person: UUID, about: str, ref: object, *, at: datetime, **fields: Any) -> Any:
    fields = {"reason": "abuse"} | fields
    return call(person, "report.create", at=at, about=about, ref=str(ref), **fields)["report"]


@pytest.fixture
def risk(now: datetime) -> UUID:
    """Return somebody of the risk team."""
    (person,) = make_people(1, at=now)
    Person.objects.filter(id=person).update(roles=["risk"])
    return person


def test_a_report_keeps_what_was_said_although_it_is_recalled(now: datetime, risk: UUID) -> None:
    group = Group(at=now)
    message = group.say("give me your PIN", by=group.others[0])
    made = report(group.owner, "message", message["id"], at=now, reason="fraud", note="a scam")
    call(group.others[0], "message.recall", at=now, message=message["id"])

    listed = call(risk, "report.list", at=now, limit=200)["reports"]

    (found,) = [one for one in listed if one["id"] == made["id"]]
    assert (found["reason"], found["note"], found["status"]) == ("fraud", "a scam", "open")
    assert found["reporter"]["id"] == str(group.owner)
    assert found["snapshot"]["message"]["text"] == "give me your PIN"
    assert found["snapshot"]["person"]["id"] == str(group.others[0])
    assert found["snapshot"]["room"] == {
        "id": str(group.room), "kind": "group", "name": "Room", "members": 3,
    }  # fmt: skip


def test_a_person_and_a_room_are_reported(now: datetime, risk: UUID) -> None:
    group = Group(at=now)
    person = report(group.owner, "person", group.others[0], at=now)
    room = report(group.others[0], "room", group.room, at=now)

    snapshots = dict(Report.objects.filter(id__in=[person["id"], room["id"]]).values_list(
        "about", "snapshot"
    ))  # fmt: skip
    assert snapshots["person"]["person"]["name"] == "Person 1"
    assert snapshots["room"]["room"]["members"] == 3


def test_nobody_reports_what_they_do_not_see(now: datetime) -> None:
    group = Group(at=now)
    early = group.say("before")
    guest, stranger = make_people(2, at=now)
    befriend([(group.owner, guest)], at=now)
    group.act(group.owner, "room.invite", people=[str(guest)])
    late = group.say("after")

    for person, about, ref, refusal in (
        (stranger, "message", late["id"], RoomNotFound),
        (stranger, "room", group.room, RoomNotFound),
        (guest, "message", early["id"], MessageNotFound),
        (guest, "message", uuid4(), MessageNotFound),
        (guest, "person", uuid4(), PersonNotFound), (guest, "person", guest, ReportsYourself),
        (group.owner, "message", late["id"], ReportsYourself),
    ):  # fmt: skip
        with pytest.raises(refusal):
            report(person, about, ref, at=now)

    assert ReportsYourself.code == "report.yourself"
    assert not Report.objects.filter(reporter_id__in=[guest, stranger, group.owner]).exists()
    assert report(guest, "message", late["id"], at=now)["about"] == "message"


def test_the_same_thing_is_reported_once_while_it_is_open(now: datetime, risk: UUID) -> None:
    one, other = make_people(2, at=now)

    made = at_once([lambda: report(one, "person", other, at=now)] * 4)

    assert len({report["id"] for report in made}) == 1
    call(risk, "report.close", at=now, report=made[0]["id"], decision="dismissed")
    assert report(one, "person", other, at=now)["id"] != made[0]["id"]
    assert Report.objects.filter(reporter_id=one).count() == 2


def test_so_many_reports_a_day_and_no_more(now: datetime, settings: Any) -> None:
    settings.REPORTS_PER_DAY = 3
    one, *others = make_people(7, at=now)

    made = at_once([lambda other=other: report(one, "person", other, at=now) for other in others])

    refused = [result for result in made if isinstance(result, TooManyReports)]
    assert len(refused) == 3
    assert (refused[0].code, refused[0].detail) == ("report.too_many", {"most": 3})
    assert Report.objects.filter(reporter_id=one).count() == 3
    later = now + timedelta(days=1, seconds=1)
    report(one, "person", others[0], at=later)


def test_only_risk_reads_and_closes_reports(now: datetime, risk: UUID) -> None:
    one, other = make_people(2, at=now)
    made = report(one, "person", other, at=now)

    for person in (one, other):
        with pytest.raises(Forbidden):
            call(person, "report.list", at=now)
        with pytest.raises(Forbidden):
            call(person, "report.close", at=now, report=made["id"], decision="acted")
    with pytest.raises(ReportNotFound) as error:
        call(risk, "report.close", at=now, report=str(uuid4()), decision="acted")

    assert error.value.code == "report.not_found"
    assert Report.objects.get(id=made["id"]).closed_at is None


def test_a_report_is_closed_once(now: datetime, risk: UUID) -> None:
    one, other = make_people(2, at=now)
    made = report(one, "person", other, at=now)
    fields = {"report": made["id"], "note": "watched"}

    closed = call(risk, "report.close", at=now, decision="acted", **fields)["report"]

    assert (closed["status"], closed["decision"], closed["decision_note"]) == (
        "closed", "acted", "watched",
    )  # fmt: skip
    assert closed["closed_by"] == str(risk)
    assert call(risk, "report.close", at=now, decision="acted", **fields)["report"] == closed
    with pytest.raises(ReportClosed) as error:
        call(risk, "report.close", at=now, decision="dismissed", **fields)
    assert (error.value.code, error.value.detail) == ("report.closed", {"decision": "acted"})
    newest = call(risk, "report.list", at=now, status="closed", limit=1)
    assert [one["id"] for one in newest["reports"]] == [made["id"]]
