"""Keeps a set of processes running: starts them, starts them again, stops them in order."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.engines.engine import Launch
from config.engines.problems import EngineProblem
from config.engines.processes import end, start

PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
# A process that lived this long did not fail at its start; its next death counts as a first one.
STEADY_SECONDS = 10.0
READY_SECONDS = 120.0
POLL_SECONDS = 0.1


@dataclass
class Service:
    """One process to be kept running; `is_ready` tells whether it answers."""

    name: str
    launch: Callable[[], Launch]
    is_ready: Callable[[], bool]
    log: Path
    pid: int = 0
    # The process that was found to answer.
    answering: int = 0
    restarts: int = 0
    launched: Launch | None = None
    is_ending: bool = False
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Runs services until told to stop; `say` gets what a person should know."""

    def __init__(self, *, say: Callable[[str, str], None], on_change: Callable[[], None]) -> None:
        self._say = say
        self._on_change = on_change
        # Those that were started together.
        self._running: list[list[tuple[Service, asyncio.Task[None]]]] = []
        self._stopping = False

    @property
    def pids(self) -> dict[str, int]:
        """Return the process id of each service that runs now."""
        return {
            service.name: service.pid
            for batch in self._running
            for service, _ in batch
            if service.pid
        }

    async def run(self, *services: Service) -> None:
        """Start services together and return once all answer; from then on each is started again
        whenever it dies. Raises EngineProblem, or the OSError with which a start failed.
        """
        batch = [(service, asyncio.create_task(self._keep(service))) for service in services]
        self._running.append(batch)
        await asyncio.gather(*(self._wait_first(service, task) for service, task in batch))

    async def _wait_first(self, service: Service, task: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(service.ready.wait())
        done, _ = await asyncio.wait(
            {ready, task}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if ready not in done:
            ready.cancel()
            if task in done and (error := task.exception()) is not None:
                raise error
            raise EngineProblem(f"{service.name} did not answer; {service.log} says why.")

    async def _keep(self, service: Service) -> None:
        failures = 0
        while not self._stopping:
            started = time.monotonic()
            try:
                launch = await asyncio.to_thread(service.launch)
                process = start(launch, service.log, with_parent=True)
            except (OSError, EngineProblem) as problem:
                if not service.ready.is_set():
                    raise
                # It ran before, so it may run again, such as when somebody has made room.
                self._say(service.name, f"cannot be started: {problem}; tries again in 10 s")
                await asyncio.sleep(PAUSES[-1])
                continue
            service.pid, service.launched = process.pid, launch
            self._on_change()
            watch = asyncio.create_task(self._wait_ready(service))
            service.is_ending = False
            # Not a thread per process: the loop has few, and readiness needs them.
            while (code := process.poll()) is None:  # noqa: ASYNC110 (nothing would set an event)
                await asyncio.sleep(POLL_SECONDS)
            watch.cancel()
            service.pid = 0
            if self._is_stopping():
                return
            # Nobody should be told the id of a process that is gone.
            self._on_change()
            if service.is_ending:
                failures = 0
                continue
            if time.monotonic() - started > STEADY_SECONDS:
                failures = 0
            pause = PAUSES[min(failures, len(PAUSES) - 1)]
            failures += 1
            service.restarts += 1
            self._say(service.name, f"died (exit code {code}); starts again in {pause:g} s")
            await asyncio.sleep(pause)

    def _is_stopping(self) -> bool:
        return self._stopping

    async def _wait_ready(self, service: Service) -> None:
        while not await asyncio.to_thread(service.is_ready):  # noqa: ASYNC110 (as above)
            await asyncio.sleep(0.1)
        if service.ready.is_set():
            self._say(service.name, "is back")
        service.ready.set()
        service.answering = service.pid
        self._on_change()

    async def restart(self, service: Service) -> None:
        """End a service's process in its own way and return once another one answers. Raises
        EngineProblem when none does.
        """
        former, restarts = service.pid, service.restarts
        if former:
            service.is_ending = True
            await self._end(service)
        deadline = time.monotonic() + READY_SECONDS
        while service.answering == former or service.answering != service.pid:
            if time.monotonic() > deadline or service.restarts > restarts + 1:
                raise EngineProblem(f"{service.name} does not answer; {service.log} says why.")
            await asyncio.sleep(POLL_SECONDS)

    async def _end(self, service: Service) -> None:
        assert service.launched is not None
        await asyncio.to_thread(end, service.pid, service.launched)

    async def stop(self) -> None:
        """Stop all services, the last started first and those started together at once, and wait
        until each is gone.
        """
        self._stopping = True
        for batch in reversed(self._running):
            await asyncio.gather(*(self._end(service) for service, _ in batch if service.pid))
            for _, task in batch:
                task.cancel()
                # Why one could not be started was told when it happened.
                with contextlib.suppress(asyncio.CancelledError, OSError, EngineProblem):
                    await task
        self._running.clear()
