"""Events on their way."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """Something that happened and that a handler of its topic has not been told yet.

    Delivered rows are deleted. `subjects` are the people concerned, so that a reader can ask
    whether what it is about to read is still on its way. `version` is that of the row the event
    speaks of.
    """

    # The part of the topic before the dot: lanes are delivered apart, so that a graph that is away
    # does not hold up the rooms.
    lane = models.TextField()
    topic = models.TextField()
    key = models.UUIDField()
    version = models.BigIntegerField()
    subjects = ArrayField(models.UUIDField(), default=list)
    payload = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Now())
    # Nobody may take the event before this moment: it was taken by somebody, or has to wait.
    not_before = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        indexes = [
            models.Index(name="event_next_to_deliver", fields=["lane", "not_before", "id"]),
            # Payments name nobody here: no reader asks for them, and a rush writes thousands.
            GinIndex(name="event_concerns", fields=["subjects"], condition=~models.Q(subjects=[])),
        ]
