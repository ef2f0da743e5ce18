"""Many callers' commands in one transaction: when all goes well, and when something goes wrong."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from commands.errors import Refusal
from commands.execute import Answer
from commands.execute_many import execute_many, may_go_with_others
from commands.models import Key
from commands.registry import ALONE, Alone, Caller, Job, Many, Registration
from graph.friends.errors import Yourself
from tests.commands.trials import Counted, Paid, Pay, registered

Outcome = Paid | Refusal | Alone


class Trial:
    """A command whose many are decided by the test."""

    def __init__(self, handle: Callable[[Sequence[Job]], Sequence[Outcome]]) -> None:
        many = Many(handle=handle, fits=bool, queue=lambda command: None)
        self.registration: Registration = registered(Counted(), many=many)

    def job(self, amount: int, *, at: datetime) -> Job:
        caller = Caller(at=at, person_id=uuid4(), command_id=uuid4())
        return Job(Pay(type="test.pay", amount=amount), caller)

    def run(self, jobs: Sequence[Job]) -> list[object]:
        return list(execute_many(self.registration, jobs))


def paid(job: Job) -> Paid:
    return Paid(amount=job.command.amount, count=1, at=job.caller.at)


def kept(jobs: Sequence[Job]) -> list[bool]:
    """Tell for each whether its answer was kept."""
    return [Key.objects.filter(person_id=job.caller.person).exists() for job in jobs]


def test_each_is_decided_and_only_what_was_done_is_kept(now: datetime) -> None:
    trial = Trial(
        lambda jobs: [{1: paid(job), 2: Yourself(), 3: ALONE}[job.command.amount] for job in jobs]
    )
    jobs = [trial.job(amount, at=now) for amount in (1, 2, 3, 1)]

    one, other, third, fourth = trial.run(jobs)

    assert isinstance(one, Answer)
    assert isinstance(fourth, Answer)
    assert isinstance(other, Yourself)
    assert third is ALONE
    assert kept(jobs) == [True, False, False, True]
    row = Key.objects.get(person_id=jobs[0].caller.person)
    assert (row.command, row.result, row.money, row.at) == ("test.pay", one.result, True, now)


@pytest.mark.parametrize("error", [IntegrityError("a rival"), ValueError("a mistake of ours")])
def test_whatever_goes_wrong_all_are_carried_out_by_themselves(
    now: datetime, error: Exception
) -> None:
    def handle(jobs: Sequence[Job]) -> Sequence[Outcome]:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO commands_key (person_id, command_id, command, terms, money, at)"
                " VALUES (%s, %s, 'test.half', '{}', true, now())",
                [jobs[0].caller.person, uuid4()],
            )
        raise error

    trial = Trial(handle)
    jobs = [trial.job(1, at=now), trial.job(1, at=now)]

    assert trial.run(jobs) == [ALONE, ALONE]
    assert kept(jobs) == [False, False]


def test_nobody_waits_long_for_a_lock_together(now: datetime) -> None:
    seen: list[str] = []

    def handle(jobs: Sequence[Job]) -> Sequence[Outcome]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])
        return [paid(job) for job in jobs]

    trial = Trial(handle)
    trial.run([trial.job(1, at=now)])
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        seen.append(cursor.fetchone()[0])

    assert seen == ["500ms", "5s"]


def test_only_what_has_an_id_and_fits_goes_with_others(now: datetime) -> None:
    trial = Trial(lambda jobs: [paid(job) for job in jobs])
    job = trial.job(1, at=now)
    without_id = Job(job.command, Caller(at=now, person_id=uuid4()))

    assert may_go_with_others(trial.registration, job)
    assert not may_go_with_others(trial.registration, without_id)
    assert not may_go_with_others(registered(Counted()), job)
