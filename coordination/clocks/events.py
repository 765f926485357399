"""What happens to clocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from coordination.events import Event
from coordination.words import WHOLE_DAY, full_words


@dataclass(frozen=True, kw_only=True)
class ClockOpened(Event):
    """A clock began to run; born_expired: it was past due already, which raises an alert.

    is_served: whoever opened it raises the task that serves it at once, and that is the alert.
    """

    clock_id: int
    slug: str
    title: str = ""
    born_expired: bool = False
    is_served: bool = False

    kind: ClassVar[str] = "clock.opened"

    def sentence(self) -> str:
        """Say it only when it needs somebody's eye; the clocks' own tab shows the rest."""
        if not self.born_expired:
            return ""
        return _("Clock started past its due time: %(title)s") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class ClocksMoved(Event):
    """Clocks of one record were replaced by new versions. pairs: (old pk, new pk)."""

    pairs: tuple[tuple[int, int], ...]
    why: str = ""

    kind: ClassVar[str] = "clock.moved"

    def sentence(self) -> str:
        return _("Due dates moved: %(count)d. %(why)s") % {
            "count": len(self.pairs),
            "why": self.why,
        }


@dataclass(frozen=True, kw_only=True)
class ClockRunsAgain(ClocksMoved):
    """A clock that was met is met no longer: a new version runs, or is late. due_at: its own."""

    title: str
    due_at: datetime | None = None
    is_late: bool = False

    kind: ClassVar[str] = "clock.runs_again"

    def sentence(self) -> str:
        return f"{self.consequence()}. {self.why}"

    def consequence(self) -> str:
        """Say which clock runs again, and until when, or since when it is late."""
        if self.due_at is None:
            return _("Runs again: %(title)s") % {"title": self.title}
        said = {"title": self.title, "when": full_words(self.due_at, self.actor.zone, WHOLE_DAY)}
        if self.is_late:
            return _("Runs again: %(title)s, late since %(when)s") % said
        return _("Runs again: %(title)s, due %(when)s") % said


@dataclass(frozen=True, kw_only=True)
class ClocksBreached(Event):
    """Clocks passed their due instant unmet; one event a batch, so it has no single patient."""

    ids: tuple[int, ...]

    kind: ClassVar[str] = "clock.breached"


@dataclass(frozen=True, kw_only=True)
class ClockSatisfied(Event):
    """A clock was met in time."""

    clock_id: int
    slug: str
    title: str = ""

    kind: ClassVar[str] = "clock.satisfied"

    def sentence(self) -> str:
        return _("Met in time: %(title)s") % {"title": self.title}


@dataclass(frozen=True, kw_only=True)
class ClocksStopped(Event):
    """Clocks no longer apply, and why."""

    ids: tuple[int, ...]
    why: str = ""
    titles: tuple[str, ...] = field(default=())

    kind: ClassVar[str] = "clock.stopped"

    def sentence(self) -> str:
        return _("No longer applies: %(titles)s. %(why)s") % {
            "titles": ", ".join(self.titles),
            "why": self.why,
        }


@dataclass(frozen=True, kw_only=True)
class ClockExplained(Event):
    """Somebody explained why a clock was missed."""

    clock_id: int
    title: str = ""

    kind: ClassVar[str] = "clock.explained"

    def sentence(self) -> str:
        return _("Late, explained: %(title)s") % {"title": self.title}
