"""What the ground writes."""

from django.db import connection


def beat(name: str = "worker") -> None:
    """Write that a worker lives, at the database's time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ground_heartbeat (name, at) VALUES (%s, now())"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name],
        )
