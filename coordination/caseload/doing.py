"""What the palette offers: acts with the task at hand, with its patient, anywhere; and places.

Each option is there only for who may do it on this very thing. The action behind it asks again.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from coordination import nav
from coordination.access.actor import Actor
from coordination.worklist.models import OPEN_STATUSES, Task
from coordination.worklist.queries import views_in_scope
from coordination.worklist.rules import may_work_on
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to do or place to go.

    key: its shortcut, or "G C" for a place. press: the key of the button in the row that does it;
    get: the address of its drawer; href: of its page. also: other words it is found by.
    by: the id of the button around the page that does it.
    """

    code: str
    icon: str
    words: str
    key: str = ""
    press: str = ""
    get: str = ""
    href: str = ""
    also: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Options about one thing. here: what can be pressed on the page is added to it there."""

    code: str
    head: str
    options: list[Option]
    here: bool = False


def task_group(actor: Actor, task: Task, asks: str) -> Group:
    """Return what this person may do with a task. asks: how canceling it is offered (menu)."""
    head = f"{task.title} · {task.patient.full_name}"
    return Group("task", head, [*working(actor, task), *changing(actor, task, asks)])


def working(actor: Actor, task: Task) -> list[Option]:
    """Return what everybody may do who may work with the task's patient."""
    options = [
        Option("open", "list-todo", _("Open the task"), "Space", get=page(task), also=_("look"))
    ]
    if actor.may("call.log"):
        log = nav.address("caseload:log_task", task.public_id)
        options.insert(0, Option(
            "log", "phone", _("Log a call"), "L", "L", log, also=_("phone telephone"),
        ))  # fmt: skip
    if task.status in OPEN_STATUSES and actor.may("task.escalate"):
        escalate = Option("escalate", "flag", _("Escalate now"), "E", get=page(task, "escalate"),
                          also=_("supervisor up"))  # fmt: skip
        options.append(escalate)
    return options


def changing(actor: Actor, task: Task, asks: str) -> list[Option]:
    """Return what changes the task: for its owner, who covers, its pool, or by permission."""
    others = actor.may("task.change_others") or actor.owns_for(task.assignee_id, task.patient_id)
    is_theirs = may_work_on(task.assignee_id, actor.user_id, may_change_others=others)
    if not (actor.may("task.change") and is_theirs):
        return []
    if task.status not in OPEN_STATUSES:
        reopen = Option("reopen", "undo-2", _("Open again"), get=page(task, "reopen"))
        return [reopen] if task.status == "completed" else []
    ask = _("See what was asked") if asks == "asked" else _("Ask the supervisor to cancel it")
    held = task.status == "on-hold"
    return [
        Option("done", "check", _("Done"), "D", "D", page(task, "done"), also=_("complete close")),
        Option("move", "calendar-clock", _("Move due time"), "S", get=page(task, "move"),
               also=_("snooze later postpone")),
        Option("assign", "users", _("Assign"), "A", get=page(task, "assign"),
               also=_("give hand over owner")),
        Option("wait", "hourglass", _("Waiting on"), get=page(task, "wait")),
        Option("hold", "play" if held else "pause", _("Take up again") if held else _("Set aside"),
               get=page(task, "end-hold" if held else "hold")),
        Option("ask", "hand-helping", ask, get=page(task, "ask")) if asks
        else Option("cancel", "ban", _("Cancel the task"), get=page(task, "cancel")),
    ]  # fmt: skip


def page(task: Task, name: str = "") -> str:
    """Return the address of a task's page or of one of its acts."""
    return f"{nav.address('worklist:task', task.public_id)}{name}{'/' if name else ''}"


def patient_group(actor: Actor, patient: Patient, *, besides_task: bool = False) -> Group:
    """Return what this person may do for a patient; besides_task: whose task is at hand."""
    pk = patient.public_id
    new, jot = nav.address("worklist:new"), nav.address("worklist:jot_new")
    table = [
        ("patient.read", Option("chart", "user", _("Open the chart"),
                                href=nav.address("caseload:patient", pk))),
        ("call.log", Option("log-patient", "phone", _("Log a call"),
                            get=nav.address("caseload:log_patient", pk), also=_("phone"))),
        ("task.create", Option("new-task", "list-plus", _("New task"), "T",
                               href=f"{new}?patient={pk}")),
        ("playbook.start", Option("playbook", "book-open", _("Start a playbook"),
                                  href=nav.address("worklist:start_playbook", pk))),
        ("jot.write", Option("jot-patient", "notebook-pen", _("Jot a line about them"),
                             get=f"{jot}?patient={pk}", also=_("note"))),
    ]  # fmt: skip
    found = [one for may, one in table if actor.may(may)]
    if besides_task:  # calls are logged for the task
        found = [one for one in found if one.code != "log-patient"]
    return Group("patient", patient.full_name, found)


def anywhere_group(actor: Actor) -> Group:
    """Return what can be done from any page."""
    table = [
        ("patient.create", Option("new-patient", "user-round-plus", _("New patient"),
                                  href=nav.address("patients:new"), also=_("add admit"))),
        ("jot.write", Option("jot", "notebook-pen", _("Jot a line down"), "N",
                             get=nav.address("worklist:jot_new"), also=_("note"))),
        ("draft.keep", Option("unfinished", "inbox", _("Unfinished: forms and jots"), "U",
                              href=nav.address("caseload:unfinished"), also=_("draft"))),
        ("task.change", Option("acts", "undo-2", _("My last acts"), "Z",
                               get=nav.address("caseload:acts"), also=_("undo take back"))),
        ("cover.set", Option("away", "hand-helping", _("I will be away: cover"),
                             href=nav.address("caseload:cover"), also=_("vacation absent"))),
        ("cover.start", Option("sick", "user-x", _("Somebody is sick"),
                               href=nav.address("caseload:sick"), also=_("absent call cover"))),
        ("duty.keep", Option("duty", "user-check", _("On duty: change my place or time"),
                             href=nav.address("access:start_duty"), also=_("shift unit float"))),
    ]  # fmt: skip
    found = [one for may, one in table if actor.may(may) and (one.href or one.get)]
    return Group("here", _("Do on this page"), found, here=True)


def places_group(actor: Actor) -> Group:
    """Return where this person may go."""
    items = [item for item in nav.SIDE if item.name != "caseload:cover"]
    places = [
        Option(
            f"to-{at}", link.icon, link.label, f"G {link.key}" if link.key else "", href=link.url
        )
        for at, link in enumerate(nav.links(items, actor, ""))
    ]
    mine = [
        Option("profile", "user", _("Profile"), href=nav.address("access:profile"),
               also=_("theme dark light 12 24 hours density mail phone")),
        Option("own-keys", "keyboard", _("Keyboard shortcuts"),
               href=nav.address("access:own_keys"), also=_("letters map")),
    ]  # fmt: skip
    leave = [
        Option("lock", "lock", _("Lock this screen"), "G X", by="lock-now"),
        Option("sign-out", "log-out", _("Sign out"), by="sign-out"),
    ]
    return Group("go", _("Go to"), [*places, *mine, *leave])


def views_group(actor: Actor) -> list[Group]:
    """Return the saved views this person sees, as places to go; none where they see none."""
    options = [
        Option(f"view-{at}", "bookmark", view.name, href=there, also=_("view saved list"))
        for at, view in enumerate(views_in_scope(actor))
        if (there := nav.address_with(view.page, view.query))
    ]
    return [Group("views", _("Saved views"), options)] if options else []
