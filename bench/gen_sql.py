"""Fragments of SQL the generator is made of: seeded chance, choice, and whole rows."""

from __future__ import annotations

from django.db import connection, models

from coordination.exchange.store.children import constants

GIVEN = (
    "Maria", "José", "Linda", "Robert", "Wei", "Fatima", "John", "Patricia", "Nguyen", "Aisha",
    "Michael", "Zoë", "David", "Siobhán", "James", "Elena", "D'Andre", "Grace", "Omar", "Ruth",
)  # fmt: skip
FAMILY = (
    "Smith", "Johnson", "Garcia", "Williams", "Brown", "Jones", "Miller", "Davis", "Martinez",
    "Hernandez", "Lopez", "Gonzalez", "Wilson", "Anderson", "Thomas", "Moore", "Jackson", "Lee",
    "Perez", "Thompson", "White", "Harris", "Sanchez", "Clark", "Ramirez", "Lewis", "Robinson",
    "Walker", "Young", "Allen", "King", "Wright", "Nguyễn", "O'Brien", "Müller", "García-Núñez",
)  # fmt: skip
TITLES = (
    "Confirm bed with the facility", "Call patient after discharge", "Ask pharmacy for the list",
    "Send referral to home health", "Give the Important Message", "Book ride home",
    "Follow up on authorization", "Teach wound care to family", "Order walker", "Check lab result",
)  # fmt: skip
KINDS = ("referral", "call", "check", "referral", "notice", "ride", "authorization", "meeting",
         "supply", "check")  # fmt: skip
FOLD = "translate(lower(%s), 'áéíóúñüöëễ''-', 'aeiounuoee')"


def chance(salt: int, key: str = "i") -> str:
    """Return SQL for a number in [0, 1) that depends on the row and the salt alone."""
    return f"((hashint8extended({key}, {salt}) & 1048575) / 1048576.0)"


def choose(words: tuple[str, ...], of: str) -> str:
    """Return SQL that chooses one of the words by a number in [0, 1)."""
    listed = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"(ARRAY[{listed}])[1 + floor({of} * {len(words)})::int]"


def insert(model: type[models.Model], columns: dict[str, str], source: str) -> None:
    """Insert rows: column to SQL expression; what is not named holds its default."""
    theirs = {f.attname for f in model._meta.concrete_fields if f.has_db_default()}
    rest = constants(model, set(columns) | theirs)
    names = ", ".join([*columns, *rest])
    values = ", ".join([*columns.values(), *rest.values()])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} FROM {source}"
        )


def numbers(count: int) -> str:
    """Return SQL that counts from one."""
    return f"generate_series(1, {count}::bigint) i"
