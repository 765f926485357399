"""Roles as named permissions: the one table (trust.md 3, rules.md 4.3), seeded into rows.

Tests ask for permissions, never for roles. A nurse in charge is the role `charge`.
"""

from __future__ import annotations

READ_CARE = {
    "patient.read", "contact.read", "task.read", "clock.read", "document.read",
    "outgoing.read", "playbook.read", "request.read", "directory.read",
    "view.keep",
}  # fmt: skip
WORK = READ_CARE | {
    "patient.change", "contact.change", "task.create", "task.change", "task.escalate",
    "call.log", "escalation.acknowledge", "playbook.start", "draft.keep", "print.patient",
    "clock.move", "event.record", "duty.read", "duty.keep", "cover.set",
    "record.void", "unit.read", "jot.write", "request.ask", "document.file",
    "document.send", "directory.verify",
}  # fmt: skip

ROLES: dict[str, tuple[str, set[str]]] = {
    "coordinator": (
        "Coordinator",
        WORK
        | {"patient.create", "contact.create", "disclosure.create", "coverage.change",
           "stay.change", "task.assign_pool", "report.own", "audit.read_patient"},
    ),
    "nurse": (
        "Nurse",
        WORK | {"stay.change", "report.own", "report.unit"},
    ),
    "charge": (
        "Charge nurse",
        WORK | {"stay.change", "task.assign_pool", "task.assign", "report.own", "report.unit",
                "escalation.acknowledge_unit", "view.share"},
    ),
    "supervisor": (
        "Supervisor",
        WORK
        | {"patient.create", "contact.create", "disclosure.create", "disclosure.approve",
           "coverage.change", "stay.change", "task.assign_pool", "task.assign", "patient.assign",
           "task.change_others", "task.cancel_regulatory", "task.reopen_old", "clock.explain",
           "report.own", "report.team", "export.team", "escalation.acknowledge_any", "cover.start",
           "audit.read_team", "audit.read_patient", "record.void_any",
           "patient.merge", "request.decide", "playbook.change", "directory.change", "view.share"},
    ),
    "admin": (
        "Administrator",
        {"settings.change", "messages.switch", "rules.change", "user.change", "report.usage",
         "audit.check", "draft.keep", "directory.read", "directory.verify", "directory.change"},
    ),
    "auditor": (
        "Auditor",
        READ_CARE
        | {"scope.organization", "audit.read", "audit.read_patient", "report.own", "report.team"},
    ),
}  # fmt: skip
