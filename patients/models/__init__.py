"""People, family and contacts, stays, what is recorded of their health, and their timeline."""

from patients.models.base import Imported
from patients.models.care import Assignment, AssignmentKind, CareTeamMember, CoverLine
from patients.models.contacts import (
    Channel,
    ContactKind,
    ContactPerson,
    ContactPreference,
    DisclosurePermission,
    PermissionStatus,
    Topic,
)
from patients.models.coverage import Coverage, PayerClass
from patients.models.health import Allergy, Condition, Medication, RiskScore
from patients.models.merging import Merge, MergedRow, RowPart
from patients.models.people import Identifier, Interpreter, Patient, Sex
from patients.models.stays import (
    Disposition,
    ExpectedDate,
    IllnessSeverity,
    SegmentClass,
    SeveritySetting,
    StatusSegment,
    Stay,
    StayPlace,
    StayStatus,
    TimeRange,
)
from patients.models.story import FieldChange, TimelineEntry
from patients.models.visits import Visit, VisitStatus

__all__ = [
    "Allergy",
    "Assignment",
    "AssignmentKind",
    "CareTeamMember",
    "Channel",
    "Condition",
    "ContactKind",
    "ContactPerson",
    "ContactPreference",
    "CoverLine",
    "Coverage",
    "DisclosurePermission",
    "Disposition",
    "ExpectedDate",
    "FieldChange",
    "Identifier",
    "IllnessSeverity",
    "Imported",
    "Interpreter",
    "Medication",
    "Merge",
    "MergedRow",
    "Patient",
    "PayerClass",
    "PermissionStatus",
    "RiskScore",
    "RowPart",
    "SegmentClass",
    "SeveritySetting",
    "Sex",
    "StatusSegment",
    "Stay",
    "StayPlace",
    "StayStatus",
    "TimeRange",
    "TimelineEntry",
    "Topic",
    "Visit",
    "VisitStatus",
]
