"""The HTTP door: `POST /api/<command>`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pydantic_core
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from chat.doors.answers import explain, mark_replayed
from chat.doors.batches import carry_out
from chat.doors.devices import note_use_now_and_then
from chat.doors.exports import send_download
from chat.doors.identity import (
    SignedIn,
    find_by_authorization,
    find_by_request,
    is_allowed_origin,
)
from chat.doors.limits import spend_public_token, spend_token
from chat.doors.lines import asks_bank, find_line, stand_in_line
from chat.doors.places import HEADER, note_place_now_and_then
from chat.doors.pool import run_command_in_pool, run_with_bank_in_pool
from chat.doors.sessions import BrowserSession
from chat.doors.uploads import take_upload
from commands.errors import AuthRequired, Malformed, Refusal
from commands.execute import Answer, execute
from commands.execute_many import may_go_with_others
from commands.frames import Download
from commands.parsing import parse_command, parse_object
from commands.registry import Caller, Job, Registration, get_registration

# No program says more of itself that would be of use.
MOST_AGENT = 400


class _Csrf(CsrfViewMiddleware):
    """Checks the CSRF header for callers that a cookie speaks for; others need none."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


@csrf_exempt
@require_POST
async def run_command(request: HttpRequest, name: str) -> HttpResponse:
    """Carry out one command and answer `{"result": …}` or `{"error": …}`."""
    try:
        registration = get_registration(name)
        if registration.public:
            spend_public_token(request.META["REMOTE_ADDR"])
        made = await run_command_in_pool(name, _run, request, registration)
        if isinstance(made, tuple):
            return _show(await _carry_out_in_line(registration, *made))
        return made
    except Exception as error:
        return refuse(explain(error))


async def _carry_out_in_line(
    registration: Registration, job: Job, fields: dict[str, Any]
) -> Answer:
    with stand_in_line(registration, fields):
        if asks_bank(registration, fields):
            return await run_with_bank_in_pool(
                registration.name, execute, registration, job.command, job.caller
            )
        return await carry_out(registration, job)


def refuse(refusal: Refusal) -> HttpResponse:
    """Return the answer for a refusal, with its status."""
    response = _json(pydantic_core.to_json({"error": refusal.as_json()}), status=refusal.status)
    # What nobody foresaw was logged with its trace; Django would log a busy minute line by line.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001
    if refusal.retry_after_ms is not None:
        response["Retry-After"] = str(-(-refusal.retry_after_ms // 1000))
    return response


def _json(body: bytes, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _run(
    request: HttpRequest, registration: Registration
) -> HttpResponse | tuple[Job, dict[str, Any]]:
    """Carry out a command and return its answer; or return it, with its fields, to be carried out
    with others or after those that wait for the same.
    """
    at = datetime.now(UTC)
    signed_in = None
    if registration.public:
        # Whoever they were: an old token must not keep anybody from getting a new one.
        _refuse_other_pages(request)
    else:
        signed_in = _identify(request, at)
        note_use_now_and_then(signed_in, at=at)
        note_place_now_and_then(
            signed_in, address=request.META["REMOTE_ADDR"],
            hint=request.headers.get(HEADER, ""), at=at,
        )  # fmt: skip
        spend_token(signed_in.person_id)
    upload = None
    if registration.uploads:
        upload, fields = take_upload(request)
    else:
        fields = parse_object(request.body or b"{}")
        fields.pop("type", None)
    command_id = _take_id(request, fields, registration)
    command = parse_command(registration, fields)
    browser = BrowserSession(request)
    caller = Caller(
        at=at,
        person_id=signed_in.person_id if signed_in else None,
        command_id=command_id,
        token_id=signed_in.token_id if signed_in else None,
        credential=signed_in.credential if signed_in else "",
        browser=browser,
        upload=upload,
        agent=request.headers.get("User-Agent", "")[:MOST_AGENT],
    )
    if issubclass(registration.result, Download):
        return send_download(registration.handler(command, caller), kind=registration.raw)
    job = Job(command, caller)
    has_line = registration.writes and find_line(fields) is not None
    if has_line or may_go_with_others(registration, job):
        return job, fields
    response = _show(execute(registration, command, caller))
    browser.name_machine(response)
    return response


def _show(answer: Answer) -> HttpResponse:
    return _json(wrap_result(answer.result, replayed=answer.replayed))


def wrap_result(result: str, *, replayed: bool) -> bytes:
    """Return the body of an answer; a kept answer is marked, inside and out."""
    if not replayed:
        return b'{"result":' + result.encode() + b"}"
    return pydantic_core.to_json({"result": mark_replayed(result), "replayed": True})


def _refuse_other_pages(request: HttpRequest) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and not is_allowed_origin(origin, request.get_host()):
        # Another site's page must not even log its visitor in.
        raise AuthRequired()


def _identify(request: HttpRequest, at: datetime) -> SignedIn:
    """Return who is calling; a cookie counts only together with the CSRF header. Raises
    AuthRequired.
    """
    if header := request.headers.get("Authorization"):
        signed_in = find_by_authorization(header, at=at)
        if signed_in is None:
            raise AuthRequired()
        return signed_in
    _refuse_other_pages(request)
    signed_in = find_by_request(request)
    csrf = _Csrf(_nothing)
    csrf.process_request(request)
    # Any view but ours, which is exempt so that scripts with a token need no cookie.
    if signed_in is None or csrf.process_view(request, _nothing, (), {}):
        raise AuthRequired()
    return signed_in


def _take_id(
    request: HttpRequest, fields: dict[str, Any], registration: Registration
) -> UUID | None:
    """Return the command's id from its field or the header, and take it out of the fields."""
    in_body = fields.pop("id", None)
    in_header = request.headers.get("Idempotency-Key")
    given = {str(value).strip().lower() for value in (in_body, in_header) if value is not None}
    if len(given) > 1:
        raise Malformed("id: The field and the header Idempotency-Key differ.", field="id")
    if not given:
        if registration.keyed:
            raise Malformed(
                "id: A command that writes needs a field id or the header Idempotency-Key.",
                field="id",
            )
        return None
    return parse_id(given.pop())


def parse_id(value: object) -> UUID:
    """Return a command's id. Raises Malformed."""
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise Malformed("id: A command's id is a UUID.", field="id") from None
