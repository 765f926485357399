"""Taking back a contact just logged, within ten seconds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.outreach.actions.mending import void_call
from coordination.outreach.models import Call
from coordination.outreach.queries import calls_in_scope
from coordination.records import Refused
from coordination.worklist.rules import UNDONE, can_undo


@transaction.atomic
def undo_call(actor: Actor, call_id: UUID, now: datetime) -> Call:
    """Take one's own call back just after logging it: entered in error, with what it did.

    Raises Call.DoesNotExist, and Refused after ten seconds or for another person's call.
    """
    call = calls_in_scope(actor).get(public_id=call_id)
    if call.logged_by_id != actor.user_id or not can_undo(call.logged_at, now):
        raise Refused(_("This cannot be taken back any more. Mark it as entered in error."))
    return void_call(actor, call_id, None, why=UNDONE, now=now)
