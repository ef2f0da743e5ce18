"""When people were last there."""

from django.conf import settings
from django.db import models


class Seen(models.Model):
    """When a person last had a device connected, to the minute while they have one."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    at = models.DateTimeField()
