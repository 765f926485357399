"""Asking a supervisor from where an act is refused, and what is answered to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from coordination.access.conflict import Sent
from coordination.access.half_typed import bring_back, forget
from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.worklist import actions, queries
from coordination.worklist.asking_forms import AnswerForm, AskForm
from coordination.worklist.models import ApprovalRequest
from coordination.worklist.request_lines import request_line, sentence
from patients.queries import open_chart
from patients.views.merging import choose, swapped, the_other

BOTH = require_http_methods(["GET", "POST"])
LIST = "worklist:requests"


@access("request.ask", scope="task")
@BOTH
def ask_to_cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the supervisor to cancel a task that the law asks for."""
    return asking(request, "cancel-owed-task", public_id, "ask-cancel")


@access("request.ask", scope="clock")
@BOTH
def ask_to_explain(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the supervisor to explain why a deadline was missed."""
    return asking(request, "explain-breach", public_id, "ask-explain")


@access("request.ask", scope="patient")
@BOTH
def ask_to_merge(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Choose the other chart of the same person; then ask the supervisor to merge the two.

    The chart of the address stays, unless `?swap=1` says that it goes.
    """
    here = open_chart(request.actor, public_id)
    other = the_other(request, here)
    if other is None:
        return choose(request, here, timezone.now())
    stays, goes = (other, here) if request.GET.get("swap") else (here, other)
    return asking(
        request, "merge-charts", stays.public_id, "ask-merge", str(goes.public_id),
        more=[(swapped(request, other), gettext("Let the other one stay"))],
    )  # fmt: skip


def asking(
    request: StaffRequest,
    code: str,
    public_id: UUID,
    draft: str,
    other: str = "",
    more: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Ask for an act about one subject; where it was asked already, show what was asked.

    code: of the act. draft: the name a half-typed form is kept under. other: what the address
    chose with the subject, where the act needs another record. more: links, (address, words).
    """
    actor, now, act = request.actor, timezone.now(), queries.acts()[code]
    subject = act.find(actor, public_id)
    standing = queries.open_request(code, act.subject, subject.pk)
    if standing and request.method == "GET":
        return redirect("worklist:request", standing.public_id)
    data = request.POST if request.method == "POST" else None
    wanted = request.GET.get("choice", "")
    choice = wanted if wanted in dict(act.choices()) else ""
    form = AskForm(data, act=act, initial={"create_key": uuid4(), "choice": choice})
    if form.is_valid():
        said = form.cleaned_data
        made = actions.ask(
            actor, code, public_id, now, why=said["why"], choice=other or said.get("choice", ""),
            create_key=said["create_key"],
        )  # fmt: skip
        forget(actor, draft, public_id, now)
        return told(
            request, made, gettext("Asked. The supervisors of the team hear of it."), gone=False
        )
    subject = replace(subject, choice=other)
    context = {
        "more": more,
        "act": act, "subject": subject, "wish": sentence(act, subject.title), "form": form,
        "draft": draft,
        "problem": actions.ask_problem(actor, act, subject),
        "blockers": act.blockers(subject, now, actor.zone),
        "kept": bring_back(request, actor, form, draft, public_id),
    }  # fmt: skip
    name = "_request_ask" if request.htmx else "request_ask"
    status = 422 if form.is_bound else 200
    return render(request, f"worklist/{name}.html", context, status=status)


def told(
    request: StaffRequest, done: ApprovalRequest, sentence: str, *, gone: bool
) -> HttpResponse:
    """Say what was done with a request, with Undo where that is possible, and renew the list."""
    if not request.htmx:
        return redirect("worklist:request", done.public_id)
    context = {"sentence": sentence, "token": actions.answer_token(done)}
    response = render(request, "worklist/_request_done.html", context)
    return changed(response, done if gone else None)


def changed(response: HttpResponse, gone: ApprovalRequest | None) -> HttpResponse:
    """Tell the page which row left its list, or that the list is stale; its numbers are asked."""
    if gone is None:
        trigger_client_event(response, "list-stale", {})
    else:
        row = {"task": str(gone.public_id), "gone": True}
        trigger_client_event(response, "tasks-changed", row)
    trigger_client_event(response, "tray-changed", {})
    return response


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a request: how it is asked for, what it does, and what is said then.

    name: under which half-typed words are kept. label: of the words. needed: whether they are.
    gone: whether the row leaves its list. kind: of button.
    """

    name: str
    title: Any
    verb: Any
    label: Any
    act: Callable[..., ApprovalRequest]
    said: Any
    needed: bool = True
    gone: bool = True
    kind: str = "pri"


APPROVE = Answer(
    "approve", _("Approve"), _("Approve"), _("A word to who asked"), actions.approve,
    _("Approved and done."), needed=False,
)  # fmt: skip
REFUSE = Answer(
    "refuse", _("Refuse"), _("Refuse"), _("Why not"), actions.refuse,
    _("Refused."), kind="bad",
)  # fmt: skip
ASK_BACK = Answer(
    "ask-back", _("Ask back"), _("Ask back"), _("What you need to know"),
    actions.ask_back, _("Asked back: it waits for who asked."), gone=False,
)  # fmt: skip
REPLY = Answer(
    "reply", _("Answer what was asked back"), _("Send"), _("Your answer"),
    actions.reply, _("Sent: it waits for the supervisor again."), gone=False,
)  # fmt: skip
WITHDRAW = Answer(
    "withdraw", _("No longer ask"), _("No longer ask"), _("Why"),
    actions.withdraw_request, _("No longer asked."), needed=False, gone=False,
)  # fmt: skip


@access("request.decide", scope="request")
@BOTH
def approve(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Approve: the act is done in the same moment, for whoever asked."""
    return answering(request, public_id, APPROVE)


@access("request.decide", scope="request")
@BOTH
def refuse(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Refuse, with the reason."""
    return answering(request, public_id, REFUSE)


@access("request.decide", scope="request")
@BOTH
def ask_back(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask something before deciding."""
    return answering(request, public_id, ASK_BACK)


@access("request.ask", scope="request")
@BOTH
def reply(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Answer what was asked back."""
    return answering(request, public_id, REPLY)


@access("request.ask", scope="request")
@BOTH
def withdraw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Let go of what one asked."""
    return answering(request, public_id, WITHDRAW)


def answering(request: StaffRequest, public_id: UUID, what: Answer) -> HttpResponse:
    """Ask for the words by GET, answer by POST. A wrong field: 422 and the form again."""
    actor, now = request.actor, timezone.now()
    found = queries.one_request(actor, public_id)
    draft = f"request-{what.name}"

    def make(record: Any, data: Any) -> AnswerForm:
        version = {"version": record.version}
        return AnswerForm(data, label=what.label, needed=what.needed, initial=version)

    form = make(found, request.POST if request.method == "POST" else None)
    request.sent = Sent(form, lambda record: make(record, None), actor.zone)
    if form.is_valid():
        said = form.cleaned_data
        done = what.act(actor, public_id, said["version"], now, words=said["words"])
        forget(actor, draft, public_id, now)
        return told(request, done, str(what.said), gone=what.gone)
    context = {
        "line": request_line(actor, found, now, queries.said_about([found]).get(found.pk, [])),
        "r": found, "what": what, "form": form, "draft": draft,
        "act": queries.acts().get(found.act), "approves": what is APPROVE,
        "now": now, "zone": actor.zone,
        "kept": bring_back(request, actor, form, draft, public_id),
    }  # fmt: skip
    name = "_request_answer" if request.htmx else "request_answer"
    status = 422 if form.is_bound else 200
    return render(request, f"worklist/{name}.html", context, status=status)


@access("request.ask", scope="request")
@require_POST
def seen(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say that the answer to one's request was read."""
    actions.read_answer(request.actor, public_id, timezone.now())
    if not request.htmx:
        return redirect("worklist:notices")
    response = render(request, "worklist/_request_done.html", {"sentence": "", "token": ""})
    return changed(response, None)


@access("request.ask")
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take one's last word on a request back, within ten seconds."""
    done = actions.take_back(request.actor, request.POST.get("token", "")[:80], timezone.now())
    request.actor.shown.add(done.patient_id)
    if not request.htmx:
        return redirect(LIST)
    context = {"sentence": gettext("Taken back."), "token": ""}
    response = render(request, "worklist/_request_done.html", context)
    return changed(response, None)
