"""One run: people who keep paying, kills, the end of everything that is open, and the proof."""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from chat.client import Kith, Refused
from config.crash import proof
from config.crash.board import Board
from config.crash.deeds import Deeds
from config.crash.history import CAPITAL, History, Reader, spoil
from config.crash.payers import Payer
from config.crash.trouble import Trouble
from config.crash.works import WORKS
from config.crash.works.disputes import judge
from config.demo.cast import FUNDS, connect, introduce, open_room
from config.demo.private import InstanceProblem, PrivateInstance, Ran
from config.demo.report import say_counts, show_checks
from config.demo.run import AGREED, DISAGREED, NOT_RUN
from config.demo.saboteur import Saboteur
from config.demo.script import Trust
from config.demo.verify import Check
from config.engines.instance import Instance
from config.engines.problems import EngineProblem

TARGETS = ("web", "worker", "postgres")
# Between the return of what was killed and the next kill.
CALM_SECONDS = (0.3, 3.0)
# What nobody answers ends within the run, also while something is just dead.
OPEN_SECONDS = 30.0
# Engines as in real life, one web process, and short terms. See Note [The end of what is open].
ENVIRONMENT = {
    "KITH_SHORT_LIVED": "",
    "WEB": "1",
    "KITH_TRANSFER_HOURS": f"{OPEN_SECONDS / 3600:.6f}",
    "KITH_ENVELOPE_HOURS": f"{OPEN_SECONDS / 3600:.6f}",
}
SAY_SECONDS = 15.0
# How long the last answers may take once nothing is killed any more, and the sweepers.
ANSWER_SECONDS = 90.0
END_SECONDS = 180.0
SENT_AGAIN = 200
# Who decides about disputes: one proposes, another confirms.
STAFF = 2
# Of each line, in fen: more than all loans together.
TRUST = 1_000_000

# Note [The end of what is open]
# Offers and envelopes last for a day, which no test can wait for; the private instance gives them
# half a minute instead, and who issues vouchers about a minute. So many of them run out while
# something is dead, and the rest after the last kill: what is left open then for longer than the
# sweepers need is a fault. Disputes have no time: the staff ends those that are left.


@dataclass(frozen=True)
class Options:
    """How to run; `limit` is in seconds, `history` where the history is kept."""

    kills: int
    seed: int
    people: int
    limit: float
    history: Path
    keep: bool


class Crash:
    """A private instance, people on it, accidents, and the proof."""

    def __init__(self, options: Options, console: Console) -> None:
        self._options = options
        self._console = console
        self._instance = PrivateInstance(ENVIRONMENT)
        self._saboteur = Saboteur(
            self._instance, targets=lambda: TARGETS, calm=CALM_SECONDS, seed=options.seed
        )
        self._deeds = Deeds()
        self._board = Board()
        self._payers: list[Payer] = []
        self._clients: dict[str, Kith] = {}
        self._doing = "starting"

    async def run(self) -> int:
        """Do it all and return the exit code; every process is ended, whatever happens."""
        # As long as nobody knows how it ended, what is there may be needed to find out.
        code: int | None = None
        try:
            async with asyncio.timeout(self._options.limit):
                code = await self._kill_and_prove()
        except (InstanceProblem, EngineProblem) as problem:
            self._say(f"✗ {problem}")
            code = NOT_RUN
        except asyncio.CancelledError:
            code = NOT_RUN
            raise
        except (ConnectionError, Refused) as problem:
            self._say(f"✗ While {self._doing}: {problem}")
            code = DISAGREED
        except TimeoutError:
            self._say(
                f"✗ It did not end within {self._options.limit:g} s and is stopped while"
                f" {self._doing}."
            )
            code = DISAGREED
        finally:
            left = await asyncio.to_thread(self._instance.stop)
            if self._options.keep or code in (None, DISAGREED):
                self._say(f"· The instance's folder is kept: {self._instance.data}")
            else:
                self._instance.remove()
        return code or (DISAGREED if left else AGREED)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    async def _kill_and_prove(self) -> int:
        await self._instance.start(lambda _: None)
        self._say(f"· a private instance answers at {self._instance.url}")
        self._doing = "preparing the room"
        names = [f"Payer {number}" for number in range(1, self._options.people + 1)]
        async with connect(names, self._instance) as self._clients:
            owner, *others = names
            await introduce(self._clients, {(owner, other) for other in others}, _trust(names))
            await self._appoint(names[-STAFF:])
            cast = await open_room(self._clients, name="The crash test")
            people = [cast.person(name) for name in names]
            for person in people:
                self._deeds.books.fund(person, FUNDS)
            with History(self._options.history, people) as history:
                await self._hurt(history, cast.room.room_id, people)
            checks = await self._prove()
        self._doing = "proving the books"
        checks += await self._prove_by_commands()
        show_checks(self._console, checks)
        broken = [check for check in checks if check.problems]
        if broken:
            self._say(f"✗ {len(broken)} of {len(checks)} laws are broken: {broken[0].name}.")
            return DISAGREED
        self._say(
            f"✓ {len(self._deeds.done):,} acknowledged commands are there once after"
            f" {len(self._saboteur.killed)} kills, and all {len(checks)} laws hold."
        )
        return AGREED

    @property
    def _database(self) -> str:
        return Instance(self._instance.data).url_of("postgres")

    # --- Paying and killing ---------------------------------------------------------------------

    async def _hurt(self, history: History, room: str, people: list[str]) -> None:
        seed = self._options.seed
        self._payers = [
            Payer(client, self._board, self._deeds, history, room=room, seed=seed + place)
            for place, client in enumerate(self._clients.values(), 1)
        ]
        for payer in self._payers:
            payer.meet(people)
        reader = Reader(history, self._database, seed=seed)
        # What all have before anybody pays.
        await reader.read_once()
        self._doing = "killing"
        trouble = Trouble(self._instance.banks, seed=seed)
        failing = asyncio.ensure_future(trouble.make())
        beside = [
            asyncio.ensure_future(reader.read()), asyncio.ensure_future(self._tell(history)),
            failing,
        ]  # fmt: skip
        paying = asyncio.gather(*(payer.live(WORKS) for payer in self._payers))
        try:
            await _first_of(self._saboteur.work(kills=self._options.kills), paying)
            self._board.is_over = True
            failing.cancel()
            self._doing = "waiting for the last answers"
            await self._await_answers(paying)
            self._doing = "waiting for the end of what is open"
            await self._decide_disputes()
            await self._await_ends()
            await reader.read_once()
        finally:
            paying.cancel()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
        self._tell_all(history, trouble)

    async def _await_answers(self, paying: "asyncio.Future[list[None]]") -> None:
        self._deeds.problems += await find_unanswered(self._payers, paying, seconds=ANSWER_SECONDS)

    async def _appoint(self, names: Sequence[str]) -> None:
        """Have these decide about disputes, of which they are no side themselves."""
        for name in names:
            username = self._clients[name].hello["person"]["username"]
            made = await self._instance.manage("grant_role", username, "staff")
            if made.code:
                raise InstanceProblem(f"{username} could not join the staff: {made.output}")
            self._board.staff.add(self._clients[name].person)

    async def _decide_disputes(self) -> None:
        """Have the staff end what time does not end."""
        while self._board.disputes:
            for payer in self._payers:
                await judge(payer)

    async def _await_ends(self) -> None:
        """Return once nothing is open, or after longer than the sweepers need."""
        deadline = asyncio.get_running_loop().time() + OPEN_SECONDS + END_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if not await self._look(proof.find_open):
                return
            await asyncio.sleep(1)

    async def _look(self, law: Callable[[proof.Connection], list[str]]) -> list[str]:
        def look() -> list[str]:
            with psycopg.connect(self._database) as connection:
                return law(connection)

        return await asyncio.to_thread(look)

    async def _tell(self, history: History) -> None:
        started = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(SAY_SECONDS)
            passed = asyncio.get_running_loop().time() - started
            self._say(
                f"· {passed:4.0f} s, {self._doing}: {len(self._saboteur.killed)} of"
                f" {self._options.kills} kills, {len(self._deeds.done):,} commands acknowledged,"
                f" {self._reconnects:,} reconnects, {history.reads:,} reads"
            )

    def _tell_all(self, history: History, trouble: Trouble) -> None:
        done = Counter(deed.command for deed in self._deeds.done)
        patience = sum((payer.patience for payer in self._payers), Counter[str]())
        retries = sum((one.retries for one in self._clients.values()), Counter[str]())
        self._say(f"· kills: {say_counts(Counter(one.service for one in self._saboteur.killed))}")
        self._say(f"· acknowledged: {say_counts(done)}")
        self._say(f"· faults set at banks: {trouble.made:,}")
        self._say(f"· refused: {say_counts(Counter(self._deeds.refused))}")
        self._say(
            f"· reconnects: {self._reconnects:,}; asked to retry: {say_counts(retries)}; again"
            f" after half a minute: {say_counts(patience)}; reads of all: {history.reads:,}"
        )

    @property
    def _reconnects(self) -> int:
        return sum(client.reconnects for client in self._clients.values())

    # --- The proof ------------------------------------------------------------------------------

    async def _prove(self) -> list[Check]:
        """Ask once more as clients, then look into the database."""
        self._doing = "sending acknowledged commands again"
        deeds = self._deeds
        by_person = {payer.person: payer for payer in self._payers}
        sample = random.Random(self._options.seed)
        for deed in sample.sample(deeds.done, min(SENT_AGAIN, len(deeds.done))):
            await by_person[deed.person].repeat(deed)
        books = deeds.close(await self._ask_payments())
        self._doing = "comparing"
        checks = [
            self._saboteur.lost,
            Check(
                "every command was answered, the same when it was sent again, and refused only for"
                " a reason",
                deeds.problems,
            ),
        ]
        laws = proof.list_laws(deeds, books)
        return checks + [Check(name, await self._look(law)) for name, law in laws]

    async def _ask_payments(self) -> dict[str, dict[str, Any]]:
        """Return how each payment at a bank ended that was acknowledged."""
        clients = {client.person: client for client in self._clients.values()}
        payments = {}
        for key, deed in self._deeds.at_banks().items():
            answer = await clients[deed.person].call("wallet.bank_payment", payment=key)
            payments[key] = answer["payment"]
            told = deed.result["payment"]["status"]
            if told in ("done", "failed") and told != answer["payment"]["status"]:
                self._deeds.problems.append(f"The payment {key} was {told}, now: {answer}")
        return payments

    async def _prove_by_commands(self) -> list[Check]:
        history = self._options.history
        spoilt = self._instance.data / "spoilt.jsonl"
        spoil(history, spoilt)
        total = ["--total", str(CAPITAL)]
        checks = [
            await self._manage("check_ledger: the books balance", "check_ledger"),
            await self._manage("reconcile: the banks and the books agree", "reconcile"),
            await self._manage(
                f"check_history: no read contradicts another ({history})",
                "check_history", str(history), *total,
            ),
        ]  # fmt: skip
        refused = await self._instance.manage("check_history", str(spoilt), *total)
        problems = [] if refused.code == 1 else [f"It ended with {refused.code}: {refused.output}"]
        return [*checks, Check("check_history refuses a copy with one fen more", problems)]

    async def _manage(self, name: str, *arguments: str) -> Check:
        ran = await self._instance.manage(*arguments)
        return Check(name, find_problems(ran))


def _trust(names: Sequence[str]) -> list[Trust]:
    """Return lines between the first and each of the others, so that all may lend to each other."""
    first, *others = names
    return [
        line
        for other in others
        for line in (Trust(first, other, TRUST), Trust(other, first, TRUST))
    ]


def find_problems(ran: Ran) -> list[str]:
    """Return what a command that ended with anything but 0 said; also silence is a problem then."""
    if not ran.code:
        return []
    return ran.output.splitlines() or [f"It ended with {ran.code} and said nothing."]


async def find_unanswered(
    payers: Sequence[Payer], paying: "asyncio.Future[list[None]]", *, seconds: float
) -> list[str]:
    """Wait for the payers to end, so long at most, and return which commands have no answer.

    Raises what went wrong with a payer.
    """
    # Not wait_for: it cancels before it returns, and who was cancelled waits for nothing any more.
    done, _ = await asyncio.wait({paying}, timeout=seconds)
    if done:
        paying.result()
        return []
    waiting = [
        f"{payer.person}'s {payer.waiting_for} got no answer."
        for payer in payers
        if payer.waiting_for
    ]
    paying.cancel()
    return waiting or ["Somebody did not end, though no command waits for its answer."]


async def _first_of(work: Any, other: "asyncio.Future[Any]") -> None:
    """Return once the work is done; what goes wrong with the other meanwhile is raised at once."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, other}, return_when=asyncio.FIRST_COMPLETED)
        if other.done():
            other.result()
        await task
    finally:
        task.cancel()


def default_limit(kills: int) -> float:
    """Return the seconds after which a run with so many kills is surely stuck."""
    return math.ceil(600 + 30 * kills)
