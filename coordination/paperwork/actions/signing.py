"""Asking for a signature, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.access.rules import parse_business_days
from coordination.access.settings_of import facility_setting
from coordination.clocks.queries import working_calendars
from coordination.events import publish
from coordination.paperwork.actions.sending import SendIn, plan_dispatch
from coordination.paperwork.events import SignatureMoved
from coordination.paperwork.models import (
    Document,
    DocumentStatus,
    Signature,
    SignatureStatus,
    SignedHow,
)
from coordination.paperwork.queries import documents_in_scope, signatures_in_scope
from coordination.paperwork.rules import Chase, chase_after
from coordination.records import Refused, lock, move
from coordination.worklist.actions import looked_after_by
from patients.actions.mending import allow_mending, give_reason, strike_lines
from patients.models import Patient

SIGNATURE = "signature"  # the subject kind of its lines and tasks
CHASED_AFTER = "signature_chased_after"  # the setting
AHEAD = timedelta(days=120)  # how far closures are read: farther than any step


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Whose signature is asked for. channel, to_address: sent with the paper; "" asks otherwise."""

    signer: str
    role: str
    is_inside: bool = False
    phone: str = ""
    channel: str = ""
    to_address: str = ""


@transaction.atomic
def ask_signature(
    actor: Actor, document_id: UUID, what: SignIn, *, now: datetime, create_key: UUID | None = None
) -> Signature:
    """Ask somebody to sign a document of a chart, and begin to count until it is asked again.

    With a channel the document is put in the line of what is sent, to them. Raises NotPermitted,
    Document.DoesNotExist, or Refused: it is not filed or does not count any more, or they were
    asked already.
    """
    require(actor, "document.send")
    document = lock(documents_in_scope(actor), document_id, None)
    chart = document.patient
    if chart is None or document.status != DocumentStatus.CURRENT:
        raise Refused(_("Only a document that stands on a chart can be signed."))
    actor.shown.add(chart.pk)

    def make() -> Signature:
        asked = Signature.objects.filter(document=document, status=SignatureStatus.REQUESTED)
        if asked.filter(signer=what.signer).exists():
            raise Refused(_("%(who)s was asked for it already.") % {"who": what.signer})
        sent = plan_dispatch(
            actor, chart, SendIn(
                to_name=what.signer, channel=what.channel, to_address=what.to_address,
                purpose=_("Please sign and send back"), documents=(document.public_id,),
            ), now=now,
        ) if what.channel else None  # fmt: skip
        chase = next_chase(chart, now, 0)
        made = Signature.objects.create(
            organization_id=actor.organization_id, patient=chart, document=document,
            signer=what.signer, role=what.role, is_inside=what.is_inside, phone=what.phone,
            dispatch=sent, asked_at=now, asked_by=actor.user,
            chase_at=chase.raise_at if chase else None,
        )  # fmt: skip
        record(actor, "signature.ask", made, now)
        tell(actor, made, now)
        return made

    return once(actor, create_key, Signature, make)


def next_chase(patient: Patient, asked_at: datetime, chased: int) -> Chase | None:
    """Return when the paper is asked for again, by the setting and calendar of the facility.

    None after the last step, or while the facility has not settled the steps.
    """
    team, _person = looked_after_by(patient)
    settled = facility_setting(team.facility_id, CHASED_AFTER)
    if settled is None:
        return None
    zone = ZoneInfo(team.facility.zone or patient.organization.zone)
    first = asked_at.astimezone(zone).date()
    calendars = working_calendars(patient.organization_id, first, first + AHEAD)
    calendar = calendars.get(team.facility_id, calendars[None])
    return chase_after(asked_at, chased, parse_business_days(settled), zone, calendar)


@transaction.atomic
def note_signed(  # noqa: PLR0913  what proves a signature has these sides
    actor: Actor,
    signature_id: UUID,
    version: int | None,
    *,
    how: str,
    signed_at: datetime,
    now: datetime,
    witness: str = "",
    signed_copy: UUID | None = None,
) -> Signature:
    """Say that it was signed, and by what one knows; the task to ask again is done by it.

    Paper that came back needs its filed copy, a signature by phone its witness. Raises
    NotPermitted, Signature.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    signature = locked_signature(actor, signature_id, version)
    if signed_at > now:
        raise Refused(_("This is still to come. Enter when it really happened."))
    if how == SignedHow.PHONE and not witness.strip():
        raise Refused(_("Who listened? A signature by phone needs a witness."))
    copy = copy_of(actor, signature, signed_copy) if how == SignedHow.PAPER else None
    move(
        signature, SignatureStatus.COMPLETED, actor=actor, now=now, how=how, signed_at=signed_at,
        witness=witness if how == SignedHow.PHONE else "", signed_copy_id=copy and copy.pk,
        settled_by_id=person_of(actor), chase_at=None,
    )  # fmt: skip
    record(actor, "signature.sign", signature, now)
    tell(actor, signature, now)
    return signature


def copy_of(actor: Actor, signature: Signature, wanted: UUID | None) -> Document:
    """Return the signed paper. Raises Refused unless it stands on the same chart."""
    found = documents_in_scope(actor).filter(
        patient=signature.patient_id, status=DocumentStatus.CURRENT
    )
    others = found.exclude(pk=signature.document_id)  # the unsigned one proves nothing
    copy = others.filter(public_id=wanted).first() if wanted else None
    if copy is None:
        raise Refused(_("Choose the signed paper. If it is not on the chart yet, file it first."))
    return copy


@transaction.atomic
def note_declined(
    actor: Actor, signature_id: UUID, version: int | None, *, why: str, now: datetime
) -> Signature:
    """Say that they will not sign, in their words.

    Raises NotPermitted, Signature.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    return _end(actor, signature_id, version, SignatureStatus.REJECTED, why, now)


@transaction.atomic
def drop_signature(
    actor: Actor, signature_id: UUID, version: int | None, *, why: str, now: datetime
) -> Signature:
    """Say that the signature is not needed any more, with a reason.

    Raises NotPermitted, Signature.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    return _end(actor, signature_id, version, SignatureStatus.CANCELLED, why, now)


def _end(
    actor: Actor, signature_id: UUID, version: int | None, to: str, why: str, now: datetime
) -> Signature:
    give_reason(why)
    signature = locked_signature(actor, signature_id, version)
    move(
        signature, to, actor=actor, now=now, why=why, refused_why=why[:200], chase_at=None,
        settled_by_id=person_of(actor),
    )  # fmt: skip
    verb = "decline" if to == SignatureStatus.REJECTED else "drop"
    record(actor, f"signature.{verb}", signature, now)
    tell(actor, signature, now)
    return signature


@transaction.atomic
def void_signature(
    actor: Actor, signature_id: UUID, version: int | None, *, why: str, now: datetime
) -> Signature:
    """Mark it as entered in error: nobody was to be asked. Its lines stay, struck through.

    Within a day by whoever asked, later by a supervisor. Raises NotPermitted,
    Signature.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    signature = lock(signatures_in_scope(actor), signature_id, version)
    actor.shown.add(signature.patient_id)
    allow_mending(actor, signature.asked_by, signature.asked_at, now)
    strike(actor, signature, why, now)
    record(actor, "signature.entered_in_error", signature, now)
    return signature


def strike(actor: Actor, signature: Signature, why: str, now: datetime) -> None:
    """Mark a locked signature as entered in error, with its lines on the timeline."""
    move(signature, SignatureStatus.ENTERED_IN_ERROR, actor=actor, now=now, why=why, chase_at=None)
    strike_lines(actor, (SIGNATURE, signature.pk), signature.patient_id, why, now)
    tell(actor, signature, now)


def paper_taken_back(actor: Actor, document: Document, why: str, now: datetime) -> None:
    """Undo what hangs on a document that left the chart or was an error.

    What was to be signed on it falls with it; what it proved as the signed copy is open again.
    """
    for signature in (
        Signature.objects.select_for_update()
        .filter(document=document)
        .exclude(status=SignatureStatus.ENTERED_IN_ERROR)
    ):
        strike(actor, signature, why, now)
    proven = Signature.objects.select_for_update().filter(
        signed_copy=document, status=SignatureStatus.COMPLETED
    )
    for signature in proven:
        chase = next_chase(signature.patient, now, 0)
        move(
            signature, SignatureStatus.REQUESTED, actor=actor, now=now, why=why, how="",
            signed_at=None, signed_copy_id=None, chased=0,
            chase_at=chase.raise_at if chase else None,
        )  # fmt: skip
        record(actor, "signature.reopen", signature, now)
        tell(actor, signature, now)


def locked_signature(actor: Actor, signature_id: UUID, version: int | None) -> Signature:
    """Return the signature locked, for whoever sends paper."""
    require(actor, "document.send")
    signature = lock(signatures_in_scope(actor), signature_id, version)
    actor.shown.add(signature.patient_id)
    return signature


def tell(actor: Actor, signature: Signature, now: datetime) -> None:
    """Say where it stands: on the timeline, and to the task to ask again."""
    how = SignedHow(signature.how).label if signature.how else ""
    publish(
        SignatureMoved(
            actor=actor, at=now, now=now, organization_id=signature.organization_id,
            patient_id=signature.patient_id, subject_kind=SIGNATURE, subject_id=signature.pk,
            status=signature.status, who=signature.signer, note=signature.refused_why or str(how),
        )
    )  # fmt: skip
