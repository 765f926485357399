"""How passwords are kept: Argon2id at 46 MiB, so that a flood of sign-ins is no memory attack."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """OWASP's 46 MiB, one pass, one lane (trust.md D13); Django's default takes 100 MiB."""

    time_cost = 1
    memory_cost = 46 * 1024
    parallelism = 1
