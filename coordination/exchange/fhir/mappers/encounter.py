"""Encounter to a stay with its segments, or to a visit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from coordination.exchange.fhir.mappers.about import patient_of, refuse_withdrawn
from coordination.exchange.fhir.rows import StayRow, VisitRow
from coordination.exchange.fhir.values import (
    Context,
    Dict,
    Unreadable,
    codings,
    first,
    fit,
    group,
    groups,
    label,
    text,
    whole,
)

# Encounter.class that means a bed, and the segment class of rules.md 5.7 it opens.
SEGMENTS = {
    "IMP": "inpatient",
    "ACUTE": "inpatient",
    "NONAC": "inpatient",
    "OBSENC": "observation",
    "SS": "outpatient",
    "EMER": "ED",
}
STAY_STATUSES = {
    "planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled",
}  # fmt: skip
VISIT_STATUSES = {
    "planned": "booked",
    "arrived": "arrived",
    "triaged": "checked-in",
    "in-progress": "checked-in",
    "onleave": "checked-in",
    "finished": "fulfilled",
    "unknown": "fulfilled",
    "cancelled": "cancelled",
}
# R4 discharge-disposition to UB-04 field 17. "00" stands for: left, and the source does not say to
# where; nothing is started on a guess.
DISPOSITIONS = {
    "home": "01", "alt-home": "01", "other-hcf": "70", "hosp": "50", "long": "63",
    "aadvice": "07", "exp": "20", "psy": "65", "rehab": "62", "snf": "03", "oth": "70",
}  # fmt: skip
NOT_SAID = "00"
UB04 = re.compile(r"[0-9]{1,2}")

Segment = tuple[str, datetime, datetime | None]


def map_encounter(resource: Dict, key: str, context: Context) -> Iterable[StayRow | VisitRow]:
    """Map one Encounter. Raises Unreadable for a finished stay with no time of leaving."""
    refuse_withdrawn(resource)
    kind = text(group(resource.get("class"), "Encounter.class").get("code"), "Encounter.class.code")
    if kind in SEGMENTS:
        yield _stay(resource, key, kind, context)
    else:
        yield _visit(resource, key, kind, context)


def _stay(resource: Dict, key: str, kind: str, context: Context) -> StayRow:
    start, end = context.period(resource.get("period"), "Encounter.period")
    status = text(resource.get("status"), "Encounter.status")
    if status == "unknown" and end:
        status = "finished"
    if status not in STAY_STATUSES:
        raise Unreadable("Encounter.status is missing or not one a stay can have.")
    is_over = status == "finished"
    if is_over and end is None:
        raise Unreadable("Encounter.period.end is missing, so the stay has no time of leaving.")
    hospital = group(resource.get("hospitalization"), "Encounter.hospitalization")
    source = label(hospital.get("admitSource"), "Encounter.hospitalization.admitSource")
    return StayRow(
        **patient_of(resource, "subject", key, context),
        status=status,
        admitted_at=start,
        admit_source=fit(source, 60),
        reason=fit(_reason(resource), 200),
        discharged_at=end if is_over else None,
        departed_at=end if is_over else None,
        disposition=_disposition(hospital) if is_over else "",
        segments=() if status in {"planned", "cancelled"} else _segments(
            resource, kind, start, end if is_over else None, context
        ),
    )  # fmt: skip


def _segments(
    resource: Dict, kind: str, start: datetime | None, end: datetime | None, context: Context
) -> tuple[Segment, ...]:
    """Return the stretches of the stay: its class history where told, else one."""
    found: list[Segment] = []
    for past in groups(resource.get("classHistory"), "Encounter.classHistory"):
        where = "Encounter.classHistory"
        name = text(group(past.get("class"), f"{where}.class").get("code"), f"{where}.class.code")
        since, until = context.period(past.get("period"), f"{where}.period")
        if name in SEGMENTS and since:
            found.append((SEGMENTS[name], since, until))
    found.sort(key=lambda segment: segment[1])
    for (_, _, until), (_, since, _) in pairwise(found):
        if until is None or until > since:
            raise Unreadable("Encounter.classHistory has stretches that overlap.")
    if not found:
        return ((SEGMENTS[kind], start, end),) if start else ()
    last_kind, last_since, last_until = found[-1]
    if last_until is None:
        if end and end < last_since:
            raise Unreadable("Encounter.classHistory goes on after the stay ended.")
        found[-1] = (last_kind, last_since, end)
    elif end is None or last_until < end:
        found.append((SEGMENTS[kind], last_until, end))
    return tuple(found)


def _disposition(hospital: Dict) -> str:
    where = "Encounter.hospitalization.dischargeDisposition"
    for system, code, _ in codings(hospital.get("dischargeDisposition"), where):
        if "nubc" in system.casefold() and UB04.fullmatch(code):
            return code.zfill(2)
        if code in DISPOSITIONS:
            return DISPOSITIONS[code]
    return NOT_SAID


def _reason(resource: Dict) -> str:
    reason = label(first(groups(resource.get("reasonCode"), "Encounter.reasonCode")), "reasonCode")
    return reason or label(first(groups(resource.get("type"), "Encounter.type")), "Encounter.type")


def _visit(resource: Dict, key: str, kind: str, context: Context) -> VisitRow:
    start, end = context.period(resource.get("period"), "Encounter.period")
    status = VISIT_STATUSES.get(text(resource.get("status"), "Encounter.status"))
    if status is None:
        raise Unreadable("Encounter.status is missing or not one FHIR R4 knows.")
    who = first(groups(resource.get("participant"), "Encounter.participant"))
    person = context.ref(who.get("individual"), "Encounter.participant.individual", resource)
    place = context.ref(resource.get("serviceProvider"), "Encounter.serviceProvider", resource)
    return VisitRow(
        **patient_of(resource, "subject", key, context),
        status=status,
        visit_class=whole(kind, 24),
        with_whom=fit(person.display, 160),
        with_whom_ref=person.external_id,
        place=fit(place.display, 160),
        place_ref=place.external_id,
        reason=fit(_reason(resource), 200),
        starts_at=start,
        ends_at=end,
        outcome_source="import" if status == "fulfilled" else "",
    )
