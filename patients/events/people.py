"""Who the patient is, that they died, and how they want to be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from patients.events.base import PatientEvent, joined


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
