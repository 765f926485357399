"""A stay, from admission to leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from patients.events.base import PatientEvent, joined, spoken


@dataclass(frozen=True, kw_only=True)
class StayAdmitted(PatientEvent):
    """A stay began. place: "4 West, bed 12"."""

    stay_id: int
    unit_id: int | None = None
    segment_class: str = ""
    segment_label: str = ""
    place: str = ""
    reason: str = ""
    kind: ClassVar[str] = "stay.admitted"

    def sentence(self) -> str:
        head = _("Admitted to %(place)s") % {"place": self.place} if self.place else _("Admitted")
        return joined(head, self.segment_label.lower(), self.reason)


@dataclass(frozen=True, kw_only=True)
class SegmentStarted(PatientEvent):
    """A stay is in another class from now on. with_admission: the admission already said it."""

    stay_id: int
    segment_id: int
    segment_class: str
    segment_label: str = ""
    told_by: str = ""
    with_admission: bool = False
    kind: ClassVar[str] = "stay.segment_started"

    def sentence(self) -> str:
        if self.with_admission:
            return ""
        now_is = _("Status of the stay is now %(label)s") % {"label": self.segment_label.lower()}
        return joined(now_is, self.told_by)


@dataclass(frozen=True, kw_only=True)
class StayMoved(PatientEvent):
    """The patient lies in another bed."""

    stay_id: int
    unit_id: int | None = None
    left_unit_id: int | None = None
    before: str = ""
    place: str = ""
    why: str = ""
    kind: ClassVar[str] = "stay.moved"

    def sentence(self) -> str:
        moved = _("Moved from %(before)s to %(place)s") if self.before else _("Moved to %(place)s")
        return joined(moved % {"before": self.before, "place": self.place}, self.why)


@dataclass(frozen=True, kw_only=True)
class SeveritySet(PatientEvent):
    """Somebody said how sick the patient is now. before: empty for the first time."""

    stay_id: int
    before: str
    severity: str
    why: str = ""
    kind: ClassVar[str] = "stay.severity_set"

    def sentence(self) -> str:
        facts = {"before": self.before.lower(), "now": self.severity}
        said = _("%(now)s, was %(before)s") if self.before else "%(now)s"
        return joined(said % facts, self.why)


@dataclass(frozen=True, kw_only=True)
class StayExpectedMoved(PatientEvent):
    """The expected time of leaving was set, moved or taken away."""

    stay_id: int
    before: datetime | None
    expected_at: datetime | None
    why: str = ""
    kind: ClassVar[str] = "stay.expected_moved"

    def sentence(self) -> str:
        if self.expected_at is None:
            return joined(_("No longer known when they leave"), self.why)
        day = spoken(self.expected_at, self.actor.zone)
        return joined(_("Expected to leave %(day)s") % {"day": day}, self.why)


@dataclass(frozen=True, kw_only=True)
class DischargePlanned(PatientEvent):
    """It is planned where the patient goes from here."""

    stay_id: int
    disposition: str
    where: str
    expected_at: datetime | None = None
    kind: ClassVar[str] = "stay.discharge_planned"

    def sentence(self) -> str:
        return _("Leaving is planned: %(where)s") % {"where": self.where}


@dataclass(frozen=True, kw_only=True)
class StayDeparted(PatientEvent):
    """The patient left the building."""

    stay_id: int
    disposition: str
    where: str
    departed_at: datetime
    unit_id: int | None = None
    kind: ClassVar[str] = "stay.departed"

    def sentence(self) -> str:
        return _("Left the hospital: %(where)s") % {"where": self.where}


@dataclass(frozen=True, kw_only=True)
class StayVoided(PatientEvent):
    """A stay, or a planned one, turned out not to be: entered in error, or cancelled."""

    stay_id: int
    status_label: str
    why: str
    kind: ClassVar[str] = "stay.voided"

    def sentence(self) -> str:
        return _("Stay: %(status)s. %(why)s") % {
            "status": self.status_label.lower(),
            "why": self.why,
        }


@dataclass(frozen=True, kw_only=True)
class AnchorCorrected(PatientEvent):
    """An instant that clocks start from was corrected. tells: whether the timeline shows it.

    anchor_event: a string of rules.md 2.0 such as "stay.departed". label: how a person calls it.
    """

    anchor_event: str
    old_at: datetime
    new_at: datetime
    why: str
    label: str = ""
    tells: bool = True
    kind: ClassVar[str] = "anchor.corrected"

    def sentence(self) -> str:
        if not self.tells:
            return ""
        zone = self.actor.zone
        return _("%(label)s corrected from %(old)s to %(new)s. %(why)s") % {
            "label": self.label,
            "old": spoken(self.old_at, zone),
            "new": spoken(self.new_at, zone),
            "why": self.why,
        }
