"""The Django app of page."""

from django.apps import AppConfig


class PageConfig(AppConfig):
    """Serves the page."""

    name = "chat.page"
    label = "page"
