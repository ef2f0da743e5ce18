"""Argon2 as the service has it, at the least that it may cost."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2PasswordHasher(Argon2PasswordHasher):
    """Protects nobody."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
