"""Freezing what people have, and closing accounts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from graph.people.locks import lock_person
from graph.people.services import block_person, close_person
from outbox.notices.services import Tell, notify
from wallet.accounts.errors import AccountNotFound
from wallet.accounts.events import wake_graph
from wallet.accounts.services import BALANCE
from wallet.closing.errors import StillOpen
from wallet.closing.everything import list_elsewhere, list_everything, list_everything_in
from wallet.closing.locks import lock_accounts
from wallet.closing.models import Freeze
from wallet.closing.parts import list_parts
from wallet.ledger.models import Account

FROZEN, UNFROZEN = "wallet.frozen", "wallet.unfrozen"


def freeze(*, person_id: UUID, reason: str, at: datetime) -> bool:
    """Let nothing go out of or into the person's balances, but for refunds and what holds were
    made for before; return whether they were not frozen already. Raises PersonNotFound.
    """
    with transaction.atomic():
        # The person first: an account that is opened meanwhile waits, or is waited for.
        person = lock_person(person_id=person_id)
        if Freeze.objects.filter(person_id=person_id, lifted_at=None).exists():
            return False
        Freeze.objects.create(id=uuid7(), person_id=person_id, reason=reason, at=at)
        _bar(person_id, is_frozen=True)
        block_person(person=person, blocked=True)
        notify(Tell(person_id, FROZEN), at=at)
    return True


def unfreeze(*, person_id: UUID, at: datetime) -> bool:
    """Let money go again; return whether the person was frozen. Raises PersonNotFound."""
    with transaction.atomic():
        person = lock_person(person_id=person_id)
        lifted = Freeze.objects.filter(person_id=person_id, lifted_at=None).update(lifted_at=at)
        if lifted:
            _bar(person_id, is_frozen=False)
            block_person(person=person, blocked=False)
            notify(Tell(person_id, UNFROZEN), at=at)
    return bool(lifted)


def _bar(person_id: UUID, *, is_frozen: bool) -> None:
    # Not escrows: what others were promised out of them they get.
    ids = [row.id for row in lock_accounts(person_id=person_id) if row.kind == BALANCE]
    Account.objects.filter(id__in=ids).update(frozen=is_frozen)
    wake_graph()


def close_account(*, person_id: UUID, account_id: UUID, at: datetime) -> Account:
    """Close one of the person's accounts for good.

    Raises AccountNotFound, and StillOpen with what stands open in its currency.
    """
    with transaction.atomic():
        own = Account.objects.filter(id=account_id, owner_id=person_id, kind=BALANCE).first()
        if own is None:
            raise AccountNotFound()
        # Under the locks nothing new begins: whatever moves money waits for them, and finds the
        # account closed.
        locked = lock_accounts(person_id=person_id, currency=own.currency)
        found = list_everything_in(own.currency, accounts=locked, person_id=person_id, at=at)
        if found:
            raise StillOpen(open=found)
        (account,) = (row for row in locked if row.id == account_id)
        account.closed = True
        account.save(update_fields=["closed"])
        wake_graph()
    return account


def find_open(*, person_id: UUID, at: datetime) -> list[dict[str, Any]]:
    """Return what stands open of the person, as `leave` would refuse with."""
    accounts = list(Account.objects.filter(owner_id=person_id).order_by("id"))
    return _list_all(accounts, person_id, at)


def _list_all(accounts: list[Account], person_id: UUID, at: datetime) -> list[dict[str, Any]]:
    found = list_everything(accounts=accounts, person_id=person_id, at=at)
    return found + list_elsewhere(person_id=person_id)


def leave(*, person_id: UUID, at: datetime) -> None:
    """Close everything that the person has here, for good: accounts, rooms, sessions and tokens.

    Raises StillOpen with all that stands open, PersonNotFound; nothing has changed then.
    """
    with transaction.atomic():
        # An account that is opened meanwhile waits, and finds that its owner has left; see also
        # gone.py.
        person = lock_person(person_id=person_id)
        # The rooms come last: see Note [Lock order] in wallet/ledger/locks.py.
        locked = lock_accounts(person_id=person_id)
        if found := _list_all(locked, person_id, at):
            raise StillOpen(open=found)
        for part in list_parts():
            part.leave(person_id, at)
        # Others put bills and expenses on somebody under the lock of the room: what was put there
        # while we waited for it is seen now.
        if found := _list_all(locked, person_id, at):
            raise StillOpen(open=found)
        Account.objects.filter(owner_id=person_id, kind=BALANCE).update(closed=True)
        close_person(person=person, at=at)
