"""What happened in outreach, each with the sentence the patient's timeline shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.events import Event


def in_words(said: dict[str, str], *, came_in: bool) -> str:
    """Say a call in one line: how, who, what came of it."""
    if came_in:
        return _("%(how)s, from %(who)s: %(what)s") % said
    return _("%(how)s, %(who)s: %(what)s") % said


@dataclass(frozen=True, kw_only=True)
class CallLogged(Event):
    """A call was logged. `at` is when it took place; `now` when it was written down.

    task_id: of the task it served. closes: whether that task is done by it.
    """

    now: datetime
    call_id: int
    outcome: str
    outcome_label: str
    channel_label: str
    direction: str
    party_name: str
    task_id: int | None = None
    closes: bool = False
    note: str = ""
    kind: ClassVar[str] = "call.logged"

    def sentence(self) -> str:
        said = {"how": self.channel_label, "who": self.party_name, "what": self.outcome_label}
        return in_words(said, came_in=self.direction == "in")

    def detail(self) -> str:
        return self.note


@dataclass(frozen=True, kw_only=True)
class DeliveriesSent(Event):
    """Messages of one kind left the house in one batch. patients: whom they are about, as pks."""

    patients: tuple[int, ...]
    what: str
    channel_label: str
    maybe_repeated: bool = False
    kind: ClassVar[str] = "message.sent"

    def sentence(self) -> str:
        said = _("%(what)s sent: %(channel)s") % {
            "what": self.what,
            "channel": self.channel_label.lower(),
        }
        return _("%(said)s (possibly repeated)") % {"said": said} if self.maybe_repeated else said


@dataclass(frozen=True, kw_only=True)
class CallsMoved(Event):
    """Calls went to the right chart with the task they were logged for. count: how many."""

    count: int
    kind: ClassVar[str] = "call.moved"

    def consequence(self) -> str:
        return ngettext(
            "%(n)d call that was logged for it goes with it",
            "%(n)d calls that were logged for it go with it",
            self.count,
        ) % {"n": self.count}


@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Event):
    """A message will not arrive, or nobody knows: a person calls. state: failed or unsure."""

    delivery_id: UUID
    state: str
    channel_label: str
    reason: str
    kind: ClassVar[str] = "message.failed"

    def sentence(self) -> str:
        said = {"channel": self.channel_label, "reason": self.reason}
        if self.state == "unsure":
            return _("%(channel)s may not have arrived. %(reason)s") % said
        return _("%(channel)s could not be delivered. %(reason)s") % said


@dataclass(frozen=True, kw_only=True)
class MessagesStopped(Event):
    """Planned messages were stopped. gone: how many were being sent and may have gone out."""

    stopped: int
    gone: int
    reason: str
    kind: ClassVar[str] = "message.stopped"

    def sentence(self) -> str:
        parts = []
        if self.stopped:
            parts.append(
                ngettext("%(n)d planned message stopped", "%(n)d planned messages stopped",
                         self.stopped) % {"n": self.stopped}
            )  # fmt: skip
        if self.gone:
            parts.append(
                ngettext("%(n)d may have gone out", "%(n)d may have gone out", self.gone)
                % {"n": self.gone}
            )
        return f"{', '.join(parts)}. {self.reason}" if parts else ""
