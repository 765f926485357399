"""A request in words: what is asked, how long it waits, and what its reader may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.records import StatusEvent
from coordination.words import age_words, late_words, left_words
from coordination.worklist.actions import decide_problem
from coordination.worklist.models import DECIDED, UNDECIDED, ApprovalRequest, RequestState
from coordination.worklist.queries import acts
from coordination.worklist.rules import Act

TONES = {
    RequestState.ASKED: "wait", RequestState.ASKED_BACK: "soon", RequestState.APPROVED: "ok",
    RequestState.REFUSED: "late", RequestState.WITHDRAWN: "none",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request as a page shows it.

    wish: what is asked for, as a sentence. choice: the label of what was chosen. tone: of the
    state. due, due_tone: until when an answer is due. last: what was said last.
    """

    row: ApprovalRequest
    wish: str
    choice: str
    tone: str
    age: str
    due: str
    due_tone: str
    last: StatusEvent | None
    may_decide: bool
    is_mine: bool
    is_news: bool

    @property
    def is_waiting(self) -> bool:
        """Say whether it waits for the supervisor or for who asked."""
        return self.row.state in UNDECIDED


def request_line(
    actor: Actor, row: ApprovalRequest, now: datetime, said: Sequence[StatusEvent] = ()
) -> RequestLine:
    """Put one request into words, for one reader. said: what was said about it, oldest first."""
    act = acts().get(row.act)
    labels = dict(act.choices()) if act else {}
    is_mine = actor.owns_for(row.asked_by_id, row.patient_id)
    due, due_tone = due_of(row, now)
    return RequestLine(
        row=row, wish=sentence(act, row.title), choice=str(labels.get(row.choice, "")),
        tone=TONES[RequestState(row.state)], age=age_words(row.asked_at, now),
        due=due, due_tone=due_tone, last=said[-1] if said else None,
        may_decide=row.state in UNDECIDED and not decide_problem(actor, row), is_mine=is_mine,
        is_news=is_mine and row.state in DECIDED and row.seen_at is None,
    )  # fmt: skip


def sentence(act: Act | None, title: str) -> str:
    """Return what is asked for as a sentence of its own. act: None for one of a room long gone."""
    wish = str(act.wish) % {"title": title} if act else title
    return wish[:1].upper() + wish[1:]


def due_of(row: ApprovalRequest, now: datetime) -> tuple[str, str]:
    """Return until when an answer is due, in words, and the tone; empty where none is."""
    if row.state != RequestState.ASKED or row.answer_by is None:
        return "", ""
    if row.passed_at is not None:
        if row.passed_to is None:
            return _("no answer in time; nobody is on call"), "late"
        name = row.passed_to.display_name
        return _("no answer in time; passed to %(who)s") % {"who": name}, "late"
    if row.answer_by <= now:
        return late_words(row.answer_by, now), "late"
    return left_words(row.answer_by, now), "wait"
