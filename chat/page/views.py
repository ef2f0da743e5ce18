"""The one HTML document of the page; everything in it is made by the modules it names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from chat.page.files import get_version, list_modules

STYLES = (
    "tokens", "base", "layout", "forms", "dialogs", "rooms", "conversation", "message",
    "composer", "cards", "envelope", "picture", "pages",
)  # fmt: skip


@gzip_page
@require_safe
@ensure_csrf_cookie
def show_page(request: HttpRequest) -> HttpResponse:
    """Return the shell of the page; which view it becomes is decided in the browser."""
    is_signed_in = request.user.is_authenticated
    first = _first_modules(request.path) if is_signed_in else ["elements/sign-in.js"]
    # A guess by what the browser says; other words come a moment later.
    language = get_language_from_request(request)
    parts = ["", "-money", "-errors"] + ([] if is_signed_in else ["-door"])
    words = [f"words/{language}{part}.js" for part in parts]
    response = render(
        request,
        "page/shell.html",
        {
            "files": f"/static/{get_version()}",
            "styles": STYLES if is_signed_in else (*STYLES, "door"),
            "modules": list_modules("main.js", *words, *first),
            "is_signed_in": is_signed_in,
            "language": language,
        },
    )
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = policy(request.get_host())
    response["Referrer-Policy"] = "same-origin"
    return response


def _first_modules(path: str) -> list[str]:
    # A conversation is a third of the page; who begins with the list of rooms gets it later.
    conversation = ["elements/conversation.js"] if path.startswith("/rooms/") else []
    return ["elements/chats.js", *conversation]


def policy(host: str) -> str:
    """Return what the page may load and where it may connect to: its own host and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            # The risk team's pictures, which have a policy of their own.
            "frame-src 'self'",
            f"connect-src 'self' ws://{host} wss://{host}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
