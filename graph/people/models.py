"""People and the tokens that speak for them."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower, Upper


class Tier(models.TextChoices):
    """How well a person is known, lowest first."""

    BASIC = "basic"
    REAL_NAME = "real_name"
    VERIFIED = "verified"


class Seen(models.TextChoices):
    """Who may find somebody, or see their friends."""

    EVERYBODY = "everybody"
    FRIENDS_OF_FRIENDS = "friends_of_friends"
    FRIENDS = "friends"
    NOBODY = "nobody"


class People(BaseUserManager["Person"]):
    """Finds people the way they type their own name."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person; upper and lower case are the same in a username."""
        return self.alias(handle=Lower("username")).get(handle=Lower(Value(username)))


class Person(AbstractBaseUser):
    """A person who uses Kith; Django's user model."""

    id = models.UUIDField(primary_key=True)
    username = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True, default="")
    tier = models.CharField(max_length=16, choices=Tier.choices, default=Tier.BASIC)
    # What the development provider was told; a production one keeps it to itself.
    real_name = models.CharField(max_length=64, blank=True, default="")
    roles = ArrayField(models.CharField(max_length=16), default=list)
    language = models.CharField(max_length=8, default="en")
    settings = models.JSONField(default=dict)
    # Who finds this person by name and in suggestions, who by the phone number that was confirmed,
    # and who sees whom they know. The number was given for something else, so it starts shut.
    found_by = models.CharField(
        max_length=18, default=Seen.EVERYBODY, db_default=Seen.EVERYBODY.value
    )
    found_by_phone = models.CharField(
        max_length=18, default=Seen.NOBODY, db_default=Seen.NOBODY.value
    )
    friends_seen_by = models.CharField(
        max_length=18, default=Seen.EVERYBODY, db_default=Seen.EVERYBODY.value
    )
    created_at = models.DateTimeField()
    # From then on nobody signs in with it; the row stays, because the books name it.
    closed_at = models.DateTimeField(null=True)
    # Whether nothing may leave or reach their accounts; the wallet decides it.
    blocked = models.BooleanField(default=False, db_default=False)
    # Grows with each change that the graph shows. See Note [Versions] in
    # graph/projection/registry.py.
    version = models.BigIntegerField(default=1)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects: ClassVar[People] = People()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_taken_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
        ]
        indexes = [
            models.Index(Upper("name"), name="person_found_by_name"),
            models.Index(Lower("email"), name="person_found_by_email"),
        ]

    def __str__(self) -> str:
        return f"{self.name} (@{self.username})"

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Tell Django whether a session may speak for the person."""
        return self.closed_at is None

    def describe(self) -> dict[str, Any]:
        """Return the person as others see them."""
        return {"id": str(self.id), "username": self.username, "name": self.name}


class Confirmation(models.Model):
    """That a phone or an identity document of somebody was checked; only a keyed digest is kept."""

    pk = models.CompositePrimaryKey("person_id", "kind")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="confirmation_by_digest", fields=["kind", "digest"])]


class Token(models.Model):
    """An access token; only its digest is kept."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # What asked for it, by its User-Agent, and when it was last seen; see graph/people/devices.py.
    program = models.CharField(max_length=40, blank=True, default="")
    system = models.CharField(max_length=40, blank=True, default="")
    last_used_at = models.DateTimeField(null=True)


class Browser(models.Model):
    """A browser that somebody is signed in with; its session carries this id along when its key
    changes.
    """

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="browsers")
    session_key = models.CharField(max_length=40, unique=True)
    # What the browser is whoever signs in with it, by a cookie that outlives sessions.
    machine = models.UUIDField(null=True)
    program = models.CharField(max_length=40, blank=True, default="")
    system = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
