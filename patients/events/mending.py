"""Charts that were one person's, and records on the wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from patients.events.base import PatientEvent


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
