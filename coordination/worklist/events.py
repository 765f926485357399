"""What happens to tasks, each with the sentence the patient's timeline shows, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.events import Event

SHORT = 160  # characters of a note that fit into its line of the timeline


@dataclass(frozen=True, kw_only=True)
class AboutTask(Event):
    """Something happened to one task. step, run_id: which step of which playbook run raised it.

    is_owed: whether a rule of law stands behind it.
    """

    task_id: int
    title: str
    run_id: int | None = None
    step: str = ""
    is_owed: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskRaised(AboutTask):
    """Somebody, or a rule, made a promise."""

    kind: ClassVar[str] = "task.raised"

    def sentence(self) -> str:
        """Name what a person promised; a playbook's steps are told by its start."""
        return "" if self.run_id else _("To do: %(title)s") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(AboutTask):
    """A task was done, with its proof. result_code, result_fields: the answer of a step."""

    outcome: str = ""
    result_code: str = ""
    result_fields: Mapping[str, Any] = field(default_factory=dict)
    kind: ClassVar[str] = "task.completed"

    def sentence(self) -> str:
        done = _("Done: %(title)s") % {"title": self.title}
        return f"{done}. {self.outcome}" if self.outcome else done


@dataclass(frozen=True, kw_only=True)
class TaskReopened(AboutTask):
    """A done task is open again."""

    why: str
    kind: ClassVar[str] = "task.reopened"

    def sentence(self) -> str:
        return _("Open again: %(title)s. %(why)s") % {"title": self.title, "why": self.why}

    def consequence(self) -> str:
        return _("This opens again: “%(title)s”") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class ProofWithdrawn(AboutTask):
    """A proof of a task no longer counts: its record was mended."""

    kind: ClassVar[str] = "task.proof_withdrawn"

    def consequence(self) -> str:
        return _("This loses its proof: “%(title)s”") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class TaskVoided(AboutTask):
    """A task was entered in error; its lines stay, struck through."""

    kind: ClassVar[str] = "task.voided"


@dataclass(frozen=True, kw_only=True)
class TaskChartMoved(AboutTask):
    """A task went to the chart it is about. from_id: the patient it stood with before."""

    from_id: int
    kind: ClassVar[str] = "task.chart_moved"


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(AboutTask):
    """A task is no longer to be done."""

    why: str
    kind: ClassVar[str] = "task.cancelled"

    def sentence(self) -> str:
        return _("Cancelled: %(title)s. %(why)s") % {"title": self.title, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class TaskFailed(AboutTask):
    """A task could not be done."""

    why: str
    kind: ClassVar[str] = "task.failed"

    def sentence(self) -> str:
        return _("Could not be done: %(title)s. %(why)s") % {"title": self.title, "why": self.why}


@dataclass(frozen=True, kw_only=True)
class TaskMoved(AboutTask):
    """A task is due at another time; no clock moved."""

    before: datetime | None
    due_at: datetime | None
    kind: ClassVar[str] = "task.moved"


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(AboutTask):
    """A task has another owner. assignee_id: None is the team's pool."""

    team_id: int
    assignee_id: int | None
    kind: ClassVar[str] = "task.assigned"


@dataclass(frozen=True, kw_only=True)
class TasksEscalated(Event):
    """A batch of late tasks reached a level. ids: their pks."""

    ids: tuple[int, ...]
    level: int
    kind: ClassVar[str] = "task.escalated"

    def consequence(self) -> str:
        return _("It is late: its owner, or the next person up, is told")


@dataclass(frozen=True, kw_only=True)
class PlaybookStarted(Event):
    """A playbook was started for a patient. run_id: the run; title: the playbook's."""

    run_id: int
    title: str
    kind: ClassVar[str] = "playbook.started"

    def sentence(self) -> str:
        return _("Started: %(title)s") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class ClosingProposed(Event):
    """An event made a task needless, perhaps; a person decides."""

    task_id: int
    fact: str
    kind: ClassVar[str] = "task.closing_proposed"


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    """A line somebody jotted down was put on a patient's timeline. at: when it was jotted."""

    now: datetime
    text: str
    kind: ClassVar[str] = "note.written"

    def sentence(self) -> str:
        return _("Note: %(text)s") % {"text": self.text} if len(self.text) <= SHORT else _("Note")

    def detail(self) -> str:
        return self.text if len(self.text) > SHORT else ""


@dataclass(frozen=True, kw_only=True)
class OwnersProposed(Event):
    """A team was asked to take a patient over who moved to its unit. person: who would."""

    team: str
    person: str = ""
    kind: ClassVar[str] = "owners.proposed"

    def sentence(self) -> str:
        if not self.person:
            return _("%(team)s were asked to take over") % {"team": self.team}
        said = _("%(team)s were asked to take over, %(person)s as primary")
        return said % {"team": self.team, "person": self.person}


@dataclass(frozen=True, kw_only=True)
class OwnersAnswered(Event):
    """A team took a patient over, with so many of the open tasks, or turned it down.

    with_patient: False when it took tasks alone and the patient stays with who has them.
    """

    team: str
    is_taken: bool
    tasks: int = 0
    of: int = 0
    with_patient: bool = True
    why: str = ""
    kind: ClassVar[str] = "owners.answered"

    def sentence(self) -> str:
        if not self.is_taken:
            said = _("%(team)s did not take over: %(why)s")
            return said % {"team": self.team, "why": self.why}
        facts = {"team": self.team, "n": self.tasks, "of": self.of}
        if not self.with_patient:
            return _("%(team)s took %(n)d of %(of)d open tasks, not the patient") % facts
        if self.tasks < self.of:
            return _("%(team)s took over, with %(n)d of %(of)d open tasks") % facts
        said = ngettext(
            "%(team)s took over, with %(n)d open task",
            "%(team)s took over, with %(n)d open tasks", self.tasks,
        )  # fmt: skip
        return said % facts


@dataclass(frozen=True, kw_only=True)
class AboutRequest(Event):
    """Something happened to a request. wish: what was asked for, "cancel “Call home health”"."""

    request_id: int
    wish: str


@dataclass(frozen=True, kw_only=True)
class ActAsked(AboutRequest):
    """Somebody asked a supervisor for an act that is not theirs."""

    why: str
    kind: ClassVar[str] = "request.asked"

    def sentence(self) -> str:
        return _("Asked the supervisor: %(wish)s") % {"wish": self.wish}

    def detail(self) -> str:
        return self.why


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(AboutRequest):
    """A supervisor approved, refused or asked back; or who asked answered or let it go."""

    state: str
    words: str = ""
    kind: ClassVar[str] = "request.answered"

    def sentence(self) -> str:
        said = {
            "approved": _("Approved: %(wish)s"),
            "refused": _("Refused: %(wish)s"),
            "asked-back": _("Asked back: %(wish)s"),
            "asked": _("Answered what was asked back: %(wish)s"),
            "withdrawn": _("No longer asked: %(wish)s"),
        }[self.state]
        return said % {"wish": self.wish}

    def detail(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True)
class AnswerTakenBack(AboutRequest):
    """The last word on a request was taken back within ten seconds."""

    kind: ClassVar[str] = "request.taken_back"

    def sentence(self) -> str:
        return _("Taken back: the last word on “%(wish)s”") % {"wish": self.wish}


@dataclass(frozen=True, kw_only=True)
class RequestsPassedOn(Event):
    """A batch of requests nobody answered in time went to who is on call. ids: their pks."""

    ids: tuple[int, ...]
    kind: ClassVar[str] = "request.passed_on"
