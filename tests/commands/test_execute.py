"""What happens to a command when PostgreSQL breaks the connection, ends a deadlock or is too
busy.
"""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from commands.errors import Busy
from commands.models import Key
from commands.registry import Caller
from graph.people.models import Person
from tests.calls import send
from tests.commands.test_idempotency import set_lock_timeout
from tests.commands.trials import Counted, Paid, registered, result
from tests.people import balance, make_people
from tests.threads import Rival
from wallet.banks.services import top_up


def break_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_command_whose_connection_breaks_is_carried_out_anew(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    def pay(count: int) -> None:
        top_up(person_id=person, amount=100, currency="CNY", channel="sandbox", at=now)
        if count == 1:
            break_connection()

    handler = Counted(pay)
    answer = send(person, registered(handler), at=now, amount=5)

    assert json.loads(answer.result) == result(5, 2, now)
    assert balance(person, at=now) == 100


def test_a_command_whose_commit_gave_no_answer_is_not_carried_out_twice(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (person,) = make_people(1, at=now)
    lost: list[bool] = []
    commit = connection.commit

    def lose_answer() -> None:
        commit()
        if not lost:
            lost.append(True)
            raise OperationalError(
                "the server closed the connection"
            ) from psycopg.OperationalError()

    def pay(count: int) -> None:
        top_up(person_id=person, amount=100, currency="CNY", channel="sandbox", at=now)
        monkeypatch.setattr(connection, "commit", lose_answer)

    handler = Counted(pay)
    answer = send(person, registered(handler), at=now, amount=5)

    assert lost == [True]
    assert handler.count == 1
    assert answer.replayed
    assert balance(person, at=now) == 100


def test_a_write_without_an_id_is_not_tried_again(now: datetime) -> None:
    handler = Counted(lambda count: break_connection())

    with pytest.raises(Busy) as caught:
        send(uuid4(), registered(handler, keyed=False), at=now, amount=5)

    assert caught.value.retry_after_ms == 1000
    assert handler.count == 1


def test_a_read_is_tried_again(now: datetime) -> None:
    def look(count: int) -> None:
        if count < 3:
            break_connection()

    handler = Counted(look)
    answer = send(uuid4(), registered(handler, keyed=False, writes=False), at=now, amount=5)

    assert json.loads(answer.result) == result(5, 3, now)


def test_a_command_gives_up_after_three_tries(now: datetime) -> None:
    person = uuid4()
    handler = Counted(lambda count: break_connection())

    with pytest.raises(Busy):
        send(person, registered(handler), at=now, amount=5)

    assert handler.count == 3
    assert not Key.objects.filter(person_id=person).exists()


def test_two_commands_that_cross_both_end(now: datetime) -> None:
    one, other = make_people(2, at=now)
    meet = threading.Barrier(2)

    def cross(first: Any, second: Any) -> Callable[[int], None]:
        def step(count: int) -> None:
            Person.objects.select_for_update().get(id=first)
            if count == 1:
                meet.wait(20)
            Person.objects.select_for_update().get(id=second)

        return step

    there, back = Counted(cross(one, other)), Counted(cross(other, one))
    with Rival() as left, Rival() as right:
        answers = [
            left.start(lambda: send(one, registered(there), at=now, amount=5)),
            right.start(lambda: send(other, registered(back), at=now, amount=6)),
        ]
        amounts = [json.loads(answer.result(20).result)["amount"] for answer in answers]

    assert amounts == [5, 6]
    # One of the two was the victim and came again.
    assert there.count + back.count == 3


def test_a_lock_held_for_too_long_makes_the_command_busy(now: datetime) -> None:
    (person,) = make_people(1, at=now, funds=100)

    def wait(count: int) -> None:
        top_up(person_id=person, amount=100, currency="CNY", channel="sandbox", at=now)
        Person.objects.select_for_update().get(id=person)

    handler = Counted(wait)
    with Rival() as rival:
        rival.do(lambda: set_lock_timeout("50ms"))
        with transaction.atomic():
            Person.objects.select_for_update().get(id=person)

            with pytest.raises(Busy) as caught:
                rival.do(lambda: send(person, registered(handler), at=now, amount=5))

    assert (caught.value.code, caught.value.status) == ("request.busy", 503)
    assert handler.count == 1
    assert balance(person, at=now) == 100
    assert not Key.objects.filter(person_id=person).exists()


def test_a_mistake_of_ours_is_no_refusal_and_changes_nothing(now: datetime) -> None:
    (person,) = make_people(1, at=now)

    def stumble(count: int) -> None:
        top_up(person_id=person, amount=100, currency="CNY", channel="sandbox", at=now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send(person, registered(Counted(stumble)), at=now, amount=5)

    assert balance(person, at=now) == 0
    assert not Key.objects.filter(person_id=person).exists()


def test_what_comes_after_the_commit_is_done_each_time_and_outside_a_transaction(
    now: datetime,
) -> None:
    told: list[bool] = []

    def complete(answer: Any, caller: Caller) -> Paid | None:
        told.append(connection.in_atomic_block)
        later = answer["at"].replace("Z", "+00:00")
        return Paid(amount=answer["amount"] + len(told), count=1, at=datetime.fromisoformat(later))

    pay = Counted()
    command, person, command_id = registered(pay, complete=complete), uuid4(), uuid4()

    first = send(person, command, at=now, command_id=command_id, amount=5)
    again = send(person, command, at=now, command_id=command_id, amount=5)

    assert [json.loads(one.result)["amount"] for one in (first, again)] == [6, 7]
    assert (first.replayed, again.replayed) == (False, True)
    assert (pay.count, told) == (1, [False, False])
