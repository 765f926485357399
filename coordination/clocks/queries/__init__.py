"""Reading clocks, rules and calendars."""

from coordination.clocks.queries.calendars import facility_calendar, regulatory_calendar
from coordination.clocks.queries.clocks import in_scope
from coordination.clocks.queries.rulebook import enabled_rule, signed_rules, spec_of

__all__ = [
    "enabled_rule", "facility_calendar", "in_scope", "regulatory_calendar", "signed_rules",
    "spec_of",
]  # fmt: skip
