"""The record base class, lock, move, the one clock for due times, wake and the refusals.

Sits below every room: it knows that an organization and an actor exist, and nothing about them.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from celery import current_app
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)


class Who(Protocol):
    """The part of an Actor that a record's trail needs."""

    @property
    def user_id(self) -> int | None: ...

    @property
    def stands_for_id(self) -> int | None: ...


class Refused(Exception):
    """An action said no. The sentence is for a person to read and act on."""

    status = 409

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotPermitted(Refused):
    """The actor lacks the permission; answered with 403."""

    status = 403


class TransitionNotAllowed(Refused):
    """The record's status does not allow this move; answered with 409."""


class StaleRecord(Refused):
    """Somebody changed the record since the form was opened; answered with 409.

    record: the row as it stands now, so that the page can show both versions.
    """

    def __init__(self, record: Record) -> None:
        super().__init__(
            _("Somebody changed this while you had it open. Both versions are shown below.")
        )
        self.record = record


class Record(models.Model):
    """Base of everything that changes: whose it is, its address in URLs, its version."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    STATUS: ClassVar[str] = "status"  # the field that holds the status; a clock calls it state
    MOVES: ClassVar[dict[Any, set[Any]]] = {}
    STANDING: ClassVar[tuple[str, ...]] = ()  # the fields a person reads; empty: all of them

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"

    def log_move(self, who: Who, now: datetime, before: str, after: str, why: str) -> None:
        """Write the status event of one move. A model with its own event table overrides it."""
        insert(
            StatusEvent,
            organization_id=self.organization_id,
            subject_kind=self._meta.label_lower,
            subject_id=self.pk,
            before=before,
            after=after,
            why=why,
            user_id=who.user_id,
            at=now,
        )


class StatusEvent(models.Model):
    """One move of one record from a status to another: who, when, why."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    before = models.CharField(max_length=24)
    after = models.CharField(max_length=24)
    why = models.TextField(blank=True)
    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        app_label = "access"
        indexes = [  # read by the history of one record
            models.Index(
                fields=["subject_kind", "subject_id", "id"], name="statusevent_subject_idx"
            )
        ]

    def __str__(self) -> str:
        return f"status event {self.pk}"


R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=models.Model)


@cache
def _insert_sql(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[str]]:
    fields = model._meta.concrete_fields
    sql = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"  # noqa: S608  our own names
        f" VALUES ({', '.join(['%s'] * len(names))})"
        f" RETURNING {', '.join(str(field.column) for field in fields)}"
    )
    return sql, [field.attname for field in fields]


def insert(model: type[M], **values: Any) -> M:
    """Write one row and return it, at a third of what `objects.create` costs. 1 statement.

    For what nearly every act writes: events, proofs, the story. values: by column, such as task_id;
    a column that is left out gets its default in the database. Not for a model with JSON.
    """
    sql, names = _insert_sql(model, tuple(values))
    row = [str(value) if isinstance(value, Promise) else value for value in values.values()]
    with connection.cursor() as cursor:
        cursor.execute(sql, row)
        return model.from_db(connection.alias, names, cursor.fetchone())


def lock(
    rows: models.QuerySet[R], public_id: uuid.UUID, version: int | None, *, no_key: bool = False
) -> R:
    """Return the row locked FOR UPDATE, in the caller's transaction.

    rows: a scoped queryset. version: the one the form was opened with; None for a reaction.
    no_key: rows that name it may still be written meanwhile. For a patient or a stay, whom every
    act's line on the timeline names: two acts that each hold one of them would wait for each other.
    Raises Model.DoesNotExist (not there or not yours) or StaleRecord.
    """
    record = rows.select_for_update(of=("self",), no_key=no_key).get(public_id=public_id)
    if version is not None and record.version != version:
        raise StaleRecord(record)
    return record


def amend(record: Record, **fields: Any) -> None:
    """Write fields of a locked record and raise its version by one.

    Raises StaleRecord if another transaction got there first (the row was not locked after all).
    """
    model = type(record)
    done = model._default_manager.filter(pk=record.pk, version=record.version).update(
        version=record.version + 1, **fields
    )
    if not done:
        raise StaleRecord(model._default_manager.get(pk=record.pk))
    for name, value in fields.items():
        setattr(record, name, value)
    record.version += 1


def move(
    record: Record, to: str, *, actor: Who, now: datetime, why: str = "", **fields: Any
) -> None:
    """Move a locked record to another status, with its status event.

    fields: other columns to write in the same statement. Raises StaleRecord, or
    TransitionNotAllowed with a sentence that names both statuses by their labels.
    """
    before = getattr(record, record.STATUS)
    if to not in record.MOVES.get(before, set()):
        raise TransitionNotAllowed(
            _("This is “%(before)s” now, so it cannot become “%(after)s”.")
            % {"before": label_of(record, before), "after": label_of(record, to)}
        )
    amend(record, **{record.STATUS: to}, **fields)
    record.log_move(actor, now, str(before), str(to), why)


def label_of(record: Record, status: str) -> str:
    """Return the plain label of a status code of this record's status field."""
    options: Any = record._meta
    field = options.get_field(record.STATUS)
    choices = dict(field.flatchoices)
    return str(choices.get(status, status))


def database_now() -> datetime:
    """Return the database's own time, which jobs and commands go by (trust.md 6). 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        found: datetime = cursor.fetchone()[0]
    return found


def wake(job: str) -> None:
    """Poke a worker after commit. The poke may be lost: a sweep finds the rows anyway."""

    def poke() -> None:
        current_app.send_task(job, ignore_result=True)

    transaction.on_commit(poke, robust=True)
