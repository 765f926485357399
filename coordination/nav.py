"""What stands in the side navigation and the bottom bar: one table, read by the base template.

A room that does not exist yet has no URL name, so its item is left out rather than faked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Asker(Protocol):
    """The part of an Actor that the navigation needs."""

    def may(self, permission: str) -> bool: ...


class Comer(Asker, Protocol):
    """Who comes in: start_page is the name of the page they want first, or ""."""

    @property
    def start_page(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One place to go. any_of: permissions of which one opens it. key: the letter after G.

    in_drawer: whether it opens over the page, where there are scripts.
    """

    name: str
    icon: str
    label: str | Promise
    any_of: tuple[str, ...]
    key: str = ""
    short: str | Promise = ""
    in_drawer: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One item as it stands on this page. count_id: where the shell fragment puts its number."""

    url: str
    icon: str
    label: str
    short: str
    key: str
    current: bool
    count_id: str
    in_drawer: bool


REPORTS = ("report.own", "report.unit", "report.team")
SIDE = (
    Item("caseload:day", "list-todo", _("My caseload"), ("task.read",), "C", _("My work")),
    Item("caseload:queue", "inbox", _("Team queue"), ("task.read",), "Q"),
    Item("caseload:units", "bed", _("Unit"), ("unit.read",), "U"),
    Item("caseload:patients", "users", _("Patients"), ("patient.read",), "P"),
    Item("worklist:requests", "clipboard-check", _("Requests"), ("request.read",), "R"),
    Item("caseload:calls", "phone", _("Calls"), ("task.read",), "L"),
    Item("access:duty", "user-check", _("On duty"), ("duty.read",), "D"),
    Item("caseload:cover", "hand-helping", _("Cover"), ("cover.set",), "V"),
    Item("outreach:outgoing", "send", _("Outgoing"), ("outgoing.read",), "O"),
    Item("paperwork:pile", "file-text", _("Paperwork"), ("document.read",), "W"),
    Item("referrals:directory", "map-pin", _("Directory"), ("directory.read",), "F"),
    Item("worklist:playbooks", "book-open", _("Playbooks"), ("playbook.read",), "B"),
    Item("reports:overdue", "chart-column", _("Overdue report"), REPORTS, "I", _("Reports")),
    Item("admin:index", "settings", _("Settings"), ("settings.change",), "S"),
    Item("clocks:rules", "scale", _("Rules"), ("clock.read", "rules.change")),
    Item("exchange:imports", "download", _("Imports"), ("settings.change",)),
    Item("outreach:switch", "megaphone", _("Messages"), ("messages.switch",)),
)
NEW = (
    Item("worklist:new", "list-plus", _("Task"), ("task.create",), "T"),
    Item("patients:new", "user-round-plus", _("Patient"), ("patient.create",)),
    Item("worklist:jot_new", "notebook-pen", _("Jot"), ("jot.write",), "N", in_drawer=True),
)
LOG = Item("caseload:log", "phone", _("Log a call"), ("call.log",), "", _("Log"))
SET_UP = ("admin:index", "clocks:rules", "exchange:imports", "outreach:switch")
BAR = 4  # and More makes five


def nav_for(actor: Asker, path: str) -> list[Link]:
    """Return the side navigation of this actor; the item of the page at `path` is current."""
    return links(SIDE, actor, path)


def pages_for(actor: Asker) -> list[tuple[str, str]]:
    """Return the (name, label) of each page this actor may open from the navigation."""
    return [(item.name, str(item.label)) for item in SIDE if links([item], actor, "")]


def new_for(actor: Asker, path: str) -> list[Link]:
    """Return what this actor may make from the New menu."""
    return links(NEW, actor, path)


def bar_for(actor: Asker, path: str) -> list[Link]:
    """Return the bottom bar of a phone: by role, Log where there are no team reports.

    Who answers for a unit has it there, first of all where they are in charge of one. Who sees no
    patients has what they set up in it instead.
    """
    named = {item.name: item for item in SIDE}
    day, patients, unit = (named[f"caseload:{name}"] for name in ("day", "patients", "units"))
    log = [] if actor.may("report.team") else [LOG]
    if actor.may("escalation.acknowledge_unit"):
        first = [unit, day, patients]
    elif actor.may("escalation.acknowledge_any"):
        first = [day, patients, unit]
    else:
        first = [day, patients]
    if not actor.may("task.read"):
        first = [named[name] for name in SET_UP]
    items = [*first, *log, named["reports:overdue"], named["outreach:outgoing"]]
    return links([*items, *(item for item in SIDE if item not in items)], actor, path)[:BAR]


def section_of(path: str) -> str:
    """Return the address in the navigation that a page belongs to, or "-" for none."""
    fitting = [url for url in _places() if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default="-")


@cache
def _places() -> tuple[str, ...]:
    return tuple(url for item in SIDE if (url := address(item.name)))


def home_of(actor: Comer) -> str:
    """Return the address of the page they want first, else of the first this actor may open.

    Who is in charge of a unit begins with its beds, who sets up with the settings; "/" where there
    is none.
    """
    wished = [item for item in SIDE if item.name == actor.start_page]
    if found := links(wished, actor, ""):
        return found[0].url
    if actor.may("escalation.acknowledge_unit"):
        return address("caseload:units")
    if actor.may("settings.change"):
        return address("admin:index")
    return next((link.url for link in nav_for(actor, "")), "/")


def help_desk() -> str:
    """Return the number of the help desk, or "" where nobody has said one."""
    return str(settings.HELP_DESK)


def doorplate(_request: HttpRequest) -> dict[str, str]:
    """Return what stands at the door, for the pages of the stock engine: sign-in and its like."""
    return {"help_desk": help_desk()}


def links(items: Iterable[Item], actor: Asker, path: str) -> list[Link]:
    """Return the items that exist and that the actor may open."""
    found: list[Link] = []
    for item in items:
        url = address(item.name)
        if url and any(actor.may(permission) for permission in item.any_of):
            found.append(
                Link(
                    url=url,
                    icon=item.icon,
                    label=str(item.label),
                    short=str(item.short or item.label),
                    key=item.key,
                    current=path == url or (url != "/" and path.startswith(url)),
                    count_id="n-" + item.name.replace(":", "-"),
                    in_drawer=item.in_drawer,
                )
            )
    return found


def address(name: str, *args: object) -> str:
    """Return the URL of a name, or "" while no room answers to it."""
    return _address(name, *args) if args else _fixed_address(name)


def address_with(name: str, query: str) -> str:
    """Return the URL of a name with a query, "" while no room answers to the name."""
    there = address(name)
    return f"{there}?{query}" if there and query else there


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


_fixed_address = cache(_address)  # a page asks for some thirty, which never change
