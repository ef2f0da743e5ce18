"""What is known of the graph itself."""

from django.db import models
from django.db.models.functions import Now


class Rebuild(models.Model):
    """A row is there while the graph is filled anew, and after that has failed: it is incomplete,
    and nobody is to be answered from it.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True)
    begun_at = models.DateTimeField(db_default=Now())
