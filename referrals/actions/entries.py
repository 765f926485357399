"""Entering and correcting an entry of the directory, by whoever keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.records import Refused, amend, lock
from patients.rules import folded
from referrals.models import Provider, Service
from referrals.queries import entries_in_scope, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryIn:
    """What a person says of an entry. Empty: not known."""

    name: str
    npi: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    phone: str = ""
    fax: str = ""
    website: str = ""
    hours: str = ""
    access_words: str = ""
    age_from: int | None = None
    age_to: int | None = None
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns, with what follows from them: the folded name and the place."""
        place = place_of(self.zip_code)
        where = {"lat": place.lat, "lon": place.lon} if place else {"lat": None, "lon": None}
        return {**asdict(self), "name_norm": folded(self.name)[:180].rstrip(), **where}


@transaction.atomic
def add_entry(
    actor: Actor,
    kind: str,
    said: EntryIn,
    needs: Sequence[str],
    now: datetime,
    create_key: UUID | None = None,
) -> Provider:
    """Enter a provider that no file brought, with the needs it serves.

    kind: a ProviderKind code. Raises NotPermitted, or Refused when it is there already.
    """
    require(actor, "directory.change")
    columns = said.columns()
    twin = entries_in_scope(actor).filter(
        kind=kind, name_norm=columns["name_norm"], zip_code=said.zip_code, closed_on=None
    )

    def make() -> Provider:
        if twin.exists():
            raise Refused(_("The directory has this entry already: the same name and ZIP code."))
        made = Provider.objects.create(
            organization_id=actor.organization_id, kind=kind, by_hand=_typed(said), **columns
        )
        offer(made, needs)
        record(actor, "directory.add", made, now)
        return made

    return once(actor, create_key, Provider, make)


@transaction.atomic
def correct_entry(
    actor: Actor,
    public_id: UUID,
    version: int,
    said: EntryIn,
    needs: Sequence[str],
    now: datetime,
) -> Provider:
    """Correct an entry. A newer file then leaves alone what was corrected.

    Raises NotPermitted, Provider.DoesNotExist, StaleRecord.
    """
    require(actor, "directory.change")
    provider = lock(entries_in_scope(actor), public_id, version)
    before = {name: getattr(provider, name) for name in asdict(said)}
    changed = sorted(name for name, value in asdict(said).items() if before[name] != value)
    columns = said.columns()
    if "zip_code" not in changed:  # the file's own place is nearer than the middle of the ZIP code
        del columns["lat"], columns["lon"]
    amend(provider, **columns, by_hand=sorted({*provider.by_hand, *changed}))
    offer(provider, needs)
    record(actor, "directory.correct", provider, now, detail={"fields": changed})
    return provider


def _typed(said: EntryIn) -> list[str]:
    return sorted(name for name, value in asdict(said).items() if value not in ("", None))


def offer(provider: Provider, needs: Sequence[str]) -> None:
    """Let an entry serve exactly these needs, at its own place. 3 statements."""
    services = Service.objects.filter(provider=provider)
    services.exclude(need__in=needs).update(is_offered=False)
    services.filter(need__in=needs).update(is_offered=True, lat=provider.lat, lon=provider.lon)
    Service.objects.bulk_create(
        [
            Service(
                organization_id=provider.organization_id, provider=provider, need=need,
                lat=provider.lat, lon=provider.lon,
            )
            for need in needs
        ],
        ignore_conflicts=True,
    )  # fmt: skip
