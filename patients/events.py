"""What happens to patients, each with the sentence their timeline shows.

`at` is when it happened; `now` is when it was recorded: an import or a late note tells of the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from coordination.events import Event


def joined(*parts: str) -> str:
    """Return the parts that say something, with commas between."""
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class PatientEvent(Event):
    """Something that happened to one patient, or to several. now: when it was recorded."""

    now: datetime


@dataclass(frozen=True, kw_only=True)
class PatientRegistered(PatientEvent):
    """A patient came into our care."""

    kind: ClassVar[str] = "patient.registered"

    def sentence(self) -> str:
        return _("Registered")


@dataclass(frozen=True, kw_only=True)
class PatientsImported(PatientEvent):
    """A batch of patients came in over a wire. ids: their pks."""

    ids: tuple[int, ...]
    kind: ClassVar[str] = "patient.imported"


@dataclass(frozen=True, kw_only=True)
class PatientCorrected(PatientEvent):
    """Who the patient is was corrected. fields: names; labels: how a person calls them."""

    fields: tuple[str, ...]
    labels: tuple[str, ...]
    why: str = ""
    kind: ClassVar[str] = "patient.corrected"

    def sentence(self) -> str:
        changed = _("Corrected: %(fields)s") % {"fields": ", ".join(self.labels)}
        return f"{changed}. {self.why}" if self.why else changed


@dataclass(frozen=True, kw_only=True)
class PatientDied(PatientEvent):
    """The patient died; `at` is the time of death."""

    told_by: str = ""
    kind: ClassVar[str] = "patient.died"

    def sentence(self) -> str:
        return joined(_("Died"), self.told_by)


@dataclass(frozen=True, kw_only=True)
class DeathWithdrawn(PatientEvent):
    """A death was recorded in error; the patient is alive."""

    why: str = ""
    kind: ClassVar[str] = "patient.death_withdrawn"

    def sentence(self) -> str:
        return _("The record of death was an error. %(why)s") % {"why": self.why}

    def consequence(self) -> str:
        return _("The record of death is taken back")


@dataclass(frozen=True, kw_only=True)
class PatientUnlisted(PatientEvent):
    """The patient wishes that nobody is told they are here."""

    why: str = ""
    kind: ClassVar[str] = "patient.unlisted"

    def sentence(self) -> str:
        return joined(_("Unlisted at their wish"), self.why)


@dataclass(frozen=True, kw_only=True)
class PatientListed(PatientEvent):
    """The patient no longer wishes to be unlisted."""

    why: str = ""
    kind: ClassVar[str] = "patient.listed"

    def sentence(self) -> str:
        return joined(_("No longer unlisted"), self.why)


@dataclass(frozen=True, kw_only=True)
class OptedOut(PatientEvent):
    """Somebody wants no more of one channel. contact_id: None is the patient."""

    channel: str
    channel_label: str
    contact_id: int | None = None
    contact_name: str = ""
    told_by: str = ""
    kind: ClassVar[str] = "outreach.opted_out"

    def sentence(self) -> str:
        says = _("No more by %(channel)s") % {"channel": self.channel_label.lower()}
        return joined(says, self.contact_name, self.told_by)


@dataclass(frozen=True, kw_only=True)
class OptedIn(PatientEvent):
    """The patient, or one contact, allows a channel again."""

    channel: str
    channel_label: str
    contact_id: int | None = None
    contact_name: str = ""
    kind: ClassVar[str] = "outreach.opted_in"

    def sentence(self) -> str:
        says = _("Allowed again: %(channel)s") % {"channel": self.channel_label.lower()}
        return joined(says, self.contact_name)


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
    before: str = ""
    place: str = ""
    kind: ClassVar[str] = "stay.moved"

    def sentence(self) -> str:
        if not self.before:
            return _("Moved to %(place)s") % {"place": self.place}
        return _("Moved from %(before)s to %(place)s") % {
            "before": self.before,
            "place": self.place,
        }


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
class ChartsMerged(PatientEvent):
    """Another chart of the same person became part of this one. mrn: the other's."""

    gone_id: int
    mrn: str
    why: str
    kind: ClassVar[str] = "patient.merged"

    def sentence(self) -> str:
        said = {"mrn": self.mrn or "–", "why": self.why}
        return _("Merged with the chart MRN %(mrn)s. %(why)s") % said


@dataclass(frozen=True, kw_only=True)
class ChartsUnmerged(PatientEvent):
    """Two charts that were one are two again. mrn: the other's."""

    mrn: str
    why: str
    kind: ClassVar[str] = "patient.unmerged"

    def sentence(self) -> str:
        said = {"mrn": self.mrn or "–", "why": self.why}
        return _("No longer one with the chart MRN %(mrn)s. %(why)s") % said


@dataclass(frozen=True, kw_only=True)
class RecordMovedAway(PatientEvent):
    """A record left this chart: it was about somebody else, of whom nothing is said here."""

    what: str
    kind: ClassVar[str] = "mended.away"

    def sentence(self) -> str:
        return _("%(what)s was moved: logged on the wrong patient") % {"what": self.what}

    def consequence(self) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class RecordMovedHere(PatientEvent):
    """A record came to this chart, which it is about, from the one it was logged on."""

    what: str
    why: str
    kind: ClassVar[str] = "mended.here"

    def sentence(self) -> str:
        return _("%(what)s was moved here from another chart. %(why)s") % {
            "what": self.what,
            "why": self.why,
        }

    def consequence(self) -> str:
        return ""


def spoken(at: datetime | date, zone: object) -> str:
    """Say an instant as "Tue 24 Nov 2026, 15:00" in the zone, or a date without its hour."""
    if not isinstance(at, datetime):
        return f"{at:%a} {at.day} {at:%b %Y}"
    here = at.astimezone(zone)  # type: ignore[arg-type]
    return f"{here:%a} {here.day} {here:%b %Y, %H:%M}"
