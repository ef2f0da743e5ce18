"""Callers who come at the same moment: gathered, bounded, each with an answer of their own."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest

from chat.doors.batches import MOST_LOOKS, MOST_TRIES, Batcher
from commands.errors import Busy, Refusal
from commands.execute import Answer
from commands.execute_many import Decided
from commands.registry import AGAIN, ALONE, Caller, Job
from tests.chat.scripted import until
from wallet.ledger.errors import InsufficientFunds

NOON = datetime(2026, 6, 10, 4, tzinfo=UTC)


def job(name: str) -> Job:
    return Job(name, Caller(at=NOON, person_id=uuid4(), command_id=uuid4()))


class Worker:
    """Work that the test lets through when it wants, and that remembers its batches."""

    def __init__(self, decide: Callable[[str], Decided] = Answer) -> None:
        self.batches: list[list[str]] = []
        self.alone: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self._decide = decide

    def work(self, jobs: Sequence[Job]) -> list[Decided]:
        self.batches.append([one.command for one in jobs])
        assert self.gate.wait(20)
        return [self._decide(one.command) for one in jobs]

    def carried(self) -> list[str]:
        return list(chain.from_iterable(self.batches))

    async def work_alone(self, one: Job) -> Answer:
        self.alone.append(one.command)
        return Answer(f"{one.command} alone")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def run(
    worker: Worker, threads: ThreadPoolExecutor, steps: Callable[[Batcher], Any], **bounds: Any
) -> Any:
    async def main() -> Any:
        return await steps(Batcher(worker.work, worker.work_alone, threads=threads, **bounds))

    return asyncio.run(main())


def submit(batcher: Batcher, *names: str, line: object = "one") -> list["asyncio.Task[Answer]"]:
    return [asyncio.ensure_future(batcher.submit(job(name), line=line)) for name in names]


def test_who_comes_first_does_not_wait_for_others(threads: ThreadPoolExecutor) -> None:
    worker = Worker()

    async def steps(batcher: Batcher) -> Answer:
        # An hour to gather in: somebody who waited for it would not be back.
        async with asyncio.timeout(20):
            return await batcher.submit(job("a"), line=1)

    assert run(worker, threads, steps, linger_seconds=3_600) == Answer("a")
    assert worker.batches == [["a"]]


def test_who_comes_in_the_same_turn_goes_along(threads: ThreadPoolExecutor) -> None:
    worker = Worker()

    answers = run(worker, threads, lambda batcher: asyncio.gather(*submit(batcher, *"abc")))

    assert [one.result for one in answers] == ["a", "b", "c"]
    assert worker.batches == [["a", "b", "c"]]


def test_a_batch_has_a_most(threads: ThreadPoolExecutor) -> None:
    worker = Worker()

    run(worker, threads, lambda batcher: asyncio.gather(*submit(batcher, *"abcdefg")), most=3)

    assert sorted(len(batch) for batch in worker.batches) == [1, 3, 3]
    assert sorted(worker.carried()) == list("abcdefg")


def test_while_one_is_under_way_others_gather_until_it_is_back(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> None:
        first = submit(batcher, "a")
        await until(lambda: len(worker.batches) == 1)
        later = submit(batcher, *"bcd")
        await asyncio.sleep(0.02)
        assert worker.batches == [["a"]]
        worker.gate.set()
        await asyncio.gather(*first, *later)

    run(worker, threads, steps, flights=1)

    assert worker.batches == [["a"], ["b", "c", "d"]]


def test_a_second_one_leaves_when_it_has_waited_long_enough(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> None:
        tasks = submit(batcher, "a")
        await until(lambda: len(worker.batches) == 1)
        tasks += submit(batcher, "b")
        await until(lambda: len(worker.batches) == 2)
        worker.gate.set()
        await asyncio.gather(*tasks)

    run(worker, threads, steps, flights=2, linger_seconds=0.002)

    assert worker.batches == [["a"], ["b"]]


def test_each_gets_an_error_of_their_own(threads: ThreadPoolExecutor) -> None:
    worker = Worker(lambda name: InsufficientFunds() if name == "b" else Answer(name))

    async def steps(batcher: Batcher) -> list[Any]:
        return await asyncio.gather(*submit(batcher, *"abc"), return_exceptions=True)

    one, other, third = run(worker, threads, steps)
    assert (one, type(other), third) == (Answer("a"), InsufficientFunds, Answer("c"))


def test_what_cannot_go_with_others_goes_alone(threads: ThreadPoolExecutor) -> None:
    worker = Worker(lambda name: ALONE if name == "b" else Answer(name))

    answers = run(worker, threads, lambda batcher: asyncio.gather(*submit(batcher, *"abc")))

    assert [one.result for one in answers] == ["a", "b alone", "c"]
    assert worker.alone == ["b"]


def test_what_waits_for_another_comes_again_and_at_last_alone(threads: ThreadPoolExecutor) -> None:
    tries = iter(range(1_000))
    worker = Worker(lambda name: Answer(name) if name == "a" or next(tries) == 3 else AGAIN)

    answers = run(worker, threads, lambda batcher: asyncio.gather(*submit(batcher, *"ab")))

    assert [one.result for one in answers] == ["a", "b"]
    assert worker.batches == [["a", "b"], ["b"], ["b"], ["b"]]

    stubborn = Worker(lambda name: AGAIN)
    (answer,) = run(stubborn, threads, lambda batcher: asyncio.gather(*submit(batcher, "c")))
    assert (answer.result, len(stubborn.batches)) == ("c alone", MOST_TRIES + 1)


def test_too_many_are_sent_away_at_once(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> list[Any]:
        tasks = submit(batcher, *"ab", line="rush") + submit(batcher, "c", line="calm")
        await until(lambda: bool(worker.batches))
        for line in ("rush", "calm"):
            with pytest.raises(Busy) as busy:
                await batcher.submit(job("late"), line=line)
            assert busy.value.retry_after_ms == 500
        worker.gate.set()
        answers = await asyncio.gather(*tasks)
        # There is room again.
        answers.append(await batcher.submit(job("d"), line="rush"))
        return answers

    answers = run(worker, threads, steps, most_waiting=3)
    assert [one.result for one in answers] == ["a", "b", "c", "d"]
    assert "late" not in worker.carried()


def test_one_line_that_is_full_leaves_the_others_their_places(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> None:
        tasks = submit(batcher, *"ab", line="rush")
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await batcher.submit(job("late"), line="rush")
        tasks += submit(batcher, "c", line="calm")
        worker.gate.set()
        await asyncio.gather(*tasks)

    run(worker, threads, steps, most_in_line=2)

    assert sorted(worker.carried()) == ["a", "b", "c"]


def test_who_has_gone_is_carried_out_and_told_nothing(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> Answer:
        gone, stays = submit(batcher, *"ab")
        await until(lambda: bool(worker.batches))
        gone.cancel()
        worker.gate.set()
        return await stays

    assert run(worker, threads, steps) == Answer("b")
    assert worker.batches == [["a", "b"]]


def test_who_has_gone_before_it_left_is_not_carried_out(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> Answer:
        (first,) = submit(batcher, "a")
        await until(lambda: bool(worker.batches))
        gone, stays = submit(batcher, *"bc")
        await asyncio.sleep(0)
        gone.cancel()
        worker.gate.set()
        await first
        return await stays

    assert run(worker, threads, steps, flights=1) == Answer("c")
    assert worker.batches == [["a"], ["c"]]


def test_who_can_be_refused_by_then_takes_no_place(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()
    lost: set[str] = set()

    def foresee(one: Job) -> Refusal | None:
        return InsufficientFunds() if one.command in lost else None

    async def steps(batcher: Batcher) -> list[Any]:
        tasks = submit(batcher, "a")
        await until(lambda: bool(worker.batches))
        tasks += submit(batcher, *"bcde")
        await asyncio.sleep(0)
        lost.update("bd")
        # Nobody can be told before the turn of those in line.
        assert not any(task.done() for task in tasks)
        worker.gate.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    answers = run(worker, threads, steps, foresee=foresee, most=2, flights=1)

    assert worker.batches == [["a"], ["c", "e"]]
    assert [type(one) for one in answers] == [
        Answer, InsufficientFunds, Answer, InsufficientFunds, Answer,
    ]  # fmt: skip


def test_who_cannot_be_foreseen_holds_up_nobody(threads: ThreadPoolExecutor) -> None:
    worker = Worker()

    def foresee(one: Job) -> Refusal | None:
        if one.command == "b":
            raise LookupError("b")
        return None

    async def steps(batcher: Batcher) -> list[Any]:
        return await asyncio.gather(*submit(batcher, *"abc"), return_exceptions=True)

    one, other, third = run(worker, threads, steps, foresee=foresee)
    assert (one, type(other), third) == (Answer("a"), LookupError, Answer("c"))
    assert worker.batches == [["a", "c"]]


def test_a_long_line_of_those_is_refused_in_several_turns(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()
    turns: list[int] = []
    lost: list[bool] = []

    def foresee(_: Job) -> Refusal | None:
        if lost:
            turns[-1] += 1
        return InsufficientFunds() if lost else None

    async def steps(batcher: Batcher) -> None:
        first = submit(batcher, "a")
        await until(lambda: bool(worker.batches))
        others = submit(batcher, *map(str, range(3 * MOST_LOOKS)))
        await asyncio.sleep(0)
        lost.append(True)
        worker.gate.set()
        while not all(task.done() for task in others):
            turns.append(0)
            await asyncio.sleep(0)
        assert {type(task.exception()) for task in others} == {InsufficientFunds}
        await asyncio.gather(*first)

    run(worker, threads, steps, foresee=foresee, flights=1)

    assert worker.batches == [["a"]]
    assert [count for count in turns if count] == [MOST_LOOKS] * 3


def test_who_lingers_leaves_when_the_batch_is_full_or_nothing_is_under_way(
    threads: ThreadPoolExecutor,
) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> None:
        tasks = submit(batcher, "a")
        await until(lambda: len(worker.batches) == 1)
        tasks += submit(batcher, *"bc")
        await asyncio.sleep(0.01)
        assert worker.batches == [["a"]]
        tasks += submit(batcher, "d")
        await until(lambda: len(worker.batches) == 2)
        tasks += submit(batcher, "e")
        worker.gate.set()
        await asyncio.gather(*tasks)

    run(worker, threads, steps, most=3, linger_seconds=3_600)

    assert worker.batches == [["a"], ["b", "c", "d"], ["e"]]


def test_lines_take_turns(threads: ThreadPoolExecutor) -> None:
    worker = Worker()
    worker.gate.clear()

    async def steps(batcher: Batcher) -> None:
        tasks = submit(batcher, "0", line="rush")
        await until(lambda: len(worker.batches) == 1)
        tasks += submit(batcher, *"1234", line="rush") + submit(batcher, *"ab", line="calm")
        await asyncio.sleep(0)
        worker.gate.set()
        await asyncio.gather(*tasks)

    run(worker, threads, steps, most=3, flights=1)

    # Those of one line go together, and the other line is next.
    assert worker.batches == [["0"], ["1", "2", "3"], ["a", "b", "4"]]


def test_work_that_fails_as_a_whole_fails_for_all(threads: ThreadPoolExecutor) -> None:
    def fail(name: str) -> Decided:
        raise ValueError(name)

    async def steps(batcher: Batcher) -> list[Any]:
        return await asyncio.gather(*submit(batcher, *"ab"), return_exceptions=True)

    failures = run(Worker(fail), threads, steps)
    assert [type(one) for one in failures] == [ValueError, ValueError]
    assert not any(isinstance(one, Refusal) for one in failures)
