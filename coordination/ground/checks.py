"""Is everything the service stands on in order? Asked by /readyz and `manage.py doctor`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from redis import Redis, RedisError

from coordination.access.models import Membership, Organization, Team
from coordination.access.settings_of import missing_settings

HEARTBEAT_SECONDS = 120
SKEW_SECONDS = 2
FREE_BYTES = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One answer: whether it is well, what was seen, and what to do if it is not.

    is_vital: without it the service does not work, so `/readyz` says no and `doctor` fails.
    """

    name: str
    ok: bool
    seen: str
    advice: str = ""
    is_vital: bool = True


def run(paths: Iterable[str]) -> list[Check]:
    """Ask each check by its dotted path; one that breaks counts as not well."""
    return [ask(path) for path in paths]


def ask(path: str) -> Check:
    """Ask one check."""
    question: Callable[[], Check] = import_string(path)
    try:
        return question()
    except DatabaseError as error:
        name = path.rpartition(".")[2]
        return Check(name, ok=False, seen=type(error).__name__, advice="See the database's line.")


def database() -> Check:
    """Ask whether the database is there. 1 statement."""
    advice = "Start PostgreSQL, or correct DATABASE_URL; `make run` starts a private one."
    try:
        version = scalar("SHOW server_version")
    except (DatabaseError, ImproperlyConfigured) as error:
        return Check("database", ok=False, seen=type(error).__name__, advice=advice)
    return Check("database", ok=True, seen=f"PostgreSQL {version}")


def migrations() -> Check:
    """Ask whether every migration is applied."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Check(
        "migrations",
        ok=not missing,
        seen=f"{missing} not applied",
        advice="Run `manage.py prepare`.",
    )


def worker() -> Check:
    """Ask whether beat and a worker both lived in the last two minutes, by the database's clock."""
    age = scalar("SELECT extract(epoch FROM now() - max(at))::int FROM ground_heartbeat")
    return Check(
        "worker",
        ok=age is not None and age <= HEARTBEAT_SECONDS,
        seen="never seen" if age is None else f"seen {age} s ago",
        advice="Start `celery -A coordination worker` and `celery -A coordination beat`.",
    )


def disk() -> Check:
    """Ask whether there is room where the service writes."""
    folder = next(p for p in (settings.VAR_DIR, *settings.VAR_DIR.parents) if p.exists())
    free = shutil.disk_usage(folder).free
    return Check(
        "disk",
        ok=free >= FREE_BYTES,
        seen=f"{free // 1024 // 1024} MB free",
        advice=f"Make room where {folder} lies.",
    )


def redis() -> Check:
    """Ask whether the doorbell answers. Without it the sweeps find the work up to 30 s later."""
    advice = "Start Redis, or correct REDIS_URL; nothing is lost meanwhile."
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as wire:
            wire.ping()
    except (RedisError, OSError) as error:
        return Check("redis", ok=False, seen=type(error).__name__, advice=advice, is_vital=False)
    return Check("redis", ok=True, seen="answers", is_vital=False)


def clock() -> Check:
    """Compare this machine's clock with the database's, which due times follow."""
    before = datetime.now(UTC)
    there = scalar("SELECT clock_timestamp()")
    skew = max(0.0, (before - there).total_seconds(), (there - datetime.now(UTC)).total_seconds())
    return Check(
        "clock",
        ok=skew <= SKEW_SECONDS,
        seen=f"{skew:.1f} s apart",
        advice="Set both machines by the same time server.",
        is_vital=False,
    )


def roles() -> Check:
    """Ask whether the run-time role can do more to the audit trail than add and read."""
    may = scalar(
        "SELECT bool_or(has_table_privilege(c.oid, p)) OR pg_has_role(c.relowner, 'USAGE')"
        " FROM pg_class c, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) p"
        " WHERE c.oid = to_regclass('access_auditevent') GROUP BY c.relowner"
    )
    return Check(
        "roles",
        ok=may is False,
        seen="the run-time role may only add to the audit trail"
        if may is False
        else "the audit trail is guarded by triggers alone",
        advice="Give DATABASE_URL a role of its own and set DATABASE_OWNER_URL.",
        is_vital=False,
    )


def configuration() -> Check:
    """Ask whether what a hospital must set is set."""
    missing = [
        name
        for name, value in (
            ("ALLOWED_HOSTS", settings.ALLOWED_HOSTS != ["localhost", "127.0.0.1"]),
            ("HASH_KEY", settings.HASH_KEY != settings.SECRET_KEY),
            ("HTTPS", settings.HTTPS),
            ("DEBUG=0", not settings.DEBUG),
        )
        if not value
    ]
    return Check(
        "settings",
        ok=not missing,
        seen="complete" if not missing else f"fit for a trial only: {', '.join(missing)} not set",
        advice="docs/operations.md lists them.",
        is_vital=False,
    )


def facility_settings() -> Check:
    """Name what the facilities have not settled: it does not happen (rules.md 1.3)."""
    missing = [
        f"{one.facility}: {one.title}"
        for organization in Organization.objects.order_by("pk")
        for one in missing_settings(organization)
    ]
    return Check(
        "settled",
        ok=not missing,
        seen="every facility" if not missing else f"not yet: {'; '.join(missing)}",
        advice="An administrator settles them under Settings; until then they do not happen.",
        is_vital=False,
    )


def deciders() -> Check:
    """Name the teams whose people may ask and where nobody may decide: what they ask stays."""
    live = Membership.objects.filter(
        team=OuterRef("pk"), user__is_active=True, starts_at__lte=Now()
    ).filter(Q(ends_at=None) | Q(ends_at__gt=Now()))
    asks = live.filter(role__permissions__contains=["request.ask"])
    decides = live.filter(role__permissions__contains=["request.decide"])
    teams = Team.objects.filter(Exists(asks), ~Exists(decides)).order_by("name", "pk")
    names = [team.name for team in teams]
    return Check(
        "deciders",
        ok=not names,
        seen="every team" if not names else f"nobody decides in: {'; '.join(names)}",
        advice="An administrator gives somebody there the role of a supervisor.",
        is_vital=False,
    )


def scalar(sql: str) -> Any:
    """Return the one value of a constant statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return row[0] if row else None
