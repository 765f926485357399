"""My last acts in words: what, whom, when, and the way back or out of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.caseload.queries import ActRow
from coordination.caseload.rules import UNDOABLE, exit_of_line, exit_of_task_event
from coordination.worklist.models import TaskStatus

Address = Callable[[ActRow], str]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way back or out: what the link says, why it is the one, and its address."""

    verb: str | Promise
    why: str | Promise
    address: Address


@dataclass(frozen=True, slots=True)
class Act:
    """One act as the list shows it. verb, url: its way back or out; empty where there is none."""

    row: ActRow
    what: str
    verb: str
    why: str
    url: str
    is_undoable: bool


def of_task(name: str) -> Address:
    """Return what gives the address of a page of the act's task."""
    return lambda row: reverse(f"worklist:{name}", args=[row.task_id])


def of_patient(name: str, part: str = "") -> Address:
    """Return what gives the address of a page of the act's patient."""
    return lambda row: reverse(name, args=[row.patient_id]) + part


def of_record(name: str) -> Address:
    """Return what gives the address of the act's call, jot or request."""
    return lambda row: reverse(name, args=[row.record]) if row.record else ""


def anew(row: ActRow) -> str:
    """Return where a task for the same patient is made."""
    return f"{reverse('worklist:new')}?patient={row.patient_id}"


EXITS: dict[str, Exit] = {
    "reopen": Exit(
        gettext_lazy("Open again"), gettext_lazy("Asks for the reason."), of_task("reopen")
    ),
    "end-hold": Exit(
        gettext_lazy("End the hold"), gettext_lazy("Asks for the reason."), of_task("end_hold")
    ),
    "move-back": Exit(
        gettext_lazy("Move it back"), gettext_lazy("Set the due time again."), of_task("move")
    ),
    "assign-back": Exit(
        gettext_lazy("Give it back"), gettext_lazy("Assign it to who had it."), of_task("assign")
    ),
    "cancel": Exit(
        gettext_lazy("Cancel the task"), gettext_lazy("A task is cancelled, never erased."),
        of_task("cancel"),
    ),
    "wait": Exit(
        gettext_lazy("Say whom else"), gettext_lazy("Correct whom it waits for."), of_task("wait")
    ),
    "tell-them": Exit(
        gettext_lazy("Open the task"), gettext_lazy("Sent: tell who was told."), of_task("task")
    ),
    "raise-anew": Exit(
        gettext_lazy("Make it anew"), gettext_lazy("This is final; a new task takes its place."),
        anew,
    ),
    "too-old": Exit(
        gettext_lazy("Open the task"),
        gettext_lazy("After 30 days a supervisor opens it again."), of_task("task"),
    ),
    "changed": Exit(
        gettext_lazy("Open the task"), gettext_lazy("Something happened since."), of_task("task")
    ),
    "open": Exit(gettext_lazy("Open the task"), gettext_lazy("Go on from there."), of_task("task")),
    "call-error": Exit(
        gettext_lazy("Entered in error"),
        gettext_lazy("A call is corrected by entered in error, or moved to the right patient."),
        of_record("outreach:call_in_error"),
    ),
    "note-error": Exit(
        gettext_lazy("Entered in error"),
        gettext_lazy("A note is corrected by entered in error, or moved to the right patient."),
        of_record("worklist:note_in_error"),
    ),
    "tell-recipient": Exit(
        gettext_lazy("Outgoing"), gettext_lazy("Sent: tell the recipient."),
        lambda _row: reverse("outreach:outgoing"),
    ),
    "alive": Exit(
        gettext_lazy("The patient is alive"),
        gettext_lazy("What was stopped stays stopped until somebody plans it again."),
        of_patient("patients:alive"),
    ),
    "list-again": Exit(
        gettext_lazy("List again"), gettext_lazy("Asks who said so."),
        of_patient("patients:unlisted"),
    ),
    "unlist": Exit(
        gettext_lazy("Unlist"), gettext_lazy("Asks who said so."), of_patient("patients:unlisted")
    ),
    "correct": Exit(
        gettext_lazy("Correct"), gettext_lazy("What stood there before is kept."),
        of_patient("patients:edit"),
    ),
    "correct-stay": Exit(
        gettext_lazy("Correct the stay"),
        gettext_lazy("Moved: move them back. The clocks follow the correction."),
        of_patient("patients:stays"),
    ),
    "family": Exit(
        gettext_lazy("Family and contacts"), gettext_lazy("Change the contact again."),
        of_patient("caseload:patient", "#family"),
    ),
    "permission": Exit(
        gettext_lazy("Family and contacts"),
        gettext_lazy("A newer permission takes the place of the older; a supervisor ends one."),
        of_patient("caseload:patient", "#family"),
    ),
    "wishes": Exit(
        gettext_lazy("Change the wish"), gettext_lazy("What was stopped stays stopped."),
        of_patient("patients:wishes"),
    ),
    "coverage": Exit(
        gettext_lazy("Open the chart"), gettext_lazy("An insurance is changed or ended there."),
        of_patient("caseload:patient"),
    ),
    "clocks": Exit(
        gettext_lazy("Open the clocks"),
        gettext_lazy("A clock keeps what it was; correct its start instead."),
        of_patient("caseload:patient_clocks"),
    ),
    "cancel-steps": Exit(
        gettext_lazy("Open the chart"),
        gettext_lazy("Cancel the steps that are not wanted; nothing is erased."),
        of_patient("caseload:patient"),
    ),
    "chart": Exit(
        gettext_lazy("Open the chart"), gettext_lazy("It is changed there."),
        of_patient("caseload:patient"),
    ),
    "request": Exit(
        gettext_lazy("Open the request"),
        gettext_lazy("What was approved is done; the rest can still be answered or let go."),
        of_record("worklist:request"),
    ),
    "take-up": Exit(
        gettext_lazy("Take it up again"), gettext_lazy("It was dropped."),
        of_record("worklist:jot"),
    ),
    "settle": Exit(
        gettext_lazy("Whose is it?"),
        gettext_lazy("Put it on a timeline, make it a task, or drop it."),
        of_record("worklist:jot"),
    ),
}  # fmt: skip


def act(row: ActRow, now: datetime) -> Act:
    """Put one act into words, with its way back or out."""
    code = way_out(row, now)
    way = EXITS.get(code)
    return Act(
        row=row, what=what(row), verb=str(way.verb) if way else "",
        why=str(way.why) if way else _("Taken back already."),
        url=way.address(row) if way else "", is_undoable=code in UNDOABLE,
    )  # fmt: skip


def way_out(row: ActRow, now: datetime) -> str:
    """Return the code of the way out of one act."""
    if row.source == "task":
        return exit_of_task_event(
            row.kind, row.after, row.status or "", is_open=bool(row.is_open), at=row.at, now=now
        )
    if row.source == "jot":
        return "take-up" if row.kind == "dropped" else "settle"
    return exit_of_line(row.kind)


def what(row: ActRow) -> str:
    """Return what was done, in one line."""
    if row.source == "line":
        return row.words
    if row.source == "jot":
        head = _("Jot dropped") if row.kind == "dropped" else _("Jotted")
        return f"{head}: {row.words}"
    if row.kind == "move":
        return f"{TaskStatus(row.after).label}: {row.title}"
    head = {
        "due": _("Due time moved"), "assigned": _("Another owner"), "raised": _("Made"),
        "waiting": _("Waiting on"), "escalated": _("Told the next person up"),
        "undo": _("Taken back"),
    }.get(row.kind, row.kind)  # fmt: skip
    return f"{head}: {row.title}"
