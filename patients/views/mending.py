"""One door for mending a record, whichever room keeps it: wrong patient, entered in error.

A room describes its kind of record with a `Mending` and hands it to the two views here; a call, a
task, a note and later a document are mended on the same pages, with what will be undone drawn
before anybody confirms: the act is rehearsed, taken back, and its own events are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from coordination.access.half_typed import bring_back, forget
from coordination.access.middleware import StaffRequest
from coordination.events import Event, rehearse
from patients import queries
from patients.forms.mending import MoveForm, VoidForm
from patients.models import Patient
from patients.views.sheet import go

MOST_TYPED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """How one kind of record is mended. Each function takes the record as `load` returned it.

    what: "call", for headings; code: the same in names of half-typed forms. load: (actor, public
    id) → the record with its patient, or DoesNotExist. problem: (actor, record, now) says why it
    cannot be mended so, or "". lines: what it says, for whoever decides. void: (actor, record,
    version, why, now). move: (actor, record, to, form or None, now); None is a rehearsal. form:
    (request, record, to, data, now), with the right chart's own choices. back: where to go
    afterwards, given the record. answer: (request, mended record, sentence), where the answer is
    another than the way back.
    """

    what: Any
    code: str
    load: Callable[[Any, UUID], Any]
    problem: Callable[[Any, Any, datetime], str]
    lines: Callable[[Any, ZoneInfo], Iterable[str]]
    void: Callable[[Any, Any, int | None, str, datetime], object]
    move: Callable[[Any, Any, Patient, Any, datetime], object]
    back: Callable[[Any], str]
    answer: Callable[[StaffRequest, Any, str], HttpResponse] | None = None
    form: Callable[..., MoveForm] = lambda _request, _record, _to, data, _now: MoveForm(data)


def void(request: StaffRequest, public_id: UUID, mending: Mending) -> HttpResponse:
    """Ask for the reason and show what it undoes; then mark the record as entered in error."""
    now, record = timezone.now(), mending.load(request.actor, public_id)
    if request.method == "GET" and (problem := mending.problem(request.actor, record, now)):
        return draw(request, "not", mending, record, {"problem": problem})
    act = partial(mending.void, request.actor, record)
    form = VoidForm(
        request.POST if request.method == "POST" else None, initial={"version": record.version}
    )
    draft = f"{mending.code}-in-error"
    if form.is_valid():
        mended = act(form.cleaned_data["version"], form.cleaned_data["why"], now)
        forget(request.actor, draft, public_id, now)
        return answered(request, mending, mended, _("Marked as entered in error."))
    context = {
        "form": form, "undone": consequences(rehearse(lambda: act(None, "…", now))), "now": now,
        "draft": draft, "kept": bring_back(request, request.actor, form, draft, public_id),
    }  # fmt: skip
    return draw(request, "void", mending, record, context)


def move(request: StaffRequest, public_id: UUID, mending: Mending) -> HttpResponse:
    """Find the right patient, show what moves and what it undoes, then move the record."""
    now, record = timezone.now(), mending.load(request.actor, public_id)
    if request.method == "GET" and (problem := mending.problem(request.actor, record, now)):
        return draw(request, "not", mending, record, {"problem": problem})
    wanted = request.POST.get("to") or request.GET.get("to") or ""
    to = chosen(request, wanted, record.patient)
    if to is None:
        return choose(request, mending, record, now)
    data = request.POST if request.method == "POST" else None
    form = mending.form(request, record, to, data, now)
    draft = f"{mending.code}-wrong-patient"
    kept = bring_back(request, request.actor, form, draft, public_id)
    form.initial.update(version=record.version, to=to.public_id)  # not whom they chose before
    if form.is_valid():
        mended = mending.move(request.actor, record, to, form, now)
        forget(request.actor, draft, public_id, now)
        return answered(request, mending, mended, _("Moved to the other chart."))
    undone = consequences(rehearse(lambda: mending.move(request.actor, record, to, None, now)))
    context = {
        "form": form, "undone": undone, "now": now, "draft": draft, "kept": kept,
        "to": queries.chart_head(request.actor, to, now),
    }  # fmt: skip
    return draw(request, "move", mending, record, context)


def answered(request: StaffRequest, mending: Mending, record: Any, said: str) -> HttpResponse:
    """Answer that it is done."""
    if mending.answer is not None:
        return mending.answer(request, record, said)
    return go(request, mending.back(record))


def chosen(request: StaffRequest, text: str, wrong: Patient) -> Patient | None:
    """Return the patient that was chosen, None while nobody is.

    Raises Patient.DoesNotExist for one out of scope, and for the one it is on.
    """
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    if public_id == wrong.public_id:
        return None
    return queries.open_chart(request.actor, public_id)


def choose(request: StaffRequest, mending: Mending, record: Any, now: datetime) -> HttpResponse:
    """Offer who has a name like the wrong one, and the same find box as everywhere."""
    text = request.POST.get("text", "").strip()[:MOST_TYPED].replace("\0", "")
    today = now.astimezone(request.actor.zone).date()
    if text:
        hits = queries.find(request.actor, text, today).rows
    else:
        hits = queries.name_alert(request.actor, record.patient)
    hits = [hit for hit in hits if hit.patient_id != record.patient.pk]
    context = {"hits": hits, "text": text, "now": now}
    return draw(request, "choose", mending, record, context, status=200)


def consequences(events: Iterable[Event]) -> list[str]:
    """Say what a rehearsed act would do to other things, each once, in its order."""
    said = (event.consequence() for event in events)
    return list(dict.fromkeys(words for words in said if words))


def draw(
    request: StaffRequest,
    name: str,
    mending: Mending,
    record: Any,
    context: dict[str, Any],
    *,
    status: int | None = None,
) -> HttpResponse:
    """Draw one step in the drawer, or on a page of its own."""
    form: Form | None = context.get("form")
    bound = form is not None and form.is_bound
    place = "_" if request.htmx else ""
    return render(
        request,
        f"patients/{place}mend_{name}.html",
        {
            "mending": mending, "record": record, "patient": record.patient,
            "lines": list(mending.lines(record, request.actor.zone)), "zone": request.actor.zone,
            "back": mending.back(record), "action": request.path, **context,
        },
        status=status or (422 if bound else 200),
    )  # fmt: skip
