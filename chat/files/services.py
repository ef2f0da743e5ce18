"""Keeping uploaded files, making their thumbnails, and letting go of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files import File as Content
from django.core.files.storage import default_storage
from django.db import transaction
from uuid_utils.compat import uuid7

from chat.files.errors import FileNotFound, TooManyFiles
from chat.files.models import File
from chat.files.sniff import Sniffed, clean_name, sniff
from chat.files.thumbnails import TOPIC, thumbnail_of
from outbox.after_commit import run_after_commit
from outbox.services import NewEvent, record


@dataclass(frozen=True)
class Stored:
    """Bytes that lie in the storage, and what they are."""

    name: str
    sniffed: Sniffed


def store(upload: IO[bytes]) -> Stored:
    """Put an upload into the storage, under a name of our own. Called outside any transaction."""
    sniffed = sniff(upload)
    upload.seek(0)
    # Two levels of folders, so that none holds very many files.
    key = uuid7().hex
    return Stored(default_storage.save(f"{key[-2:]}/{key}", Content(upload)), sniffed)


def keep(
    *, owner_id: UUID, name: str, size: int, digest: str, stored: Stored, at: datetime
) -> File:
    """Keep a stored upload as a file of the person. Raises TooManyFiles."""
    waiting = File.objects.filter(owner_id=owner_id, is_sent=False).count()
    if waiting >= settings.FILES_UNSENT:
        raise TooManyFiles(most=settings.FILES_UNSENT)
    file = File(
        id=uuid7(), owner_id=owner_id, name=clean_name(name), kind=stored.sniffed.kind, size=size,
        digest=digest, stored=stored.name, width=stored.sniffed.width,
        height=stored.sniffed.height, created_at=at,
    )  # fmt: skip
    with transaction.atomic():
        file.save(force_insert=True)
        if file.width is not None:
            record(NewEvent(topic=TOPIC, key=file.id, version=0, payload={}))
    return file


def take_for_message(*, file_id: UUID, owner_id: UUID) -> File:
    """Let a message show the file, which only one ever does. Raises FileNotFound."""
    unsent = File.objects.filter(id=file_id, owner_id=owner_id, is_sent=False)
    if not unsent.update(is_sent=True):
        raise FileNotFound()
    return File.objects.get(id=file_id)


def delete_file(file: File) -> None:
    """Delete a file, its bytes once this transaction has committed."""
    file.delete()
    run_after_commit(partial(_delete_bytes, [file.stored, thumbnail_of(file)]))


def delete_unsent(*, at: datetime) -> int:
    """Delete what was uploaded and not sent within a day; return how many files."""
    old = File.objects.filter(is_sent=False, created_at__lt=at - timedelta(days=1))
    files = list(old[:500])
    for file in files:
        with transaction.atomic():
            delete_file(file)
    return len(files)


def _delete_bytes(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
