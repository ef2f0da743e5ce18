"""One run: a private instance, real networks on it, attacks, and what other rules would lose."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.demo.private import InstanceProblem, PrivateInstance
from config.demo.run import AGREED, DISAGREED, NOT_RUN
from config.load.buyers import BROKEN
from config.sybil.attack import Attack, Attackers, Person, Unexpected, make_people
from config.sybil.honest import DataMissing, Network, read_network
from config.sybil.picture import Panel, draw
from config.sybil.rules import lost_by_rules

YUAN = 100
FUNDS = 100_000_000
# What each fooled person stands behind a fake account with, more from one to the next.
FIRST_EDGE, NEXT_EDGE = 4_000, 1_000
# Who is asked for money besides the victims: honest people who stand behind these.
BACKERS = 12
# Accounts for which the other rules are computed.
COMPUTED = (10, 30, 100, 300, 1_000)
# The accounts lie still for so long before they ask: what they are, whom they know and what was
# promised to them is as old as that then.
WAITED_DAYS = 400
WAIT = """
from datetime import timedelta
from django.db.models import F
from graph.friends.models import Friendship
from graph.people.models import Person
from graph.trust.models import Line
waited = timedelta(days=%d)
ours = Person.objects.filter(username__startswith="%s-")
ids = list(ours.values_list("id", flat=True))
ours.update(created_at=F("created_at") - waited)
Friendship.objects.filter(low__in=ids).update(since=F("since") - waited)
Friendship.objects.filter(high__in=ids).exclude(low__in=ids).update(since=F("since") - waited)
Line.objects.filter(receiver__in=ids).update(set_at=F("set_at") - waited)
"""
# The day of repayment and the thirty days until default are over.
LATER_DAYS = 40
PASS_TIME = f"""
from datetime import UTC, datetime, timedelta
from wallet.lending.repayment import age_loans
age_loans(at=datetime.now(UTC) + timedelta(days={LATER_DAYS}))
"""

# Note [Whom the attackers fool]
# Those to whom most trust leads, since over them the most lenders can be reached: the worst that
# can happen. Each attack fools others, so that what one burned is not missing to the next.


@dataclass(frozen=True)
class Options:
    """How to run: attacks are (honest edges, accounts); `people` how many of a network there are;
    `limit` is in seconds.
    """

    networks: Sequence[str]
    attacks: Sequence[tuple[int, int]]
    people: int
    folder: Path
    picture: Path
    limit: float


class Simulation:
    """The attacks on all networks, one instance for all of them."""

    def __init__(self, options: Options, console: Console) -> None:
        self._options = options
        self._console = console
        self._instance = PrivateInstance()
        self._done: list[Attack] = []
        self._doing = "starting"

    async def run(self) -> int:
        """Do it all and return the exit code; nothing is left behind, whatever happens."""
        try:
            async with asyncio.timeout(self._options.limit):
                return await self._attack_and_prove()
        except TimeoutError:
            self._say(f"✗ It did not end within {self._options.limit:g} s: {self._doing}.")
            return NOT_RUN
        except (InstanceProblem, DataMissing, Unexpected, *BROKEN) as problem:
            self._say(f"✗ While {self._doing}: {problem}")
            return NOT_RUN
        finally:
            await asyncio.to_thread(self._instance.stop)
            self._instance.remove()

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _now(self, doing: str) -> None:
        self._doing = doing
        self._say(f"· {doing}")

    async def _attack_and_prove(self) -> int:
        options = self._options
        networks = [read_network(name, options.folder) for name in options.networks]
        self._now("starting a private instance")
        await self._instance.start(lambda _: None)
        panels = [
            await self._attack_network(number, network.around(people=options.people))
            for number, network in enumerate(networks, start=1)
        ]
        self._now("proving the books")
        ran = await self._instance.manage("check_ledger")
        problems = [ran.output] if ran.code else []
        problems += [problem for attack in self._done for problem in attack.problems]
        self._console.print(draw_table(self._done))
        options.picture.parent.mkdir(parents=True, exist_ok=True)
        options.picture.write_text(draw(panels), encoding="utf-8")
        self._say(f"· the picture beside other rules: {options.picture}")
        for problem in problems:
            self._say(f"✗ {problem}")
        if problems:
            return DISAGREED
        self._say(
            "✓ No attack took more than its honest lines carry, however many accounts it had."
        )
        return AGREED

    async def _attack_network(self, number: int, network: Network) -> Panel:
        self._now(f"{network.name}: {len(network.people):,} people, {len(network.lines):,} lines")
        people = await self._load(number, network)
        free = iter(network.people)
        attacks = []
        for turn, (edges, accounts) in enumerate(self._options.attacks, start=1):
            victims = [next(free) for _ in range(edges)]
            self._now(f"{network.name}: {accounts} accounts behind {edges} honest lines")
            attack = Attack(network.name, accounts, edges)
            prefix = f"fake{number}-{turn}"
            waited = WAIT % (WAITED_DAYS, prefix)
            made = await make_people(self._instance, prefix=prefix, count=accounts, funds=0)
            amounts = [FIRST_EDGE + NEXT_EDGE * place for place in range(edges)]
            attackers = Attackers(
                [person for _, person in made],
                victims=list(zip([people[name] for name in victims], amounts, strict=True)),
                lenders=[people[name] for name in _lenders(network, victims)],
            )
            try:
                await attackers.run(
                    attack, wait=partial(self._carry_out, waited),
                    pass_time=partial(self._carry_out, PASS_TIME),
                )  # fmt: skip
            finally:
                await attackers.close()
            self._say(f"  {attack.lost / YUAN:,.2f} of {attack.carried / YUAN:,.2f} yuan are lost")
            self._done.append(attack)
            attacks.append(attack)
        return _compare(network, attacks)

    async def _load(self, number: int, network: Network) -> dict[str, Person]:
        """Make the network's people and their lines on the instance."""
        made = await make_people(
            self._instance, prefix=f"honest{number}", count=len(network.people), funds=FUNDS
        )
        usernames = {
            name: username for name, (username, _) in zip(network.people, made, strict=True)
        }
        file = self._instance.data / f"lines{number}.csv"
        file.write_text(
            "from,to,capacity\n"
            + "".join(
                f"{usernames[giver]},{usernames[receiver]},{amount}\n"
                for (giver, receiver), amount in network.lines.items()
            )
        )
        ran = await self._instance.manage("load_trust", str(file))
        if ran.code:
            raise InstanceProblem(ran.output)
        return {name: person for name, (_, person) in zip(network.people, made, strict=True)}

    async def _carry_out(self, code: str) -> None:
        """Do on the instance what only time can do to people."""
        ran = await self._instance.manage("shell", "-v", "0", "-c", code)
        if ran.code:
            raise InstanceProblem(ran.output)


def _lenders(network: Network, victims: list[str]) -> list[str]:
    """Return whom the attackers ask: the victims, and in turn who stands behind each of them."""
    lenders = dict.fromkeys(victims)
    backers = [network.backers(victim)[:BACKERS] for victim in victims]
    for turn in range(BACKERS):
        lenders |= dict.fromkeys(found[turn] for found in backers if turn < len(found))
    return list(lenders)


def _compare(network: Network, attacks: list[Attack]) -> Panel:
    """Compute what other rules lose to an attack with the most honest lines of those tried."""
    most = max(attacks, key=lambda attack: attack.edges)
    victims = {
        name: FIRST_EDGE + NEXT_EDGE * place
        for place, name in enumerate(network.people[: most.edges])
    }
    curves: dict[str, list[tuple[float, float]]] = {}
    for accounts in COMPUTED:
        lost = lost_by_rules(network, accounts=accounts, victims=victims)
        for name, amount in lost.items():
            curves.setdefault(name, []).append((accounts, amount / YUAN))
    return Panel(
        title=network.name,
        lines=most.edges,
        curves=curves,
        attacks=[(attack.accounts, attack.lost / YUAN) for attack in attacks],
        laws=sorted({(attack.edges, attack.carried / YUAN) for attack in attacks}),
    )


def draw_table(attacks: Sequence[Attack]) -> Table:
    """Return what each attack asked for and got, in yuan."""
    table = Table()
    for name in ("network", "honest lines", "accounts", "lines carry", "asked", "lost"):
        table.add_column(name, justify="left" if name == "network" else "right")
    for attack in attacks:
        table.add_row(
            attack.network, str(attack.edges), str(attack.accounts),
            *(f"{amount / YUAN:,.2f}" for amount in (attack.carried, attack.asked, attack.lost)),
        )  # fmt: skip
    return table
