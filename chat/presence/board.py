"""The board: which hub has seen whom, in Valkey, where all processes read it.

# Note [The board]

Each hub keeps one hash, person to `online` or `away`, and a key that says that the hub is alive.
The key ends by itself 12 seconds after the hub's last beat, and then its hash counts no more. So a
beat costs the same for one person and for ten thousand, and a killed process leaves nobody online.
What it left is taken down by the next hub that notices; whoever came back through another process
by then stands in that one's hash, and nobody hears of it.

Nothing here is needed: it is made anew from the sockets that are open, and while the bus is away
everybody is offline.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from outbox.bus import PREFIX, ask_bus

ONLINE = "online"
AWAY = "away"
OFFLINE = "offline"
# The more a device says, the more the person is there.
RANK = {OFFLINE: 0, AWAY: 1, ONLINE: 2}

HUBS = f"{PREFIX}:presence:hubs"
# Longer than it takes a page to come back after a restart, so that nobody hears of one.
ALIVE_SECONDS = 12
# What nobody takes down, because no hub is left, ends by itself.
KEPT_SECONDS = 3_600


def _alive(hub: str) -> str:
    return f"{PREFIX}:presence:alive:{hub}"


def _people(hub: str) -> str:
    return f"{PREFIX}:presence:people:{hub}"


def beat(*, hub: str) -> int | None:
    """Say that a hub is alive; return how many people its hash holds, None while the bus is
    away.
    """
    answers = ask_bus(
        [
            ("SADD", HUBS, hub),
            ("SET", _alive(hub), 1, "EX", ALIVE_SECONDS),
            ("EXPIRE", _people(hub), KEPT_SECONDS),
            ("HLEN", _people(hub)),
        ]
    )
    return None if answers is None else int(answers[-1])


def rewrite(*, hub: str, people: Mapping[UUID, str]) -> bool:
    """Write a hub's hash as a whole; tell whether the bus took it."""
    return ask_bus([("DEL", _people(hub)), *_changes(hub, people)]) is not None


def write(*, hub: str, people: Mapping[UUID, str]) -> bool:
    """Change what a hub's hash says of some people; tell whether the bus took it."""
    return ask_bus(_changes(hub, people)) is not None


def _changes(hub: str, people: Mapping[UUID, str]) -> list[tuple[str | int, ...]]:
    here = [
        part for one, status in people.items() if status != OFFLINE for part in (str(one), status)
    ]
    gone = [str(one) for one, status in people.items() if status == OFFLINE]
    commands: list[tuple[str | int, ...]] = []
    if here:
        commands.append(("HSET", _people(hub), *here))
    if gone:
        commands.append(("HDEL", _people(hub), *gone))
    return [*commands, ("EXPIRE", _people(hub), KEPT_SECONDS)]


def read(*, people: Iterable[UUID], without: str = "") -> dict[UUID, str]:
    """Return the status of each of the people over all hubs that are alive, except one."""
    asked = list(dict.fromkeys(people))
    found = dict.fromkeys(asked, OFFLINE)
    hubs = [hub for hub in _hubs() if hub != without]
    if not asked or not hubs:
        return found
    names = [str(one) for one in asked]
    commands = [("MGET", *map(_alive, hubs)), *(("HMGET", _people(hub), *names) for hub in hubs)]
    alive, *columns = ask_bus(commands) or [[]]
    for is_alive, column in zip(alive, columns, strict=True):
        if is_alive is None:
            continue
        for one, status in zip(asked, column, strict=True):
            if status is not None:
                found[one] = more_of(found[one], status.decode())
    return found


def more_of(one: str, other: str) -> str:
    """Return the status of a person whose devices say one and the other."""
    return max(one, other, key=RANK.__getitem__)


def _hubs() -> list[str]:
    answers = ask_bus([("SMEMBERS", HUBS)])
    return sorted(hub.decode() for hub in answers[0]) if answers else []


def take_down_dead() -> dict[UUID, str]:
    """Take down what hubs left that are no more; return whom they had seen, each as what.

    Of several that notice one gets it.
    """
    hubs = _hubs()
    alive = (ask_bus([("MGET", *map(_alive, hubs))]) or [[1] * len(hubs)])[0] if hubs else []
    left: dict[UUID, str] = {}
    for hub, is_alive in zip(hubs, alive, strict=True):
        if is_alive is not None:
            continue
        answers = ask_bus([("SREM", HUBS, hub), ("HGETALL", _people(hub)), ("DEL", _people(hub))])
        if answers is None or not answers[0]:
            continue
        for person, status in answers[1].items():
            left[UUID(person.decode())] = status.decode()
    return left
