"""Bills: what asking two hundred people costs, and all of them paying at once."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from uuid import UUID, uuid4

from bench.money.callers import call
from bench.money.world import make_room

MANY, FEW, SHARE = 200, 2, 100
TRIES = 9


def _create(room: UUID, people: Sequence[UUID]) -> UUID:
    from pydantic_core import from_json

    from chat.cards.split_commands import CreateSplit
    from commands.execute import execute
    from commands.registry import Caller, get_registration

    command = CreateSplit.model_validate(
        {
            "type": "split.create", "room": str(room), "amount": SHARE * len(people),
            "between": {"mode": "even", "members": [str(one) for one in people]},
        }
    )  # fmt: skip
    caller = Caller(at=datetime.now(UTC), person_id=people[0], command_id=uuid4())
    answer = execute(get_registration("split.create"), command, caller)
    return UUID(from_json(answer.result)["split"]["id"])


def measure_asking(people: Sequence[UUID]) -> tuple[float, float, int, int]:
    """Return the seconds that asking 200 people takes and those for two, and the statements of
    both.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    room = make_room(people)
    times: dict[int, list[float]] = {MANY: [], FEW: []}
    for _ in range(TRIES):
        for count in times:
            started = time.perf_counter()
            _create(room, people[:count])
            times[count].append(time.perf_counter() - started)
    statements = []
    for count in times:
        with CaptureQueriesContext(connection) as asked:
            _create(room, people[:count])
        statements.append(len(asked))
    return median(times[MANY]), median(times[FEW]), statements[0], statements[1]


def measure_paying(people: Sequence[UUID]) -> tuple[float, float]:
    """Return the seconds in which 200 people pay one at once, and one after the other by single
    posts.
    """
    from commands.execute import execute
    from commands.registry import Caller, get_registration
    from wallet.splits.commands import PaySplit

    room = make_room(people)
    payers = people[1 : MANY + 1]

    async def all_at_once(split: UUID) -> None:
        command = PaySplit(type="split.pay", split=split)
        await asyncio.gather(*(call(one, command) for one in payers))

    together, alone = [], []
    for _ in range(3):
        split = _create(room, people[: MANY + 1])
        started = time.perf_counter()
        asyncio.run(all_at_once(split))
        together.append(time.perf_counter() - started)
        command = PaySplit(type="split.pay", split=_create(room, people[: MANY + 1]))
        started = time.perf_counter()
        for one in payers:
            caller = Caller(at=datetime.now(UTC), person_id=one, command_id=uuid4())
            execute(get_registration("split.pay"), command, caller)
        alone.append(time.perf_counter() - started)
    return median(together), median(alone)
