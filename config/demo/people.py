"""Making people in bulk, for trials: thousands in seconds."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models.functions import Lower
from uuid_utils.compat import uuid7

from graph.people.events import PERSON, project_person
from graph.people.models import Person, Tier, Token
from graph.people.services import digest_token
from outbox.services import record_all
from wallet.accounts.services import accounts_of
from wallet.banks.services import MINT
from wallet.ledger.services import Item, post, system_account

# A batch of the ledger this long is past the point where a longer one is faster.
BATCH = 400


@dataclass(frozen=True)
class Made:
    """A person who was just made, with the text of their access token, which exists only here."""

    username: str
    person_id: UUID
    token: str


class PrefixTaken(Exception):
    """People with such usernames are there already."""

    def __init__(self, username: str) -> None:
        super().__init__(f"There is a person called {username} already; choose another prefix.")


def name_people(*, prefix: str, count: int) -> list[str]:
    """Return the usernames PREFIX-000001 and on."""
    return [f"{prefix}-{number:06d}" for number in range(1, count + 1)]


def make_people(
    *,
    prefix: str,
    count: int,
    funds: int,
    tier: Tier,
    at: datetime,
    progress: Callable[[int], None],
) -> list[Made]:
    """Make people who can sign in by token alone, each with the funds (fen) on a CNY account.

    All of them or, when anything fails, none. `progress` is told how many there are after each
    batch. Raises PrefixTaken before anything is written.
    """
    _refuse_taken(prefix)
    names = iter(name_people(prefix=prefix, count=count))
    made: list[Made] = []
    with transaction.atomic():
        while batch := list(islice(names, BATCH)):
            made += _make_batch(batch, funds=funds, tier=tier, at=at)
            progress(len(made))
    return made


def _refuse_taken(prefix: str) -> None:
    handle = prefix.lower()
    taken = Person.objects.alias(handle=Lower("username")).filter(
        handle__startswith=f"{handle}-", handle__regex=rf"^{re.escape(handle)}-[0-9]{{6}}$"
    )
    if first := taken.order_by("handle").first():
        raise PrefixTaken(first.username)


def _make_batch(usernames: Sequence[str], *, funds: int, tier: Tier, at: datetime) -> list[Made]:
    people = [
        Person(
            id=uuid7(), username=username, name=username, tier=tier,
            password=make_password(None), created_at=at,
        )
        for username in usernames
    ]  # fmt: skip
    Person.objects.bulk_create(people)
    record_all(PERSON.event(project_person(one), subjects=(one.id,)) for one in people)
    texts = [secrets.token_urlsafe(32) for _ in people]
    Token.objects.bulk_create(
        Token(
            id=uuid7(), person_id=person.id, digest=digest_token(text), created_at=at,
            expires_at=at + timedelta(days=settings.TOKEN_DAYS),
        )
        for person, text in zip(people, texts, strict=True)
    )  # fmt: skip
    _fund([person.id for person in people], funds, at)
    return [
        Made(person.username, person.id, text) for person, text in zip(people, texts, strict=True)
    ]


def _fund(person_ids: Sequence[UUID], funds: int, at: datetime) -> None:
    accounts = accounts_of(person_ids=person_ids, currency="CNY", at=at)
    if not funds:
        return
    mint = system_account(kind=MINT, currency="CNY", at=at)
    post(
        *(
            Item(
                id=uuid7(), code="bank.top_up", debit=mint, credit=accounts[person_id],
                amount=funds, note="make_people",
            )
            for person_id in person_ids
        ),
        at=at,
    )  # fmt: skip
