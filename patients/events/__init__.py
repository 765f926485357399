"""What happens to patients, each with the sentence their timeline shows.

`at` is when it happened; `now` is when it was recorded: an import or a late note tells of the past.
"""

from patients.events.around import (
    ContactChanged,
    CoverageChanged,
    OwnersChanged,
    PermissionChanged,
    VisitBooked,
    VisitChanged,
)
from patients.events.base import PatientEvent, joined, spoken
from patients.events.mending import ChartsMerged, ChartsUnmerged, RecordMovedAway, RecordMovedHere
from patients.events.people import (
    DeathWithdrawn,
    OptedIn,
    OptedOut,
    PatientCorrected,
    PatientDied,
    PatientListed,
    PatientRegistered,
    PatientsImported,
    PatientUnlisted,
)
from patients.events.stays import (
    AnchorCorrected,
    DischargePlanned,
    SegmentStarted,
    SeveritySet,
    StayAdmitted,
    StayDeparted,
    StayExpectedMoved,
    StayMoved,
    StayVoided,
)

__all__ = [
    "AnchorCorrected", "ChartsMerged", "ChartsUnmerged", "ContactChanged", "CoverageChanged",
    "DeathWithdrawn", "DischargePlanned", "OptedIn", "OptedOut", "OwnersChanged",
    "PatientCorrected", "PatientDied", "PatientEvent", "PatientListed", "PatientRegistered",
    "PatientUnlisted", "PatientsImported", "PermissionChanged", "RecordMovedAway",
    "RecordMovedHere", "SegmentStarted", "SeveritySet", "StayAdmitted", "StayDeparted",
    "StayExpectedMoved", "StayMoved", "StayVoided", "VisitBooked", "VisitChanged", "joined",
    "spoken",
]  # fmt: skip
