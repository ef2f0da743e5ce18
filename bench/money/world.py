"""People with money, on an instance of the benchmark's own."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench.instance import DATA, prepare_environment

FUNDS = 10**10


def start_engines() -> None:
    """Start PostgreSQL and Valkey, set Django up and bring the database up to date."""
    prepare_environment(0)
    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(Path(DATA))
    instance.prepare()
    ensure_engines(instance, ("postgres", "valkey"), print)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from chat.socket.server import favour_the_loop

    # As the web process does before it serves.
    favour_the_loop()


def make_people(count: int) -> list[UUID]:
    """Make people whose names are known, each with an account and 100 million yuan."""
    from uuid_utils.compat import uuid7

    from graph.people.models import Person, Tier
    from wallet.accounts.services import accounts_of
    from wallet.ledger.services import Item, post_batch, system_account

    now = datetime.now(UTC)
    people = [uuid7() for _ in range(count)]
    Person.objects.bulk_create(
        Person(
            id=one, username=f"b{one.hex[-24:]}", name="b", password="!", tier=Tier.VERIFIED,
            created_at=now,
        )
        for one in people
    )  # fmt: skip
    accounts = accounts_of(person_ids=people, currency="CNY", at=now)
    mint = system_account(kind="mint", currency="CNY", at=now)
    ids = list(accounts.values())
    for start in range(0, len(ids), 500):
        post_batch(
            [
                Item(id=uuid7(), code="bench", debit=mint, credit=account, amount=FUNDS)
                for account in ids[start : start + 500]
            ],
            at=now,
        )
    return people


def make_room(people: Sequence[UUID]) -> UUID:
    """Make a group of people, without telling anybody."""
    from uuid_utils.compat import uuid7

    from chat.rooms.models import Kind, Member, Role, Room

    room = Room.objects.create(
        id=uuid7(), kind=Kind.GROUP, name="bench", created_at=datetime.now(UTC)
    )
    Member.objects.bulk_create(
        Member(room_id=room.id, person_id=one, role=Role.MEMBER, joined_seq=1) for one in people
    )
    return room.id
