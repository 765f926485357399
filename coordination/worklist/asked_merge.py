"""Asking a supervisor to make two charts of one person one.

The request is about the chart that stays; the choice carries the id of the one that goes. What is
kept of a request names nobody: who may see both charts sees them side by side, and is on record.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.actor import Actor, system_actor
from coordination.records import Refused
from coordination.worklist import actions
from coordination.worklist.actions.requesting import MERGE
from coordination.worklist.rules import Act, Subject
from patients.actions import death_problem, filled_by, merge_charts
from patients.models import Merge, Patient
from patients.queries import chart_head, doubts, open_chart, scope

LONGEST_ABOUT = 1000


def find(actor: Actor, public_id: UUID, *, lock: bool = False) -> Subject:  # noqa: ARG001  `hold` locks
    """Return the chart that stays. Raises Patient.DoesNotExist."""
    patient = open_chart(actor, public_id)
    team, _person = actions.who_looks_after(patient)
    return Subject(
        patient.pk, patient.public_id, patient, patient, _("two charts of one person"),
        team.pk if team else None, team.facility_id if team else None,
    )  # fmt: skip


def hold(actor: Actor, public_id: UUID, choice: str) -> None:
    """Lock both charts in the order of their ids, as the merge does.

    Raises Patient.DoesNotExist for one out of scope, and Refused for two that cannot be one.
    """
    try:
        other = UUID(choice)
    except ValueError as unreadable:
        raise Patient.DoesNotExist from unreadable
    if other == public_id:
        raise Refused(_("This is the same chart. Choose the other one."))
    rows = scope(actor).filter(public_id__in=[public_id, other]).select_for_update(of=("self",))
    both = list(rows.order_by("pk"))
    if len(both) < len({public_id, other}):
        raise Patient.DoesNotExist
    actor.shown.update(chart.pk for chart in both)
    if problem := death_problem(*both):
        raise Refused(problem)


def problem(_subject: Subject) -> str:
    """Two charts in scope can always be asked for; `hold` refuses the two that cannot be one."""
    return ""


def blockers(subject: Subject, now: datetime, _zone: ZoneInfo) -> list[str]:
    """Say what speaks against one person, without naming anybody."""
    if not subject.choice:
        return []
    reader = system_actor("worklist.asked_merge", subject.patient.organization)
    other = Patient.objects.get(public_id=subject.choice, organization=reader.organization)
    return doubts(*(chart_head(reader, one, now) for one in (subject.patient, other)))


def merge(actor: Actor, public_id: UUID, choice: str, why: str, now: datetime) -> Merge:
    """Merge the chosen chart into the one that stays, which keeps its own where they differ.

    What only the other knows is taken over, and what both say of themselves stands together.
    """
    both = {
        str(one.public_id): one for one in scope(actor).filter(public_id__in=[public_id, choice])
    }
    stays, goes = both[str(public_id)], both[choice]
    texts = [text for text in (stays.about_me, goes.about_me) if text]
    is_both = len(set(texts)) == len(both)
    return merge_charts(
        actor, into=public_id, gone=goes.public_id, why=why, now=now,
        chosen=filled_by(stays, goes),
        about_me="\n".join(texts)[:LONGEST_ABOUT] if is_both else None,
    )  # fmt: skip


MERGE_CHARTS = Act(
    code=MERGE,
    label=gettext_lazy("Merge two charts"),
    wish=gettext_lazy("make two charts of one person one"),
    effect=gettext_lazy(
        "Everything on the other chart moves to the one that stays. Where they differ, the one that"
        " stays is right; what only the other knows is kept. A supervisor can take it back."
    ),
    ask="request.ask", decide="patient.merge",
    subject="patient", page="caseload:patient", shows="patients:both",
    find=find, hold=hold, problem=problem, blockers=blockers, perform=merge,
)  # fmt: skip
