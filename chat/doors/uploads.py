"""Files over the HTTP door: multipart bodies in, bytes out."""

import hashlib
from datetime import UTC, datetime
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.http import require_safe

from chat.doors.answers import explain
from chat.doors.identity import find_by_request, find_by_token
from chat.doors.pool import run_in_pool
from chat.files.errors import FileNotFound, FileTooLarge
from chat.files.sniff import PICTURES
from chat.files.thumbnails import thumbnail_of
from chat.messages.selectors import access_file
from commands.errors import AuthRequired, Malformed

# What a part has around its file.
ENVELOPE_BYTES = 16 * 1024
DAY_SECONDS = 86_400


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


@require_safe
async def show_file(request: HttpRequest, file_id: UUID, part: str = "") -> HttpResponse:
    """Answer with a file's bytes, or those of its thumbnail, to who may see it."""
    try:
        return await run_in_pool(_show, request, file_id, part)
    except Exception as error:
        refusal = explain(error)
        return JsonResponse({"error": refusal.as_json()}, status=refusal.status)


def _show(request: HttpRequest, file_id: UUID, part: str) -> HttpResponse:
    file = access_file(file_id=file_id, person_id=_reader(request))
    name, kind, seconds = file.stored, file.kind, DAY_SECONDS
    if part == "thumbnail" and file.has_thumbnail:
        name, kind = thumbnail_of(file), "image/webp"
    elif part:
        # Until the worker has made the small picture, the whole one takes its place.
        seconds = 0
    try:
        content = default_storage.open(name)
    except OSError:
        raise FileNotFound() from None
    # Only pictures are shown; anything else is for keeping, whatever a browser thinks it is.
    is_shown = kind in PICTURES.values()
    response = FileResponse(
        content, as_attachment=not is_shown, filename=file.name, content_type=kind
    )
    response["Cache-Control"] = f"private, max-age={seconds}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return cast(HttpResponse, response)


def _reader(request: HttpRequest) -> UUID:
    """Return who asks; a cookie is enough to read. Raises AuthRequired."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        signed_in = find_by_token(token.strip(), at=datetime.now(UTC))
    else:
        signed_in = find_by_request(request)
    if signed_in is None:
        raise AuthRequired()
    return signed_in.person_id
