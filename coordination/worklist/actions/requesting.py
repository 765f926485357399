"""Asking a supervisor for an act, saying more, and letting it go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.once import once
from coordination.access.rules import parse_length
from coordination.access.settings_of import facility_setting
from coordination.events import publish
from coordination.records import NotPermitted, Refused, TransitionNotAllowed, lock, move
from coordination.worklist.events import ActAsked, RequestAnswered
from coordination.worklist.models import UNDECIDED, ApprovalRequest, RequestState
from coordination.worklist.queries import acts, open_request, requests_in_scope
from coordination.worklist.rules import Act, Subject, answer_by
from patients.models import Patient

ANSWER_BY = "request_answer_by"  # the setting
MERGE = "merge-charts"  # the act whose choice names the other chart
LONGEST_WHY = 1000


@transaction.atomic
def ask(
    actor: Actor,
    code: str,
    subject_id: UUID,
    now: datetime,
    *,
    why: str,
    choice: str = "",
    create_key: UUID | None = None,
) -> ApprovalRequest:
    """Ask the supervisors of the subject's team for an act; what stands in its way is kept.

    code: of the act. choice: one of its choices. Raises KeyError for an act nobody offers, and
    NotPermitted, the subject's DoesNotExist, TransitionNotAllowed or Refused.
    """
    act = acts()[code]
    require(actor, act.ask)
    person_of(actor)
    give_words(why)

    def make() -> ApprovalRequest:
        subject = replace(hold(actor, act, subject_id, choice), choice=choice)
        if problem := ask_problem(actor, act, subject):
            raise TransitionNotAllowed(problem)
        if choice not in dict(act.choices()) and act.reason:
            raise Refused(_("Choose from the list."))
        return _create(actor, act, subject, now, why.strip()[:LONGEST_WHY], choice)

    return once(actor, create_key, ApprovalRequest, make)


def hold(actor: Actor, act: Act, subject_id: UUID, choice: str) -> Subject:
    """Return the subject of an act, locked with what was chosen for it.

    Before the request, as every other act on it does. Raises what the act's functions raise.
    """
    if act.hold is None:
        return act.find(actor, subject_id, lock=True)
    act.hold(actor, subject_id, choice)
    return act.find(actor, subject_id)


def ask_problem(actor: Actor, act: Act, subject: Subject) -> str:
    """Return why the actor cannot ask for this now, or "". 1 statement."""
    if actor.may(act.decide):
        return _("You may do this yourself: nobody needs to be asked.")
    if problem := act.problem(subject):
        return problem
    if subject.team_id is None:
        return _("No team looks after this patient, so nobody can be asked.")
    standing = open_request(act.code, act.subject, subject.pk)
    if standing is None:
        return ""
    return _("%(who)s asked for this already; it waits for an answer.") % {
        "who": standing.asked_by.display_name
    }


def _create(
    actor: Actor, act: Act, subject: Subject, now: datetime, why: str, choice: str
) -> ApprovalRequest:
    request = ApprovalRequest.objects.create(
        organization_id=actor.organization_id, patient=subject.patient, act=act.code,
        subject_kind=act.subject, subject_id=subject.pk, subject_public_id=subject.public_id,
        title=subject.title[:200], team_id=subject.team_id or 0, asked_by_id=person_of(actor),
        asked_at=now, why=why, choice=choice, blockers=act.blockers(subject, now, actor.zone),
        answer_by=answer_by(now, _within(subject.facility_id)),
    )  # fmt: skip
    request.log_move(actor, now, "", RequestState.ASKED, why)
    record(actor, "request.ask", request, now, detail={"act": act.code})
    publish(ActAsked(**about(actor, request, now), why=why))
    return request


def _within(facility_id: int | None) -> Any:
    settled = facility_setting(facility_id, ANSWER_BY)
    return parse_length(settled) if settled else None


def about(actor: Actor, request: ApprovalRequest, now: datetime) -> dict[str, Any]:
    """Return what every event about a request carries."""
    return {
        "actor": actor, "at": now, "organization_id": request.organization_id,
        "patient_id": request.patient_id, "subject_kind": "request", "subject_id": request.pk,
        "request_id": request.pk, "wish": wish_of(request),
    }  # fmt: skip


def wish_of(request: ApprovalRequest) -> str:
    """Return what was asked for: "cancel “Give the notice”"."""
    act = acts().get(request.act)
    return str(act.wish) % {"title": request.title} if act else request.title


def give_words(words: str) -> None:
    """Raise Refused unless something was said."""
    if not words.strip():
        raise Refused(_("Say why, in a few words."))


def own_request(actor: Actor, request_id: UUID, version: int | None) -> ApprovalRequest:
    """Return a request locked, for who asked it or covers for them, and note whose it is.

    Raises NotPermitted, ApprovalRequest.DoesNotExist or StaleRecord.
    """
    require(actor, "request.ask")
    rows = requests_in_scope(actor).select_related("team", "patient")
    request = lock(rows, request_id, version)
    if not actor.owns_for(request.asked_by_id, request.patient_id):
        raise NotPermitted(_("A colleague asked this. Only they can go on with it."))
    actor.shown.add(request.patient_id)
    actor.stand_for(request.asked_by_id, request.patient_id)
    return request


@transaction.atomic
def reply(
    actor: Actor, request_id: UUID, version: int | None, now: datetime, *, words: str
) -> ApprovalRequest:
    """Answer what was asked back: the request waits for the supervisor again, for as long anew.

    Raises NotPermitted, ApprovalRequest.DoesNotExist, StaleRecord, TransitionNotAllowed, Refused.
    """
    request = own_request(actor, request_id, version)
    give_words(words)
    still_waits(request, RequestState.ASKED_BACK)
    move(
        request, RequestState.ASKED, actor=actor, now=now, why=words, passed_at=None,
        passed_to=None, answer_by=answer_by(now, _within(request.team.facility_id)),
    )  # fmt: skip
    said(actor, request, now, "request.reply", words)
    return request


@transaction.atomic
def withdraw_request(
    actor: Actor, request_id: UUID, version: int | None, now: datetime, *, words: str = ""
) -> ApprovalRequest:
    """Let go of what one asked. Raises what `reply` raises."""
    request = own_request(actor, request_id, version)
    still_waits(request, *UNDECIDED)
    move(request, RequestState.WITHDRAWN, actor=actor, now=now, why=words)
    said(actor, request, now, "request.withdraw", words)
    return request


@transaction.atomic
def read_answer(actor: Actor, request_id: UUID, now: datetime) -> ApprovalRequest:
    """Say that a decision was read. Twice is once. Raises NotPermitted, DoesNotExist."""
    request = own_request(actor, request_id, None)
    if request.seen_at is None:
        ApprovalRequest.objects.filter(pk=request.pk).update(seen_at=now)
        request.seen_at = now
        record(actor, "request.read_answer", request, now)
    return request


def still_waits(request: ApprovalRequest, *states: RequestState) -> None:
    """Raise TransitionNotAllowed, saying who decided, unless the request is in one of the states.

    Without it, a second answer would be told that one status cannot become another.
    """
    if request.state in states:
        return
    if request.decided_by is not None:
        raise TransitionNotAllowed(
            _("Already “%(state)s”, by %(who)s.")
            % {"state": request.get_state_display(), "who": request.decided_by.display_name}
        )
    raise TransitionNotAllowed(
        _("This is “%(state)s” now.") % {"state": request.get_state_display()}
    )


def said(actor: Actor, request: ApprovalRequest, now: datetime, action: str, words: str) -> None:
    """Write the audit row of an answer and publish it."""
    record(actor, action, request, now, detail={"act": request.act})
    publish(RequestAnswered(**about(actor, request, now), state=request.state, words=words))


def withdraw_moot(
    actor: Actor, kind: str, subjects: Iterable[int], why: str, now: datetime
) -> None:
    """Withdraw what was asked about subjects that went on without an answer; never refuses."""
    _withdraw(actor, Q(subject_kind=kind, subject_id__in=list(subjects)), why, now)


def withdraw_merge_requests(actor: Actor, charts: Sequence[int], why: str, now: datetime) -> None:
    """Withdraw what was asked about a chart that went, or to merge two that are one now.

    charts: pks of the chart that stays and the one that went. Never refuses.
    """
    _stays, goes = charts
    ids = dict(Patient.objects.filter(pk__in=charts).values_list("pk", "public_id"))
    about = Q(subject_kind="patient", subject_id=goes) | Q(act=MERGE, choice=str(ids[goes]))
    _withdraw(actor, about, why, now)


def _withdraw(actor: Actor, about: Q, why: str, now: datetime) -> None:
    waiting = ApprovalRequest.objects.select_for_update().filter(about, state__in=UNDECIDED)
    for request in waiting.order_by("pk"):
        move(request, RequestState.WITHDRAWN, actor=actor, now=now, why=why)
        said(actor, request, now, "request.withdraw", why)
