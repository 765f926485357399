"""Pure functions about people: names, scores. No I/O, no Django."""

from patients.rules.history import SCOPE_AFTER, is_history
from patients.rules.names import identifier_norm, name_norm

__all__ = ["SCOPE_AFTER", "identifier_norm", "is_history", "name_norm"]
