"""Notices, newest first."""

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One thing a person should hear about.

    `kind` is one of KINDS; `about` the other person, `ref` the thing it speaks of (a loan, a card,
    a room); `source` is what the text is taken from (a message), if it can be taken back.
    """

    id = models.UUIDField(primary_key=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.TextField()
    about = models.UUIDField(null=True)
    ref = models.UUIDField(null=True)
    source = models.UUIDField(null=True)
    text = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(name="notice_newest_first", fields=["owner", "-id"]),
            models.Index(
                name="notice_by_source", fields=["source"],
                condition=models.Q(source__isnull=False),
            ),
        ]  # fmt: skip
