"""One attack: accounts made in any number behind a few honest lines, which ask all at once."""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from config.demo.private import InstanceProblem, PrivateInstance
from config.load.buyers import Buyer

# What accounts vouch for each other with costs them nothing.
VOUCHED = 100_000_000
# Each befriends so many of those made after it, besides those who have an honest friend.
NEIGHBOURS = 3
# A borrower may have so many open asks.
ASKS = 5
# Once a round of asking brought nothing, there is nothing more to get.
MOST_ROUNDS = 6
AT_ONCE = 32


class Unexpected(Exception):
    """The service refused what it should allow; the message says what."""


@dataclass
class Person:
    """Somebody on the instance, and a socket of theirs."""

    id: str
    buyer: Buyer

    async def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that has to be carried out, and return its result."""
        answer = await self.buyer.ask(command, **fields)
        if answer["type"] != "ok":
            raise Unexpected(f"{command} was refused: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    async def attempt(self, command: str, **fields: Any) -> dict[str, Any] | None:
        """Send a command and return its result, None where it is refused."""
        answer = await self.buyer.ask(command, **fields)
        return answer["result"] if answer["type"] == "ok" else None


@dataclass
class Attack:
    """An attack and what came of it; amounts in fen."""

    network: str
    accounts: int
    edges: int
    carried: int = 0
    asked: int = 0
    granted: int = 0
    lost: int = 0
    burned: int = 0
    pocketed: int = 0
    problems: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Note where the law is broken: what is lost is at most what the attack edges carry."""
        if self.lost > self.carried:
            self.problems.append(f"{self.lost} fen are lost behind lines that carry {self.carried}")
        if not self.lost == self.burned == self.pocketed == self.granted:
            self.problems.append(
                f"granted {self.granted}, in default {self.lost}, burned on the attack edges"
                f" {self.burned}, in the attackers' wallets {self.pocketed}"
            )


async def gather(work: Iterable[Awaitable[Any]]) -> list[Any]:
    """Wait for all, so many of them under way at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(waiting: Awaitable[Any]) -> Any:
        async with free:
            return await waiting

    return await asyncio.gather(*(one(each) for each in work))


async def make_people(
    instance: PrivateInstance, *, prefix: str, count: int, funds: int
) -> list[tuple[str, Person]]:
    """Make people on the instance and return them by username."""
    file = instance.data / f"{prefix}.csv"
    ran = await instance.manage(
        "make_people", "--count", str(count), "--prefix", prefix, "--funds", str(funds),
        "--out", str(file),
    )  # fmt: skip
    if ran.code:
        raise InstanceProblem(ran.output)
    rows = csv.DictReader(file.read_text().splitlines())
    return [
        (row["username"], Person(row["person"], Buyer(instance.url, row["token"]))) for row in rows
    ]


async def befriend(one: Person, other: Person) -> None:
    """Make two people friends."""
    await one.ask("friend.ask", person=other.id)
    await other.ask("friend.accept", person=one.id)


class Attackers:
    """The accounts of one attack, the honest people whom they fooled, and the lenders they ask."""

    def __init__(
        self, accounts: list[Person], *, victims: list[tuple[Person, int]], lenders: list[Person]
    ) -> None:
        self._accounts = accounts
        self._victims = victims
        self._lenders = lenders

    async def run(
        self, attack: Attack, *, wait: Callable[[], Awaitable[None]],
        pass_time: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """Befriend, vouch, wait, ask all at once, default; note what it brought."""
        attack.carried = sum(amount for _, amount in self._victims)
        await self._settle_in()
        await self._vouch()
        await wait()
        for _ in range(MOST_ROUNDS):
            loans = await self._ask_all_at_once()
            attack.asked += sum(amount for _, _, amount in loans)
            granted = await self._grant_all_at_once(loans)
            attack.granted += granted
            if granted == 0:
                break
        else:
            attack.problems.append(f"after {MOST_ROUNDS} rounds there is still something to get")
        await pass_time()
        await self._count(attack)
        attack.check()

    async def _settle_in(self) -> None:
        """Have each honest victim stand behind one account: the attack edges."""
        for (victim, amount), account in zip(self._victims, self._accounts, strict=False):
            await befriend(account, victim)
            await victim.ask("trust.set", person=account.id, amount=amount)

    async def _vouch(self) -> None:
        accounts, edges = self._accounts, len(self._victims)
        pairs = {
            (place, other)
            for place in range(len(accounts))
            for other in range(place + 1, len(accounts))
            if place < edges or other - place <= NEIGHBOURS
        }

        async def join(one: Person, other: Person) -> None:
            await befriend(one, other)
            for giver, receiver in ((one, other), (other, one)):
                await giver.ask("trust.set", person=receiver.id, amount=VOUCHED)

        await gather(join(accounts[one], accounts[other]) for one, other in sorted(pairs))

    async def _ask_all_at_once(self) -> list[tuple[Person, str, int]]:
        """Have each account ask as much as it may of as many lenders as it may; return the asks.

        Nothing is reserved yet, so together they ask for far more than is there.
        """

        async def ask(account: Person, lender: Person) -> tuple[Person, str, int] | None:
            shown = await account.ask("loan.limit", lender=lender.id, borrower=account.id)
            if not shown["limit"]:
                return None
            asked = await account.attempt(
                "loan.ask", lender=lender.id, amount=shown["limit"], days=1
            )
            return (lender, asked["loan"]["id"], shown["limit"]) if asked else None

        wanted = [
            (account, self._lenders[(place + number) % len(self._lenders)])
            for place, account in enumerate(self._accounts)
            for number in range(min(ASKS, len(self._lenders)))
        ]
        asks = await gather(ask(account, lender) for account, lender in wanted)
        return [loan for loan in asks if loan is not None]

    async def _grant_all_at_once(self, loans: list[tuple[Person, str, int]]) -> int:
        """Have all lenders say yes to everything, and return what was lent."""

        async def grant(lender: Person, loan: str) -> int:
            granted = await lender.attempt("loan.grant", loan=loan)
            if granted is None:
                await lender.attempt("loan.refuse", loan=loan)
                return 0
            amount: int = granted["loan"]["amount"]
            return amount

        return sum(await gather(grant(lender, loan) for lender, loan, _ in loans))

    async def _count(self, attack: Attack) -> None:
        async def owed(account: Person) -> tuple[int, int]:
            loans = (await account.ask("loan.list", role="borrower"))["loans"]
            (wallet,) = (await account.ask("wallet.get"))["accounts"]
            unpaid = sum(loan["principal"] for loan in loans if loan["status"] == "defaulted")
            return unpaid, wallet["balance"]

        counts = await gather(owed(account) for account in self._accounts)
        attack.lost = sum(unpaid for unpaid, _ in counts)
        attack.pocketed = sum(balance for _, balance in counts)
        ours = {account.id for account in self._accounts}
        # A line that is burned to nothing is not listed any more, so what is left is counted.
        attack.burned = attack.carried
        for victim, _ in self._victims:
            given = (await victim.ask("trust.list"))["given"]
            attack.burned -= sum(line["capacity"] for line in given if line["to"] in ours)

    async def close(self) -> None:
        """Hang up."""
        for person in [*self._accounts, *self._lenders]:
            await person.buyer.close()
