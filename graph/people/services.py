"""Accounts: made, changed, confirmed, and the tokens that speak for them."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pydantic_core
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from commands.errors import Malformed
from graph.people import selectors
from graph.people.agents import read_agent
from graph.people.devices import delete_all_but, forget_gone_browsers
from graph.people.errors import (
    AccountClosed,
    PersonNotFound,
    UsernameTaken,
    WeakPassword,
    WrongCredentials,
)
from graph.people.events import record_person
from graph.people.locks import lock_person
from graph.people.models import Person, Token
from graph.people.sign_ins import tell_sign_in
from graph.people.throttle import (
    count_wrong_try,
    forget_wrong_tries,
    refuse_when_locked,
    whose_tries,
)
from outbox.bus import pack, person_topic, publish_after_commit
from outbox.services import NewEvent, record

LEFT = "people.left"


@dataclass(frozen=True)
class Issued:
    """A fresh token; its text exists only here."""

    token: Token
    text: str


def create_person(
    *, username: str, password: str, name: str, email: str = "", language: str = "en", at: datetime
) -> Person:
    """Make an account. Raises UsernameTaken and WeakPassword."""
    person = Person(
        id=uuid7(), username=username, name=name, email=email, language=language, created_at=at
    )
    # Looked up first for the clear answer; the constraint decides when two arrive together.
    if selectors.find_by_username(username=username):
        raise UsernameTaken(username=username)
    _refuse_weak(password, person)
    person.password = make_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            record_person(person)
    except IntegrityError:
        raise UsernameTaken(username=username) from None
    return person


def _refuse_weak(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(reason=" ".join(error.messages)) from None


def check_credentials(*, username: str, password: str) -> Person:
    """Return the person the username and password belong to.

    Raises WrongCredentials, Locked and AccountClosed.
    """
    person = selectors.find_by_username(username=username)
    whose = whose_tries(person, username)
    refuse_when_locked(whose)
    if person is None:
        # Takes as long as a real check, so that the time does not tell which usernames exist.
        make_password(password)
        count_wrong_try(whose)
        raise WrongCredentials()
    if not person.check_password(password):
        count_wrong_try(whose)
        raise WrongCredentials()
    forget_wrong_tries(whose)
    if person.closed_at is not None:
        raise AccountClosed()
    return person


def issue_token(*, person_id: UUID, at: datetime, agent: str = "") -> Issued:
    """Make an access token for the person, valid for 30 days; `agent` says what asked for it."""
    text = secrets.token_urlsafe(32)
    program, system = read_agent(agent)
    token = Token.objects.create(
        id=uuid7(), person_id=person_id, digest=digest_token(text), created_at=at,
        expires_at=at + timedelta(days=settings.TOKEN_DAYS), program=program, system=system,
    )  # fmt: skip
    tell_sign_in()
    return Issued(token, text)


def digest_token(text: str) -> bytes:
    """Return what is kept of a token; it has 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(text.encode()).digest()


def revoke_token(*, person_id: UUID, token_id: UUID | None) -> None:
    """Delete the token and close the sockets it opened."""
    if token_id is not None:
        Token.objects.filter(person_id=person_id, id=token_id).delete()
    sign_out(person_id, credential=str(token_id))


def forget_old_credentials(*, at: datetime) -> int:
    """Delete the tokens that ended a while ago, and the browser sessions that have; return how many
    tokens.
    """
    before = at - timedelta(days=settings.TOKEN_KEEP_DAYS)
    forgotten, _ = Token.objects.filter(expires_at__lt=before).delete()
    call_command("clearsessions")
    forget_gone_browsers()
    return forgotten


def sign_out(person_id: UUID, *, credential: str | None = None, all_but: str | None = None) -> None:
    """Close the sockets of one credential, or of all but one, once this transaction has
    committed.
    """
    signal = pack(b"", control="signed_out", credential=credential, all_but=all_but)
    publish_after_commit(person_topic(person_id), signal)


def check_own_password(*, person_id: UUID, password: str) -> Person:
    """Return the person, whose password it is. Raises WrongCredentials and Locked."""
    person = selectors.get_person(person_id=person_id)
    whose = whose_tries(person, person.username)
    refuse_when_locked(whose)
    if not person.check_password(password):
        count_wrong_try(whose)
        raise WrongCredentials()
    return person


def check_new_password(*, person_id: UUID, old: str, new: str) -> str:
    """Return the hash of a new password, once the old one was right.

    Raises WrongCredentials, WeakPassword and Locked.
    """
    person = check_own_password(person_id=person_id, password=old)
    _refuse_weak(new, person)
    return make_password(new)


def change_password(*, person_id: UUID, hashed: str, credential: str) -> Person:
    """Set the password that `check_new_password` has hashed; sign all other devices out."""
    person = _set_password(person_id, hashed, keep=credential)
    sign_out(person_id, all_but=credential)
    return person


def set_forgotten_password(*, person: Person, new: str) -> None:
    """Set a new password and sign all devices out. Raises WeakPassword."""
    _refuse_weak(new, person)
    _set_password(person.id, make_password(new), keep="")
    sign_out(person.id)


def _set_password(person_id: UUID, hashed: str, *, keep: str) -> Person:
    with transaction.atomic():
        person = lock_person(person_id=person_id)
        person.password = hashed
        person.save(update_fields=["password"])
        delete_all_but(person_id=person_id, keep=keep)
    return person


def close_person(*, person: Person, at: datetime) -> None:
    """Note that a locked person has left, and sign all their devices out, for good.

    Whoever keeps ties of theirs is told by an event of the topic LEFT.
    """
    person.closed_at = at
    person.version += 1
    person.save(update_fields=["closed_at", "version"])
    record_person(person)
    record(NewEvent(topic=LEFT, key=person.id, version=1))
    delete_all_but(person_id=person.id, keep="")
    sign_out(person.id)


def block_person(*, person: Person, blocked: bool) -> None:
    """Note that a locked person's accounts are frozen, or are so no longer."""
    person.blocked = blocked
    person.version += 1
    person.save(update_fields=["blocked", "version"])
    record_person(person)


def update_person(
    *,
    person_id: UUID,
    name: str | None,
    email: str | None,
    language: str | None,
    chosen: dict[str, Any] | None,
) -> Person:
    """Change name, mail address, language or settings; None leaves a field as it is, and takes a
    setting away.

    Raises Malformed when the settings together are too large.
    """
    with transaction.atomic():
        person = lock_person(person_id=person_id)
        if changed := [
            key for key, value in (chosen or {}).items() if _differs(person, key, value)
        ]:
            # Some of them decide what others see.
            signal = pack(b"", control="settings", changed=changed)
            publish_after_commit(person_topic(person_id), signal)
        person.name = name if name is not None else person.name
        person.email = email if email is not None else person.email
        person.language = language if language is not None else person.language
        person.settings = _merge(person.settings, chosen or {})
        person.save(update_fields=["name", "email", "language", "settings"])
    return person


def _differs(person: Person, key: str, value: Any) -> bool:
    return bool(person.settings.get(key) != value)


def _merge(kept: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    merged = {key: value for key, value in (kept | chosen).items() if value is not None}
    # Measured together: one small setting after the other would grow without end.
    if len(pydantic_core.to_json(merged)) > settings.SETTINGS_BYTES:
        reason = f"settings: must take at most {settings.SETTINGS_BYTES} bytes together."
        raise Malformed(reason, field="settings")
    return merged


def grant_role(*, username: str, role: str) -> Person:
    """Give the person a role (`risk`, `staff`). Raises PersonNotFound."""
    return _set_roles(username, lambda roles: roles | {role})


def revoke_role(*, username: str, role: str) -> Person:
    """Take a role from the person, who may not have it. Raises PersonNotFound."""
    return _set_roles(username, lambda roles: roles - {role})


def _set_roles(username: str, change: Callable[[set[str]], set[str]]) -> Person:
    with transaction.atomic():
        found = selectors.find_by_username(username=username)
        if found is None:
            raise PersonNotFound()
        person = lock_person(person_id=found.id)
        person.roles = sorted(change(set(person.roles)))
        person.save(update_fields=["roles"])
    return person
