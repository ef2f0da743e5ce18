"""What the graph needs to know of the wallet and stands nowhere else."""

from django.conf import settings
from django.db import models


class Shown(models.Model):
    """How often what the graph shows of an account or a loan has changed; without a row it is as
    it was first shown, version 1. See Note [Versions] in graph/projection/registry.py.
    """

    id = models.UUIDField(primary_key=True)
    version = models.BigIntegerField()


class Channel(models.Model):
    """A bank channel that money has come or gone over, in a currency; the graph gives it an
    account, where the ledger has one account for all of them.
    """

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField()


class Device(models.Model):
    """What somebody signed in by, kept after it was signed out; the id is that of its token, or of
    the browser whoever signs in with it, and no secret.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8)
    program = models.CharField(max_length=40, blank=True, default="")
    system = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()


class SignIn(models.Model):
    """That a person signed in by a device."""

    id = models.UUIDField(primary_key=True)
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="sign_in_by_device", fields=["device", "person"])]
