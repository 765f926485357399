"""The pages of the day."""

from coordination.caseload.views.acts import acts
from coordination.caseload.views.caller import caller
from coordination.caseload.views.calling import call_list
from coordination.caseload.views.cover import accept_cover, away, cover, end_cover, read_cover
from coordination.caseload.views.day import chosen, counters, day, row
from coordination.caseload.views.finding import find, palette, palette_acts
from coordination.caseload.views.log import choose, log, log_for_task
from coordination.caseload.views.owners import change_owners, give_many, owners
from coordination.caseload.views.patient import calls, clocks, documents, looked, patient
from coordination.caseload.views.patients import patients
from coordination.caseload.views.queue import (
    queue,
    take_patient,
    take_task,
    undo_owners,
)
from coordination.caseload.views.rounds import rounds, rounds_sheet, seen, start_rounds, unsee
from coordination.caseload.views.shell import shell
from coordination.caseload.views.sick import sick
from coordination.caseload.views.takeovers import keep, take_over, take_part, turn_down
from coordination.caseload.views.unfinished import ending, unfinished
from coordination.caseload.views.unit import assignments, unit, units

__all__ = [
    "accept_cover", "acts", "assignments", "away", "call_list", "caller", "calls", "change_owners",
    "choose", "chosen", "clocks", "counters", "cover", "day", "documents", "end_cover", "ending",
    "find", "give_many", "keep", "log", "log_for_task", "looked", "owners", "palette",
    "palette_acts", "patient", "patients", "queue", "read_cover", "rounds", "rounds_sheet", "row",
    "seen", "shell", "sick", "start_rounds", "take_over", "take_part", "take_patient", "take_task",
    "turn_down", "undo_owners", "unfinished", "unit", "units", "unsee",
]  # fmt: skip
