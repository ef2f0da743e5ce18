"""Small pictures of large ones, made by the worker."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import IO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from chat.files.models import File
from outbox.registry import Recorded

TOPIC = "files.thumbnail"
LONGEST_SIDE = 640
QUALITY = 80


def make_thumbnail(picture: IO[bytes]) -> bytes:
    """Return a WebP of at most 640 pixels a side, turned as the camera was held, and without what
    else the picture tells (place, device). Raises OSError for a picture that is broken.
    """
    with Image.open(picture) as image:
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        has_alpha = "A" in turned.getbands() or "transparency" in turned.info
        small = turned.convert("RGBA" if has_alpha else "RGB")
        written = io.BytesIO()
        small.save(written, "WEBP", quality=QUALITY)
    return written.getvalue()


def thumbnail_of(file: File) -> str:
    """Return the name of a file's thumbnail in the storage."""
    return f"{file.stored}.webp"


def make_thumbnails(events: Sequence[Recorded], _: datetime) -> None:
    """Make the thumbnails that are asked for; a picture that is broken gets none."""
    for file in File.objects.filter(id__in={event.key for event in events}, has_thumbnail=False):
        try:
            with default_storage.open(file.stored) as picture:
                small = make_thumbnail(cast(IO[bytes], picture))
        except OSError:
            continue
        name = thumbnail_of(file)
        default_storage.delete(name)
        default_storage.save(name, ContentFile(small))
        File.objects.filter(id=file.id).update(has_thumbnail=True)
