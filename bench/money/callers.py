"""Callers of the service, as the doors have them: tasks of one event loop that wait for answers."""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

from chat.doors.batches import carry_out
from commands.frames import Amount, Command, Id, Kept, Result
from commands.keys import make_key
from commands.registry import Caller, Job, Many, Outcome, get_registration, handles
from wallet.accounts.services import accounts_of, pay, pay_each
from wallet.ledger.services import Item, refusal_of


class Pay(Command):
    type: Literal["bench.pay"]
    to: Id
    amount: Amount


class Paid(Result):
    transfer: Id


def _items(jobs: Sequence[Job]) -> list[Item]:
    people = {job.caller.person for job in jobs} | {job.command.to for job in jobs}
    accounts = accounts_of(person_ids=people, currency="CNY", at=jobs[0].caller.at)
    return [
        Item(
            id=uuid7(), code="bench.pay", debit=accounts[job.caller.person],
            credit=accounts[job.command.to], amount=job.command.amount,
        )
        for job in jobs
    ]  # fmt: skip


def _pay_many(jobs: Sequence[Job]) -> Sequence[Outcome]:
    registration = get_registration("bench.pay")
    items = _items(jobs)
    keys = [
        make_key(registration, job, Paid(transfer=item.id))
        for job, item in zip(jobs, items, strict=True)
    ]
    outcomes = pay_each(items, at=max(job.caller.at for job in jobs), keys=keys)
    return [
        Kept(key.text) if one.is_created else refusal_of(one)
        for key, one in zip(keys, outcomes, strict=True)
    ]


def _any(command: Pay) -> bool:
    return True


@handles(
    Pay, result=Paid, family="Bench", money=True,
    many=Many(handle=_pay_many, fits=_any, queue=lambda command: command.to),
)  # fmt: skip
def pay_alone(command: Pay, caller: Caller) -> Paid:
    """Pay somebody: what all payments have in common, and no product on top."""
    (item,) = _items([Job(command, caller)])
    pay(item, at=caller.at)
    return Paid(transfer=item.id)


async def call(person: UUID, command: Command) -> Any:
    """Carry a command out as a door does, and return its answer once it is committed."""
    caller = Caller(at=datetime.now(UTC), person_id=person, command_id=uuid4())
    return await carry_out(get_registration(command.type), Job(command, caller))


async def _keep_paying(
    make: Callable[[], tuple[UUID, Command]], callers: int, seconds: float
) -> float:
    done = itertools.count()
    stop = time.monotonic() + seconds

    async def one() -> None:
        while time.monotonic() < stop:
            await call(*make())
            next(done)

    started = time.monotonic()
    await asyncio.gather(*(one() for _ in range(callers)))
    return next(done) / (time.monotonic() - started)


def measure_payments(
    people: Sequence[UUID], *, callers: int, seconds: float, receiver: UUID | None = None
) -> float:
    """Return payments a second between two people at random, or all to one."""

    payers = [one for one in people if one != receiver]

    def make() -> tuple[UUID, Command]:
        payer, payee = random.sample(payers, 2)
        return payer, Pay(type="bench.pay", to=receiver or payee, amount=1)

    return asyncio.run(_keep_paying(make, callers, seconds))


def measure_offers(people: Sequence[UUID], *, callers: int, seconds: float) -> float:
    """Return a second how many `transfer.send` are answered, product and notice included."""
    from chat.cards.transfer_commands import SendTransfer

    def make() -> tuple[UUID, Command]:
        payer, payee = random.sample(people, 2)
        return payer, SendTransfer(type="transfer.send", to=payee, amount=1)

    return asyncio.run(_keep_paying(make, callers, seconds))
