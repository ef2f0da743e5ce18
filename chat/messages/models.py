"""Messages and reactions."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from chat.files.models import File
from chat.rooms.models import Room


class Kind(models.TextChoices):
    """What a message is; a recalled one keeps its place and nothing else."""

    TEXT = "text"
    CARD = "card"
    RECALLED = "recalled"


class Message(models.Model):
    """A message, as it stands now; `seq` is the number of the event that brought it.

    A card shows something of the wallet: `card_type` and `card_id` say what, `card` is how it was
    last shown.
    """

    id = models.UUIDField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False)
    seq = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.TextField(blank=True, default="")
    file = models.ForeignKey(File, models.SET_NULL, null=True, related_name="messages")
    reply_to = models.UUIDField(null=True)
    edited_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    card_type = models.CharField(max_length=8, blank=True, default="")
    card_id = models.UUIDField(null=True)
    card = models.JSONField(null=True)
    card_changed_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="message_has_its_own_number"),
            models.UniqueConstraint(
                fields=["card_id"], condition=models.Q(card_id__isnull=False),
                name="message_shows_a_card_once",
            ),
        ]  # fmt: skip
        indexes = [
            # Every three letters in a row, so that parts of words are found, in any script.
            GinIndex(
                OpClass(Upper("text"), name="gin_trgm_ops"), name="message_text_in_parts",
                condition=models.Q(kind="text"),
            ),
            models.Index(
                name="message_pinned", fields=["room", "pinned_at"],
                condition=models.Q(pinned_at__isnull=False),
            ),
        ]  # fmt: skip


class Reaction(models.Model):
    """One person's emoji on a message."""

    pk = models.CompositePrimaryKey("message_id", "person_id", "emoji")
    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=32)
    at = models.DateTimeField()
