"""Changing who the patient is, how they are reached, whom we speak with, how they are insured."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import actions, queries
from patients.forms import family as family_forms
from patients.forms import people as people_forms
from patients.models import Channel, Patient
from patients.views.sheet import Sheet, answer, fields_of

BOTH = require_http_methods(["GET", "POST"])
USUAL_TERM = timedelta(days=180)


@access("patient.change", scope="patient")
@BOTH
def edit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Correct who the patient is."""
    patient = queries.open_chart(request.actor, public_id)
    form = people_forms.CorrectForm
    verb = "patients:alive" if patient.deceased_at else "patients:death"
    words = _("Death recorded in error") if patient.deceased_at else _("Record a death")
    unlist = _("No longer unlisted") if patient.is_unlisted else _("Unlisted at their wish")
    links = [
        (reverse("patients:unlisted", args=[public_id]), unlist),
        (reverse(verb, args=[public_id]), words),
    ]
    if request.actor.may("patient.merge"):
        links.append((reverse("patients:merge", args=[public_id]), _("Merge with another chart")))
    elif request.actor.may("request.ask"):  # asked a room above (design.md 8)
        ask = f"/patients/{public_id}/ask-to-merge/"
        links.append((ask, _("Ask to merge with another chart")))
    sheet = Sheet(_("Correct patient"), _("Save"), "patient-edit", patient, public_id, links=links)

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        return actions.correct_patient(
            request.actor, public_id, data["version"], now=now, why=data["why"], **form.values()
        )

    return answer(request, form, sheet, save, initial=fields_of(patient, form))


@access("patient.change", scope="patient")
@BOTH
def death(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record a death: what is planned to be sent stops at once."""
    patient = queries.open_chart(request.actor, public_id)
    hint = _("Every planned message and call stops. Open work is proposed for closing, not closed.")
    sheet = Sheet(
        _("Record a death"), _("Record the death"), "patient-death", patient, public_id, hint,
        is_grave=True,
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        return actions.record_death(
            request.actor, public_id, data["version"], died_at=data["died_at"], now=now,
            told_by=data["told_by"],
        )  # fmt: skip

    return answer(
        request, people_forms.DeathForm, sheet, save, initial={"version": patient.version}
    )


@access("patient.change", scope="patient")
@BOTH
def alive(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take back a death recorded in error."""
    patient = queries.open_chart(request.actor, public_id)
    hint = _("What was stopped stays stopped until somebody plans it again.")
    sheet = Sheet(
        _("Death recorded in error"), _("The patient is alive"), "patient-alive", patient,
        public_id, hint,
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        return actions.withdraw_death(
            request.actor, public_id, data["version"], why=data["why"], now=now
        )

    return answer(request, people_forms.WhyForm, sheet, save, initial={"version": patient.version})


@access("patient.change", scope="patient")
@BOTH
def unlisted(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record that nobody is to be told that the patient is here, or that this is over."""
    patient = queries.open_chart(request.actor, public_id)
    act, sheet = actions.unlist, Sheet(
        _("Unlisted at their wish"), _("Unlist"), "patient-unlist", patient, public_id,
        _("Whoever asks hears a neutral sentence, family included, until this is taken back."),
    )  # fmt: skip
    if patient.is_unlisted:
        act, sheet = actions.list_again, Sheet(
            _("No longer unlisted"), _("List again"), "patient-list", patient, public_id,
            _("Callers may hear again what each one's own permission allows."),
        )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        return act(request.actor, public_id, data["version"], why=data["why"], now=now)

    initial = {"version": patient.version}
    return answer(request, people_forms.UnlistForm, sheet, save, initial=initial)


@access("contact.change", scope="patient")
@BOTH
def wishes(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record how the patient wants to be reached by one channel, or no more."""
    patient = queries.open_chart(request.actor, public_id)
    channel = request.GET.get("channel", Channel.PHONE)
    channel = channel if channel in Channel else Channel.PHONE
    links = [(f"?channel={c.value}", str(c.label)) for c in Channel if c != channel]
    if request.actor.may("patient.change"):
        words = _("No longer unlisted") if patient.is_unlisted else _("Unlisted at their wish")
        links.append((reverse("patients:unlisted", args=[public_id]), words))
    sheet = Sheet(
        _("How to reach the patient"), _("Save"), "patient-wishes", patient, public_id, links=links
    )
    standing = queries.preference(patient, channel)

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        act = actions.opt_out if data["is_out"] else actions.opt_in
        act(request.actor, public_id, data["channel"], now=now, told_by=data["told_by"])
        actions.set_preference(
            request.actor, public_id, data["channel"], now=now, why=data["told_by"],
            is_preferred=data["is_preferred"] and not data["is_out"],
            ok_voicemail=data["ok_voicemail"], hours=data["hours"],
        )  # fmt: skip
        return patient

    initial: dict[str, Any] = {"channel": channel}
    if standing is not None:
        initial |= fields_of(standing, people_forms.WishForm)
        initial["is_out"] = standing.opt_out_at is not None
    return answer(request, people_forms.WishForm, sheet, save, initial=initial)


@access("contact.create", scope="patient")
@BOTH
def add_contact(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Add somebody to speak with."""
    patient = queries.open_chart(request.actor, public_id)
    hint = _("Being listed here allows nothing yet: say afterwards what they may be told.")
    sheet = Sheet(_("New contact"), _("Add"), "contact-new", patient, public_id, hint)

    def save(form: Any, now: datetime) -> Patient:
        key = form.cleaned_data["create_key"]
        actions.add_contact(request.actor, patient, now=now, create_key=key, **form.values())
        return patient

    return answer(request, family_forms.AddContactForm, sheet, save)


@access("contact.change", scope="contact")
@BOTH
def edit_contact(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Change a contact."""
    contact = queries.opened(request.actor, queries.contacts_in_scope(request.actor), public_id)
    links = [
        (reverse("patients:permission", args=[public_id]), _("What they may be told")),
        (reverse("patients:end_contact", args=[public_id]), _("No longer a contact")),
    ]
    form = family_forms.ChangeContactForm
    sheet = Sheet(
        _("Change contact"), _("Save"), "contact-edit", contact.patient, public_id, links=links
    )

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.change_contact(
            request.actor, public_id, data["version"], now=now, why=data["why"], **form.values()
        )
        return contact.patient

    return answer(request, form, sheet, save, initial=fields_of(contact, form))


@access("contact.change", scope="contact")
@BOTH
def end_contact(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take somebody off the list of contacts."""
    contact = queries.opened(request.actor, queries.contacts_in_scope(request.actor), public_id)
    hint = _("%(name)s stays in the history. What they may be told ends.") % {"name": contact.name}
    sheet = Sheet(
        _("No longer a contact"), _("End"), "contact-end", contact.patient, public_id, hint
    )

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.end_contact(request.actor, public_id, data["version"], why=data["why"], now=now)
        return contact.patient

    return answer(request, people_forms.WhyForm, sheet, save, initial={"version": contact.version})


@access("disclosure.create", scope="contact")
@BOTH
def permission(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Record what the patient allows us to tell a contact."""
    contact = queries.opened(request.actor, queries.contacts_in_scope(request.actor), public_id)
    hint = _("For %(name)s. It takes the place of what was agreed before.") % {"name": contact.name}
    sheet = Sheet(
        _("What a contact may be told"), _("Save"), "permission-new", contact.patient, public_id,
        hint,
    )  # fmt: skip
    now = timezone.now()

    def save(form: Any, now: datetime) -> Patient:
        key = form.cleaned_data["create_key"]
        actions.add_permission(request.actor, contact, now=now, create_key=key, **form.values())
        return contact.patient

    return answer(
        request, family_forms.PermissionForm, sheet, save,
        initial={"starts_at": now, "ends_at": now + USUAL_TERM},
    )  # fmt: skip


@access("disclosure.approve", scope="permission")
@BOTH
def end_permission(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """End what a contact may be told."""
    rows = queries.permissions_in_scope(request.actor)
    standing = queries.opened(request.actor, rows, public_id)
    sheet = Sheet(
        _("End a permission"), _("End"), "permission-end", standing.patient, public_id,
        _("From now on this contact may be told nothing by it."),
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.end_permission(request.actor, public_id, data["version"], why=data["why"], now=now)
        return standing.patient

    return answer(request, people_forms.WhyForm, sheet, save, initial={"version": standing.version})


@access("coverage.change", scope="patient")
@BOTH
def add_coverage(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Add an insurance."""
    patient = queries.open_chart(request.actor, public_id)
    sheet = Sheet(_("New insurance"), _("Add"), "coverage-new", patient, public_id)

    def save(form: Any, now: datetime) -> Patient:
        key = form.cleaned_data["create_key"]
        actions.add_coverage(request.actor, patient, now=now, create_key=key, **form.values())
        return patient

    return answer(request, family_forms.AddCoverageForm, sheet, save)


@access("coverage.change", scope="coverage")
@BOTH
def edit_coverage(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Change an insurance, such as confirming its payer class."""
    rows = queries.coverages_in_scope(request.actor)
    coverage = queries.opened(request.actor, rows, public_id)
    came = _("It came as: %(text)s") % {"text": coverage.as_imported}
    form = family_forms.ChangeCoverageForm
    links = [(reverse("patients:end_coverage", args=[public_id]), _("This insurance is over"))]
    sheet = Sheet(
        _("Change insurance"), _("Save"), "coverage-edit", coverage.patient, public_id,
        came if coverage.as_imported else "", links=links,
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.change_coverage(
            request.actor, public_id, data["version"], now=now, why=data["why"], **form.values()
        )
        return coverage.patient

    return answer(request, form, sheet, save, initial=fields_of(coverage, form))


@access("coverage.change", scope="coverage")
@BOTH
def end_coverage(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """End an insurance that is over or was entered in error."""
    rows = queries.coverages_in_scope(request.actor)
    coverage = queries.opened(request.actor, rows, public_id)
    sheet = Sheet(
        _("End an insurance"), _("End"), "coverage-end", coverage.patient, public_id,
        _("It stays in the history with your reason."),
    )  # fmt: skip

    def save(form: Any, now: datetime) -> Patient:
        data = form.cleaned_data
        actions.end_coverage(request.actor, public_id, data["version"], why=data["why"], now=now)
        return coverage.patient

    return answer(request, people_forms.WhyForm, sheet, save, initial={"version": coverage.version})
