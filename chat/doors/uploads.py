"""Files that come in over the HTTP door, as multipart bodies."""

import hashlib
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from chat.files.errors import FileTooLarge
from commands.errors import Malformed

# What a part has around its file.
ENVELOPE_BYTES = 16 * 1024


def take_upload(request: HttpRequest) -> tuple[IO[bytes], dict[str, Any]]:
    """Return the file of a multipart body and the fields of its command. Raises Malformed and
    FileTooLarge.
    """
    if request.content_type != "multipart/form-data":
        raise Malformed("file: Send the file as the part `file` of a multipart body.", field="file")
    if int(request.headers.get("Content-Length") or 0) > settings.FILE_BYTES + ENVELOPE_BYTES:
        raise FileTooLarge(most=settings.FILE_BYTES)
    try:
        upload = request.FILES.get("file")
        fields: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    except (MultiPartParserError, SuspiciousOperation) as error:
        raise Malformed(f"file: The multipart body cannot be read: {error}.") from None
    if not isinstance(upload, UploadedFile) or upload.size is None:
        raise Malformed("file: There is no part `file`.", field="file")
    if upload.size > settings.FILE_BYTES:
        raise FileTooLarge(most=settings.FILE_BYTES)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return cast(IO[bytes], upload), fields | {
        "name": (upload.name or "").replace("\x00", "")[:1_000],
        "size": upload.size,
        "digest": digest.hexdigest(),
    }
