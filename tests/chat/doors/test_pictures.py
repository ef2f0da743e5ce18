"""The risk team's pictures and cases as files over HTTP, to who may see them."""

import csv
import json
import urllib.parse
from datetime import UTC, datetime
from io import StringIO

from asgiref.sync import async_to_sync
from django.test import RequestFactory

from chat.doors.pictures import show_picture
from graph.people.models import Person
from graph.people.services import issue_token
from graph.risk.models import Look
from tests.graph.away import neo4j_away
from tests.people import make_people
from tests.service import Service, Someone
from tests.web import ask, bearer


def make_officer(service: Service) -> Someone:
    officer = service.sign_up("Olga Petrova")
    service.give_role(officer, "risk")
    return officer


def test_a_picture_is_a_page_with_a_policy_of_its_own(service: Service) -> None:
    officer, subject = make_officer(service), service.sign_up("Sam Hill")
    fields = {"name": "around.one", "parameters": {"id": subject.id}}

    posted = ask(service, "/api/risk.picture", fields, Authorization=bearer(officer.token))
    search = urllib.parse.urlencode(
        {"name": "around.one", "parameters": json.dumps({"id": subject.id})}
    )
    framed = ask(service, f"/risk/picture?{search}", method="GET", Cookie=service.log_in(officer))

    assert (posted.status, framed.status) == (200, 200)
    for reply in (posted, framed):
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert reply.headers["Cache-Control"] == "no-store"
        assert b"vis-network" in reply.body
    assert framed.body.startswith(b"<!doctype html>")
    looks = Look.objects.filter(person_id=officer.id)
    assert [(look.question, look.parameters) for look in looks] == [
        ("around.one", {"id": subject.id})
    ] * 2
    shown = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in shown
    assert shown.endswith("sandbox allow-scripts")
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_others_see_no_picture(service: Service) -> None:
    someone = service.sign_up("Ann")
    fields = {"name": "around.one", "parameters": {"id": someone.id}}
    search = urllib.parse.urlencode({"name": "around.one", "parameters": "{}"})

    posted = ask(service, "/api/risk.picture", fields, Authorization=bearer(someone.token))
    framed = ask(service, f"/risk/picture?{search}", method="GET", Cookie=service.log_in(someone))
    nobody = ask(service, f"/risk/picture?{search}", method="GET")

    assert (posted.code, framed.code, nobody.code) == (
        "auth.forbidden", "auth.forbidden", "auth.required",
    )  # fmt: skip
    officer = make_officer(service)
    for wrong in ("name=around.one&parameters=x", "name=around.one", "name=no.such"):
        reply = ask(service, f"/risk/picture?{wrong}", method="GET", Cookie=service.log_in(officer))
        assert reply.code in {"request.malformed", "risk.unknown_question"}


def test_a_frame_says_why_there_is_no_picture(now: datetime) -> None:
    (officer,) = make_people(1, at=now)
    Person.objects.filter(id=officer).update(roles=["risk"])
    token = issue_token(person_id=officer, at=datetime.now(UTC)).text
    request = RequestFactory().get(
        "/risk/picture", {"name": "around.one", "parameters": json.dumps({"id": str(officer)})},
        HTTP_AUTHORIZATION=bearer(token),
    )  # fmt: skip

    with neo4j_away():
        response = async_to_sync(show_picture)(request)

    assert response.status_code == 503
    assert b'"code": "graph.unavailable"' in response.content
    assert b"vis-network" in response.content
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["Content-Security-Policy"].endswith("sandbox allow-scripts")


def test_a_case_is_exported_as_csv_and_json(service: Service) -> None:
    officer, subject = make_officer(service), service.sign_up("Sam Hill")
    case = officer.call("case.open", subject=subject.id, note="=1+1")["case"]["id"]
    officer.call("case.decide", case=case, decision="watch", reason="keep an eye on it")

    table = ask(service, "/api/case.export", {"case": case}, Authorization=bearer(officer.token))
    whole = ask(
        service, "/api/case.export", {"case": case, "format": "json"},
        Authorization=bearer(officer.token),
    )  # fmt: skip

    rows = list(csv.DictReader(StringIO(table.body.decode(), newline="")))
    assert [(row["action"], row["decision"], row["text"]) for row in rows] == [
        ("opened", "", "'=1+1"), ("decided", "watch", "keep an eye on it"),
    ]  # fmt: skip
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert whole.headers["Content-Type"].startswith("application/json")
    assert f'filename="kith-case-{case}.json"' in whole.headers["Content-Disposition"]
    assert whole.body["case"]["decision"] == "watch"
    assert [step["text"] for step in whole.body["case"]["history"]] == ["=1+1", "keep an eye on it"]
    refused = ask(service, "/api/case.export", {"case": case}, Authorization=bearer(subject.token))
    assert refused.code == "auth.forbidden"
