"""The risk team's pictures, for a frame of the page."""

from datetime import UTC, datetime

import pydantic_core
from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from chat.doors.downloads import find_reader, guarded
from commands.errors import Malformed
from commands.frames import Download
from commands.parsing import parse_command
from commands.registry import Caller, get_registration
from graph.database import GraphUnavailable
from graph.risk.errors import TookTooLong
from graph.risk.picture.page import header_policy, make_refusal


@guarded
@gzip_page
def show_picture(request: HttpRequest) -> HttpResponse:
    """Answer a GET with what `risk.picture` draws: `name`, `parameters` as JSON, `language`."""
    registration = get_registration("risk.picture")
    fields = {key: value for key, value in request.GET.items() if key != "parameters"}
    try:
        parameters = pydantic_core.from_json(request.GET.get("parameters", "{}"))
    except ValueError:
        raise Malformed("parameters: They are no JSON.", field="parameters") from None
    command = parse_command(registration, fields | {"parameters": parameters})
    caller = Caller(at=datetime.now(UTC), person_id=find_reader(request))
    status = 200
    try:
        drawn = registration.handler(command, caller)
        assert isinstance(drawn, Download)
        body = b"".join(drawn.chunks)
    except (TookTooLong, GraphUnavailable) as refusal:
        # An empty frame would say nothing to who waits for a picture.
        body, status = make_refusal(refusal).encode(), refusal.status
    response = HttpResponse(body, status=status, content_type=f"{registration.raw}; charset=utf-8")
    response["Content-Security-Policy"] = header_policy()
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response
