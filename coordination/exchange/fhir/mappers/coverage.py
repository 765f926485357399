"""Coverage to a row, also where it hides inside a Claim or an ExplanationOfBenefit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from coordination.exchange.fhir.mappers.about import Withdrawn, patient_of, refuse_withdrawn
from coordination.exchange.fhir.rows import CoverageRow
from coordination.exchange.fhir.values import (
    Context,
    Dict,
    Unreadable,
    code,
    contained_of,
    first,
    fit,
    group,
    groups,
    label,
    text,
    whole,
)


def map_coverage(resource: Dict, key: str, context: Context) -> Iterable[CoverageRow]:
    """Map one Coverage. A cancelled one is left out like one entered in error.

    The payer class is never guessed: `unconfirmed`, with the words it came with (rules.md 1.2).
    """
    refuse_withdrawn(resource)
    if text(resource.get("status"), "Coverage.status") in {"cancelled", "draft"}:
        raise Withdrawn("Coverage is a draft or was cancelled.")
    payor = context.ref(
        first(groups(resource.get("payor"), "Coverage.payor")), "Coverage.payor", resource
    )
    kind = label(resource.get("type"), "Coverage.type")
    payer = payor.display or kind
    if not payer and not payor.external_id:
        raise Unreadable("Coverage.payor names nobody who pays.")
    order = resource.get("order")
    start, end = _days(resource, context)
    yield CoverageRow(
        **patient_of(resource, "beneficiary", key, context),
        payer=fit(payer, 160),
        payer_ref=payor.external_id,
        plan=fit(_plan(resource), 160),
        payer_class="unconfirmed",
        member_id=whole(_member(resource), 80),
        starts_on=start,
        ends_on=end,
        order=order if isinstance(order, int) and 1 <= order < 100 else 1,  # noqa: PLR2004
        as_imported=fit(" · ".join(w for w in dict.fromkeys((payor.display, kind)) if w), 255),
    )


def map_claim(resource: Dict, key: str, context: Context) -> Iterable[CoverageRow]:
    """Give each coverage contained in a Claim or ExplanationOfBenefit.

    The same coverage is repeated in each of them, so its id is made of what it says.
    """
    for held in contained_of(resource, "Coverage"):
        whose = (
            held if held.get("beneficiary") else {**held, "beneficiary": resource.get("patient")}
        )
        for row in map_coverage(whose, key, context):
            said = "|".join(
                (row.patient_ref, row.patient_system, row.patient_value, row.payer, row.payer_ref,
                 row.plan, row.member_id, str(row.order))
            )  # fmt: skip
            digest = hashlib.sha256(said.encode()).hexdigest()[:32]
            yield replace(row, external_id=context.external(f"Coverage/inside-{digest}"))


def _days(resource: Dict, context: Context) -> tuple[date | None, date | None]:
    period = group(resource.get("period"), "Coverage.period")
    start = context.on(period.get("start"), "Coverage.period.start")
    end = context.on(period.get("end"), "Coverage.period.end")
    if start and end and end < start:
        raise Unreadable("Coverage.period ends before it starts.")
    return start, end


def _plan(resource: Dict) -> str:
    for part in groups(resource.get("class"), "Coverage.class"):
        if code(part.get("type"), "Coverage.class.type") == "plan":
            return text(part.get("name"), "Coverage.class.name") or text(
                part.get("value"), "Coverage.class.value"
            )
    return ""


def _member(resource: Dict) -> str:
    numbers = groups(resource.get("identifier"), "Coverage.identifier")
    return text(resource.get("subscriberId"), "Coverage.subscriberId") or text(
        first(numbers).get("value"), "Coverage.identifier.value"
    )
