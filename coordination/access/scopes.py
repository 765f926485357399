"""What a token of the API may be given: permissions its addresses and acts ask for, in words.

A token never gives more than its owner may do at that moment (access/tokens.py); what is not on
this list is never a program's business, such as merging charts or deciding requests.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coordination.access.actor import Actor

SCOPES: dict[str, str | Promise] = {
    "patient.read": _("Read patients and stays"),
    "patient.create": _("Register patients"),
    "patient.change": _("Correct patients"),
    "stay.change": _("Admit, move and discharge"),
    "contact.read": _("Read contacts"),
    "contact.create": _("Add contacts"),
    "contact.change": _("Change and end contacts"),
    "task.read": _("Read tasks"),
    "task.create": _("Raise tasks"),
    "task.change": _("Do, move, hold and cancel my tasks"),
    "task.change_others": _("Do the same to tasks of colleagues"),
    "task.assign_pool": _("Give my tasks to the team"),
    "task.assign": _("Give tasks to somebody"),
    "task.cancel_regulatory": _("Cancel tasks the law asks for"),
    "task.reopen_old": _("Open old tasks again"),
    "clock.read": _("Read deadlines"),
    "clock.move": _("Correct the start of a deadline"),
    "document.read": _("Read documents and the register of what was sent"),
    "document.send": _("Send documents and say what became of them"),
    "scope.organization": _("See the patients of every team"),
}


def offered(actor: Actor) -> list[tuple[str, str]]:
    """Return the scopes this person may give a token of their own, with their words."""
    return [(name, str(words)) for name, words in SCOPES.items() if actor.may(name)]
