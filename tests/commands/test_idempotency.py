"""One id of one person is carried out once, and its first answer is kept."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from commands.errors import Busy, IdReused, Malformed, Refusal
from commands.execute import Answer, execute
from commands.keys import forget_old_keys
from commands.models import Key
from commands.registry import Caller, PrepareFirst
from graph.friends.errors import Yourself
from tests.calls import send
from tests.commands.trials import Counted, Pay, registered, result
from tests.people import balance, make_people
from tests.threads import Rival
from wallet.banks.services import top_up


def test_the_same_command_again_gets_the_first_answer(now: datetime) -> None:
    pay = Counted()
    command, person, command_id = registered(pay), uuid4(), uuid4()

    first = send(person, command, at=now, command_id=command_id, amount=5)
    later = now + timedelta(hours=1)
    again = send(person, command, at=later, command_id=command_id, amount=5)

    assert (first.replayed, again.replayed) == (False, True)
    assert json.loads(first.result) == result(5, 1, now)
    assert again.result == first.result
    assert pay.count == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({}, {"currency": "CNY", "note": "", "pin": None}),
        ({"when": "2026-01-01T08:00:00+08:00"}, {"when": "2026-01-01T00:00:00.000Z"}),
        (
            {"parts": {"a": {"x": 1, "y": 2}, "b": {}}},
            {"parts": {"b": {}, "a": {"y": 2, "x": 1}}},
        ),
        ({"pin": "123456", "password": "one"}, {"pin": "654321", "password": "two"}),
        ({"pin": "123456"}, {}),
    ],
)
def test_other_words_for_the_same_terms_are_the_same_command(
    now: datetime, first: dict[str, Any], again: dict[str, Any]
) -> None:
    pay = Counted()
    command, person, command_id = registered(pay), uuid4(), uuid4()
    send(person, command, at=now, command_id=command_id, amount=5, **first)

    answer = send(person, command, at=now, command_id=command_id, amount=5, **again)

    assert answer.replayed
    assert pay.count == 1


@pytest.mark.parametrize(
    ("again", "differs"),
    [
        ({"amount": 6}, ["amount"]),
        ({"currency": "EUR"}, ["currency"]),
        ({"note": "x", "amount": 6, "pin": "111111"}, ["amount", "note"]),
        ({"parts": {"a": {"x": 2}}}, ["parts"]),
        ({"when": "2026-01-01T00:00:00Z"}, ["when"]),
    ],
)
def test_other_terms_are_refused_and_named(
    now: datetime, again: dict[str, Any], differs: list[str]
) -> None:
    pay = Counted()
    command, person, command_id = registered(pay), uuid4(), uuid4()
    send(person, command, at=now, command_id=command_id, amount=5)

    with pytest.raises(IdReused) as caught:
        send(person, command, at=now, command_id=command_id, **{"amount": 5, **again})

    assert caught.value.code == "request.id_reused"
    assert caught.value.detail == {"command": "test.pay", "differs": differs}
    assert pay.count == 1


def test_another_command_under_the_same_id_is_refused(now: datetime) -> None:
    pay, lend = Counted(), Counted()
    person, command_id = uuid4(), uuid4()
    send(person, registered(pay), at=now, command_id=command_id, amount=5)

    with pytest.raises(IdReused) as caught:
        send(person, registered(lend, name="test.lend"), at=now, command_id=command_id, amount=5)

    assert caught.value.detail == {"command": "test.pay", "differs": ["type"]}
    assert lend.count == 0


def test_secrets_are_not_kept(now: datetime) -> None:
    person = uuid4()
    send(person, registered(Counted()), at=now, amount=5, pin="123456", password="x")

    key = Key.objects.get(person_id=person)

    assert set(key.terms) == {"amount", "currency", "note", "when", "parts"}


def test_no_real_command_keeps_a_password_or_a_pin() -> None:
    from commands.keys import SECRETS
    from commands.registry import list_registrations

    secret = ("password", "pin", "old", "new", "token")
    kept = {
        f"{registration.name}.{field}"
        for registration in list_registrations()
        if registration.keyed
        for field in registration.model.model_fields
        if field in secret and field not in SECRETS
    }
    assert kept == set()


def test_the_id_of_another_person_is_another_id(now: datetime) -> None:
    pay = Counted()
    command, command_id = registered(pay), uuid4()

    answers = [
        send(uuid4(), command, at=now, command_id=command_id, amount=amount) for amount in (5, 6)
    ]

    assert [answer.replayed for answer in answers] == [False, False]
    assert pay.count == 2


def test_a_refused_id_may_be_sent_again_with_other_terms(now: datetime) -> None:
    def refuse_first(count: int) -> None:
        if count == 1:
            raise Yourself()

    pay = Counted(refuse_first)
    command, person, command_id = registered(pay), uuid4(), uuid4()
    with pytest.raises(Yourself) as caught:
        send(person, command, at=now, command_id=command_id, amount=5)
    assert caught.value.code == "friend.yourself"
    assert not Key.objects.filter(person_id=person).exists()

    answer = send(person, command, at=now, command_id=command_id, amount=6)

    assert json.loads(answer.result) == result(6, 2, now)


def test_what_a_refused_command_did_is_undone_with_its_id(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    def pay_then_refuse(count: int) -> None:
        top_up(person_id=person, amount=100, currency="CNY", channel="sandbox", at=now)
        raise Yourself()

    with pytest.raises(Yourself):
        send(person, registered(Counted(pay_then_refuse)), at=now, amount=5)

    assert balance(person, at=now) == 0


def test_a_command_that_writes_needs_an_id(now: datetime) -> None:
    pay = Counted()
    caller = Caller(at=now, person_id=uuid4())

    with pytest.raises(Malformed) as caught:
        execute(registered(pay), Pay(type="test.pay", amount=5), caller)

    assert caught.value.detail["field"] == "id"
    assert pay.count == 0


@pytest.mark.parametrize("prepare", [None, lambda command, caller: "prepared"])
def test_a_duplicate_waits_for_the_first_and_gets_its_answer(now: datetime, prepare: Any) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def wait(count: int) -> None:
        under_way.set()
        assert go_on.wait(20)

    pay = Counted(wait)
    command, person, command_id = registered(pay, prepare=prepare), uuid4(), uuid4()

    def ask() -> Answer:
        return send(person, command, at=now, command_id=command_id, amount=5)

    with Rival() as first, Rival() as second:
        answer = first.start(ask)
        assert under_way.wait(20)
        duplicate = second.start(ask)
        second.wait_until_blocked()
        go_on.set()

        assert (answer.result(20).replayed, duplicate.result(20).replayed) == (False, True)
        assert answer.result().result == duplicate.result().result
    assert pay.count == 1


def test_a_duplicate_of_a_command_that_fails_is_carried_out(now: datetime) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def fail_first(count: int) -> None:
        if count == 1:
            under_way.set()
            assert go_on.wait(20)
            raise Yourself()

    pay = Counted(fail_first)
    command, person, command_id = registered(pay), uuid4(), uuid4()

    def ask() -> Answer:
        return send(person, command, at=now, command_id=command_id, amount=5)

    with Rival() as first, Rival() as second:
        failing = first.start(ask)
        assert under_way.wait(20)
        duplicate = second.start(ask)
        second.wait_until_blocked()
        go_on.set()

        assert isinstance(failing.exception(20), Yourself)
        assert not duplicate.result(20).replayed
    assert pay.count == 2


def test_a_duplicate_does_not_wait_for_ever(now: datetime) -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def wait(count: int) -> None:
        under_way.set()
        assert go_on.wait(20)

    pay = Counted(wait)
    command, person, command_id = registered(pay), uuid4(), uuid4()

    def ask() -> Answer:
        return send(person, command, at=now, command_id=command_id, amount=5)

    with Rival() as first, Rival() as second:
        answer = first.start(ask)
        assert under_way.wait(20)
        second.do(lambda: set_lock_timeout("50ms"))

        with pytest.raises(Busy) as caught:
            second.do(ask)

        go_on.set()
        assert not answer.result(20).replayed
    assert caught.value.code == "request.busy"
    assert caught.value.retryable
    assert caught.value.retry_after_ms == 500
    assert pay.count == 1


def set_lock_timeout(timeout: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [timeout])


def test_a_duplicate_whose_preparing_is_refused_gets_the_answer(now: datetime) -> None:
    """What is prepared may meet what the first sending did: an envelope that is opened."""
    person, command_id = uuid4(), uuid4()
    pay = Counted()
    plain = registered(pay)

    def prepare(command: Pay, caller: Caller) -> object:
        # The first sending commits between the look for its answer and this.
        send(person, plain, at=now, command_id=command_id, amount=5)
        raise Yourself()

    answer = send(person, registered(pay, prepare=prepare), at=now, command_id=command_id, amount=5)

    assert answer.replayed
    assert json.loads(answer.result) == result(5, 1, now)


def test_what_is_prepared_reaches_the_handler_and_is_not_repeated_for_a_replay(
    now: datetime,
) -> None:
    prepared: list[int] = []
    seen: list[object] = []

    def prepare(command: Pay, caller: Caller) -> str:
        assert not connection.in_atomic_block
        prepared.append(command.amount)
        return "proposal"

    def handle(command: Pay, caller: Caller, proposal: object) -> Any:
        assert connection.in_atomic_block
        seen.append(proposal)
        return Counted()(command, caller)

    command, person, command_id = registered(handle, prepare=prepare), uuid4(), uuid4()

    answers = [send(person, command, at=now, command_id=command_id, amount=5) for _ in range(2)]

    assert [answer.replayed for answer in answers] == [False, True]
    assert (prepared, seen) == ([5], ["proposal"])


class _Asking:
    """A handler that finds once it has looked that something must come first; writes a row each
    time, and says what it was given.
    """

    def __init__(self, *, at: datetime, fails: bool = False) -> None:
        self.at, self.fails = at, fails
        self.rows = [uuid4(), uuid4()]
        self.given: list[tuple[object, ...]] = []
        self.abandoned: list[object] = []

    def __call__(self, command: Pay, caller: Caller, *given: object) -> Any:
        Key.objects.create(
            person_id=self.rows[len(self.given)], command_id=uuid4(), command="test", terms={},
            at=self.at,
        )  # fmt: skip
        self.given.append(given)
        if not given:
            raise PrepareFirst(self.prepare)
        if self.fails:
            raise Yourself()
        return Counted()(command, caller)

    def prepare(self) -> str:
        assert not connection.in_atomic_block
        return "asked"

    def left(self) -> list[bool]:
        return [Key.objects.filter(person_id=row).exists() for row in self.rows]


def test_what_turns_out_to_need_preparing_is_undone_prepared_and_done_once_more(
    now: datetime,
) -> None:
    handler, person, command_id = _Asking(at=now), uuid4(), uuid4()
    command = registered(handler, abandon=handler.abandoned.append)

    answers = [send(person, command, at=now, command_id=command_id, amount=5) for _ in range(2)]

    assert [answer.replayed for answer in answers] == [False, True]
    assert handler.given == [(), ("asked",)]
    assert handler.left() == [False, True]
    assert handler.abandoned == []


def test_what_was_prepared_then_is_abandoned_where_nothing_comes_of_it(now: datetime) -> None:
    handler = _Asking(at=now, fails=True)
    command = registered(handler, abandon=handler.abandoned.append)

    with pytest.raises(Yourself):
        send(uuid4(), command, at=now, amount=5)

    assert handler.left() == [False, False]
    assert handler.abandoned == ["asked"]


def test_keys_are_forgotten_after_a_week_unless_money_moved(now: datetime) -> None:
    # Those that tests of the past have left.
    forget_old_keys(at=now)
    week = timedelta(days=7)
    kept: dict[str, UUID] = {}
    for name, money, at in [
        ("old money", True, now - 10 * week),
        ("a week", False, now - week),
        ("older", False, now - week - timedelta(seconds=1)),
    ]:
        kept[name] = uuid4()
        send(kept[name], registered(Counted(), money=money), at=at, amount=5)

    forgotten = forget_old_keys(at=now)

    found = set(Key.objects.filter(person_id__in=kept.values()).values_list("person_id", flat=True))
    assert forgotten == 1
    assert found == {kept["old money"], kept["a week"]}


def test_refusals_are_known_by_their_code() -> None:
    assert Refusal.known["request.busy"] is Busy
