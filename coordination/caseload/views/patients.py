"""The list of patients: each once, by bed, with what comes next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries
from coordination.caseload.patient_lines import patient_groups
from coordination.caseload.queries import Numbers, PatientFilters
from coordination.caseload.queries.patients import LANES, WHOSE
from coordination.caseload.rules import Day, day_of
from coordination.columns import columns_for
from coordination.words import span_words, time_words, today_words

KEY_LENGTH = 19
MOST_UNITS = 20


@access("patient.read", trail="list")
@require_safe
def patients(request: StaffRequest) -> HttpResponse:
    """Show each patient of the list once, by bed. The URL holds the filters."""
    today = day_of(timezone.now(), request.actor.zone)
    filters = patient_filters(request.GET, may_have_own=request.actor.may("patient.change"))
    page = queries.patients_page(request.actor, today, filters)
    asked = Asked(filters)
    context = {
        "groups": patient_groups(page, today),
        "more_url": asked.url(after=page.next_after) if page.next_after else "",
        "filters": filters,
        **columns_for("patients", request),
    }
    if request.htmx and filters.after:
        return render(request, "caseload/_patient_rows.html", context)
    context |= {
        "today": today_words(today.now, today.zone),
        "heading": headings()[filters.whose],
        "lanes": lanes(page.numbers, asked, today),
        "whose": [(words, asked.url(whose=code), code == filters.whose)
                  for code, words in whose_words().items()],
        "units": [(unit, asked.with_unit(unit), unit in filters.units)
                  for unit in dict.fromkeys([*(page.numbers.units or []), *filters.units])],
        "flags": [(_("Interpreter needed"), asked.url(interpreter=not filters.interpreter),
                   filters.interpreter),
                  (_("No contact in 48 h"), asked.url(quiet=not filters.quiet), filters.quiet)],
    }  # fmt: skip
    name = "_patients" if request.htmx and request.htmx.target == "worklist" else "patients"
    return render(request, f"caseload/{name}.html", context)


def patient_filters(asked: QueryDict, *, may_have_own: bool) -> PatientFilters:
    """Read the filters of the URL; what is not understood is left out.

    may_have_own: whether this person can have patients of their own; an auditor cannot.
    """
    whose, lane, after = (asked.get(name, "") for name in ("whose", "lane", "after"))
    is_key = after.isascii() and after.isdecimal() and len(after) < KEY_LENGTH
    return PatientFilters(
        whose=whose if whose in WHOSE else "mine" if may_have_own else "team",
        lane=lane if lane in LANES else "",
        units=tuple(unit[:16] for unit in asked.getlist("unit") if unit)[:MOST_UNITS],
        interpreter=asked.get("interpreter") == "1",
        quiet=asked.get("quiet") == "1",
        after=int(after) if is_key else 0,
    )


class Asked:
    """The address of the list with one of its filters changed."""

    def __init__(self, filters: PatientFilters) -> None:
        self.filters = filters

    def url(self, **changes: Any) -> str:
        """Return the address with these filters; the page key is dropped unless it is given."""
        stands = {name: getattr(self.filters, name) for name in PatientFilters.__slots__}
        wanted = stands | {"after": 0} | changes
        pairs = [("whose", wanted["whose"])] if wanted["whose"] != "mine" else []
        pairs += [("lane", wanted["lane"])] if wanted["lane"] else []
        pairs += [("unit", unit) for unit in wanted["units"]]
        pairs += [(name, "1") for name in ("interpreter", "quiet") if wanted[name]]
        pairs += [("after", wanted["after"])] if wanted["after"] else []
        return "?" + urlencode(pairs)

    def with_unit(self, unit: str) -> str:
        """Return the address with one unit's chip pressed, or released."""
        kept = [one for one in self.filters.units if one != unit]
        if unit not in self.filters.units:
            kept.append(unit)
        return self.url(units=kept)


def headings() -> dict[str, str]:
    """Return what the page is called, by whose patients it lists."""
    return {
        "mine": _("My patients"),
        "backup": _("Patients I am backup for"),
        "team": _("Patients of my teams"),
    }


def whose_words() -> dict[str, str]:
    """Return the chips that choose whose patients are listed."""
    return {"mine": _("Mine"), "backup": _("I am backup"), "team": _("My teams")}


def lanes(numbers: Numbers, asked: Asked, today: Day) -> list[dict[str, Any]]:
    """Return the five counters in their order, each a link that filters the list."""
    oldest = (
        _("oldest %(span)s") % {"span": span_words(today.now - numbers.oldest_at)}
        if numbers.oldest_at
        else _("nothing is late")
    )
    first = (
        _("first at %(time)s") % {"time": time_words(numbers.leaving_at, today.zone)}
        if numbers.leaving_at
        else _("nobody more")
    )
    units = ", ".join(asked.filters.units or numbers.units or []) or _("no unit")
    table = (
        ("nothing", "soon", numbers.nothing, _("Nothing planned"), _("Nothing"),
         _("give each a next step")),
        ("", "", numbers.everybody, headings()[asked.filters.whose], _("All"), units),
        ("late", "late", numbers.late, _("With late work"), _("Late"), oldest),
        ("unseen", "", numbers.unseen, _("Not seen for a day"), _("Unseen"),
         _("business days only")),
        ("leaving", "", numbers.leaving, _("Leaving today"), _("Leaving"), first),
    )  # fmt: skip
    return [
        {
            "code": code or "all",
            "tone": tone if count else "",
            "count": count,
            "label": label,
            "short": short,
            "second": second,
            "current": asked.filters.lane == code,
            "url": asked.url(lane=code if asked.filters.lane != code else ""),
        }
        for code, tone, count, label, short, second in table
    ]
