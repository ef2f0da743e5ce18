"""The demo's usernames are fixed, so one loading serves all tests of this file."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chat.messages.models import Message
from chat.rooms.models import Event, Member, Room
from config.demo.story import LOGINS, USERNAMES
from graph.friends.selectors import are_friends, list_requests
from graph.limits.selectors import find_flow_in_postgres
from graph.people.models import Person, Tier
from graph.people.selectors import find_by_username
from graph.people.services import check_credentials
from wallet.accounts.selectors import list_accounts
from wallet.ledger.models import Entry
from wallet.lending.selectors import get_limit


@pytest.fixture(scope="module")
def logins(tmp_path_factory, database) -> Path:
    path = tmp_path_factory.mktemp("demo") / "logins.json"
    call_command("load_demo", "--logins", str(path), stdout=StringIO())
    return path


def person_id(username: str) -> UUID:
    person = find_by_username(username=username)
    assert person is not None
    return person.id


def flat() -> Room:
    return Room.objects.get(name="Flat 4B", members__person=person_id("mei"))


def cards(kind: str) -> list[dict]:
    rows = Message.objects.filter(room=flat(), card_type=kind).order_by("seq")
    return [row.card for row in rows]


def counts() -> tuple[int, ...]:
    return tuple(kind.objects.count() for kind in (Person, Room, Message, Event, Entry))


def test_two_people_can_log_in(logins):
    written = json.loads(logins.read_text())

    assert [login["username"] for login in written] == ["mei", "jonas"]
    assert logins.stat().st_mode & 0o777 == 0o600
    for login in written:
        person = check_credentials(username=login["username"], password=login["password"])
        assert person.name == login["name"]


def test_the_limit_between_them_is_what_lin_carries(logins, now):
    mei, jonas, lin = (person_id(name) for name in ("mei", "jonas", "lin"))

    limit = get_limit(lender_id=mei, borrower_id=jonas, at=now)
    flow = find_flow_in_postgres(lender_id=mei, borrower_id=jonas, at=now)

    assert not are_friends(one=mei, other=jonas)
    assert limit.limit == flow.value == 30_000
    assert [(path.through, path.amount) for path in limit.paths] == [((lin,), 30_000)]
    assert flow.direct == 0


def test_everybody_may_do_everything(logins):
    tiers = Person.objects.filter(username__in=USERNAMES).values_list("tier", flat=True)
    assert list(tiers) == [Tier.VERIFIED] * 6


def test_a_newcomer_finds_something_to_do(logins, now):
    opened, waiting = cards("envelope")
    (bill,) = cards("split")
    mei = person_id("mei")

    assert (opened["status"], opened["claimed"], opened["count"]) == ("emptied", 4, 4)
    assert (waiting["status"], waiting["claimed"], waiting["count"]) == ("open", 1, 3)
    assert bill["status"] == "open"
    assert sorted(share["status"] for share in bill["shares"]) == ["own", "paid", "unpaid",
                                                                  "unpaid"]  # fmt: skip
    transfers = Message.objects.filter(card_type="transfer", card__to=str(mei))
    assert [row.card["status"] for row in transfers] == ["pending"]
    assert [one.other(mei) for one in list_requests(person_id=mei)] == [person_id("kai")]


def test_both_have_something_unread_and_can_pay(logins):
    for login in LOGINS:
        (account,) = list_accounts(person_id=person_id(login["username"]))
        member = Member.objects.get(room=flat(), person__username=login["username"])
        assert account.available >= 30_000
        assert member.read_seq < flat().last_seq


def test_everything_happened_in_the_last_days_and_in_order(logins):
    rooms = Room.objects.filter(members__person__username="lin")
    now = datetime.now(UTC)

    for room in rooms:
        moments = [
            datetime.fromisoformat(json.loads(frame)["at"])
            for frame in Event.objects.filter(room=room).order_by("seq").values_list(
                "frame", flat=True
            )
        ]  # fmt: skip
        assert moments == sorted(moments)
        assert now - timedelta(days=4) < moments[0]
        assert moments[-1] <= now


def test_what_waits_is_fresh_enough_to_be_answered(logins):
    now = datetime.now(UTC)
    envelope = cards("envelope")[-1]
    expires = datetime.fromisoformat(envelope["expires_at"])

    assert expires > now + timedelta(hours=20)
    # A split older than a day would remind people before they have seen it.
    bill = Message.objects.get(room=flat(), card_type="split")
    assert bill.at > now - timedelta(hours=20)


def test_three_owe_in_a_circle_and_one_vouches_for_a_borrower(logins):
    names = {person_id(name): name for name in USERNAMES}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT payer.owner_id, payee.owner_id FROM graph_payment AS paid"
            " JOIN ledger_account AS payer ON payer.id = paid.payer"
            " JOIN ledger_account AS payee ON payee.id = paid.payee"
            " WHERE payee.owner_id = ANY(%s) AND amount = 3200 ORDER BY paid.at",
            [list(names)],
        )
        ring = [(names[payer], names[payee]) for payer, payee in cursor.fetchall()]
        cursor.execute(
            "SELECT guarantor, amount, live FROM graph_guarantee WHERE borrower = %s",
            [person_id("ravi")],
        )
        guarantees = cursor.fetchall()

    assert ring == [("kai", "lin"), ("lin", "jonas"), ("jonas", "kai")]
    assert guarantees == [(person_id("sofia"), 10_000, True)]


def test_loading_again_changes_nothing(logins):
    before, written = counts(), logins.read_text()

    call_command("load_demo", "--logins", str(logins), stdout=StringIO())

    assert counts() == before
    assert logins.read_text() == written


def test_a_lost_file_is_written_again(logins, tmp_path):
    before, again = counts(), tmp_path / "again.json"

    call_command("load_demo", "--logins", str(again), stdout=StringIO())

    assert json.loads(again.read_text()) == json.loads(logins.read_text())
    assert counts() == before


def test_a_password_that_was_changed_is_not_promised(logins, tmp_path):
    again = tmp_path / "again.json"
    jonas = Person.objects.get(username="jonas")
    kept = jonas.password
    jonas.set_password("another pass phrase")
    jonas.save()

    call_command("load_demo", "--logins", str(again), stdout=StringIO())

    Person.objects.filter(id=jonas.id).update(password=kept)
    assert [login["username"] for login in json.loads(again.read_text())] == ["mei"]


def test_outside_development_it_is_refused(logins, tmp_path, monkeypatch):
    monkeypatch.setenv("KITH_ENV", "production")

    with pytest.raises(CommandError, match="for development alone"):
        call_command("load_demo", "--logins", str(tmp_path / "logins.json"))

    assert list(tmp_path.iterdir()) == []
