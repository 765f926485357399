"""How people call the fields of this room's records: the words of the forms.

What was corrected is said in the same words in which it was asked. A field that is not here is
called by its own name, "birth date"; a test holds the table to the labels of the forms.
"""

from __future__ import annotations

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Promise] = {
    "patients.patient": _("Patient"),
    "patients.contactperson": _("Contact"),
    "patients.contactpreference": _("How to reach them"),
    "patients.disclosurepermission": _("What a contact may be told"),
    "patients.coverage": _("Insurance"),
    "patients.stay": _("Stay"),
    "patients.statussegment": _("Part of a stay"),
    "patients.stayplace": _("Bed"),
    "patients.visit": _("Visit"),
}
PERSON: dict[str, Promise] = {"phone": _("Telephone"), "email": _("E-mail")}
LABELS: dict[str, dict[str, Promise]] = {
    "patients.patient": {
        **PERSON, "family": _("Family name"), "given": _("Given name"), "mrn": _("MRN"),
        "language": _("Language at home"), "zip_code": _("ZIP code"),
        "about_me": _("What matters to them"), "zone": _("Time zone"), "deceased_at": _("Died"),
        "is_unlisted": _("Unlisted at their wish"), "unlisted_at": _("Unlisted since"),
        "unlisted_by": _("Unlisted by"), "unlisted_why": _("Unlisted: told by"),
    },
    "patients.contactperson": {
        **PERSON, "relation": _("Relation or role"), "organization_name": _("Practice or agency"),
        "other_phone": _("Other telephone"), "decision_role": _("Decides for the patient as"),
        "rank": _("Call in this order"), "ended_at": _("No longer a contact since"),
        "must_not_be_told": _("Must not be told anything, at the patient's wish"),
    },
    "patients.contactpreference": {
        "is_preferred": _("Prefers this channel"), "ok_voicemail": _("A voicemail may be left"),
        "opt_out_at": _("Wants no more of it since"),
    },
    "patients.disclosurepermission": {
        "topics": _("May be told about"), "starts_at": _("From"), "ends_at": _("Until"),
        "document": _("Signed document"),
    },
    "patients.coverage": {
        **PERSON, "member_id": _("Member number"), "starts_on": _("From"), "ends_on": _("Until"),
        "ended_at": _("Ended"),
    },
    "patients.stay": {
        "admitted_at": _("Admitted"), "departed_at": _("Left"), "disposition": _("Left to"),
        "reason": _("Reason for the stay"), "admit_source": _("Came from"),
        "code_status_source": _("Code status told by"), "expected_at": _("Expected to leave"),
        "discharged_at": _("Discharged"), "planned_disposition": _("Planned: leaves to"),
        "paperwork_done_at": _("Paperwork done"), "severity": _("Illness severity"),
        "code_status_at": _("Code status since"),
    },
    "patients.statussegment": {
        "segment_class": _("Status of the stay"), "starts_at": _("From"), "ends_at": _("Until"),
        "told_by": _("Order or source"),
    },
    "patients.stayplace": {"starts_at": _("From"), "ends_at": _("Until")},
    "patients.visit": {
        **PERSON, "with_whom": _("With"), "starts_at": _("Begins"), "ends_at": _("Ends"),
        "place": _("Where"), "reason": _("For"), "status": _("How it stands"),
        "outcome_source": _("Who told you"),
    },
}  # fmt: skip


def label_of(model: type[Model], name: str) -> str:
    """Return how a form calls a field: "A voicemail may be left"."""
    known = LABELS.get(model._meta.label_lower, {}).get(name)
    if known is not None:
        return str(known)
    field = model._meta.get_field(name)
    words = str(getattr(field, "verbose_name", name))
    return words[:1].upper() + words[1:]


def in_a_sentence(label: str) -> str:
    """Return a label inside a sentence: "birth date", but "MRN"."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def kind_of(model: type[Model]) -> str:
    """Return how people call a kind of record."""
    return str(KINDS.get(model._meta.label_lower) or model._meta.verbose_name)
