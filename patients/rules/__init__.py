"""Pure functions about people: names, scores. No I/O, no Django."""

from patients.rules.names import identifier_norm, name_norm

__all__ = ["identifier_norm", "name_norm"]
