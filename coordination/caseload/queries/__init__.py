"""What the pages of the day read, across rooms, each with a fixed number of statements."""

from coordination.caseload.queries.acts import ActRow, my_acts
from coordination.caseload.queries.chart import (
    STORY_PAGES,
    STORY_SUBJECT,
    Carer,
    PatientTask,
    Promised,
    promised,
)
from coordination.caseload.queries.cover import (
    calls_while_away,
    events_while_away,
    live_covers,
    names_of,
    patients_of,
    teams_of,
)
from coordination.caseload.queries.day import Filters, Page, TaskRow, my_day, one_of_mine
from coordination.caseload.queries.drafts import Subject, subjects_of_drafts
from coordination.caseload.queries.first_run import has_patients
from coordination.caseload.queries.mine import MyPatient, my_patients, next_of_mine
from coordination.caseload.queries.owners_of import own_teams_of, owner_history
from coordination.caseload.queries.patients import (
    Numbers,
    PatientFilters,
    PatientPage,
    PatientRow,
    patients_page,
)
from coordination.caseload.queries.queue import (
    QueueNumbers,
    queue_numbers,
    to_take_over,
    turned_down,
    unowned_tasks,
    without_anyone,
)
from coordination.caseload.queries.rounds import Round, RoundsRow, round_of
from coordination.caseload.queries.shell import ShellNumbers, shell_numbers
from coordination.caseload.queries.summary import Seen, Summary, my_summary
from coordination.caseload.queries.unit import beds_of, notices_of, units_in_scope

__all__ = [
    "STORY_PAGES", "STORY_SUBJECT", "ActRow", "Carer", "Filters", "MyPatient", "Numbers", "Page",
    "PatientFilters", "PatientPage", "PatientRow", "PatientTask", "Promised", "QueueNumbers",
    "Round", "RoundsRow", "Seen", "ShellNumbers", "Subject", "Summary", "TaskRow", "beds_of",
    "calls_while_away", "events_while_away", "has_patients", "live_covers", "my_acts", "my_day",
    "my_patients", "my_summary", "names_of", "next_of_mine", "notices_of", "one_of_mine",
    "own_teams_of", "owner_history", "patients_of", "patients_page", "promised", "queue_numbers",
    "round_of", "shell_numbers", "subjects_of_drafts", "teams_of", "to_take_over", "turned_down",
    "units_in_scope", "unowned_tasks", "without_anyone",
]  # fmt: skip
