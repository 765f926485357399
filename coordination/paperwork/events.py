"""What happened to paper, each with the sentence the patient's timeline shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from coordination.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(Event):
    """A document is on a chart. what: its kind in words; title: what it is called, or ""."""

    now: datetime
    what: str
    title: str
    sender: str
    was_made: bool = False
    note: str = ""
    kind: ClassVar[str] = "document.filed"

    def sentence(self) -> str:
        name = f"{self.what}: {self.title}" if self.title else self.what
        if self.was_made:
            return _("Document made: %(name)s") % {"name": name}
        if self.sender:
            said = {"name": name, "sender": self.sender}
            return _("Document filed: %(name)s, from %(sender)s") % said
        return _("Document filed: %(name)s") % {"name": name}

    def detail(self) -> str:
        return self.note


@dataclass(frozen=True, kw_only=True)
class DocumentReplaced(Event):
    """A newer document took the place of another. what, title: of the older one."""

    now: datetime
    what: str
    title: str
    kind: ClassVar[str] = "document.replaced"

    def sentence(self) -> str:
        name = f"{self.what}: {self.title}" if self.title else self.what
        return _("Document replaced by a newer one: %(name)s") % {"name": name}


@dataclass(frozen=True, kw_only=True)
class DispatchMoved(Event):
    """Where a sending stands now. status: of Dispatch; who, how: to whom and by which channel."""

    now: datetime
    status: str
    who: str
    how: str
    purpose: str
    note: str = ""
    kind: ClassVar[str] = "dispatch.moved"

    def sentence(self) -> str:
        words = {
            "preparation": _("To be sent to %(who)s: %(how)s"),
            "in-progress": _("Sent to %(who)s: %(how)s"),
            "completed": _("Arrived at %(who)s: %(how)s"),
            "not-done": _("Did not arrive at %(who)s: %(how)s"),
            "stopped": _("Not sent to %(who)s after all: %(how)s"),
        }
        return words[self.status] % {"who": self.who, "how": self.how.lower()}

    def detail(self) -> str:
        return " · ".join(part for part in (self.purpose, self.note) if part)


@dataclass(frozen=True, kw_only=True)
class SignatureMoved(Event):
    """Where a signature stands now. status: of Signature; who: the signer."""

    now: datetime
    status: str
    who: str
    note: str = ""
    kind: ClassVar[str] = "signature.moved"

    def sentence(self) -> str:
        words = {
            "requested": _("Signature asked for: %(who)s"),
            "completed": _("Signed by %(who)s"),
            "rejected": _("%(who)s will not sign"),
            "cancelled": _("The signature of %(who)s is not needed any more"),
            "entered-in-error": "",  # its lines are struck through instead
        }
        return words[self.status] % {"who": self.who}

    def detail(self) -> str:
        return self.note


@dataclass(frozen=True, kw_only=True)
class SignatureUnanswered(Event):
    """The day has come to ask for a signature again. due_at: until when on that day."""

    now: datetime
    who: str
    phone: str
    due_at: datetime
    kind: ClassVar[str] = "signature.unanswered"
