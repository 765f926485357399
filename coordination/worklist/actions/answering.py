"""A supervisor's answer: approve, which does it at once, refuse, ask back; and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.events import publish
from coordination.records import (
    NotPermitted,
    Refused,
    StaleRecord,
    StatusEvent,
    TransitionNotAllowed,
    lock,
    move,
)
from coordination.worklist.actions.requesting import about, give_words, hold, said, still_waits
from coordination.worklist.events import AnswerTakenBack
from coordination.worklist.models import UNDECIDED, ApprovalRequest, RequestState
from coordination.worklist.queries import acts, open_request, requests_in_scope
from coordination.worklist.queries.asking import KIND
from coordination.worklist.rules import UNDONE, can_undo

_S = RequestState


def decide_problem(actor: Actor, request: ApprovalRequest) -> str:
    """Return why the actor may not answer this request, or "". Never one's own (trust.md 3)."""
    act = acts().get(request.act)
    if request.asked_by_id == (actor.user.pk if actor.user else None):
        return _("Nobody decides what they asked for themselves. A colleague has to.")
    if act is None or not actor.may(act.decide) or not actor.may("request.decide"):
        return _("Your role does not include this. Ask your supervisor.")
    if request.team_id not in actor.team_ids:
        return _("Only a supervisor of the team that was asked can answer.")
    return ""


def _deciding(actor: Actor, request_id: UUID, version: int | None) -> ApprovalRequest:
    """Return a request locked, for who may answer it and while it waits."""
    require(actor, "request.decide")
    rows = requests_in_scope(actor).select_related("patient", "team", "asked_by")
    request = lock(rows, request_id, None)
    if problem := decide_problem(actor, request):
        raise NotPermitted(problem)
    still_waits(request, *UNDECIDED)
    if version is not None and request.version != version:
        raise StaleRecord(request)
    actor.shown.add(request.patient_id)
    return request


@transaction.atomic
def approve(
    actor: Actor, request_id: UUID, version: int | None, now: datetime, *, words: str = ""
) -> ApprovalRequest:
    """Approve a request, which does the act in the same transaction, for whoever asked.

    Both stand in the trail. The subject is locked before the request, as every act on it does.
    Raises NotPermitted, ApprovalRequest.DoesNotExist, StaleRecord, TransitionNotAllowed, and
    whatever the act raises; then nothing is written.
    """
    require(actor, "request.decide")
    standing = requests_in_scope(actor).get(public_id=request_id)
    acting = replace(actor, on_behalf_of=standing.asked_by_id, grants_to=standing.asked_by_id)
    if (act := acts().get(standing.act)) and not decide_problem(actor, standing):
        hold(acting, act, standing.subject_public_id, standing.choice)
    request = _deciding(actor, request_id, version)
    _answer(acting, request, _S.APPROVED, now, words)
    acts()[request.act].perform(acting, request.subject_public_id, request.choice, request.why, now)
    return request


@transaction.atomic
def refuse(
    actor: Actor, request_id: UUID, version: int | None, now: datetime, *, words: str
) -> ApprovalRequest:
    """Refuse a request; words: why, needed. Raises what `approve` does but for the act's own."""
    request = _deciding(actor, request_id, version)
    give_words(words)
    _answer(actor, request, _S.REFUSED, now, words)
    return request


def _answer(
    actor: Actor, request: ApprovalRequest, state: RequestState, now: datetime, words: str
) -> None:
    move(
        request, state, actor=actor, now=now, why=words, answer=words, decided_by_id=actor.user_id,
        decided_at=now, seen_at=None,
    )  # fmt: skip
    said(actor, request, now, f"request.{state}", words)


@transaction.atomic
def ask_back(
    actor: Actor, request_id: UUID, version: int | None, now: datetime, *, words: str
) -> ApprovalRequest:
    """Ask who asked something before deciding; the request waits for them. Raises as `refuse`."""
    request = _deciding(actor, request_id, version)
    give_words(words)
    if request.state != _S.ASKED:
        raise TransitionNotAllowed(_("Something was asked back already; it waits for the answer."))
    move(request, _S.ASKED_BACK, actor=actor, now=now, why=words)
    said(actor, request, now, "request.ask_back", words)
    return request


def answer_token(request: ApprovalRequest) -> str:
    """Return what takes the last word on a request back, or "" where it did what it said."""
    return "" if request.state == _S.APPROVED else f"{request.public_id}.{request.version}"


@transaction.atomic
def take_back(actor: Actor, token: str, now: datetime) -> ApprovalRequest:
    """Take one's own last word on a request back: asked, refused, asked back, replied, let go.

    Raises ApprovalRequest.DoesNotExist for a token that names nothing here, StaleRecord when
    something happened since, Refused after ten seconds or for another person's word.
    """
    require(actor, "request.ask")
    request_id, version = _read(token)
    request = lock(requests_in_scope(actor).select_related("patient", "team"), request_id, version)
    events = StatusEvent.objects.filter(subject_kind=KIND, subject_id=request.pk)
    last = events.order_by("-id").first()
    if last is None or last.user_id != actor.user_id or request.state == _S.APPROVED:
        raise Refused(_("This cannot be taken back."))
    if not can_undo(last.at, now):
        raise Refused(_("Ten seconds have passed."))
    if request.state not in UNDECIDED:
        _may_stand_again(actor, request)
    to = last.before or _S.WITHDRAWN  # what was just asked is let go
    move(
        request, to, actor=actor, now=now, why=UNDONE, decided_by=None, decided_at=None, answer="",
        seen_at=None,
    )  # fmt: skip
    record(actor, "request.take_back", request, now, detail={"act": request.act})
    publish(AnswerTakenBack(**about(actor, request, now)))
    return request


def _may_stand_again(actor: Actor, request: ApprovalRequest) -> None:
    """Raise Refused where there is nothing left to ask for, or somebody asked anew meanwhile."""
    act = acts()[request.act]
    problem = act.problem(act.find(actor, request.subject_public_id))
    if problem or open_request(request.act, request.subject_kind, request.subject_id):
        raise Refused(problem or _("This was asked anew meanwhile."))


def _read(token: str) -> tuple[UUID, int]:
    try:
        request_id, version = token.split(".")
        return UUID(request_id), int(version)
    except ValueError as unreadable:
        raise ApprovalRequest.DoesNotExist from unreadable
