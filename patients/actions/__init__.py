"""Verbs of patients: the only place that changes what is recorded of them."""

from patients.actions.admission import admit
from patients.actions.assignments import assign, end_assignment, end_assignments, end_some
from patients.actions.contacts import (
    add_contact,
    add_permission,
    change_contact,
    end_contact,
    end_permission,
)
from patients.actions.corrections import correct_segment, correct_stay, void_stay
from patients.actions.coverage import add_coverage, change_coverage, end_coverage
from patients.actions.covering import write_lines
from patients.actions.merging import (
    CHOSEN,
    Forecast,
    death_problem,
    filled_by,
    forecast_merge,
    forecast_unmerge,
    gather_late_rows,
    is_filled_by,
    merge_charts,
    unmerge_charts,
)
from patients.actions.moving import correct_place, move_token, take_back_move
from patients.actions.nursing import BedFor, assign_nurses
from patients.actions.owners import (
    Change,
    Wanted,
    changes_of,
    give,
    look_after,
    release_team,
    standing_of,
    take_back_owners,
)
from patients.actions.people import (
    correct_patient,
    record_death,
    register_patient,
    withdraw_death,
)
from patients.actions.severity import set_severity, severity_token, take_back_severity
from patients.actions.stays import (
    depart,
    move_bed,
    plan_discharge,
    set_expected,
    start_segment,
)
from patients.actions.visits import book_visit, change_visit
from patients.actions.wishes import list_again, opt_in, opt_out, set_preference, unlist

__all__ = [
    "CHOSEN",
    "BedFor",
    "Change",
    "Forecast",
    "Wanted",
    "add_contact",
    "add_coverage",
    "add_permission",
    "admit",
    "assign",
    "assign_nurses",
    "book_visit",
    "change_contact",
    "change_coverage",
    "change_visit",
    "changes_of",
    "correct_patient",
    "correct_place",
    "correct_segment",
    "correct_stay",
    "death_problem",
    "depart",
    "end_assignment",
    "end_assignments",
    "end_contact",
    "end_coverage",
    "end_permission",
    "end_some",
    "filled_by",
    "forecast_merge",
    "forecast_unmerge",
    "gather_late_rows",
    "give",
    "is_filled_by",
    "list_again",
    "look_after",
    "merge_charts",
    "move_bed",
    "move_token",
    "opt_in",
    "opt_out",
    "plan_discharge",
    "record_death",
    "register_patient",
    "release_team",
    "set_expected",
    "set_preference",
    "set_severity",
    "severity_token",
    "standing_of",
    "start_segment",
    "take_back_move",
    "take_back_owners",
    "take_back_severity",
    "unlist",
    "unmerge_charts",
    "void_stay",
    "withdraw_death",
    "write_lines",
]  # fmt: skip
