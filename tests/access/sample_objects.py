"""One object of each scope a URL may name, so that every URL can be asked as everybody.

A view's mark says what its `public_id` is (`scope="task"`). Whoever adds a scope adds a line to
SAMPLES: a function that makes the object for a patient of a team, and returns it. Parameters of
other names have a value in VALUES.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from coordination.access.actor import system_actor
from coordination.access.models import Team
from coordination.clocks.actions import open_clock
from coordination.clocks.models import DeadlineRule
from coordination.outreach.models import Call, Delivery
from coordination.paperwork import store
from coordination.paperwork.models import Dispatch, Document, Signature
from coordination.worklist.models import (
    ApprovalRequest,
    BulkItem,
    BulkRun,
    Jot,
    OwnerProposal,
    Playbook,
    PlaybookDraft,
    SavedView,
)
from patients.models import DisclosurePermission, Merge, Patient, StayPlace
from tests.factories import (
    CoverFactory,
    MembershipFactory,
    PatientFactory,
    StayFactory,
    UnitFactory,
    UserFactory,
)
from tests.paperwork.factories import looked, picture
from tests.patients.factories import ContactFactory, CoverageFactory, VisitFactory
from tests.referrals.factories import ProviderFactory
from tests.worklist.factories import PlaybookFactory, PlaybookRunFactory, TaskFactory

Sample = Callable[[Team, Patient], Model]


def task(team: Team, patient: Patient) -> Model:
    return TaskFactory(team=team, patient=patient, title=f"Call {patient.family}")


def bulk_run(team: Team, patient: Patient) -> Model:
    made = BulkRun.objects.create(
        organization=team.organization, team=team, verb="escalate", asked_at=timezone.now(),
        user=UserFactory(organization=team.organization),
    )  # fmt: skip
    BulkItem.objects.create(run=made, ordinal=0, task=task(team, patient), seen_version=1)
    return made


def saved_view(team: Team, patient: Patient) -> Model:
    return SavedView.objects.create(
        organization=team.organization, page="caseload:day", name=patient.family,
        user=UserFactory(organization=team.organization),
    )  # fmt: skip


def shipped() -> Playbook:
    found = Playbook.objects.filter(organization=None).order_by("pk").first()
    assert found is not None, "the shipped playbooks are not loaded"
    return found


def run(team: Team, patient: Patient) -> Model:
    return PlaybookRunFactory(team=team, patient=patient, playbook=shipped(), subject_id=patient.pk)


def playbook(_team: Team, patient: Patient) -> Model:
    definition = shipped().definition
    return PlaybookFactory(organization=patient.organization, definition=definition)


def playbook_draft(team: Team, _patient: Patient) -> Model:
    """Begin a team's copy of a playbook; its steps are the ones addresses name."""
    now, book = timezone.now(), shipped()
    editor = UserFactory(organization=team.organization)
    return PlaybookDraft.objects.create(
        organization=team.organization, team=team, slug=book.slug, shipped=book,
        definition=book.definition, edited_by=editor, edited_at=now,
    )  # fmt: skip


def clock(_team: Team, patient: Patient) -> Model:
    now = timezone.now()
    opened = open_clock(
        system_actor("test", patient.organization), rule="tcm-contact", patient=patient,
        subject=("stay", patient.pk), anchor_event="stay.departed", anchor_at=now, now=now,
        facts={"disposition": "01"},
    )  # fmt: skip
    assert opened is not None, "the rule tcm-contact is not loaded"
    return opened


def call(_team: Team, patient: Patient) -> Model:
    now = timezone.now()
    return Call.objects.create(
        organization=patient.organization, patient=patient, outcome="reached",
        note=f"Spoke with {patient.family}", occurred_at=now, logged_at=now,
    )  # fmt: skip


def document(_team: Team, patient: Patient) -> Model:
    now, photo = timezone.now(), looked(picture(), "card.png")
    return Document.objects.create(
        organization=patient.organization, patient=patient, kind="other", title=patient.family,
        entered_at=now, filed_at=now, media_type=photo.media_type, size_bytes=photo.size_bytes,
        sha256=photo.sha256, file_id=store.keep(photo),
    )  # fmt: skip


def dispatch(_team: Team, patient: Patient) -> Model:
    made = Dispatch.objects.create(
        organization=patient.organization, patient=patient, channel="fax", purpose="visit",
        to_name=f"Clinic of {patient.family}", asked_at=timezone.now(),
    )  # fmt: skip
    made.documents.set([document(_team, patient).pk])
    return made


def signature(_team: Team, patient: Patient) -> Model:
    return Signature.objects.create(
        organization=patient.organization, patient=patient, role="patient",
        document_id=document(_team, patient).pk, signer=f"Ms. {patient.family}",
        asked_at=timezone.now(),
    )  # fmt: skip


def paper(team: Team, _patient: Patient) -> Model:
    return Document.objects.create(
        organization=team.organization, team=team, sender="Fax 4421", entered_at=timezone.now(),
        media_type="text/plain", size_bytes=1, sha256="0" * 64,
    )  # fmt: skip


def delivery(_team: Team, patient: Patient) -> Model:
    now = timezone.now()
    return Delivery.objects.create(
        organization=patient.organization, patient=patient, kind="visit", template="visit",
        reminder=f"visit:{patient.pk}:sample", recipient="patient", channel="file",
        due_at=now, give_up_at=now + timedelta(hours=24),
    )  # fmt: skip


def unit(team: Team, patient: Patient) -> Model:
    made = UnitFactory(organization=team.organization, facility=team.facility)
    team.units.add(made)
    StayFactory(patient=patient, unit=made, bed="01")
    return made


def cover(team: Team, _patient: Patient) -> Model:
    now = timezone.now()
    away, covering = (
        UserFactory(organization=team.organization, first_name=name) for name in ("Away", "Covers")
    )
    for user in (away, covering):
        MembershipFactory(organization=team.organization, user=user, team=team)
    return CoverFactory(
        away=away, covering=covering, team=team, starts_at=now, ends_at=now + timedelta(hours=8)
    )


def owner_proposal(team: Team, patient: Patient) -> Model:
    made = UnitFactory(organization=team.organization, facility=team.facility)
    stay = StayFactory(patient=patient, unit=made, bed="02")
    return OwnerProposal.objects.create(
        organization=team.organization, patient=patient, stay=stay, team=team, unit=made,
        proposed_at=timezone.now(),
    )  # fmt: skip


def stay_place(_team: Team, patient: Patient) -> Model:
    stay, now = StayFactory(patient=patient, bed="03"), timezone.now()
    return StayPlace.objects.create(
        organization=patient.organization, stay=stay, bed="03", starts_at=stay.admitted_at or now,
        set_at=now,
    )  # fmt: skip


def permission(_team: Team, patient: Patient) -> Model:
    return DisclosurePermission.objects.create(
        organization=patient.organization, patient=patient,
        contact=ContactFactory(patient=patient, name=patient.family),
    )  # fmt: skip


def merge(_team: Team, patient: Patient) -> Model:
    away = PatientFactory(organization=patient.organization, family=patient.family)
    return Merge.objects.create(
        organization=patient.organization, into=patient, gone=away, at=timezone.now(),
        why="sample", undone_at=timezone.now(),
    )  # fmt: skip


def note(team: Team, patient: Patient) -> Model:
    now = timezone.now()
    return Jot.objects.create(
        organization=patient.organization, user=UserFactory(organization=team.organization),
        text=f"Asked about {patient.family}", at=now, status="note", patient=patient,
        settled_at=now,
    )  # fmt: skip


def asked(team: Team, patient: Patient) -> Model:
    """Somebody asked to cancel a task."""
    about = TaskFactory(team=team, patient=patient, title=f"Notice for {patient.family}")
    return ApprovalRequest.objects.create(
        organization=patient.organization, patient=patient, act="cancel-owed-task",
        subject_kind="task", subject_id=about.pk, subject_public_id=about.public_id,
        title=about.title, team=team, asked_by=UserFactory(organization=team.organization),
        asked_at=timezone.now(), why="sample",
    )  # fmt: skip


SAMPLES: dict[str, Sample] = {
    "patient": lambda _team, patient: patient,
    "stay": lambda _team, patient: StayFactory(patient=patient),
    "stay_place": stay_place,
    "contact": lambda _team, patient: ContactFactory(patient=patient, name=patient.family),
    "coverage": lambda _team, patient: CoverageFactory(patient=patient, payer=patient.family),
    "visit": lambda _team, patient: VisitFactory(patient=patient, with_whom=patient.family),
    "task": task,
    "run": run,
    "bulk_run": bulk_run,
    "clock": clock,
    "call": call,
    "delivery": delivery,
    "dispatch": dispatch,
    "document": document,
    "paper": paper,
    "signature": signature,
    "permission": permission,
    "playbook": playbook,
    "playbook_draft": playbook_draft,
    "provider": lambda team, _patient: ProviderFactory(organization=team.organization),
    "saved_view": saved_view,
    "unit": unit,
    "cover": cover,
    "merge": merge,
    "note": note,
    "owner_proposal": owner_proposal,
    "request": asked,
}
ORGANIZATION_WIDE = {"playbook", "provider"}  # scopes whose records the whole organization reads

# Other parameters of addresses: a value, or what finds one in the database.
VALUES: dict[str, Callable[[], object]] = {
    "jot": lambda: NOBODYS,  # one person's own: whose it is not, finds none
    "token": lambda: NOBODYS,  # the same
    "form": lambda: "log-call",
    "slug": lambda: "against-advice",
    "step": lambda: "form",
    "rule_id": lambda: DeadlineRule.objects.order_by("pk").values_list("pk", flat=True).first(),
}


def address_of(sample: Model) -> str:
    """Return the id by which URLs name this object."""
    return str(getattr(sample, "public_id", None) or sample.pk)


NOBODYS = str(uuid.UUID("00000000-0000-4000-8000-000000000000"))
