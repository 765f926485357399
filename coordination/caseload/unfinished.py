"""The half-typed forms of every room: what each is called and where it is taken up again.

One table. Whoever gives a form a `data-draft` name adds its line here; a test compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.access.actor import Actor
from coordination.access.queries import Unfinished, unfinished
from coordination.caseload.queries import Subject, subjects_of_drafts
from coordination.forms import BASE

EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of form: its name for people, and the address of it by what it is about."""

    label: str | Promise
    route: str
    bare: str = ""  # the address where it is about nothing yet
    has_patient: bool = True  # whether what it is about is a patient's
    asks: str = ""  # the name by which the address's query says what it is about


FORMS: dict[str, Form] = {
    "call": Form(gettext_lazy("Log a call"), "caseload:log_patient"),
    "caller": Form(gettext_lazy("Log a call"), "caseload:log_patient"),
    "jot": Form(gettext_lazy("Jot"), "worklist:jot_new", "worklist:jot_new"),
    "task-new": Form(gettext_lazy("New task"), "worklist:new", "worklist:new"),
    "task-done": Form(gettext_lazy("Done"), "worklist:done"),
    "task-move": Form(gettext_lazy("Move due time"), "worklist:move"),
    "task-assign": Form(gettext_lazy("Assign"), "worklist:assign"),
    "task-escalate": Form(gettext_lazy("Escalate now"), "worklist:escalate"),
    "task-hold": Form(gettext_lazy("Set aside"), "worklist:hold"),
    "task-end-hold": Form(gettext_lazy("End the hold"), "worklist:end_hold"),
    "task-wait": Form(gettext_lazy("Waiting on"), "worklist:wait"),
    "task-cancel": Form(gettext_lazy("Cancel this task"), "worklist:cancel"),
    "task-fail": Form(gettext_lazy("Could not be done"), "worklist:fail"),
    "task-reopen": Form(gettext_lazy("Open again"), "worklist:reopen"),
    "task-reject": Form(gettext_lazy("Decline"), "worklist:reject"),
    "ask-cancel": Form(gettext_lazy("Ask the supervisor"), "worklist:ask_to_cancel"),
    "ask-explain": Form(gettext_lazy("Ask the supervisor"), "worklist:ask_to_explain"),
    "ask-merge": Form(gettext_lazy("Ask the supervisor"), "worklist:ask_to_merge"),
    "request-approve": Form(gettext_lazy("Approve"), "worklist:approve"),
    "request-refuse": Form(gettext_lazy("Refuse"), "worklist:refuse"),
    "request-ask-back": Form(gettext_lazy("Ask back"), "worklist:ask_back"),
    "request-reply": Form(gettext_lazy("Answer what was asked back"), "worklist:reply"),
    "request-withdraw": Form(gettext_lazy("No longer ask"), "worklist:withdraw_request"),
    "clock-start": Form(gettext_lazy("Change the start of a deadline"), "clocks:why"),
    "clock-explain": Form(gettext_lazy("Explain why it was missed"), "clocks:why"),
    "clock-extend": Form(gettext_lazy("Grant the documented extension"), "clocks:why"),
    "clock-stop": Form(gettext_lazy("A deadline no longer applies"), "clocks:why"),
    "playbook-start": Form(gettext_lazy("Start a playbook"), "worklist:start_playbook"),
    "new-step": Form(gettext_lazy("Add a step"), "worklist:draft_add", has_patient=False),
    "task-wrong-patient": Form(gettext_lazy("Wrong patient"), "worklist:wrong_patient"),
    "task-in-error": Form(gettext_lazy("Entered in error"), "worklist:in_error"),
    "note-wrong-patient": Form(gettext_lazy("Wrong patient"), "worklist:note_wrong_patient"),
    "note-in-error": Form(gettext_lazy("Entered in error"), "worklist:note_in_error"),
    "call-wrong-patient": Form(gettext_lazy("Wrong patient"), "outreach:call_wrong_patient"),
    "call-in-error": Form(gettext_lazy("Entered in error"), "outreach:call_in_error"),
    "document-wrong-patient": Form(gettext_lazy("Wrong patient"), "paperwork:wrong_patient"),
    "document-in-error": Form(gettext_lazy("Entered in error"), "paperwork:in_error"),
    "owners": Form(gettext_lazy("Who looks after them"), "caseload:change_owners"),
    "turn-down": Form(gettext_lazy("Turn down"), "caseload:turn_down"),
    "cover": Form(gettext_lazy("Cover"), "", "caseload:cover", has_patient=False),
    "sick": Form(gettext_lazy("Sick call"), "caseload:sick", has_patient=False, asks="who"),
    "patient-new": Form(gettext_lazy("New patient"), "", "patients:new"),
    "patient-edit": Form(gettext_lazy("Correct patient"), "patients:edit"),
    "patient-death": Form(gettext_lazy("Record a death"), "patients:death"),
    "patient-alive": Form(gettext_lazy("Death recorded in error"), "patients:alive"),
    "patient-unlist": Form(gettext_lazy("Unlisted at their wish"), "patients:unlisted"),
    "patient-list": Form(gettext_lazy("No longer unlisted"), "patients:unlisted"),
    "patient-wishes": Form(gettext_lazy("How to reach the patient"), "patients:wishes"),
    "contact-new": Form(gettext_lazy("New contact"), "patients:add_contact"),
    "contact-edit": Form(gettext_lazy("Change contact"), "patients:edit_contact"),
    "contact-end": Form(gettext_lazy("No longer a contact"), "patients:end_contact"),
    "permission-new": Form(gettext_lazy("What a contact may be told"), "patients:permission"),
    "permission-end": Form(gettext_lazy("End a permission"), "patients:end_permission"),
    "coverage-new": Form(gettext_lazy("New insurance"), "patients:add_coverage"),
    "coverage-edit": Form(gettext_lazy("Change insurance"), "patients:edit_coverage"),
    "coverage-end": Form(gettext_lazy("End an insurance"), "patients:end_coverage"),
    "stay-new": Form(gettext_lazy("Admit"), "patients:admit"),
    "stay-move": Form(gettext_lazy("Move to another bed"), "patients:move"),
    "stay-severity": Form(gettext_lazy("How sick they are"), "patients:severity"),
    "place-correct": Form(gettext_lazy("Correct the bed"), "patients:correct_place"),
    "stay-segment": Form(gettext_lazy("Change the status"), "patients:segment"),
    "stay-expected": Form(gettext_lazy("Expected to leave"), "patients:expected"),
    "stay-plan": Form(gettext_lazy("Plan for leaving"), "patients:plan"),
    "stay-depart": Form(gettext_lazy("Left the hospital"), "patients:depart"),
    "stay-correct": Form(gettext_lazy("Correct stay"), "patients:correct_stay"),
    "stay-void": Form(gettext_lazy("Stay entered in error"), "patients:void_stay"),
    "document": Form(gettext_lazy("Add a document"), "paperwork:upload"),
    "send-paper": Form(gettext_lazy("Send paper"), "paperwork:send"),
    "ask-signature": Form(gettext_lazy("Ask for a signature"), "paperwork:sign"),
    "pile": Form(gettext_lazy("Paper came in"), "", "paperwork:put_on_pile"),
    "visit-new": Form(gettext_lazy("New visit"), "patients:book"),
    "visit-edit": Form(gettext_lazy("Change visit"), "patients:edit_visit"),
}
STEP = "step-"  # a step of a playbook's draft; what follows is the step
STEP_FORM = Form(gettext_lazy("A step of a playbook"), "worklist:draft_step", has_patient=False)
FIELDS = {
    "note": gettext_lazy("Note"), "why": gettext_lazy("Why"), "reason": gettext_lazy("Why"),
    "text": gettext_lazy("One line"),
    "title": gettext_lazy("Called"), "purpose": gettext_lazy("What they need it for"),
    "signer": gettext_lazy("Who signs"),
    "sender": gettext_lazy("From"), "line": gettext_lazy("What is to be done"),
    "outcome": gettext_lazy("What came of it"),
    "about_me": gettext_lazy("What matters to them"), "told_by": gettext_lazy("Told by"),
    "somebody_name": gettext_lazy("Name or place"), "name": gettext_lazy("Name"),
    "family": gettext_lazy("Family name"), "words": gettext_lazy("In words"),
}  # fmt: skip
TYPED = tuple(FIELDS)  # in the order in which what was typed says most
CALLS = {"call", "caller"}
CARRIED = ("to", "team", "with")  # what a page must be told to show the form it was typed into
CHOSEN = frozenset({
    "to", "team", "with", "with_whom", "when", "playbook", "how", "who", "what_next", "version",
    "create_key", "next", "channel", "sex", "role",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One form to take up again. field, excerpt: what was typed last worth showing; url: or empty.

    subject: whom and what it is about, None where that is nobody yet or no longer in scope.
    """

    draft: Unfinished
    label: str
    subject: Subject | None
    field: str
    excerpt: str
    url: str
    is_of_somebody: bool = True


def half_typed(actor: Actor) -> list[Line]:
    """Return the forms the actor began and never sent, newest first. 2 statements.

    Notes which patients they show; one that left the scope is not named.
    """
    drafts = unfinished(actor)
    wanted = [one.subject_id for one in drafts if one.subject_id]
    about = subjects_of_drafts(actor, wanted) if wanted else {}
    return [line(one, about.get(one.subject_id) if one.subject_id else None) for one in drafts]


def line(draft: Unfinished, subject: Subject | None) -> Line:
    """Put one form into words."""
    form = form_of(draft.form)
    field, excerpt = typed(draft.fields)
    return Line(
        draft=draft, label=str(form.label) if form else _("A form"), subject=subject, field=field,
        excerpt=excerpt, url=address(draft, form, subject) if form else "",
        is_of_somebody=form is None or form.has_patient,
    )  # fmt: skip


def form_of(name: str) -> Form | None:
    """Return the form that a half-typed one is kept under the name of, if there is one."""
    return STEP_FORM if name.startswith(STEP) else FORMS.get(name)


def typed(fields: dict[str, list[str]]) -> tuple[str, str]:
    """Return the field that says most of what was typed, by its name for people, and its text."""
    said = {
        name: texts[0]
        for name, texts in fields.items()
        if texts and texts[0].strip() and not name.startswith(BASE)
    }
    names = [name for name in TYPED if name in said] or [n for n in said if n not in CHOSEN]
    if not names:
        return "", ""
    text = " ".join(said[names[0]].split())
    label = FIELDS.get(names[0]) or names[0].replace("_", " ").capitalize()
    return str(label), text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def address(draft: Unfinished, form: Form, subject: Subject | None) -> str:
    """Return where the form is taken up again; empty where what it is about is gone."""
    if draft.subject_id is None:
        return reverse(form.bare) if form.bare else ""
    if form is STEP_FORM:
        return reverse(form.route, args=[draft.subject_id, draft.form.removeprefix(STEP)])
    if subject is not None and form.bare:
        return f"{reverse(form.route)}?patient={subject.patient_id}"
    if subject is not None and draft.form in CALLS:
        return call_address(draft, form, subject)
    if subject is None and form.has_patient:
        return ""
    there = reverse(form.route, args=[] if form.asks else [draft.subject_id])
    chosen = {name: draft.fields[name][0] for name in CARRIED if draft.fields.get(name)}
    chosen |= {form.asks: str(draft.subject_id)} if form.asks else {}
    return f"{there}?{urlencode(chosen)}" if chosen else there


def call_address(draft: Unfinished, form: Form, subject: Subject) -> str:
    """Return where a call is logged: of a task, of who called, or of the patient."""
    if draft.form == "caller":
        who = "patient" if subject.kind == "patient" else f"contact-{draft.subject_id}"
        return f"{reverse(form.route, args=[subject.patient_id])}?who={who}&how=in"
    task = subject.kind == "task"
    return reverse("caseload:log_task" if task else form.route, args=[draft.subject_id])
