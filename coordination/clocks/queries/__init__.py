"""Reading clocks, rules and calendars."""

from coordination.clocks.queries.calendars import (
    facility_calendar,
    regulatory_calendar,
    working_calendars,
)
from coordination.clocks.queries.clocks import in_scope
from coordination.clocks.queries.rulebook import (
    enabled_rule,
    is_on,
    rule_list,
    signed_rules,
    spec_of,
)
from coordination.clocks.queries.why import ClockRow, Why, next_due, patient_clocks, why
from coordination.clocks.queries.wording import anchor_name, difference_words, how_words

__all__ = [
    "ClockRow",
    "Why",
    "anchor_name",
    "difference_words",
    "enabled_rule",
    "facility_calendar",
    "how_words",
    "in_scope",
    "is_on",
    "next_due",
    "patient_clocks",
    "regulatory_calendar",
    "rule_list",
    "signed_rules",
    "spec_of",
    "why",
    "working_calendars",
]  # fmt: skip
