"""The addresses of the HTTP side."""

from django.urls import path

from chat.doors.http import run_command
from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/<str:name>", run_command),
]
