"""What people signed in by, in the live graph."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from graph.people.devices import note_browser
from graph.people.services import issue_token, revoke_token
from graph.risk.answers import answer, get_question
from outbox.models import Event
from tests.graph.projection.rows import run
from tests.people import level_graph, make_people
from tests.threads import at_once
from tests.wallet.graphed.pictures import differences, edges_of, node_of, properties
from wallet.accounts.services import account_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_token_signs_in_to_the_accounts_of_its_person(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = node_of(person, at=now)

    device = str(issue_token(person_id=person, at=now, agent=FIREFOX).token.id)

    assert edges_of(own, "SIGNED_IN") == [(device, own, None)]
    # Nothing else is kept of it: neither the token's text nor its digest.
    assert properties("Device", device) == {
        "id": device, "version": 1, "type": "token", "program": "Firefox", "system": "Linux",
        "blocked": False, "created_at": int(now.timestamp()) * 1000,
    }  # fmt: skip
    assert differences() == []


def test_an_account_that_is_opened_later_is_signed_in_to(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    device = note_browser(person_id=person, session_key=str(person), agent=FIREFOX, at=now)
    level_graph()

    own = node_of(person, at=now + timedelta(hours=1))

    assert edges_of(own, "SIGNED_IN") == [(str(device), own, None)]
    assert properties("Device", device)["type"] == "session"
    assert differences() == []


def test_a_browser_that_two_people_sign_in_with_is_one_device(now: datetime) -> None:
    ann, bea = make_people(2, at=now)
    accounts = [node_of(person, at=now) for person in (ann, bea)]
    machine = uuid4()
    for person, days in ((ann, 0), (bea, 1), (ann, 40)):
        at = now + timedelta(days=days)
        note_browser(
            person_id=person, session_key=uuid4().hex, agent=FIREFOX, at=at, machine=machine
        )

    # Once for each sign-in, not again for those of before.
    told = Event.objects.filter(topic="money.sign_in", payload__device=str(machine))
    assert told.count() == 3

    for account, times in zip(accounts, (2, 1), strict=True):
        assert edges_of(account, "SIGNED_IN") == [(str(machine), account, None)] * times
    assert properties("Device", str(machine))["created_at"] == int(now.timestamp()) * 1000
    assert differences() == []
    question = get_question("devices.shared", graph="live")
    found = answer(question, {}, graph="live", seconds=30, rows=10_000).rows
    assert [str(machine), 2, sorted([str(ann), str(bea)])] in found


def test_what_was_signed_out_stays_known(now: datetime) -> None:
    (person,) = make_people(1, at=now)
    own = node_of(person, at=now)
    device = issue_token(person_id=person, at=now).token.id

    revoke_token(person_id=person, token_id=device)

    assert edges_of(own, "SIGNED_IN") == [(str(device), own, None)]
    assert differences() == []


def test_a_sign_in_and_an_account_at_the_same_time_find_each_other(now: datetime) -> None:
    people = make_people(20, at=now)

    def sign_in(person: UUID) -> None:
        issue_token(person_id=person, at=now)

    def open_account(person: UUID) -> None:
        account_of(person_id=person, currency="CNY", at=now)

    steps = [lambda step=step, one=one: step(one) for one in people
             for step in (sign_in, open_account)]  # fmt: skip
    assert at_once(steps) == [None] * 40

    level_graph()
    found = run(
        "MATCH (person:Person)-[:OWNS]->(:Account)<-[:SIGNED_IN]-(:Device)"
        " WHERE person.id IN $people RETURN count(*) AS found",
        people=[str(person) for person in people],
    )  # fmt: skip
    assert found == [{"found": 20}]
