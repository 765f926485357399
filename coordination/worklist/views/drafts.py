"""A team's draft of a playbook: its steps, their order, and putting it in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coordination.access.conflict import Sent
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, book_forms, queries
from coordination.worklist.book_words import Told, Words, mistake_words, told_difference, words_for
from coordination.worklist.models import EvidenceKind, PlaybookDraft, TaskKind
from coordination.worklist.rules import (
    Definition,
    KnownRule,
    Mistake,
    as_definition,
    find_step,
    mistakes,
    team_mistakes,
)

BOTH = require_http_methods(["GET", "POST"])
MARK = access("playbook.change", scope="playbook_draft")
PAGE = "worklist:draft"
LONGEST_NAME = 60  # of a half-typed form


@dataclass(frozen=True, slots=True)
class DraftPage:
    """Everything a draft's pages draw. wrong: what keeps it from being published."""

    draft: PlaybookDraft
    definition: Definition
    rules: Mapping[str, KnownRule]
    wrong: list[Mistake]

    @property
    def words(self) -> Words:
        """Return the words for its steps."""
        return words_for(self.rules, self.definition)

    def against_shipped(self) -> list[Told]:
        """Tell it apart from the shipped version it is compared with."""
        return told_difference(
            queries.definition_of(self.draft.shipped), self.definition, self.rules
        )

    def context(self) -> dict[str, Any]:
        """Return what each template of a draft reads."""
        return {
            "draft": self.draft, "definition": self.definition, "words": self.words,
            "wrong": [(one, mistake_words(one)) for one in self.wrong],
            "bad": {one.step for one in self.wrong},
        }  # fmt: skip


def page_of(draft: PlaybookDraft) -> DraftPage:
    """Return what a draft says and what is wrong in it. 1 statement."""
    rules = queries.rules_of(draft.organization_id)
    data = draft.definition
    wrong = [
        *mistakes(data, TaskKind.values, EvidenceKind.values),
        *team_mistakes(data, draft.shipped.definition, rules),
    ]
    return DraftPage(draft, as_definition(data), rules, wrong)


def go(draft: PlaybookDraft, at: str = "", way: str = "") -> HttpResponse:
    """Lead to the draft. at, way: the step that was moved, and the button it was moved by."""
    response = redirect(PAGE, draft.public_id)
    if at:
        response["Location"] += f"?at={at}&way={way}"
    return response


@MARK
@require_safe
def draft(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show a draft: its steps in order, what is wrong, what differs from the shipped one."""
    page = page_of(queries.one_draft(request.actor, public_id))
    newest = queries.newer_shipped(page.draft)
    context = page.context() | {
        "newest": newest,
        "news": told_difference(
            queries.definition_of(page.draft.shipped), queries.definition_of(newest), page.rules
        ) if newest else [],
        "told": page.against_shipped(), "zone": request.actor.zone, "now": timezone.now(),
        "at": request.GET.get("at", ""), "way": request.GET.get("way", ""),
    }  # fmt: skip
    return render(request, "worklist/draft.html", context)


@access("playbook.change")
@require_POST
def begin(request: StaffRequest, slug: str) -> HttpResponse:
    """Make a team's copy to work on, or go on with the one that is open."""
    form = book_forms.TeamForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for which team."))
        return redirect("worklist:playbooks")
    made = actions.begin_draft(request.actor, slug, form.cleaned_data["team"], timezone.now())
    return go(made)


@MARK
@BOTH
def step(request: StaffRequest, public_id: UUID, step: str) -> HttpResponse:
    """Change one step of a draft. A wrong field: 422 and the form again."""
    return step_page(request, queries.one_draft(request.actor, public_id), step)


@MARK
@BOTH
def add_step(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Add a step to a draft."""
    return step_page(request, queries.one_draft(request.actor, public_id), "")


def step_page(request: StaffRequest, draft: PlaybookDraft, slug: str) -> HttpResponse:
    """Draw the form of one step, or write it. A step that is gone leads back to the draft."""
    if slug and find_step(draft.definition, slug) is None:
        messages.error(request, _("This step is no longer in the draft."))
        return go(draft)
    rules = queries.rules_of(draft.organization_id)

    def make(record: PlaybookDraft, data: Any) -> book_forms.StepForm:
        shipped = find_step(record.shipped.definition, slug) or {}
        return book_forms.StepForm(
            data, step=find_step(record.definition, slug) or {}, rules=rules,
            shipped_rule=shipped.get("rule", ""), initial={"version": record.version},
            others=[
                (one["slug"], one["title"])
                for one in record.definition["step"]
                if one["slug"] != slug
            ],
        )  # fmt: skip

    form = make(draft, request.POST if request.method == "POST" else None)
    request.sent = Sent(form, lambda record: make(record, None), request.actor.zone)
    half = step_draft(slug)
    if form.is_valid():
        made, version = form.made(), form.cleaned_data["version"]
        actions.put_draft_step(request.actor, draft.public_id, version, made, timezone.now())
        forget(request.actor, half, draft.public_id, timezone.now())
        messages.success(request, _("Kept in the draft: %(step)s") % {"step": made["title"]})
        return go(draft, made["slug"], "edit")
    context = {
        "draft": draft, "form": form, "slug": slug, "half": half,
        "kept": bring_back(request, request.actor, form, half, draft.public_id, with_version=True),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "worklist/draft_step.html", context, status=status)


def step_draft(slug: str) -> str:
    """Return the name under which a half-typed step is kept; slug: empty for a new one."""
    return f"step-{slug}"[:LONGEST_NAME] if slug else "new-step"


def named(request: StaffRequest) -> book_forms.StepNamed | None:
    """Return what a button of a step posted; None where it names no step."""
    form = book_forms.StepNamed(request.POST)
    return form if form.is_valid() else None


@MARK
@require_POST
def move_step(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Move a step one place up or down."""
    draft = queries.one_draft(request.actor, public_id)
    form = named(request)
    if form is None or not form.cleaned_data["by"]:
        return go(draft)
    said = form.cleaned_data
    actions.move_draft_step(
        request.actor, public_id, said["version"], said["step"], said["by"], timezone.now()
    )
    return go(draft, said["step"], "up" if said["by"] < 0 else "down")


@MARK
@require_POST
def drop_step(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Leave a step out of the draft."""
    draft = queries.one_draft(request.actor, public_id)
    form = named(request)
    if form is not None:
        said = form.cleaned_data
        actions.drop_draft_step(
            request.actor, public_id, said["version"], said["step"], timezone.now()
        )
        messages.success(request, _("Left out of the draft. Below it can be taken back."))
    return go(draft)


@MARK
@require_POST
def take_step(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Take a step as it is shipped."""
    draft = queries.one_draft(request.actor, public_id)
    form = named(request)
    if form is None:
        return go(draft)
    said = form.cleaned_data
    actions.take_shipped_step(
        request.actor, public_id, said["version"], said["step"], timezone.now()
    )
    return go(draft, said["step"], "edit")


@MARK
@BOTH
def publish(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show what comes into force, and put it in force."""
    done = actions.published_before(request.actor, request.POST.get("create_key", ""))
    if done is not None:
        return redirect("worklist:playbook", done.public_id)
    draft = queries.one_draft(request.actor, public_id)
    page = page_of(draft)

    def make(record: PlaybookDraft, data: Any) -> book_forms.PublishForm:
        start = {"version": record.version, "create_key": uuid4()}
        return book_forms.PublishForm(data, initial=start)

    form = make(draft, request.POST if request.method == "POST" else None)
    request.sent = Sent(form, lambda record: make(record, None), request.actor.zone)
    if form.is_bound:
        for one in page.wrong:
            form.add_error(None, mistake_words(one))
    if form.is_valid():
        said = form.cleaned_data
        made = actions.publish_draft(
            request.actor, public_id, said["version"], said["why"], timezone.now(),
            said["create_key"],
        )  # fmt: skip
        messages.success(request, _("In force from the next start on."))
        return redirect("worklist:playbook", made.public_id)
    standing = queries.current_playbook(draft.organization_id, draft.team_id, draft.slug)
    was = queries.definition_of(standing) if standing else page.definition
    context = page.context() | {
        "form": form, "standing": standing,
        "told": told_difference(was, page.definition, page.rules),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "worklist/draft_publish.html", context, status=status)


@MARK
@BOTH
def discard(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask, then throw the draft away."""
    draft = queries.one_draft(request.actor, public_id)
    start = {"version": draft.version}
    form = book_forms.DraftForm(
        request.POST if request.method == "POST" else None, initial=start
    )  # fmt: skip
    if form.is_valid():
        actions.discard_draft(
            request.actor, public_id, form.cleaned_data["version"], timezone.now()
        )  # fmt: skip
        messages.success(request, _("The draft is gone; what is in force stays."))
        return redirect("worklist:playbooks")
    context = {"draft": draft, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "worklist/draft_discard.html", context, status=status)
