"""The documents made from the command registry, and the page that shows them to people."""

from functools import cache

import pydantic_core
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat.doors.asyncapi import make_asyncapi
from chat.doors.openapi import make_openapi


@cache
def _openapi() -> bytes:
    return pydantic_core.to_json(make_openapi(), indent=2)


@cache
def _asyncapi() -> bytes:
    return pydantic_core.to_json(make_asyncapi(), indent=2)


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the HTTP door as OpenAPI."""
    return HttpResponse(_openapi(), content_type="application/json")


@require_GET
def asyncapi(request: HttpRequest) -> HttpResponse:
    """Return the socket door as AsyncAPI."""
    return HttpResponse(_asyncapi(), content_type="application/json")


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Return the page that shows every command and can try it."""
    response = render(request, "doors/docs.html")
    response["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response
