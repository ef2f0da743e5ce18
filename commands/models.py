"""The ids of commands that were carried out, with their first answer."""

from django.db import models


class Key(models.Model):
    """One carried-out command of one person; see docs/protocol.md, "Sending again"."""

    pk = models.CompositePrimaryKey("person_id", "command_id")
    person_id = models.UUIDField()
    command_id = models.UUIDField()
    command = models.TextField()
    # A digest per field, so that a second use of the id can be told which fields differ
    # without a password or a text being kept twice.
    terms = models.JSONField()
    # The answer, or what it refers to; see Reference in commands/registry.py.
    result = models.TextField(null=True)
    money = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="key_may_be_forgotten", fields=["at"], condition=models.Q(money=False)
            ),
        ]
