"""Reading patients: the scope, the search, the chart."""

from patients.queries.chart import ChartHead, StayHead, chart_head, language_name, name_alert
from patients.queries.family import (
    Family,
    Person,
    Wish,
    contacts_with_permissions,
    family,
    preferences,
)
from patients.queries.panels import (
    Health,
    allergies,
    conditions,
    coverages,
    health,
    medications,
    stays,
    visits,
)
from patients.queries.scope import (
    SCOPE_SQL,
    contacts_in_scope,
    coverages_in_scope,
    open_chart,
    permissions_in_scope,
    scope,
    scope_params,
    stays_in_scope,
    visits_in_scope,
)
from patients.queries.search import Found, Hit, all_in_scope, find, like_names, twins
from patients.queries.story import Timeline, carers, timeline

__all__ = [
    "SCOPE_SQL",
    "ChartHead",
    "Family",
    "Found",
    "Health",
    "Hit",
    "Person",
    "StayHead",
    "Timeline",
    "Wish",
    "all_in_scope",
    "allergies",
    "carers",
    "chart_head",
    "conditions",
    "contacts_in_scope",
    "contacts_with_permissions",
    "coverages",
    "coverages_in_scope",
    "family",
    "find",
    "health",
    "language_name",
    "like_names",
    "medications",
    "name_alert",
    "open_chart",
    "permissions_in_scope",
    "preferences",
    "scope",
    "scope_params",
    "stays",
    "stays_in_scope",
    "timeline",
    "twins",
    "visits",
    "visits_in_scope",
]
