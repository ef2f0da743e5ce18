"""A rush of three hundred people on an envelope of a hundred shares, through the whole service."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from chat.client import Kith
from chat.client.connection import Refused
from config.demo.people import Made, make_people
from graph.people.models import Tier
from tests.calls import call
from tests.graph.worlds import make_friendships
from tests.people import balance
from tests.service import Service
from wallet.checks import LAWS
from wallet.envelopes.models import Envelope, Share
from wallet.ledger.checks import find_violations
from wallet.ledger.models import Account

PEOPLE, SHARES, AMOUNT, FUNDS = 300, 100, 88_888, 100_000
PATIENCE = 100.0


def make_crowd(at: datetime) -> tuple[list[Made], str]:
    """Make people and a room of all of them, which the first one owns."""
    made = make_people(
        prefix=f"r{uuid.uuid4().hex[:8]}", count=PEOPLE, funds=FUNDS, tier=Tier.VERIFIED, at=at,
        progress=lambda _: None,
    )  # fmt: skip
    owner, *others = [one.person_id for one in made]
    make_friendships(((owner, one) for one in others), at=at)
    room = call(owner, "room.create", at=at, kind="group", name="New Year", members=others)
    return made, room["room"]["room"]


async def rush(url: str, crowd: list[Made], work: Callable[[list[Kith]], Awaitable[None]]) -> None:
    """Connect everybody, do the work, and let everybody go."""
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        done, ready = asyncio.Event(), asyncio.Semaphore(0)
        clients: list[Kith] = []

        async def stay(one: Made) -> None:
            async with Kith(url, one.token) as client:
                clients.append(client)
                ready.release()
                await done.wait()

        for one in crowd:
            group.create_task(stay(one))
        for _ in crowd:
            await ready.acquire()
        try:
            await work(clients)
        finally:
            done.set()


async def claim(client: Kith, envelope: str) -> int | str:
    """Tap on the envelope; return the share or the code of the refusal."""
    try:
        answer = await client.call("envelope.claim", envelope=envelope)
    except Refused as refused:
        return refused.code
    return int(answer["share"]["amount"])


def test_a_rush_through_the_service_ends_exactly(service: Service, now: datetime) -> None:
    crowd, room = make_crowd(now)
    found: dict[UUID, int | str] = {}
    sent: dict[str, Any] = {}
    last: dict[str, Any] = {}

    async def work(clients: list[Kith]) -> None:
        by_person = {client.person: client for client in clients}
        sender = by_person[str(crowd[0].person_id)]
        closed = asyncio.Event()

        def watch(event: dict[str, Any]) -> None:
            if event["kind"] == "card.changed" and event["card"]["status"] == "emptied":
                last.update(event["card"])
                closed.set()

        by_person[str(crowd[-1].person_id)].listen(watch)
        answer = await sender.call(
            "envelope.send", room=room, amount=AMOUNT, count=SHARES, kind="random"
        )
        sent.update(answer["envelope"])
        answers = await asyncio.gather(
            *(claim(by_person[str(one.person_id)], sent["id"]) for one in crowd)
        )
        found.update(zip((one.person_id for one in crowd), answers, strict=True))
        await closed.wait()

    asyncio.run(rush(service.url, crowd, work))

    won = {person: share for person, share in found.items() if isinstance(share, int)}
    assert Counter(share for share in found.values() if isinstance(share, str)) == {
        "envelope.empty": PEOPLE - SHARES
    }
    assert (len(won), sum(won.values())) == (SHARES, AMOUNT)
    rows = Share.objects.filter(envelope_id=sent["id"])
    assert {row.person_id: row.amount for row in rows} == won
    escrow = Envelope.objects.get(id=sent["id"]).escrow_id
    assert Account.objects.get(id=escrow).balance == 0
    for place, one in enumerate(crowd):
        paid = AMOUNT if place == 0 else 0
        expected = FUNDS - paid + won.get(one.person_id, 0)
        assert balance(one.person_id, at=now) == expected
    # The room saw the last state, to whoever was largest.
    assert (last["claimed"], last["luckiest"]) == (SHARES, largest(sent["id"]))
    assert {law.name: find_violations(law) for law in LAWS} == {law.name: [] for law in LAWS}


def largest(envelope: str) -> str:
    """Return who got the largest share, the earlier one on a tie."""
    rows = Share.objects.filter(envelope_id=envelope).order_by("-amount", "at", "position")
    return str(rows[0].person_id)
