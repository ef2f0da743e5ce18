"""What the crash test itself concludes when something does not answer, or does not end as it
should.
"""

import asyncio
from pathlib import Path

import pytest
from rich.console import Console

from chat.client import Kith
from config.crash.board import Board
from config.crash.deeds import Deeds
from config.crash.history import History
from config.crash.payers import Payer
from config.crash.run import Crash, Options, find_problems, find_unanswered
from config.crash.works.transfers import offer
from config.demo.private import InstanceProblem, Ran
from config.demo.run import DISAGREED, NOT_RUN

ANN, BO = "ann", "bo"


class Unheard(Kith):
    """A client that never got a connection, so that nobody answers it."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:1", "none")

    @property
    def person(self) -> str:
        """Return who it would be."""
        return ANN


class Restless(Payer):
    """Waits for no answer and does not end either."""

    async def live(self, works: object) -> None:
        """Go on for ever."""
        await asyncio.Event().wait()


class Offering(Payer):
    """Offers one transfer and ends."""

    async def live(self, works: object) -> None:
        """Offer it."""
        await offer(self)


def end_of(kind: type[Payer], history: History) -> list[str]:
    """Return what is said of a payer of this kind that nobody answers."""

    async def wait() -> list[str]:
        payer = kind(Unheard(), Board(), Deeds(), history, room="room", seed=1)
        payer.meet([ANN, BO])
        paying = asyncio.gather(payer.live(()))
        found = await find_unanswered([payer], paying, seconds=0.1)
        await asyncio.gather(paying, return_exceptions=True)
        return found

    with history:
        return asyncio.run(wait())


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Offering, ["ann's transfer.send got no answer."]),
        (Restless, ["Somebody did not end, though no command waits for its answer."]),
    ],
)
def test_who_is_not_answered_breaks_the_law(
    tmp_path: Path, kind: type[Payer], found: list[str]
) -> None:
    assert end_of(kind, History(tmp_path / "crash.jsonl", [ANN, BO])) == found


@pytest.mark.parametrize(
    ("ran", "found"),
    [
        (Ran(0, "27 of 27 laws hold"), []),
        (Ran(1, "broken  one\nbroken  two"), ["broken  one", "broken  two"]),
        (Ran(-9, ""), ["It ended with -9 and said nothing."]),
    ],
)
def test_a_command_that_ends_badly_breaks_its_law_whatever_it_says(
    ran: Ran, found: list[str]
) -> None:
    assert find_problems(ran) == found


def crash(folder: Path, problem: Exception) -> Crash:
    class Failing(Crash):
        async def _kill_and_prove(self) -> int:
            raise problem

    options = Options(
        kills=1, seed=1, people=2, limit=60.0, history=folder / "crash.jsonl", keep=False
    )
    return Failing(options, Console(quiet=True))


def test_the_evidence_is_kept_unless_it_is_known_that_nothing_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATA", str(tmp_path))

    assert asyncio.run(crash(tmp_path, InstanceProblem("no port")).run()) == NOT_RUN
    assert list(tmp_path.iterdir()) == []

    with pytest.raises(KeyError):
        asyncio.run(crash(tmp_path, KeyError("transfer")).run())
    assert len(list((tmp_path / "demo").iterdir())) == 1
    assert asyncio.run(crash(tmp_path, ConnectionError("away")).run()) == DISAGREED
    assert len(list((tmp_path / "demo").iterdir())) == 2
