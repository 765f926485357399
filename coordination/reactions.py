"""What follows from what: the one table (design.md 1). A reaction never refuses."""

from __future__ import annotations

from coordination.clocks import events as clocks
from coordination.clocks import follow
from coordination.events import Event, Reaction
from coordination.outreach import actions as outreach
from coordination.outreach import events as messages
from coordination.paperwork import events as paper
from coordination.paperwork import follow as papers
from coordination.worklist import events as worklist
from coordination.worklist import follow as tasks
from patients import events as patients
from patients.timeline import tell

TABLE: dict[type[Event], tuple[Reaction, ...]] = {
    patients.PatientRegistered: (tell,),
    patients.PatientCorrected: (tell,),
    patients.PatientDied: (tell, outreach.stop_for_death, tasks.propose_for_death),
    patients.DeathWithdrawn: (tell, tasks.withdraw_for_life),
    patients.PatientUnlisted: (tell,),
    patients.PatientListed: (tell,),
    patients.OptedOut: (tell, outreach.stop_for_opt_out),
    patients.OptedIn: (tell,),
    patients.StayAdmitted: (tell, tasks.propose_for_readmission),
    patients.SegmentStarted: (tell, follow.hurry_for_segment, tasks.start_for_segment),
    patients.StayMoved: (tell, tasks.propose_owners),
    patients.OwnersChanged: (tell,),
    patients.SeveritySet: (tell,),
    patients.StayExpectedMoved: (tell, follow.move_with_plan, tasks.close_expected),
    patients.DischargePlanned: (tell, tasks.start_for_plan),
    patients.StayDeparted: (
        tell,
        follow.hurry_for_departure,
        tasks.start_for_departure,
        tasks.withdraw_owners,
    ),
    patients.StayVoided: (tell, follow.stop_with_stay, tasks.propose_for_void),
    patients.AnchorCorrected: (tell, follow.move_with_anchor),
    patients.ContactChanged: (tell,),
    patients.PermissionChanged: (tell,),
    patients.CoverageChanged: (tell, tasks.confirm_payer),
    patients.VisitBooked: (tell, outreach.remind_of_visit),
    patients.VisitChanged: (tell, outreach.remind_of_visit, tasks.propose_for_visit),
    patients.ChartsMerged: (tell, tasks.withdraw_for_merged),
    patients.ChartsUnmerged: (tell,),
    patients.RecordMovedAway: (tell,),
    patients.RecordMovedHere: (tell,),
    worklist.TaskRaised: (tell,),
    worklist.TaskCompleted: (tell, tasks.withdraw_for_task),
    worklist.TaskReopened: (tell,),
    worklist.TaskCancelled: (tell, tasks.withdraw_for_task),
    worklist.TaskFailed: (tell, tasks.withdraw_for_task),
    worklist.TaskVoided: (tasks.withdraw_for_task,),
    worklist.TaskChartMoved: (outreach.move_calls_with_task,),
    worklist.PlaybookStarted: (tell,),
    worklist.OwnersProposed: (tell,),
    worklist.OwnersAnswered: (tell,),
    worklist.NoteWritten: (tell,),
    worklist.ActAsked: (tell,),
    worklist.RequestAnswered: (tell,),
    worklist.AnswerTakenBack: (tell,),
    messages.CallLogged: (tell,),
    paper.DocumentFiled: (tell,),
    paper.DocumentReplaced: (tell,),
    paper.DispatchMoved: (tell,),
    paper.SignatureMoved: (tell, papers.settle_task),
    paper.SignatureUnanswered: (papers.ask_again,),
    messages.DeliveriesSent: (outreach.tell_sent,),
    messages.DeliveryFailed: (tell,),
    messages.MessagesStopped: (tell,),
    clocks.ClockOpened: (tell, tasks.raise_for_born_late),
    clocks.ClocksBreached: (tasks.raise_for_breached,),
    clocks.ClocksMoved: (tell, tasks.follow_clocks, tasks.withdraw_for_moved),
    clocks.ClockRunsAgain: (tell, tasks.follow_clocks),
    clocks.ClockSatisfied: (tell,),
    clocks.ClocksStopped: (tell, tasks.propose_for_stopped, tasks.withdraw_for_stopped),
    clocks.ClockExplained: (tell, tasks.propose_for_explained, tasks.withdraw_for_explained),
}
