"""Reading patients: the scope, the search, the chart."""

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
from patients.queries.search import Found, Hit, all_in_scope, find

__all__ = [
    "SCOPE_SQL",
    "Found",
    "Hit",
    "all_in_scope",
    "contacts_in_scope",
    "coverages_in_scope",
    "find",
    "open_chart",
    "permissions_in_scope",
    "scope",
    "scope_params",
    "stays_in_scope",
    "visits_in_scope",
]
