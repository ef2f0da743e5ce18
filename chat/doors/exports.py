"""Files that a command makes while they are sent."""

from collections.abc import AsyncIterator, Iterator
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from chat.doors.pool import run_in_pool
from commands.frames import Download, Result


def send_download(download: Result, *, kind: str) -> HttpResponse:
    """Answer with a Download of text of that media type, chunk by chunk, so that none is kept as a
    whole.

    Called on a thread of the pool: what fails before the first chunk is raised here.
    """
    assert isinstance(download, Download)
    kind = download.kind or kind
    chunks: Iterator[bytes] = iter(download.chunks)
    first = next(chunks, b"")
    response = StreamingHttpResponse(_go_on(first, chunks), content_type=f"{kind}; charset=utf-8")
    disposition = content_disposition_header(as_attachment=True, filename=download.name)
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)


async def _go_on(first: bytes, chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    while (chunk := await run_in_pool(next, chunks, None)) is not None:
        yield chunk
