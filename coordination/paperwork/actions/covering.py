"""Cover sheets: the page that goes before a fax, made in a worker.

It lies open in somebody's tray, so it names nobody but sender and receiver: no patient, no
diagnosis, not what the papers are needed for.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from coordination.access.actor import system_actor
from coordination.paperwork import pdf
from coordination.paperwork.actions.filing import FiledIn, receive_document
from coordination.paperwork.models import (
    CameBy,
    Dispatch,
    DispatchStatus,
    DocumentKind,
    Origin,
)
from coordination.records import Refused
from coordination.words import day_words
from coordination.worklist.actions import looked_after_by

log = logging.getLogger(__name__)
COVERED_FOR = timedelta(days=7)  # older ones that still wait lack something else
AT_ONCE = 20  # about five seconds of work


def make_covers(now: datetime) -> int:
    """Make the cover sheets that waiting faxes lack; return how many.

    Each is its own transaction, and another worker's row is left to it.
    Raises ImproperlyConfigured where the machine cannot make PDFs.
    """
    lacking = Dispatch.objects.filter(
        status=DispatchStatus.PREPARATION, channel=CameBy.FAX, cover=None,
        asked_at__gt=now - COVERED_FOR,
    )  # fmt: skip
    keys = list(lacking.order_by("asked_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_cover_or_leave(pk, now) for pk in keys)


def _cover_or_leave(pk: int, now: datetime) -> bool:
    """Make one cover sheet; one that cannot be kept (the chart is full) stops no other."""
    try:
        return _cover(pk, now)
    except (Refused, pdf.TooLong):
        log.warning("cover_not_made", extra={"count": 1})
        return False


@transaction.atomic
def _cover(pk: int, now: datetime) -> bool:
    """Make one cover sheet, unless somebody else has or it left meanwhile."""
    free = Dispatch.objects.select_for_update(of=("self",), skip_locked=True)
    dispatch = (
        free.filter(pk=pk, cover=None, status=DispatchStatus.PREPARATION)
        .select_related("patient", "organization", "asked_by")
        .first()
    )
    if dispatch is None:
        return False
    made = pdf.printed("paperwork/cover.html", words_of(dispatch), most_pages=1)
    actor = system_actor(
        "paperwork.cover", dispatch.organization, on_behalf_of=dispatch.asked_by_id
    )
    name = _("Cover sheet of a fax")
    document = receive_document(
        actor, made.looked(f"{reference_of(dispatch)}.pdf"), now=now, patient=dispatch.patient,
        filed=FiledIn(
            kind=DocumentKind.COVER, title=f"{name}: {dispatch.to_name}"[:120], pages=made.pages,
            origin=Origin.MADE,
        ),
    )  # fmt: skip
    # no new version: somebody may have the form open
    Dispatch.objects.filter(pk=dispatch.pk).update(cover=document)
    return True


def words_of(dispatch: Dispatch) -> dict[str, object]:
    """Return what the sheet says. 4 statements."""
    team, _person = looked_after_by(dispatch.patient)
    zone = ZoneInfo(team.facility.zone or dispatch.organization.zone)
    who = dispatch.asked_by.display_name if dispatch.asked_by else ""
    return {
        "house": team.facility.name, "foot": reference_of(dispatch),
        "language": translation.get_language() or "en",
        "to_name": dispatch.to_name, "to_address": dispatch.to_address,
        "sender": ", ".join(filter(None, (who, team.name))),
        "phone": team.phone or team.facility.phone,
        "day": day_words(dispatch.asked_at.astimezone(zone).date()),
        "pages": pages_of(dispatch), "reference": reference_of(dispatch),
    }  # fmt: skip


def pages_of(dispatch: Dispatch) -> int | None:
    """Return how many pages go, with the cover; None where one of them was never counted."""
    counts = list(dispatch.documents.values_list("pages", flat=True))
    known = [count for count in counts if count is not None]
    return sum(known) + 1 if len(known) == len(counts) else None


def reference_of(dispatch: Dispatch) -> str:
    """Return by what we find the sending again when they call. It says nothing of the patient."""
    return dispatch.public_id.hex[:8].upper()
