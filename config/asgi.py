"""Where requests go: sockets, static files, and everything else to Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

# After Django is set up, because these import models.
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path, re_path
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount

from chat.page.files import PageFiles
from chat.socket.consumer import NoDoor, Socket
from chat.socket.echo import Echo

# Channels routes to ASGI applications, where the types of Django know views only.
static_files = Starlette(
    routes=[Mount("/static", PageFiles(directory=settings.STATIC_FILES))],
    middleware=[Middleware(GZipMiddleware)],
)

http_routes = [
    path("static/<path:path>", static_files),  # type: ignore[arg-type]
    re_path(r"", django_application),  # type: ignore[arg-type]
]
sockets = [path("ws/", Socket.as_asgi())]
if settings.WS_ECHO:
    sockets.append(path("ws/echo", Echo.as_asgi()))
sockets.append(re_path(r"", NoDoor.as_asgi()))

application = ProtocolTypeRouter(
    {
        "websocket": URLRouter(sockets),
        "http": URLRouter(http_routes),
    }
)
