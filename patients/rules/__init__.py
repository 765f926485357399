"""Pure functions about people: names, readings of a search, days, scores. No I/O, no Django."""

from patients.rules.days import age, day_number, stay_days
from patients.rules.history import SCOPE_AFTER, is_history
from patients.rules.mending import MEND_OWN, mend_problem
from patients.rules.names import folded, identifier_norm, like_key, name_norm
from patients.rules.readings import Readings, readings
from patients.rules.scores import HospitalInputs, Score, hospital, lace
from patients.rules.undoing import UNDO_WINDOW, can_undo

__all__ = [
    "MEND_OWN",
    "SCOPE_AFTER",
    "UNDO_WINDOW",
    "HospitalInputs",
    "Readings",
    "Score",
    "age",
    "can_undo",
    "day_number",
    "folded",
    "hospital",
    "identifier_norm",
    "is_history",
    "lace",
    "like_key",
    "mend_problem",
    "name_norm",
    "readings",
    "stay_days",
]
