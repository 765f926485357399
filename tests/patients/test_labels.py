"""What was corrected is said in the words in which it was asked."""

from __future__ import annotations

import pytest

from patients import models
from patients.forms import family, people, stays
from patients.labels import LABELS, in_a_sentence, label_of

ASKED = [
    (people.CorrectForm, models.Patient), (people.WishForm, models.ContactPreference),
    (family.ChangeContactForm, models.ContactPerson), (family.ChangeCoverageForm, models.Coverage),
    (family.PermissionForm, models.DisclosurePermission), (stays.CorrectStayForm, models.Stay),
    (stays.SegmentForm, models.StatusSegment), (stays.ChangeVisitForm, models.Visit),
]  # fmt: skip


@pytest.mark.parametrize(("form", "model"), ASKED)
def test_each_field_is_called_as_its_form_calls_it(form, model):
    names = {field.name for field in model._meta.concrete_fields}
    for name, asked in form.base_fields.items():
        if name in names and asked.label and name != "is_unlisted":
            assert label_of(model, name) == str(asked.label), name


def test_every_word_belongs_to_a_field():
    for model in (getattr(models, name) for name in models.__all__):
        meta = getattr(model, "_meta", None)
        for name in LABELS.get(meta.label_lower, {}) if meta else {}:
            if name not in {"email", "phone"}:
                meta.get_field(name)


def test_a_label_in_a_sentence():
    assert [in_a_sentence(label) for label in ("Birth date", "MRN", "ZIP code")] == [
        "birth date", "MRN", "ZIP code",
    ]  # fmt: skip
