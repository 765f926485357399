"""Insurance of a patient. Eligibility and authorization have their own room later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.records import Refused, lock
from patients import events
from patients.actions.trail import correct, said, tell
from patients.models import Coverage, Patient, PayerClass
from patients.queries import coverages_in_scope, scope


class CoverageFields(TypedDict, total=False):
    """What may be recorded of an insurance, by the names of Coverage's fields."""

    payer: str
    plan: str
    payer_class: str
    member_id: str
    phone: str
    starts_on: date | None
    ends_on: date | None
    order: int


@transaction.atomic
def add_coverage(
    actor: Actor,
    patient: Patient,
    *,
    now: datetime,
    create_key: UUID | None = None,
    external_id: str = "",
    as_imported: str = "",
    quiet: bool = False,
    **fields: Unpack[CoverageFields],
) -> Coverage:
    """Add an insurance; `payer` and `payer_class` are needed.

    as_imported: the text a feed came with; then the payer class is always *not confirmed* (rules.md
    1.2) and a reaction raises the task to confirm it. Raises NotPermitted, Patient.DoesNotExist or
    Refused.
    """
    require(actor, "coverage.change")
    patient = lock(scope(actor), patient.public_id, None, no_key=True)

    def make() -> Coverage:
        values: dict[str, Any] = dict(fields)
        if as_imported or external_id:
            values["payer_class"] = PayerClass.UNCONFIRMED
        with said(Coverage):
            coverage = Coverage.objects.create(
                organization_id=actor.organization_id, patient=patient, external_id=external_id,
                as_imported=as_imported[:255], **values,
            )  # fmt: skip
        record(actor, "coverage.create", coverage, now)
        say(actor, coverage, "added", now, quiet=quiet)
        return coverage

    return once(actor, create_key, Coverage, make)


def say(
    actor: Actor,
    coverage: Coverage,
    act: str,
    now: datetime,
    *,
    payer_class_changed: bool = False,
    quiet: bool = False,
) -> None:
    """Publish that an insurance was added, changed or ended."""
    tell(
        events.CoverageChanged(
            actor=actor, at=now, now=now, organization_id=coverage.organization_id,
            patient_id=coverage.patient_id, subject_kind="coverage", subject_id=coverage.pk,
            coverage_id=coverage.pk, payer=coverage.payer, payer_class=coverage.payer_class,
            payer_class_label=str(PayerClass(coverage.payer_class).label), act=act,
            payer_class_changed=payer_class_changed,
        ),
        quiet=quiet,
    )  # fmt: skip


@transaction.atomic
def change_coverage(
    actor: Actor,
    coverage_id: UUID,
    version: int | None,
    *,
    now: datetime,
    why: str = "",
    **fields: Unpack[CoverageFields],
) -> Coverage:
    """Change an insurance, such as confirming its payer class; what stood there is kept.

    Raises NotPermitted, Coverage.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "coverage.change")
    coverage = lock(coverages_in_scope(actor), coverage_id, version)
    changed = correct(actor, coverage, coverage.patient_id, now, why, dict(fields))
    if changed:
        record(actor, "coverage.change", coverage, now, detail={"fields": sorted(changed)})
        say(actor, coverage, "changed", now, payer_class_changed="payer_class" in changed)
    return coverage


@transaction.atomic
def end_coverage(
    actor: Actor, coverage_id: UUID, version: int | None, *, why: str, now: datetime
) -> Coverage:
    """End an insurance that is over or was entered in error; it stays in the history.

    Raises NotPermitted, Coverage.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "coverage.change")
    coverage = lock(coverages_in_scope(actor), coverage_id, version)
    if coverage.ended_at is not None:
        raise Refused(_("This insurance has ended already."))
    correct(actor, coverage, coverage.patient_id, now, why, {"ended_at": now})
    record(actor, "coverage.end", coverage, now)
    say(actor, coverage, "ended", now)
    return coverage
