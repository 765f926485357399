"""Everything the call drawer shows, read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.caseload import queries
from coordination.caseload.forms import HEARD_WAYS, HOW, SOMEBODY, LogForm
from coordination.outreach.actions.calls import DONE, NOTHING
from coordination.outreach.models import CallChannel, Outcome
from coordination.outreach.queries import CallRow, Party, parties, recent_calls
from coordination.outreach.rules import (
    REACHED,
    Attempt,
    UnreadableHours,
    likeliest_outcomes,
    next_attempt,
    wished_hours,
)
from coordination.words import when_words
from coordination.worklist.models import Task
from coordination.worklist.queries import tasks_in_scope
from patients.models import Patient
from patients.queries import ChartHead, chart_head, neutral, open_chart

OUTCOME_ICONS = {
    Outcome.REACHED: "phone",
    Outcome.REACHED_CAREGIVER: "phone",
    Outcome.VOICEMAIL: "voicemail",
    Outcome.NO_ANSWER: "phone-missed",
    Outcome.CALLBACK: "phone-incoming",
    Outcome.BUSY: "phone-off",
    Outcome.NOTED: "check",
    Outcome.REFUSED: "ban",
    Outcome.ATTENDED: "circle-check",
}
LETTERS = "ABCDEFGHI"
CONTACT = "contact-"


@dataclass(frozen=True, slots=True)
class Drawer:
    """One open drawer: about whom, for what, whom one may call, what was tried.

    who, way: the party and the way to speak that the drawer was opened with, such as a caller.
    """

    patient: Patient
    task: Task | None
    parties: list[Party]
    tried: list[CallRow]
    now: datetime
    zone: ZoneInfo
    head: ChartHead
    who: str = ""
    way: str = ""

    def opened_for(self, who: str, way: str) -> Drawer:
        """Return the drawer with a party and a way to speak chosen; what is unknown is left out."""
        known = who if who in {party.key for party in self.parties} else ""
        return replace(self, who=known, way=way if way in HOW else "")

    @property
    def draft(self) -> str:
        """Return the name a half-typed form is kept under: a caller's is their own."""
        return "caller" if self.who else "call"

    @property
    def subject_id(self) -> UUID:
        """Return what a half-typed form here belongs to."""
        if self.who.startswith(CONTACT):
            return UUID(self.who.removeprefix(CONTACT))
        return self.task.public_id if self.task else self.patient.public_id

    @property
    def query(self) -> str:
        """Return what the address must keep, so that the form is sent to the same drawer."""
        chosen = {"who": self.who, "how": self.way}
        said = urlencode({name: value for name, value in chosen.items() if value})
        return f"?{said}" if said else ""

    def proposed(self) -> datetime | None:
        """Return when to try again: another part of the day or weekday, in the wished hours."""
        first = self.parties[0] if self.parties else None
        try:
            wished = wished_hours(first.hours) if first else None
        except UnreadableHours:
            wished = None
        previous = [Attempt(row.call.occurred_at) for row in self.tried]
        return next_attempt(self.now, self.zone, [*previous, Attempt(self.now)], wished)

    def form(self, data: QueryDict | None) -> LogForm:
        """Return the form, unsent or with what was sent."""
        initial = {
            "create_key": uuid4(),
            "version": self.task.version if self.task else None,
            "who": self.who or (self.parties[0].key if self.parties else SOMEBODY),
            "how": self.way or "out",
        }
        return LogForm(
            data, parties=self.parties, task=self.task, now=self.now, zone=self.zone,
            proposed=self.proposed(), initial=initial,
        )  # fmt: skip

    def how(self, code: str) -> dict[str, Any]:
        """Return direction and channel of one way to speak."""
        direction, channel, _label, _icon = HOW[code]
        return {"direction": direction, "channel": channel}

    def context(self, form: LogForm) -> dict[str, Any]:
        """Return what the template draws."""
        who = str(form["who"].value() or "")
        likely = likeliest_outcomes(form.party_kind(who))
        heard = likeliest_outcomes(form.party_kind(who), CallChannel.MESSAGE)
        return {
            "drawer": self,
            "form": form,
            "who": who,
            "with_whom": form["with_whom"].value() or [],
            "parties": list(zip(LETTERS, self.parties, strict=False)),
            "ways": [(code, str(row[2]), row[3]) for code, row in HOW.items()],
            "likely": with_icons(likely),
            "heard": with_icons(heard),
            "heard_ways": "|".join(HEARD_WAYS),
            "spoken_ways": "|".join(code for code in HOW if code not in HEARD_WAYS),
            "rest": [(code, label) for code, label in Outcome.choices
                     if code not in likely and code not in heard],
            "outcome": form["outcome"].value() or "",
            "reached": " ".join(sorted(REACHED)),
            "nexts": self.nexts(form),
            "what_next": form["what_next"].value() or "",
            "somebody": SOMEBODY,
            "neutral": neutral(),
            "late": self.task.due_at is not None and self.task.due_at < self.now
            if self.task
            else False,
        }  # fmt: skip

    def nexts(self, form: LogForm) -> list[tuple[str, str]]:
        """Return what may come next, in words."""
        words = {
            DONE: _("Done, close this task"),
            "hour": _("Call again in 1 h"),
            "pick": _("Pick a time"),
            NOTHING: _("Nothing more") if self.task is None else _("Leave it as it is"),
        }
        return [
            (code, words.get(code) or (when_words(at, self.now, self.zone) if at else code))
            for code, at in form.next_instants().items()
        ]


def with_icons(outcomes: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return outcomes with their labels and icons, as the drawer's keys show them."""
    return [
        (code, str(Outcome(code).label), OUTCOME_ICONS.get(Outcome(code), "phone"))
        for code in outcomes
    ]


def open_drawer(actor: Actor, patient_id: UUID, task: Task | None, now: datetime) -> Drawer:
    """Read everything the drawer shows. 8 statements.

    Raises Patient.DoesNotExist outside the actor's scope.
    """
    patient = open_chart(actor, patient_id)
    tried = recent_calls(actor, patient)
    if task:
        tried = [row for row in tried if row.call.task_id == task.pk]
    found = parties(actor, patient, task, now)
    head = chart_head(actor, patient, now)
    return Drawer(patient, task, found, tried, now, head.zone, head)


def open_next(actor: Actor, done: Drawer) -> Drawer | None:
    """Return the drawer of the next row of the actor's list, or None when nothing is left."""
    after = (done.task.due_at, done.task.pk) if done.task and done.task.due_at else None
    skip = done.task.public_id if done.task else None
    row = queries.next_of_mine(actor, after, skip)
    if row is None:
        return None
    task = tasks_in_scope(actor).select_related("patient").get(public_id=row)
    return open_drawer(actor, task.patient.public_id, task, done.now)
