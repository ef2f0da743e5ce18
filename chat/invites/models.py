"""Links into groups, and requests to be let in."""

from django.conf import settings
from django.db import models

from chat.rooms.models import Room


class Invite(models.Model):
    """A link into a group; its secret is derived from its id and kept nowhere.

    It works while its maker is an owner or an admin of the room. All of it is written under the
    room's lock.
    """

    id = models.UUIDField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    needs_approval = models.BooleanField()
    # How many more people may come by it; null means as many as the room holds.
    uses_left = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses_left__isnull=True) | models.Q(uses_left__gte=0),
                name="invite_is_not_used_too_often",
            ),
        ]


class Status(models.TextChoices):
    """What became of a request."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


class JoinRequest(models.Model):
    """Somebody who came by a link and waits for an owner or an admin to let them in."""

    id = models.UUIDField(primary_key=True)
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    invite = models.ForeignKey(Invite, models.CASCADE, related_name="requests")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "person"], condition=models.Q(status="pending"),
                name="join_request_is_one_per_person_and_room",
            ),
        ]  # fmt: skip
        indexes = [models.Index(name="join_request_by_status", fields=["room", "status", "id"])]
