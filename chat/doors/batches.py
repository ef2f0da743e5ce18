"""Callers who come at the same moment are served together: one transaction, one commit.

In front of commands that know how to be carried out for many (`Many` in commands/registry.py).
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from weakref import WeakKeyDictionary

from chat.doors.background import spawn
from chat.doors.lines import Lines
from chat.doors.pool import TRUSTED_SECONDS, run_command_in_pool, work_on_connection
from commands.errors import Refusal
from commands.execute import Answer, execute
from commands.execute_many import Decided, execute_many, may_go_with_others
from commands.registry import Again, Alone, Job, Registration

# A batch is this large at most. Longer than this nobody waits for others to come, and who comes
# when nothing is under way does not wait at all.
MOST = 64
LINGER_SECONDS = 0.002
# One is prepared and answered here while PostgreSQL works on the other.
FLIGHTS = 2
# Beyond these a caller is sent away: of one kind of command in all, and in one line of it (the
# claims of one envelope, the shares of one bill), so that one rush leaves the others their places.
MOST_WAITING = 20_000
MOST_IN_LINE = 1_000
# So often somebody comes again together with others, before they wait for a lock by themselves.
MOST_TRIES = 20
# So many in line are looked at for one batch: the loop has others to serve.
MOST_LOOKS = 256

Work = Callable[[Sequence[Job]], Sequence[Decided]]
Foresee = Callable[[Job], Refusal | None]
WorkAlone = Callable[[Job], Awaitable[Answer]]


@dataclass(slots=True)
class _Waiting:
    job: Job
    line: object
    since: float
    answer: "asyncio.Future[Answer]"
    tries: int = 0


class Batcher:
    """Gathers jobs of one kind and carries them out together, each with its own answer or error.

    Used from one event loop. `work` is blocking and runs on `threads`; `alone` carries out what
    `work` does not decide. `foresee` refuses those whose turn it is by what memory alone can
    tell.
    """

    def __init__(
        self,
        work: Work,
        alone: WorkAlone,
        *,
        threads: ThreadPoolExecutor,
        foresee: Foresee | None = None,
        most: int = MOST,
        linger_seconds: float = LINGER_SECONDS,
        flights: int = FLIGHTS,
        most_waiting: int = MOST_WAITING,
        most_in_line: int = MOST_IN_LINE,
    ) -> None:
        self._work, self._alone, self._threads = work, alone, threads
        self._foresee = foresee
        self._most, self._linger = most, linger_seconds
        self._flights, self._flying = flights, 0
        self._most_waiting, self._in_line = most_waiting, most_in_line
        # By line: those of one line share what the work looks up and locks for it. The lines take
        # turns, so that the oldest of some line is in every batch.
        self._waiting: OrderedDict[object, deque[_Waiting]] = OrderedDict()
        self._count = 0
        self._lines = Lines()
        self._timer: asyncio.Handle | None = None
        self._is_soon = False

    async def submit(self, job: Job, *, line: object) -> Answer:
        """Return the job's answer once it is committed. Raises its refusal, and Busy when too many
        wait, in all or in its line.
        """
        lines = self._lines
        with lines.wait_in(None, most=self._most_waiting), lines.wait_in(line, most=self._in_line):
            loop = asyncio.get_running_loop()
            waiting = _Waiting(job, line, time.monotonic(), loop.create_future())
            self._add(waiting)
            self._look_soon(loop)
            return await waiting.answer

    def _add(self, waiting: _Waiting) -> None:
        self._waiting.setdefault(waiting.line, deque()).append(waiting)
        self._count += 1

    def _take(self) -> list[_Waiting]:
        """Return whose turn it is: those of the first line, and of the next ones while there is
        room. Who can be refused by now is, and takes none.
        """
        batch: list[_Waiting] = []
        looks = 0
        while self._waiting and len(batch) < self._most and looks < MOST_LOOKS:
            line, waiting = self._waiting.popitem(last=False)
            while waiting and len(batch) < self._most and looks < MOST_LOOKS:
                one = waiting.popleft()
                looks += 1
                self._count -= 1
                # Who has gone before it left was promised nothing.
                if not one.answer.done() and not self._is_refused(one):
                    batch.append(one)
            if waiting:
                self._waiting[line] = waiting
        return batch

    def _is_refused(self, one: _Waiting) -> bool:
        try:
            refusal: Exception | None = self._foresee(one.job) if self._foresee else None
        except Exception as error:
            # That of one: the others in line are not to wait for ever.
            refusal = error
        if refusal is not None:
            _settle(one, refusal)
        return refusal is not None

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        # After this turn of the loop: who comes in the same turn goes along.
        if self._is_soon:
            return
        if self._timer is not None:
            if self._flying and self._count < self._most:
                # The next batch leaves when it has waited long enough.
                return
            self._timer.cancel()
        self._is_soon = True
        self._timer = loop.call_soon(self._look)

    def _look(self) -> None:
        """Send off what is due: at once when nothing is under way, otherwise when it is full or has
        waited long enough.
        """
        self._timer, self._is_soon = None, False
        loop = asyncio.get_running_loop()
        while self._count and self._flying < self._flights:
            first = next(iter(self._waiting.values()))[0]
            wait = first.since + self._linger - time.monotonic()
            if self._flying and self._count < self._most and wait > 0:
                self._timer = loop.call_later(wait, self._look)
                return
            if not (batch := self._take()):
                self._look_soon(loop)
                return
            self._flying += 1
            spawn(self._fly(batch))

    async def _fly(self, batch: list[_Waiting]) -> None:
        jobs = [one.job for one in batch]
        loop = asyncio.get_running_loop()
        try:
            decided = await loop.run_in_executor(self._threads, self._work, jobs)
        except Exception as error:
            for one in batch:
                _settle(one, error)
            return
        finally:
            self._flying -= 1
            if self._count:
                self._look_soon(loop)
        for one, outcome in zip(batch, decided, strict=True):
            if isinstance(outcome, Again) and one.tries < MOST_TRIES:
                one.tries += 1
                self._add(one)
                self._look_soon(loop)
            elif isinstance(outcome, Alone | Again):
                spawn(self._by_itself(one))
            else:
                _settle(one, outcome)

    async def _by_itself(self, one: _Waiting) -> None:
        try:
            _settle(one, await self._alone(one.job))
        except Exception as error:
            _settle(one, error)


def _settle(one: _Waiting, outcome: Answer | Exception) -> None:
    # Who has gone meanwhile is told nothing.
    if one.answer.done():
        return
    if isinstance(outcome, Exception):
        one.answer.set_exception(outcome)
    else:
        one.answer.set_result(outcome)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(FLIGHTS, thread_name_prefix="batch")


# A loop's own, because who waits is woken by the loop that they wait in.
_batchers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Batcher]] = WeakKeyDictionary()


def _batcher(registration: Registration) -> Batcher:
    mine = _batchers.setdefault(asyncio.get_running_loop(), {})
    if registration.name not in mine:
        mine[registration.name] = Batcher(
            partial(_work, registration), partial(_alone, registration), threads=_threads(),
            foresee=registration.many.foresee if registration.many else None,
        )  # fmt: skip
    return mine[registration.name]


def _work(registration: Registration, jobs: Sequence[Job]) -> Sequence[Decided]:
    return work_on_connection(partial(execute_many, registration, jobs), TRUSTED_SECONDS)


async def _alone(registration: Registration, job: Job) -> Answer:
    return await run_command_in_pool(
        registration.name, execute, registration, job.command, job.caller
    )


async def carry_out(registration: Registration, job: Job) -> Answer:
    """Carry out a command, together with those of others where it may be. Raises its refusal."""
    if not may_go_with_others(registration, job):
        return await _alone(registration, job)
    many = registration.many
    assert many is not None
    # What memory alone can tell costs the others no place in line, no thread and no statement.
    if many.foresee is not None and (refusal := many.foresee(job)) is not None:
        raise refusal
    line = many.queue(job.command)
    return await _batcher(registration).submit(job, line=line)
