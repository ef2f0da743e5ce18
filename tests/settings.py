"""The service's settings, with passwords that are quick to check.

Hundreds of tests log somebody in, and a hasher worth its name takes a tenth of a second of both
cores each time. Only what it costs differs: the algorithm and what is stored are the same.
"""

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.passwords.QuickArgon2PasswordHasher"]
