"""Finding who serves a need near a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from patients import queries as people
from patients.models import Interpreter, Patient, PayerClass
from patients.rules import age, folded
from referrals import queries
from referrals.forms import FindForm
from referrals.lines import in_words
from referrals.models import Need
from referrals.queries import Found, Hits, Wish
from referrals.rules.map import dots, rings

KEY_LENGTH = 19
MOST_NUMBER = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked for, and for whom. unplaced: the ZIP code that nobody knows, or ""."""

    wish: Wish
    payer: str
    patient: Patient | None
    unplaced: str


@access("directory.read", trail="list")
@require_safe
def directory(request: StaffRequest) -> HttpResponse:
    """Show who serves a need, nearest first, as a list and on a map. The URL holds the filters."""
    actor, now = request.actor, timezone.now()
    today = now.astimezone(actor.zone).date()
    patient = patient_of(request)
    form = form_of(request, patient)
    asked = asked_of(form, patient, now.astimezone(actor.zone).date())
    after, first = place_in_list(request)
    hits = queries.search(actor, asked.wish, today, after)
    context: dict[str, Any] = {
        "form": form, "asked": asked, "patient": patient, "wish": asked.wish,
        "need": Need(asked.wish.need).label, "first": first, "actor": actor,
        "lines": in_words(hits.rows, asked.wish, asked.payer, now, actor.zone, first),
        "more_url": more_of(request, hits, first), "due": queries.count_due(actor),
        "map": map_of(asked.wish, hits.rows, first),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "referrals/directory.html", context, status=status)


def patient_of(request: StaffRequest) -> Patient | None:
    """Return the patient the address names, None when it names nobody.

    Raises Patient.DoesNotExist for one out of scope.
    """
    try:
        public_id = UUID(request.GET.get("for", ""))
    except ValueError:
        return None
    return people.open_chart(request.actor, public_id)


def form_of(request: StaffRequest, patient: Patient | None) -> FindForm:
    """Return the filters as asked; for a patient what is not asked is theirs."""
    payers = payers_of(patient)
    first = {name: FindForm.base_fields[name].initial or "" for name in FindForm.base_fields}
    if patient is not None:
        first |= {
            "zip_code": patient.zip_code, "payer": payers[0][0] if payers else "",
            "language": patient.language if patient.interpreter == Interpreter.NEEDED else "",
        }  # fmt: skip
    said = {name: request.GET.get(name, value) for name, value in first.items()}
    form = FindForm(said, payers=payers)
    choices = dict(form.fields["language"].choices)  # type: ignore[attr-defined]
    if said["language"] not in choices and patient is not None:
        form.data = {**said, "language": ""}  # a language no entry is asked for
    return form


def payers_of(patient: Patient | None) -> list[tuple[str, str]]:
    """Return the patient's own payers as the filter names them: class, and the payer's name."""
    if patient is None:
        return []
    today = timezone.now().date()
    rows = [row for row in people.coverages(patient, today) if not row.is_over]
    return [
        (f"{row.payer_class}:{folded(row.payer)[:120]}", row.payer)
        for row in rows
        if row.payer_class != PayerClass.UNCONFIRMED
    ]


def asked_of(form: FindForm, patient: Patient | None, today: Any) -> Asked:
    """Return the wish of a form; what is wrong in it is left out, and said at its field."""
    form.is_valid()
    said = form.cleaned_data
    payer_class, _sep, payer_norm = said.get("payer", "").partition(":")
    labels = dict(form.fields["payer"].choices)  # type: ignore[attr-defined]
    zip_code = said.get("zip_code", "")
    place = queries.place_of(zip_code)
    wish = Wish(
        need=said.get("need", Need.HOME_NURSING.value), within=said.get("within") or 25,
        lat=place.lat if place else None, lon=place.lon if place else None,
        payer_class=payer_class, payer_norm=payer_norm, language=said.get("language", ""),
        accepting=said.get("accepting", "maybe"), wait=said.get("wait"),
        age=age(patient.birth_date, today) if patient and patient.birth_date else None,
        name=folded(said.get("name", "")),
    )  # fmt: skip
    payer = str(labels.get(said.get("payer", ""), "")) if payer_class else ""
    return Asked(wish, payer, patient, zip_code if zip_code and place is None else "")


def place_in_list(request: StaffRequest) -> tuple[tuple[str, int] | None, int]:
    """Return the key to go on from and the number of the first row; what is unread is ignored."""
    key, _sep, pk = request.GET.get("after", "").rpartition("_")
    number = request.GET.get("n", "")
    if not key or not (pk.isascii() and pk.isdigit() and len(pk) < KEY_LENGTH):
        return None, 1
    counts = number.isascii() and number.isdigit() and 0 < int(number[:7]) < MOST_NUMBER
    return (key[:180], int(pk)), int(number) if counts else 1


def more_of(request: StaffRequest, hits: Hits, first: int) -> str:
    """Return the address of the next page, or "" at the end."""
    if hits.next_after is None:
        return ""
    kept = {name: value for name, value in request.GET.items() if name not in {"after", "n"}}
    after = f"{hits.next_after[0]}_{hits.next_after[1]}"
    return f"?{urlencode({**kept, 'after': after, 'n': str(first + len(hits.rows))})}"


def map_of(wish: Wish, rows: list[Found], first: int) -> dict[str, Any] | None:
    """Return what the map draws, None without a place to measure from."""
    if wish.lat is None or wish.lon is None or not rows:
        return None
    found = dots(wish.lat, wish.lon, wish.within, [(row.lat, row.lon) for row in rows])
    tones = {True: "", False: " no", None: " nk"}
    return {
        "rings": rings(wish.within),
        "dots": [
            (dot, first + dot.number - 1, tones[rows[dot.number - 1].accepting]) for dot in found
        ],
    }
