"""Family and others, what they may be told, insurance and visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from patients.events.base import PatientEvent, joined, spoken


@dataclass(frozen=True, kw_only=True)
class ContactChanged(PatientEvent):
    """A contact was added, changed or ended. act: "added", "changed", "ended"."""

    contact_id: int
    name: str
    act: str
    labels: tuple[str, ...] = ()
    why: str = ""
    kind: ClassVar[str] = "contact.changed"

    def sentence(self) -> str:
        said = {
            "added": _("Contact added: %(name)s"),
            "changed": _("Contact changed: %(name)s"),
            "ended": _("No longer a contact: %(name)s"),
        }[self.act] % {"name": self.name}
        return joined(said, *self.labels, self.why)


@dataclass(frozen=True, kw_only=True)
class PermissionChanged(PatientEvent):
    """What one person may be told was agreed, asked, refused or ended."""

    permission_id: int
    contact_id: int
    name: str
    status_label: str
    kind: ClassVar[str] = "permission.changed"

    def sentence(self) -> str:
        return _("What %(name)s may be told: %(status)s") % {
            "name": self.name,
            "status": self.status_label.lower(),
        }


@dataclass(frozen=True, kw_only=True)
class CoverageChanged(PatientEvent):
    """An insurance was added, changed or ended. payer_class_changed: clocks may not fit anymore."""

    coverage_id: int
    payer: str
    payer_class: str
    payer_class_label: str = ""
    act: str = "added"
    payer_class_changed: bool = False
    kind: ClassVar[str] = "coverage.changed"

    def sentence(self) -> str:
        said = {
            "added": _("Insurance added: %(payer)s"),
            "changed": _("Insurance changed: %(payer)s"),
            "ended": _("Insurance ended: %(payer)s"),
        }[self.act] % {"payer": self.payer}
        return joined(said, self.payer_class_label)


@dataclass(frozen=True, kw_only=True)
class VisitBooked(PatientEvent):
    """A visit has a time. starts_at: the visit's own instant."""

    visit_id: int
    with_whom: str
    starts_at: datetime | None
    kind: ClassVar[str] = "visit.booked"

    def sentence(self) -> str:
        when = spoken(self.starts_at, self.actor.zone) if self.starts_at else ""
        return joined(_("Visit booked"), self.with_whom, when)


@dataclass(frozen=True, kw_only=True)
class VisitChanged(PatientEvent):
    """A visit was moved, kept, missed or cancelled."""

    visit_id: int
    with_whom: str
    status: str
    status_label: str
    starts_at: datetime | None
    source: str = ""
    kind: ClassVar[str] = "visit.changed"

    def sentence(self) -> str:
        when = spoken(self.starts_at, self.actor.zone) if self.starts_at else ""
        head = _("Visit: %(status)s") % {"status": self.status_label.lower()}
        return joined(head, self.with_whom, when, self.source)


@dataclass(frozen=True, kw_only=True)
class OwnersChanged(PatientEvent):
    """Somebody else of a team looks after the patient. changes: (as what, name before, now)."""

    team: str
    changes: tuple[tuple[str, str, str], ...]
    why: str = ""
    kind: ClassVar[str] = "owners.changed"

    def sentence(self) -> str:
        said = (
            _("%(what)s: %(after)s, was %(before)s")
            % {"what": what, "after": after or _("nobody"), "before": before or _("nobody")}
            for what, before, after in self.changes
        )
        return joined(self.team, *said, self.why)
