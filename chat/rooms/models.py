"""Rooms, members and the numbered events of each room."""

from django.conf import settings
from django.db import models


class Kind(models.TextChoices):
    """A group has a name and roles; a direct room is two friends."""

    GROUP = "group"
    DIRECT = "direct"


class Role(models.TextChoices):
    """What a member may do."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class Room(models.Model):
    """A room; `last_seq` is the number of its newest event, handed out under the row's lock."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=100, blank=True, default="")
    last_seq = models.BigIntegerField(default=0)
    # Both people of a direct room, lower id first, so that there is one room per pair.
    direct_key = models.CharField(max_length=73, null=True, unique=True)
    created_at = models.DateTimeField()
    # From then on nobody is in it; its last event says so.
    dissolved_at = models.DateTimeField(null=True)


class Member(models.Model):
    """One person in one room; who leaves keeps the row, and starts at a new `joined_seq` on coming
    back.
    """

    pk = models.CompositePrimaryKey("room_id", "person_id")
    room = models.ForeignKey(Room, models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    joined_seq = models.BigIntegerField()
    # The number of the event that says that the person left; null while they are in.
    left_seq = models.BigIntegerField(null=True)
    # Whether somebody else sent them away; a link alone does not bring them back.
    was_removed = models.BooleanField(default=False)
    read_seq = models.BigIntegerField(default=0)
    muted = models.BooleanField(default=False)
    # Whether this member tells the others how far they have read, and is told.
    read_marks = models.BooleanField(default=True, db_default=True)

    class Meta:
        indexes = [
            models.Index(
                name="member_without_read_marks", fields=["room"],
                condition=models.Q(read_marks=False),
            )
        ]  # fmt: skip


class Event(models.Model):
    """One numbered event: the very text that clients get, and what is needed to find or hide it.

    `message_id` is the message it speaks of; `about` that message's number, when it is an earlier
    one: who joined after it gets the event without the message's content.
    """

    pk = models.CompositePrimaryKey("room_id", "seq")
    room = models.ForeignKey(Room, models.CASCADE, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    kind = models.TextField()
    by_id = models.UUIDField(null=True)
    message_id = models.UUIDField(null=True)
    about = models.BigIntegerField(null=True)
    frame = models.TextField()

    class Meta:
        indexes = [
            models.Index(
                name="event_new_messages", fields=["room", "seq"],
                condition=models.Q(kind="message.new"),
            ),
            models.Index(
                name="event_by_message", fields=["message_id"],
                condition=models.Q(message_id__isnull=False),
            ),
        ]  # fmt: skip
