"""My caseload: who needs what next, by when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.actor import Actor
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.caseload import queries
from coordination.caseload.lines import grouped, line, pen_of
from coordination.caseload.queries import Filters, Seen, Summary
from coordination.caseload.queries.day import LANES
from coordination.caseload.queries.summary import CAP
from coordination.caseload.rules import Day, day_of, day_strip
from coordination.columns import columns_for
from coordination.words import age_words, clock_words, due_words, time_words, today_words
from coordination.worklist.actions import MOST_IN_RUN

SEEN_LENGTH = 30


@access("task.read", trail="list")
@require_safe
def day(request: StaffRequest) -> HttpResponse:
    """Show the signed-in person's own work, in due order. The URL holds the filters."""
    today = day_of(timezone.now(), request.actor.zone)
    filters = filters_from(request.GET)
    page = queries.my_day(request.actor, today, filters)
    context = {
        "day": today,
        "filters": filters,
        "groups": grouped(page.rows, today, owners_of(request.actor)),
        "more_url": more_url(request.GET, page.next_after),
        "group_names": group_names(),
        **columns_for("day", request),
    }
    if request.htmx and filters.after:
        return render(request, "caseload/_groups.html", context)
    summary = queries.my_summary(request.actor, today)
    context |= summary_context(summary, filters, request.GET, today)
    is_idle = not page.rows and not summary.patients
    context["is_first_run"] = is_idle and is_first_run(request.actor)
    name = "_list" if request.htmx and request.htmx.target == "worklist" else "day"
    return render(request, f"caseload/{name}.html", context)


@access("task.change", trail="list")
@require_safe
def chosen(request: StaffRequest) -> HttpResponse:
    """Give every row the filters of the address match, as a bulk act takes them: 500 at most."""
    today = day_of(timezone.now(), request.actor.zone)
    filters = replace(filters_from(request.GET), after=None)
    page = queries.my_day(request.actor, today, filters, MOST_IN_RUN)
    return JsonResponse({"tasks": [f"{row.public_id}:{row.version}" for row in page.rows]})


@access("task.read", trail="read", scope="task")
@require_safe
def row(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Give one row as it stands now; empty when the task has left the list."""
    today = day_of(timezone.now(), request.actor.zone)
    found = queries.one_of_mine(request.actor, today, public_id)
    return render(
        request,
        "caseload/_row.html",
        {"r": line(found, pen_of(today, owners_of(request.actor)))},
    )


@access("task.read", background=True)
@require_safe
def counters(request: StaffRequest) -> HttpResponse:
    """Give the counters and the day strip alone: they show no patient."""
    today = day_of(timezone.now(), request.actor.zone)
    filters = filters_from(request.GET)
    seen = seen_from(request.GET.get("seen", ""))
    summary = queries.my_summary(request.actor, today, seen)
    context = summary_context(summary, filters, request.GET, today) | {"day": today}
    if seen:
        context |= {"seen": seen, "came": summary.new_since(seen)}
    return render(request, "caseload/_counters.html", context)


def owners_of(actor: Actor) -> dict[int, str]:
    """Return the names of whom this person covers for, by pk."""
    return {one.away_id: one.name for one in actor.covering}


def is_first_run(actor: Actor) -> bool:
    """Say whether to greet somebody who may enter patients in a hospital that has none yet."""
    return actor.may("patient.create") and not queries.has_patients(actor)


def seen_from(text: str) -> Seen | None:
    """Read what the page has seen, "pk.count"; None when that is no such thing."""
    newest, _dot, handed_over = text.partition(".")
    if not (newest.isdecimal() and handed_over.isdecimal() and len(text) < SEEN_LENGTH):
        return None
    return Seen(int(newest), int(handed_over))


def filters_from(asked: QueryDict) -> Filters:
    """Read the filters of the URL; what is not understood is left out."""
    lane = asked.get("lane", "")
    after: tuple[datetime, int] | None = None
    instant, _sep, pk = asked.get("after", "").partition("~")
    try:
        after = (datetime.fromisoformat(instant), int(pk)) if pk else None
    except ValueError:
        after = None
    if after and after[0].tzinfo is None:
        after = None
    return Filters(
        lane=lane if lane in LANES else "",
        units=tuple(unit[:16] for unit in asked.getlist("unit") if unit)[:20],
        waiting=asked.get("waiting") == "1",
        after=after,
    )


def more_url(asked: QueryDict, after: tuple[datetime, int] | None) -> str:
    """Return the address of the next page of rows, or "" on the last."""
    if after is None:
        return ""
    query = asked.copy()
    query["after"] = f"{after[0].isoformat()}~{after[1]}"
    return "?" + query.urlencode()


def pairs_without(asked: QueryDict, *names: str) -> list[tuple[str, str]]:
    """Return the address's pairs without some names, the page key and the stamp."""
    left_out = {*names, "after", "seen"}
    return [(k, v) for k, values in asked.lists() for v in values if k not in left_out]


def with_query(asked: QueryDict, **changes: str | None) -> str:
    """Return the present filters with some changed; None takes one away. Drops the page key."""
    pairs = [
        (k, v)
        for k, values in asked.lists()
        for v in values
        if k not in {*changes, "after", "seen"}
    ]
    pairs += [(k, v) for k, v in changes.items() if v is not None]
    return "?" + urlencode(pairs)


def kept_query(asked: QueryDict) -> str:
    """Return the filters of the address, to put before another parameter."""
    pairs = pairs_without(asked)
    return urlencode(pairs) + "&" if pairs else ""


def capped(count: int) -> str:
    """Return a count as shown: "1000+" past the cap."""
    return f"{CAP}+" if count > CAP else str(count)


def group_names() -> dict[str, str]:
    """Return the words of the groups, once per page."""
    return {
        "overdue": _("Overdue"),
        "soon": _("Due in the next 2 hours"),
        "today": _("Later today"),
        "later": _("After today"),
        "leaving": _("Before leaving"),
        "undated": _("No date yet"),
        "held": _("On hold"),
    }


def summary_context(
    summary: Summary, filters: Filters, asked: QueryDict, today: Day
) -> dict[str, object]:
    """Put the numbers into words: lanes, chips, head line and day strip."""
    units = summary.units or []
    chips = [(unit, unit in filters.units, with_units(asked, filters, unit)) for unit in units]
    return {
        "lanes": lanes(summary, filters, asked, today),
        "strip": day_strip(summary.done or [], summary.due or [], today, clock_words),
        "head": today_words(today.now, today.zone),
        "patients": summary.patients,
        "units": units,
        "unit_chips": chips,
        "waiting": summary.waiting,
        "waiting_url": with_query(asked, waiting=None if filters.waiting else "1"),
        "clear_url": "?",
        "summary": summary,
        "seen": summary.seen,
        "came": 0,
        "kept_query": kept_query(asked),
        "next_words": due_words(summary.next_at, today.now, today.zone) if summary.next_at else "",
        "updated": time_words(today.now, today.zone),
    }


def with_units(asked: QueryDict, filters: Filters, unit: str) -> str:
    """Return the address with one unit's chip pressed, or released."""
    kept = [u for u in filters.units if u != unit]
    if unit not in filters.units:
        kept.append(unit)
    pairs = [
        (k, v) for k, values in asked.lists() for v in values if k not in {"unit", "after", "seen"}
    ]
    return "?" + urlencode(pairs + [("unit", u) for u in kept])


def lanes(
    summary: Summary, filters: Filters, asked: QueryDict, today: Day
) -> list[dict[str, object]]:
    """Return the five counters in their order, each a link that filters the list."""
    oldest = (
        _("oldest %(age)s") % {"age": age_words(summary.oldest_at, today.now)}
        if summary.overdue and summary.oldest_at
        else _("nothing is late")
    )
    first = (
        _("first %(when)s") % {"when": due_words(summary.next_at, today.now, today.zone)}
        if summary.soon and summary.next_at
        else _("nothing yet")
    )
    done = _("%(n)s done so far") % {"n": len(summary.done or [])}
    table = (
        ("overdue", "late", summary.overdue, _("Overdue"), _("Overdue"), oldest),
        ("soon", "soon", summary.soon, _("Next 2 hours"), _("Next 2 h"), first),
        ("today", "", summary.today, _("All today"), _("Today"), done),
        ("undated", "", summary.undated, _("No date"), _("No date"), _("or before leaving")),
        ("leaving", "", summary.leaving, _("Leaving today"), _("Leaving"), _("patients")),
    )
    return [
        {
            "code": code,
            "tone": tone if count else "",
            "count": capped(count),
            "label": label,
            "short": short,
            "second": second,
            "current": filters.lane == code,
            "url": with_query(asked, lane=None if filters.lane == code else code),
        }
        for code, tone, count, label, short, second in table
    ]
