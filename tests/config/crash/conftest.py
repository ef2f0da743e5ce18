"""The running service, and a small world in which a lot was paid and all of it has ended."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from chat.client import Kith
from config.crash.board import Board
from config.crash.books import AllBooks
from config.crash.deeds import Deeds
from config.crash.history import History, Reader
from config.crash.payers import Payer
from config.crash.proof import Connection
from config.crash.works import TABLE, banks, disputes, requests
from tests.service import Service, Someone, service
from wallet.envelopes.services import return_expired
from wallet.transfers.services import expire
from wallet.vouchers.services import return_expired as return_vouchers

__all__ = ["service"]

FUNDS = 1_000_000
# No bank is asked here; what comes from the channel that needs none is there at once.
OVER_A_BANK = (banks.top_up, banks.withdraw, requests.pay_over_bank)
NAMES = ("Ann", "Bo", "Cy", "Di", "Ed", "Fo")
ROUNDS = 4
# Enough requests for each of the ways to pay one.
ALL_WORKS = [*[requests.ask] * 3, *TABLE]


@dataclass(frozen=True)
class World:
    """Who paid, what was acknowledged to them, what the books must be, and the history of it."""

    people: list[str]
    deeds: Deeds
    books: AllBooks
    history: Path
    database: str


async def pay(service: Service, people: list[Someone], room: str, history: Path) -> Deeds:
    """Have everybody do everything several times, one after the other, and read in between."""
    ids = [one.id for one in people]
    deeds, board = Deeds(), Board(staff=set(ids[-2:]))
    with History(history, ids) as record:
        reader = Reader(record, service.environment["DATABASE_URL"], seed=1)
        async with AsyncExitStack() as stack:
            payers = []
            for seed, one in enumerate(people):
                deeds.books.fund(one.id, FUNDS)
                kith = await stack.enter_async_context(Kith(service.url, one.token))
                payers.append(Payer(kith, board, deeds, record, room=room, seed=seed))
                payers[-1].meet(ids)
            for _ in range(ROUNDS):
                for payer in payers:
                    for work in ALL_WORKS:
                        await (partial(work, channel="sandbox") if work in OVER_A_BANK else work)(
                            payer
                        )
                    await reader.read_once()
            while board.disputes:
                for payer in payers:
                    await disputes.judge(payer)
    return deeds


@pytest.fixture(scope="package")
def world(service: Service, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return the world after a day, so that nothing is open any more; two of them are staff."""
    people = [service.sign_up(name, funds=FUNDS) for name in NAMES]
    people[0].befriend(*people[1:])
    room = people[0].make_group("Payers", *people[1:])
    for one in people[1:]:
        people[0].trust(one, FUNDS)
        one.trust(people[0], FUNDS)
    for one in people[-2:]:
        call_command("grant_role", one.username, "staff", stdout=StringIO())
    history = tmp_path_factory.mktemp("crash") / "crash.jsonl"
    with pytest.MonkeyPatch.context() as patch:
        # All that can be disputed is.
        patch.setattr(disputes, "SORRY", 1)
        deeds = asyncio.run(pay(service, people, room, history))
    tomorrow = datetime.now().astimezone() + timedelta(hours=25)
    expire(at=tomorrow)
    return_expired(at=tomorrow)
    return_vouchers(at=tomorrow)
    ids = [one.id for one in people]
    return World(ids, deeds, deeds.close({}), history, service.environment["DATABASE_URL"])


# Tables of the same names, which hide the real ones from whoever asks in this session: no
# constraint and no trigger keeps anybody from breaking what stands in them.
SHADOWS = {
    "commands_key": "person_id = ANY(%(people)s)",
    "transfers_transfer": "sender_id = ANY(%(people)s)",
    "envelopes_envelope": "sender_id = ANY(%(people)s)",
    "envelopes_share": "envelope_id IN (SELECT id FROM pg_temp.envelopes_envelope)",
    "splits_split": "initiator_id = ANY(%(people)s)",
    "splits_share": "split_id IN (SELECT id FROM pg_temp.splits_split)",
    "requests_paymentrequest": "requester_id = ANY(%(people)s)",
    "vouchers_issue": "funder_id = ANY(%(people)s)",
    "vouchers_voucher": "issue_id IN (SELECT id FROM pg_temp.vouchers_issue)",
    "expenses_expense": "by_id = ANY(%(people)s)",
    "expenses_settlement": "payer_id = ANY(%(people)s)",
    "expenses_balance": "person_id = ANY(%(people)s)",
    "lending_loan": "lender_id = ANY(%(people)s)",
    "disputes_dispute": "payer_id = ANY(%(people)s)",
    "banks_payment": "person_id = ANY(%(people)s)",
    "ledger_account": "owner_id = ANY(%(people)s)",
    "ledger_entry": "account_id IN (SELECT id FROM pg_temp.ledger_account)",
    "ledger_transfer": "debit_account_id IN (SELECT id FROM pg_temp.ledger_account)"
    " OR credit_account_id IN (SELECT id FROM pg_temp.ledger_account)",
}


@pytest.fixture
def shadow(world: World) -> Iterator[Connection]:
    """Yield a connection that sees a copy of the world, and nothing else."""
    with psycopg.connect(world.database) as connection:
        for table, ours in SHADOWS.items():
            # Without parameters of the server: such a statement takes none.
            people = ", ".join(f"'{person}'" for person in world.people)
            where = ours.replace("%(people)s", f"ARRAY[{people}]::uuid[]")
            connection.execute(
                f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table} WHERE {where}"
            )
        yield connection
        connection.rollback()
