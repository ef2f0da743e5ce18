"""How well people are known: what is checked, what is kept of it, and commands that ask for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from commands.frames import Command
from commands.gates import Gate
from commands.registry import Caller, Registration
from graph.people.errors import TierRequired, WrongCredentials
from graph.people.events import record_person
from graph.people.identity import identity_provider
from graph.people.locks import lock_person
from graph.people.models import Confirmation, Tier
from graph.people.phones import hash_phone, pepper
from graph.people.selectors import require_tier
from outbox.notices.services import Tell, notify

CHANGED = "tier.changed"
# The kind of confirmation under which a phone number can be looked up by its hash.
PHONE_SHOWN = "contact"
ORDER = list(Tier.values)


def next_tier(tier: str) -> str | None:
    """Return the tier above, or None at the top."""
    above = ORDER[ORDER.index(tier) + 1 :]
    return above[0] if above else None


def check_name(*, name: str, phone: str) -> None:
    """Ask the provider whether the phone belongs to the name. Raises WrongCredentials."""
    if not identity_provider().check_name(name=name, phone=phone):
        raise WrongCredentials()


def check_document(*, number: str) -> None:
    """Ask the provider whether an identity document is valid. Raises WrongCredentials."""
    if not identity_provider().check_document(number=number):
        raise WrongCredentials()


def confirm_name(*, person_id: UUID, name: str, phone: str, at: datetime) -> str:
    """Note that name and phone were checked and return the tier, at least `real_name`."""
    with transaction.atomic():
        _keep(person_id, "phone", _digest("phone", "".join(filter(str.isdigit, phone))), at)
        # By this others may find the person, if they choose so: see graph/contacts.
        _keep(person_id, PHONE_SHOWN, pepper(hash_phone(phone)), at)
        return _raise_tier(person_id, Tier.REAL_NAME, real_name=name, at=at)


def confirm_document(*, person_id: UUID, number: str, at: datetime) -> str:
    """Note that a document was checked and return the tier, `verified`."""
    with transaction.atomic():
        _keep(person_id, "document", _digest("document", "".join(number.split()).upper()), at)
        return _raise_tier(person_id, Tier.VERIFIED, real_name="", at=at)


def _digest(kind: str, value: str) -> bytes:
    # Enough to recognise the same phone or document again, of no use to who steals the table.
    return salted_hmac(f"graph.people.{kind}", value, algorithm="sha256").digest()


def _keep(person_id: UUID, kind: str, digest: bytes, at: datetime) -> None:
    Confirmation.objects.update_or_create(
        person_id=person_id, kind=kind, defaults={"digest": digest, "at": at}
    )


def _raise_tier(person_id: UUID, tier: Tier, *, real_name: str, at: datetime) -> str:
    person = lock_person(person_id=person_id)
    if ORDER.index(tier) > ORDER.index(person.tier):
        person.tier = tier
        person.version += 1
        person.real_name = real_name or person.real_name
        person.save(update_fields=["tier", "version", "real_name"])
        record_person(person)
        notify(Tell(person_id, CHANGED, text=str(tier)), at=at)
    return str(person.tier)


def _enter(registration: Registration, command: Command, caller: Caller) -> None:
    require_tier(person_id=caller.person, tier=Tier(registration.tier))


GATE = Gate(
    guards=lambda registration: registration.tier != Tier.BASIC, enter=_enter,
    refusals=(TierRequired,),
)  # fmt: skip
