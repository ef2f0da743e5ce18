"""Files: what was uploaded, and which message shows it."""

from django.conf import settings
from django.db import models


class File(models.Model):
    """An uploaded file; its bytes lie in Django's storage under `stored`, a name of our own.

    `kind` is the MIME type that its first bytes say, whatever its name claims. Until a message
    shows it, only its owner sees it.
    """

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    stored = models.CharField(max_length=100)
    # Width and height of a picture that browsers show.
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    has_thumbnail = models.BooleanField(default=False)
    is_sent = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="file_never_sent", fields=["created_at"], condition=models.Q(is_sent=False)
            )
        ]
