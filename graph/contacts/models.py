"""What is kept of address books."""

from django.conf import settings
from django.db import models


class Book(models.Model):
    """That somebody consented to have their contacts kept, and until when; and how many numbers
    they asked for on a day, which outlives a withdrawal, or nobody could be slowed down.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True
    )
    consented_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    day = models.DateField()
    asked_today = models.IntegerField(default=0)


class Contact(models.Model):
    """One number of an address book: a keyed digest of its hash. See Note [Hashes of phone
    numbers] in graph/people/phones.py.
    """

    pk = models.CompositePrimaryKey("person_id", "digest")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    digest = models.BinaryField(max_length=32)
