"""What follows from what: the one table (design.md 1). A reaction never refuses."""

from __future__ import annotations

from coordination.events import Event, Reaction
from coordination.worklist import events as worklist
from patients import events as patients
from patients.timeline import tell

TABLE: dict[type[Event], tuple[Reaction, ...]] = {
    patients.PatientRegistered: (tell,),
    patients.PatientCorrected: (tell,),
    patients.PatientDied: (tell,),
    patients.DeathWithdrawn: (tell,),
    patients.OptedOut: (tell,),
    patients.OptedIn: (tell,),
    patients.StayAdmitted: (tell,),
    patients.SegmentStarted: (tell,),
    patients.StayMoved: (tell,),
    patients.StayExpectedMoved: (tell,),
    patients.DischargePlanned: (tell,),
    patients.StayDeparted: (tell,),
    patients.StayVoided: (tell,),
    patients.AnchorCorrected: (tell,),
    patients.ContactChanged: (tell,),
    patients.PermissionChanged: (tell,),
    patients.CoverageChanged: (tell,),
    patients.VisitBooked: (tell,),
    patients.VisitChanged: (tell,),
    worklist.TaskRaised: (tell,),
    worklist.TaskCompleted: (tell,),
    worklist.TaskReopened: (tell,),
    worklist.TaskCancelled: (tell,),
    worklist.TaskFailed: (tell,),
    worklist.PlaybookStarted: (tell,),
}
