"""Half-typed forms (kept by access, which knows a patient as a number only) of two charts in one.

A form about the chart that goes is about the chart that stays from then on, unless the same person
has one of that kind there: then both are kept, each where it was typed.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from coordination.access.models import Draft
from patients.joining import Joining, Table


def join_drafts(joining: Joining) -> None:
    """Let half-typed forms follow the chart."""
    about = Draft.objects.filter(subject_id=joining.gone.public_id)
    there = Draft.objects.filter(subject_id=joining.into.public_id)
    standing = set(there.values_list("user_id", "form"))
    for draft in about.order_by("pk"):
        if (draft.user_id, draft.form) not in standing:
            joining.change(draft, subject_id=joining.into.public_id)


TABLES = (Table(model="access.Draft", what=gettext_lazy("half-typed forms"), settle=join_drafts),)
