"""What every action leaves behind: the field history, and sentences for constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.access.models import Unit
from coordination.events import publish
from coordination.records import Record, Refused, amend
from patients.events import PatientEvent
from patients.labels import in_a_sentence, label_of
from patients.models import FieldChange


@contextmanager
def said(model: type[models.Model]) -> Iterator[None]:
    """Turn a broken constraint of the model into its own sentence; nothing else is written.

    Raises Refused. What no constraint of this model explains is a bug and goes through.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", "")
        for constraint in model._meta.constraints:
            if constraint.name == name and (message := constraint.violation_error_message):
                raise Refused(str(message)) from broken
        raise


def not_ahead(at: datetime | None, now: datetime) -> None:
    """Raise Refused when something recorded as past lies in the future."""
    if at is not None and at > now:
        raise Refused(_("This time is still to come. Enter when it really happened."))


def shown(value: Any) -> str:
    """Return a field's value as the history keeps it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Unit):
        return value.name
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def correct(
    actor: Actor,
    record: Record,
    patient_id: int,
    now: datetime,
    why: str,
    fields: Mapping[str, Any],
) -> dict[str, tuple[Any, Any]]:
    """Write the fields that differ to a locked record, and one FieldChange for each.

    Returns field name to (before, after), empty when nothing differed; then nothing is written.
    """
    changed = {
        name: (getattr(record, name), value)
        for name, value in fields.items()
        if getattr(record, name) != value
    }
    if not changed:
        return {}
    with said(type(record)):
        amend(record, **{name: after for name, (before, after) in changed.items()})
    FieldChange.objects.bulk_create(
        FieldChange(
            organization_id=actor.organization_id,
            patient_id=patient_id,
            subject_kind=record._meta.label_lower,
            subject_id=record.pk,
            field=name,
            before=shown(before),
            after=shown(after),
            why=why[:200],
            user_id=actor.user_id,
            at=now,
        )
        for name, (before, after) in changed.items()
        if name != "name_norm"
    )
    return changed


def labels_of(record: Record, names: Mapping[str, Any]) -> tuple[str, ...]:
    """Return how a person calls these fields in a sentence: "birth date"."""
    model = type(record)
    return tuple(in_a_sentence(label_of(model, name)) for name in names if name != "name_norm")


def tell(event: PatientEvent, *, quiet: bool = False) -> None:
    """Publish the event, unless it is history (rules.is_history) that must raise nothing."""
    if not quiet:
        publish(event)
