"""Whether what the service told its clients is what it has."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from config.demo.books import Books
from config.demo.cast import Cast
from config.demo.record import is_same

# Every card shows its last state within this time, even if the worker died with the change in hand
# and its lease has to run out first.
LEVEL_SECONDS = 90.0
AT_ONCE = 8
LOAN_FIELDS = ("lender", "borrower", "amount", "status", "principal", "repaid", "due_on")

Shown = dict[str, Any]


@dataclass
class Check:
    """Something that must be so, and what contradicts it."""

    name: str
    problems: list[str] = field(default_factory=list)


class Verification:
    """Asks the service for everything, and compares it with what it has answered before."""

    def __init__(self, cast: Cast, books: Books) -> None:
        self._cast = cast
        self._books = books
        self._owner = cast.names[0]
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> list[Check]:
        """Wait until the room is quiet, and check everything. Raises Refused."""
        products = await self._fetch_products()
        level = await self._wait_until_level(products)
        events = await self._fetch_events()
        return [
            Check("what was to be refused was, and nothing else", self._cast.tally.problems),
            Check("the room's events are numbered without a hole", list(_find_holes(events))),
            Check(
                "every acknowledged message is there, once and in order",
                [*self._compare_messages(events), *await self._compare_history()],
            ),
            Check(
                f"each of {len(self._cast.names)} clients heard every event, once, in order",
                list(self._compare_records(events)),
            ),
            Check("every card shows its last state", level),
            Check(
                "every acknowledged payment is there, once",
                [*self._compare_products(products), *await self._compare_wallets()],
            ),
        ]

    # --- The room -------------------------------------------------------------------------------

    async def _fetch_events(self) -> list[Shown]:
        events: list[Shown] = []
        more = True
        while more:
            page = await self._cast.ask(
                self._owner, "room.sync", room=self._cast.room.room_id, limit=200,
                after=events[-1]["seq"] if events else 0,
            )  # fmt: skip
            events += page["events"]
            more = page["more"]
        return events

    def _compare_messages(self, events: list[Shown]) -> Iterator[str]:
        by_seq = {event["seq"]: event for event in events}
        newest = 0
        for message in self._cast.messages:
            event = by_seq.get(message["seq"])
            if message["id"] in self._cast.recalled:
                # Its text must stand nowhere any more.
                message = message | {"kind": "recalled", "text": ""}
            if event is None or event["kind"] != "message.new" or event["message"] != message:
                yield f"Message {message['id']} is not event {message['seq']} of the room."
            if message["seq"] <= newest:
                yield f"Message {message['id']} came before the one it was sent after."
            newest = message["seq"]

    async def _compare_history(self) -> list[str]:
        found: list[Shown] = []
        more = True
        before: Shown = {}
        while more:
            page = await self._cast.ask(
                self._owner, "room.history", room=self._cast.room.room_id, limit=200, **before
            )
            found += page["messages"]
            before = {"before": page["messages"][-1]["seq"]} if page["messages"] else {}
            more = page["more"]
        acknowledged = self._cast.messages
        if [one["id"] for one in found[::-1]] != [one["id"] for one in acknowledged]:
            counts = f"{len(found)} messages, {len(acknowledged)} were acknowledged"
            return [f"The history has {counts}."]
        return [
            f"Message {said['id']} stands as {stands}, acknowledged was {expected}."
            for said, now in zip(acknowledged, found[::-1], strict=True)
            if (stands := _stand(now)) != (expected := self._expect(said))
        ]

    def _expect(self, message: Shown) -> Shown:
        """Return how an acknowledged message must stand, after all that was acknowledged later."""
        cast, key = self._cast, message["id"]
        is_recalled = key in cast.recalled
        return {
            "kind": "recalled" if is_recalled else message["kind"],
            "text": "" if is_recalled else cast.edited.get(key, message["text"]),
            "edited": key in cast.edited,
            "reactions": cast.reactions.get(key, set()),
        }

    def _compare_records(self, events: list[Shown]) -> Iterator[str]:
        room = self._cast.room
        yield from room.differing
        heard = [event for event in events if event["seq"] > room.start]
        for event in heard:
            found = room.events.get(event["seq"])
            if found is None or not is_same(found, event):
                yield f"Event {event['seq']} of the room is not what clients heard."
        expected = [event["seq"] for event in heard]
        for name, record in room.records.items():
            if record != expected:
                yield f"{name} heard {len(record)} of {len(expected)} events, or in another order."

    # --- Money ----------------------------------------------------------------------------------

    async def _fetch_products(self) -> dict[str, Shown]:
        """Return each envelope, split, transfer and loan as the service has it, by id."""
        books = self._books
        asks = [
            *(("envelope", one["sender"], key) for key, one in books.envelopes.items()),
            *(("split", one["initiator"], key) for key, one in books.splits.items()),
            *(("transfer", one["from"], key) for key, one in books.transfers.items()),
            *(("loan", one["borrower"], key) for key, one in books.loans.items()),
        ]

        async def fetch(family: str, person: str, key: str) -> tuple[str, Shown]:
            async with self._turn:
                who = self._cast.name(person)
                answer = await self._cast.ask(who, f"{family}.get", **{family: key})
            return key, answer[family]

        return dict(await asyncio.gather(*(fetch(*ask) for ask in asks)))

    async def _wait_until_level(self, products: dict[str, Shown]) -> list[str]:
        """Wait until the last shown state of each card, and everybody's record, are the newest."""
        room = self._cast.room
        deadline = time.perf_counter() + LEVEL_SECONDS
        while True:
            behind = list(_find_stale(room.shown_cards(), products))
            newest = max(room.events, default=room.start)
            if not behind and room.newest_heard_by_all() == newest:
                return []
            if time.perf_counter() > deadline:
                return behind
            await asyncio.sleep(0.2)

    def _compare_products(self, products: dict[str, Shown]) -> Iterator[str]:
        books = self._books
        for key, shares in books.shares.items():
            found = {share["person"]: share["amount"] for share in products[key]["shares"]}
            if found != shares:
                yield f"Envelope {key} was taken by {found}, acknowledged were {shares}."
        for key, statuses in books.statuses.items():
            paid = {share["person"]: share["status"] for share in products[key]["shares"]}
            if paid != statuses:
                yield f"Split {key} stands at {paid}, acknowledged was {statuses}."
            if (status := products[key]["status"]) != (expected := books.split_status(key)):
                yield f"Split {key} is {status}, acknowledged was {expected}."
        for key, transfer in books.transfers.items():
            if products[key] != transfer:
                yield f"Transfer {key} is {products[key]}, acknowledged was {transfer}."
        for key, loan in books.loans.items():
            # The reserved lines depend on who asks, and interest on the day.
            stands, stood = ([one[name] for name in LOAN_FIELDS] for one in (products[key], loan))
            if stands != stood:
                yield f"Loan {key} stands at {stands}, acknowledged was {stood}."

    async def _compare_wallets(self) -> list[str]:
        found = await asyncio.gather(*(self._compare_wallet(name) for name in self._cast.names))
        return [problem for problems in found for problem in problems]

    async def _compare_wallet(self, name: str) -> list[str]:
        expected = self._books.purse(self._cast.person(name))
        async with self._turn:
            (account,) = (await self._cast.ask(name, "wallet.get"))["accounts"]
            entries: Counter[tuple[str, int]] = Counter()
            more = True
            before: Shown = {}
            while more:
                page = await self._cast.ask(name, "wallet.entries", limit=200, **before)
                entries.update((entry["kind"], entry["amount"]) for entry in page["entries"])
                before = {"before": page["entries"][-1]["id"]} if page["entries"] else {}
                more = page["more"]
        problems = []
        if (account["balance"], account["held"]) != (expected.balance, expected.held):
            problems.append(
                f"{name} has {account['balance']} and {account['held']} held, acknowledged were"
                f" {expected.balance} and {expected.held}."
            )
        if entries != expected.entries:
            missing, surplus = expected.entries - entries, entries - expected.entries
            problems.append(f"{name}'s entries lack {dict(missing)} and have {dict(surplus)} more.")
        return problems


def _stand(message: Shown) -> Shown:
    """Return what is compared of a message as it stands now; cards are compared with the money."""
    return {
        "kind": message["kind"],
        "text": message["text"],
        "edited": message["edited_at"] is not None,
        "reactions": {
            (reaction["emoji"], person)
            for reaction in message["reactions"]
            for person in reaction["people"]
        },
    }


def _find_holes(events: list[Shown]) -> Iterator[str]:
    for place, event in enumerate(events, 1):
        if event["seq"] != place:
            yield f"Event {place} of the room has the number {event['seq']}."
            return


def _find_stale(cards: dict[str, Shown], products: dict[str, Shown]) -> Iterator[str]:
    """Yield the cards that do not show what became of what they stand for."""
    for key, product in products.items():
        card = cards.get(key)
        if card is None:
            yield f"There is no card for {key}."
            continue
        fields = {
            "envelope": ("status", "claimed", "luckiest"),
            "split": ("status",),
            "transfer": ("status",),
            "loan": ("status", "due_on"),
        }[card["type"]]
        shown = {name: card[name] for name in fields}
        actual = {name: product[name] for name in fields}
        if card["type"] == "split":
            shown["shares"] = {one["person"]: one["status"] for one in card["shares"]}
            actual["shares"] = {one["person"]: one["status"] for one in product["shares"]}
        if card["type"] == "loan":
            shown["owed"] = card["owed"]
            actual["owed"] = product["principal"] + product["interest"]
        if shown != actual:
            yield f"The card of {card['type']} {key} shows {shown}, but it is {actual}."
