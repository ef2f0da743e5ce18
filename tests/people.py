"""People for tests: made in bulk, with money, friends and trust as a test asks for."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from chat.rooms import services as rooms
from graph.friends import services as friends
from graph.friends.selectors import are_friends
from graph.limits.selectors import find_flow_in_postgres
from graph.people.events import PERSON, project_person
from graph.people.models import Person, Tier
from graph.projection.registry import list_lanes
from outbox.delivery import deliver_due
from outbox.services import record_all
from tests.graph.worlds import make_friendships
from wallet.accounts.services import account_of
from wallet.banks.services import top_up
from wallet.ledger.models import Account
from wallet.lending import services as lending


def make_people(
    count: int, *, at: datetime, funds: int = 0, tier: Tier = Tier.VERIFIED
) -> list[UUID]:
    """Make people with that much money each (fen); their names are their place in the list."""
    from django.db import transaction

    mark = uuid.uuid4().hex[:8]
    people = [
        Person(
            id=uuid7(), username=f"p{place}-{mark}", name=f"Person {place}", tier=tier,
            password="!", created_at=at,
        )
        for place in range(count)
    ]  # fmt: skip
    with transaction.atomic():
        Person.objects.bulk_create(people)
        record_all(PERSON.event(project_person(person), subjects=(person.id,)) for person in people)
    ids = [person.id for person in people]
    if funds:
        for person_id in ids:
            top_up(person_id=person_id, amount=funds, currency="CNY", channel="sandbox", at=at)
    return ids


def befriend(pairs: Sequence[tuple[UUID, UUID]], *, at: datetime) -> None:
    """Make each pair friends."""
    for one, other in pairs:
        friends.ask(person_id=one, other=other, note="", at=at)
        friends.accept(person_id=other, other=one, at=at)


def trust(
    giver: UUID, receiver: UUID, capacity: int, *, at: datetime, lenders: str = "any"
) -> None:
    """Have one person stand behind another, befriending them where needed."""
    befriend([(giver, receiver)], at=at)
    friends.trust(person_id=giver, other=receiver, capacity=capacity, lenders=lenders, at=at)


def account(person_id: UUID, *, at: datetime) -> Account:
    """Return the person's CNY account as it stands now."""
    return Account.objects.get(id=account_of(person_id=person_id, currency="CNY", at=at))


def balance(person_id: UUID, *, at: datetime) -> int:
    """Return the person's balance in fen."""
    return account(person_id, at=at).balance


def lend(lender: UUID, borrower: UUID, amount: int, *, at: datetime, days: int = 30) -> UUID:
    """Have a loan asked for and granted, within the trust that is there; return its id."""
    flow = find_flow_in_postgres(lender_id=lender, borrower_id=borrower, at=at)
    loan = lending.ask(
        borrower_id=borrower, lender_id=lender, amount=amount, days=days, daily_rate_ppm=0,
        instalments=1, note="", room_id=None, flow=flow, at=at,
    )  # fmt: skip
    lending.grant(loan_id=loan.id, person_id=lender, flow=flow, at=at)
    return loan.id


def level_graph() -> None:
    """Bring to Neo4j all that is on its way there."""
    for lane in list_lanes():
        deliver_due(lane, clock=lambda: datetime.now(UTC) + timedelta(seconds=1))


def make_group(people: Sequence[UUID], *, at: datetime) -> UUID:
    """Make a group of people, the first of whom owns it and is made a friend of the others."""
    owner, *others = people
    fresh = [one for one in others if not are_friends(one=owner, other=one)]
    make_friendships(((owner, one) for one in fresh), at=at)
    return rooms.create_group(name="Room", owner_id=owner, others=others, at=at)
