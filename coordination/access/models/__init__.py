"""Who may come in, what they may do, and the trail of what they did."""

from coordination.access.models.duty import Cover, Shift
from coordination.access.models.keeping import (
    ApiToken,
    CreatedOnce,
    Draft,
    FacilitySetting,
    SignInFailure,
)
from coordination.access.models.people import (
    Density,
    Digest,
    Hours,
    KeyMap,
    Membership,
    Role,
    Theme,
    User,
)
from coordination.access.models.places import DEMO_SLUG, Facility, Organization, Team, Unit
from coordination.access.models.trail import AuditEvent, TransactionIdField
from coordination.records import StatusEvent

__all__ = [
    "DEMO_SLUG", "ApiToken", "AuditEvent", "Cover", "CreatedOnce", "Density", "Digest", "Draft",
    "Facility", "FacilitySetting", "Hours", "KeyMap", "Membership", "Organization", "Role", "Shift",
    "SignInFailure",
    "StatusEvent", "Team", "Theme", "TransactionIdField", "Unit", "User",
]  # fmt: skip
