"""Looking at what a draft would raise for a patient, before it is published."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, queries
from coordination.worklist.book_forms import PreviewForm
from coordination.worklist.models import PlaybookDraft
from coordination.worklist.views.books import subject_of
from coordination.worklist.views.drafts import page_of
from patients.models import Patient
from patients.queries import find, open_chart

MOST_TYPED = 200


@access("playbook.change", scope="playbook_draft")
@require_http_methods(["GET", "POST"])
def preview(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Choose a patient; show what would be raised and when it would be due. Nothing is written."""
    draft = queries.one_draft(request.actor, public_id)
    patient = chosen(request.actor, request.POST.get("to") or request.GET.get("to") or "")
    if patient is None:
        return choose(request, draft)
    return foresee(request, draft, patient)


def chosen(actor: Actor, text: str) -> Patient | None:
    """Return the patient that was chosen, None while nobody is.

    Raises Patient.DoesNotExist for one out of scope.
    """
    try:
        return open_chart(actor, UUID(text))
    except ValueError:
        return None


def choose(request: StaffRequest, draft: PlaybookDraft) -> HttpResponse:
    """Find the patient by the same box as everywhere."""
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    today = timezone.now().astimezone(request.actor.zone).date()
    hits = find(request.actor, text, today).rows if text else []
    context = {"draft": draft, "text": text, "hits": hits}
    return render(request, "worklist/draft_choose.html", context)


def foresee(request: StaffRequest, draft: PlaybookDraft, patient: Patient) -> HttpResponse:
    """Show each step with its due date, its owner, or why it raises nothing."""
    actor, now, page = request.actor, timezone.now(), page_of(draft)
    typed = request.POST if "started" in request.POST else None
    start = {"started": f"{now.astimezone(actor.zone):%Y-%m-%d %H:%M}"}
    form = PreviewForm(typed or start, facts=page.definition.facts, zone=actor.zone)
    found: list[actions.Foreseen] = []
    if form.is_valid() and form.cleaned_data["started"] > now:
        form.add_error("started", _("This time is still to come. Enter when it happened."))
    if form.is_valid() and not page.wrong:
        found = actions.preview(
            actor, draft, patient, subject=subject_of(actor, patient), now=now,
            anchor_at=form.cleaned_data["started"], facts=form.said_facts(),
        )  # fmt: skip
    context = page.context() | {
        "patient": patient, "form": form, "found": found, "now": now, "zone": actor.zone,
        "raised": sum(1 for one in found if one.task),
    }  # fmt: skip
    status = 200 if form.is_valid() else 422
    return render(request, "worklist/draft_preview.html", context, status=status)
