"""The addresses of the HTTP side."""

from django.urls import path

from chat.doors import documents
from chat.doors.http import run_command
from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/docs", documents.docs),
    path("api/openapi.json", documents.openapi),
    path("api/asyncapi.json", documents.asyncapi),
    path("api/<str:name>", run_command),
]
