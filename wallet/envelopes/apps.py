"""The Django app of envelopes."""

from django.apps import AppConfig


class EnvelopesConfig(AppConfig):
    """Keeps envelopes and shares."""

    name = "wallet.envelopes"
    label = "envelopes"
