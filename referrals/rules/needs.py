"""Which needs belong together, and what each file of providers says is offered."""

from __future__ import annotations

GROUPS: dict[str, tuple[str, ...]] = {
    "home-health": (
        "home-nursing", "home-aide", "home-physical-therapy", "home-occupational-therapy",
        "home-speech-therapy", "home-social-work",
    ),
    "facility": (
        "skilled-nursing", "inpatient-rehab", "long-term-acute", "hospice", "dialysis",
        "hospital-care",
    ),
    "specialist": (
        "primary-care", "specialist", "urgent-care", "veterans-care", "pharmacy",
    ),
    "therapy": ("physical-therapy", "occupational-therapy", "speech-therapy"),
    "equipment": ("oxygen", "equipment", "ride"),
    "program": ("program",),
    "support-group": ("support-group",),
    "social-need": ("meals", "housing", "money-help", "social-service"),
}  # fmt: skip

# What a file's kind of provider offers when the file does not list services one by one.
OFFERED: dict[str, tuple[str, ...]] = {
    "nursing_home": ("skilled-nursing",),
    "rehab": ("inpatient-rehab",),
    "long_term": ("long-term-acute",),
    "hospice": ("hospice",),
    "dialysis": ("dialysis",),
    "hospital": ("hospital-care",),
    "urgent_care": ("urgent-care",),
    "va": ("veterans-care",),
}
HOME_COLUMNS: dict[str, str] = {
    "nursing": "home-nursing",
    "physical_therapy": "home-physical-therapy",
    "occupational_therapy": "home-occupational-therapy",
    "speech": "home-speech-therapy",
    "social": "home-social-work",
    "healthaide": "home-aide",
}


def group_of(need: str) -> str:
    """Return the group a need belongs to. Raises KeyError for a code that is none."""
    return next(group for group, codes in GROUPS.items() if need in codes)
