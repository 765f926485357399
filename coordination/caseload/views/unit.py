"""The charge nurse's page of one unit, and the sheet that gives its beds to nurses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from coordination.access.actor import Actor
from coordination.access.duty import BEDSIDE, on_duty
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.access.models import Shift, Unit, User
from coordination.caseload import queries
from coordination.caseload.lines import SEX_LETTERS
from coordination.caseload.queries.unit import BedRow, UnitNotice
from coordination.caseload.rules import Day, bed_words, day_of, loads, proposed
from coordination.caseload.sheet import SheetForm
from coordination.words import late_words, time_words, today_words
from patients.actions import assign_nurses
from patients.models import IllnessSeverity
from patients.rules import age


@access("unit.read")
@require_safe
def units(request: StaffRequest) -> HttpResponse:
    """Lead to the unit one is on duty on, else to the first of one's own."""
    first = first_unit(request.actor)
    if first is None:
        return render(request, "caseload/no_unit.html")
    return redirect("caseload:unit", first.public_id)


def first_unit(actor: Actor) -> Unit | None:
    """Return the unit the actor is on duty on, else the first in scope by name. 1 statement."""
    found = list(queries.units_in_scope(actor))
    on = {one.unit_id for one in actor.duty}
    return next((unit for unit in found if unit.pk in on), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class Lane:
    """One counter, which is also a filter of the beds."""

    code: str
    count: int
    label: str
    short: str
    second: str
    tone: str = ""

    @property
    def url(self) -> str:
        """Return where the counter leads: a filter of the beds, or the panel beside them."""
        return "#climbed" if self.code == "climbed" else f"?lane={self.code}"


@access("unit.read", scope="unit", trail="list")
@require_safe
def unit(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one unit: beds in order, who has them, what is late, who leaves, who is on duty."""
    here, others = unit_of(request, public_id)
    today = day_of(timezone.now(), request.actor.zone)
    beds = queries.beds_of(request.actor, here, today.now)
    notices = queries.notices_of(request.actor, here)
    shifts = on_duty(here.organization_id, today.now, unit_id=here.pk)
    lane = request.GET.get("lane", "")
    context = {
        **frame(here, today, beds, shifts),
        "others": others,
        "beds": [bed for bed in beds if in_lane(bed, lane, here, today)],
        "lanes": lanes(beds, notices, here, today),
        "lane": lane,
        "notices": notices,
        "shifts": shifts,
    }
    return render(request, "caseload/unit.html", context)


def unit_of(request: StaffRequest, public_id: UUID) -> tuple[Unit, list[Unit]]:
    """Return the unit of this address, and the others in scope. Raises Unit.DoesNotExist."""
    found = {one.public_id: one for one in queries.units_in_scope(request.actor)}
    if public_id not in found:
        raise Unit.DoesNotExist
    here = found.pop(public_id)
    return here, list(found.values())


def frame(here: Unit, today: Day, beds: list[BedRow], shifts: list[Shift]) -> dict[str, Any]:
    """Return what the head of both pages says."""
    arriving = sum(bed.is_arriving for bed in beds)
    return {
        "unit": here,
        "day": today,
        "zone": today.zone,
        "arriving": arriving,
        "count": len(beds) - arriving,
        "nurses_on": len({s.user_id for s in shifts if s.role_id in BEDSIDE}),
        "today": today_words(today.now, today.zone),
        "bed_words": bed_words,
        "severities": dict(IllnessSeverity.choices),
        "age": lambda bed: who_words(bed, today.now.astimezone(today.zone).date()),
    }


def who_words(bed: BedRow, today: date) -> str:
    """Return the second line under a name: "78 F"."""
    years = age(bed.birth_date, today) if bed.birth_date else ""
    return f"{years} {SEX_LETTERS[bed.sex]}".strip()


def in_lane(bed: BedRow, lane: str, here: Unit, today: Day) -> bool:
    """Say whether a bed belongs to a counter; an unknown one filters nothing."""
    match lane:
        case "unassigned":
            return bed.is_bare(here)
        case "late":
            return bed.late > 0
        case "watcher":
            return is_watched(bed)
        case "leaving":
            return leaves_today(bed, today)
        case _:
            return True


def is_watched(bed: BedRow) -> bool:
    """Say whether somebody should keep an eye on the patient: a watcher, or unstable."""
    return bed.severity in {IllnessSeverity.WATCHER, IllnessSeverity.UNSTABLE}


def leaves_today(bed: BedRow, today: Day) -> bool:
    """Say whether the patient is expected to leave today, or was and is still here."""
    return bed.expected_at is not None and not bed.is_arriving and bed.expected_at < today.ends


def lanes(beds: list[BedRow], notices: Sequence[UnitNotice], here: Unit, today: Day) -> list[Lane]:
    """Return the counters of the unit, in the order of the page."""
    bare = [bed for bed in beds if bed.is_bare(here)]
    late = [bed for bed in beds if bed.due_at is not None]
    leaving = sorted(
        bed.expected_at for bed in beds if bed.expected_at and leaves_today(bed, today)
    )
    oldest = min((bed.due_at for bed in late if bed.due_at), default=None)
    unstable = sum(bed.severity == IllnessSeverity.UNSTABLE for bed in beds)
    first = next((at for at in leaving if at >= today.now), None)
    return [
        Lane(
            "unassigned", len(bare), _("Beds without a nurse"), _("No nurse"),
            ", ".join(bed_words(bed.bed, here.code) for bed in bare[:4]) or _("every bed has one"),
            "soon" if bare else "",
        ),
        Lane(
            "late", sum(bed.late for bed in late), _("Late"), _("Late"),
            _("oldest %(late)s") % {"late": late_words(oldest, today.now)} if oldest
            else _("nothing"), "late" if late else "",
        ),
        Lane(
            "watcher", sum(map(is_watched, beds)), _("Watcher or unstable"), _("Watchers"),
            _("%(n)s unstable") % {"n": unstable} if unstable else _("nobody unstable"),
        ),
        Lane(
            "leaving", len(leaving), _("Leaving today"), _("Leaving"),
            _("next at %(time)s") % {"time": time_words(first, today.zone)} if first
            else _("nobody more"),
        ),
        Lane("climbed", len(notices), _("Climbed, not seen"), _("Climbed"), _("at the side")),
    ]  # fmt: skip


@access("task.assign", scope="unit", trail="list")
@require_http_methods(["GET", "POST"])
def assignments(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give the unit's beds to the nurses on duty: filled in, one key a bed, saved all at once."""
    here, others = unit_of(request, public_id)
    today = day_of(timezone.now(), request.actor.zone)
    shifts = on_duty(here.organization_id, today.now, unit_id=here.pk)
    nurses = list({s.user_id: s for s in shifts if s.role_id in BEDSIDE}.values())
    on = {shift.user_id: shift.user for shift in nurses}
    beds = queries.beds_of(request.actor, here, today.now, list(on))
    choices = [(str(user.public_id), user.display_name) for user in on.values()]
    form = SheetForm(
        request.POST if request.method == "POST" else None, beds=beds, choices=choices,
        initial=filled_in(beds, on),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        return saved(request, here, form, today.now)
    chosen = loads(_pk_of(form, bed, on) for bed in beds)
    context = {
        **frame(here, today, beds, shifts),
        "others": others,
        "form": form,
        "rows": [(bed, form.field_of(bed), form.hidden_of(bed)) for bed in beds],
        "nurses": [(shift, chosen[shift.user_id]) for shift in nurses],
    }
    status = 422 if form.is_bound else 200
    return render(request, "caseload/assignments.html", context, status=status)


def filled_in(beds: list[BedRow], on: dict[int, User]) -> dict[str, str]:
    """Return whom the sheet proposes, by the name of the field."""
    found = {}
    for bed in beds:
        pk = proposed(bed.nurse_id, bed.was_id, on)
        found[SheetForm.name_of(bed)] = str(on[pk].public_id) if pk in on else ""
    return found


def _pk_of(form: SheetForm, bed: BedRow, on: dict[int, User]) -> int | None:
    value = form[form.name_of(bed)].value()
    return next((pk for pk, user in on.items() if str(user.public_id) == value), None)


def saved(request: StaffRequest, here: Unit, form: SheetForm, now: datetime) -> HttpResponse:
    """Save the sheet, and say how many beds changed hands."""
    changed = assign_nurses(request.actor, here, form.beds(request.actor), now)
    words = ngettext("%(n)d bed changed hands.", "%(n)d beds changed hands.", changed)
    messages.success(request, words % {"n": changed})
    return redirect("caseload:unit", here.public_id)
