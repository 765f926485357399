"""The work of two charts that become one.

- A task that served a clock which ran on both charts serves the one that runs on.
- A playbook that ran for each chart itself stays two runs: the steps of neither are lost.
- A task open on both under one title is named, so that a person closes one of them.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.clocks.models import Clock, ClockState
from coordination.worklist.models import (
    UNDECIDED,
    ApprovalRequest,
    OwnerProposal,
    PlaybookRun,
    Task,
)
from patients.joining import Joining, Table

PATIENT = "patient"
CLOCK = "clock"


def join_tasks(joining: Joining) -> None:
    """Point tasks to the clock that runs on and the chart that stays; name what is there twice."""
    tasks = Task.objects.filter(patient=joining.gone).order_by("pk")
    for task in tasks.filter(clock__in=joining.replaced):
        joining.change(task, clock_id=joining.replaced[task.clock_id or 0])
    for task in tasks.filter(subject_kind=PATIENT, subject_id=joining.gone.pk):
        joining.change(task, subject_id=joining.into.pk)
    open_there = Task.objects.filter(patient=joining.into, is_open=True)
    titles = set(open_there.values_list("title", flat=True))
    for title in tasks.filter(is_open=True, title__in=titles).values_list("title", flat=True):
        joining.said.append(_("“%(title)s” is open on both: close one") % {"title": title})


def join_runs(joining: Joining) -> None:
    """Let playbooks of the chart itself be about the chart that stays, where there is no other."""
    about = PlaybookRun.objects.filter(subject_kind=PATIENT)
    standing = set(about.filter(subject_id=joining.into.pk).values_list("slug", "anchor_event"))
    for run in about.filter(subject_id=joining.gone.pk).order_by("pk"):
        if (run.slug, run.anchor_event) not in standing:
            joining.change(run, subject_id=joining.into.pk)


def keep_one_question(joining: Joining) -> None:
    """Ask a team once whether it takes over: the question of the chart that stays stands."""
    standing = OwnerProposal.objects.filter(is_taken=None)
    teams = set(standing.filter(patient=joining.into).values_list("team_id", flat=True))
    for row in standing.filter(patient=joining.gone, team__in=teams).order_by("pk"):
        joining.keep(row)


def ask_of_the_clock_that_stays(joining: Joining) -> None:
    """Let what is asked about a clock that ran on both charts be about the one that runs on.

    Where that one is not late, or the same is asked of it, the request stays with its own chart.
    """
    asked = ApprovalRequest.objects.filter(subject_kind=CLOCK, state__in=UNDECIDED)
    stays = Clock.objects.in_bulk(joining.replaced.values())
    standing = set(asked.filter(subject_id__in=stays).values_list("act", "subject_id"))
    for row in asked.filter(subject_id__in=joining.replaced).order_by("pk"):
        clock = stays[joining.replaced[row.subject_id]]
        if clock.state != ClockState.BREACHED or (row.act, clock.pk) in standing:
            joining.keep(row)
            continue
        joining.change(row, subject_id=clock.pk, subject_public_id=clock.public_id)


TABLES = (
    Table(model="worklist.Task", what=gettext_lazy("tasks"), settle=join_tasks),
    Table(model="worklist.PlaybookRun", what=gettext_lazy("playbooks"), settle=join_runs),
    Table(model="worklist.Proposal", what=gettext_lazy("proposals to close")),
    Table(
        model="worklist.OwnerProposal",
        what=gettext_lazy("proposals to take over"),
        settle=keep_one_question,
    ),
    Table(
        model="worklist.ApprovalRequest",
        what=gettext_lazy("requests to a supervisor"),
        settle=ask_of_the_clock_that_stays,
    ),
    Table(model="worklist.Jot", what=gettext_lazy("notes")),
    Table(model="worklist.TimeEntry", what=gettext_lazy("minutes counted")),
)
