"""The Django app of the command layer."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Keeps the idempotency keys."""

    name = "commands"
    default_auto_field = "django.db.models.BigAutoField"
