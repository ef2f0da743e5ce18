"""Files that go out over the HTTP door, to who may see them."""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chat.doors.answers import explain
from chat.doors.http import refuse
from chat.doors.identity import find_by_authorization, find_by_request
from chat.doors.pool import run_in_pool
from chat.files.errors import FileNotFound
from chat.files.sniff import PICTURES
from chat.files.thumbnails import thumbnail_of
from chat.messages.selectors import access_file
from commands.errors import AuthRequired

P = ParamSpec("P")

DAY_SECONDS = 86_400
# A browser shall take it for nothing but what we say it is, nor let another site or a script in it
# do anything.
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def guarded(
    show: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
    """Make a view of blocking work that answers a GET with something to look at; what it raises
    becomes a refusal.
    """

    @require_safe
    @wraps(show)
    async def view(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = await run_in_pool(show, request, *args, **kwargs)
        except Exception as error:
            return refuse(explain(error))
        for header, value in GUARDED.items():
            response.setdefault(header, value)
        return response

    return view


@guarded
def show_file(request: HttpRequest, file_id: UUID, part: str = "") -> HttpResponse:
    """Answer with a file's bytes, or those of its thumbnail, to who may see it."""
    file = access_file(file_id=file_id, person_id=find_reader(request))
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
    return cast(HttpResponse, response)


def find_reader(request: HttpRequest) -> UUID:
    """Return who asks to look at something; a cookie is enough to read. Raises AuthRequired."""
    if header := request.headers.get("Authorization"):
        signed_in = find_by_authorization(header, at=datetime.now(UTC))
    else:
        signed_in = find_by_request(request)
    if signed_in is None:
        raise AuthRequired()
    return signed_in.person_id
