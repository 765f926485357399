"""The topic and the calendar of a program or a support group."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.records import Refused, amend, lock
from referrals.models import Program, ProviderKind
from referrals.queries import entries_in_scope

KINDS = {ProviderKind.PROGRAM, ProviderKind.SUPPORT_GROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramIn:
    """What it is about, how and when people meet. form, meets: codes; host_id: the entry's pk."""

    topic: str
    form: str
    meets: str
    next_at: datetime | None = None
    places: int | None = None
    is_private: bool = True
    host_id: int | None = None


@transaction.atomic
def set_program(
    actor: Actor, public_id: UUID, version: int, said: ProgramIn, now: datetime
) -> Program:
    """Write what an entry is about and when it meets. version: of the entry.

    Raises NotPermitted, Provider.DoesNotExist, StaleRecord, or Refused for an entry of another
    kind.
    """
    require(actor, "directory.change")
    provider = lock(entries_in_scope(actor), public_id, version)
    if provider.kind not in KINDS:
        raise Refused(_("Only a program or a support group has a topic and meetings."))
    made, _is_new = Program.objects.update_or_create(
        provider=provider,
        defaults={"organization_id": provider.organization_id, **asdict(said)},
    )
    amend(provider)
    record(actor, "directory.program", provider, now)
    return made
