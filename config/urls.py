"""The addresses of the HTTP side."""

from django.urls import path, re_path

from chat.doors import documents
from chat.doors.codes import show_code, show_friend_code
from chat.doors.downloads import show_file
from chat.doors.http import run_command
from chat.doors.pictures import show_picture
from chat.page.views import show_page
from config.health import healthz, readyz

# What the page itself understands: see chat/page/static/core/router.js.
PAGE = (
    r"^(?:(?:rooms|wallet|friends|notices|settings|staff|risk)(?:/.*)?"
    r"|(?:join|f)/[\w-]+|login|signup|forgot|reset)?$"
)

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/docs", documents.docs),
    path("api/openapi.json", documents.openapi),
    path("api/asyncapi.json", documents.asyncapi),
    path("api/<str:name>", run_command),
    path("files/<uuid:file_id>", show_file),
    path("files/<uuid:file_id>/<str:part>", show_file),
    path("invites/<uuid:invite_id>/qr.svg", show_code),
    path("f/qr.svg", show_friend_code),
    path("risk/picture", show_picture),
    re_path(PAGE, show_page),
]
