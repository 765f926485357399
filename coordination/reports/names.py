"""What the parts of the report are called."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coordination.reports.queries import Owner


def cause_names() -> dict[str, str]:
    """Return the words of each cause."""
    return {
        "ours": _("Ours, not started"),
        "payer": _("Waiting on payer"),
        "facility": _("Waiting on facility"),
        "family": _("Waiting on family"),
        "patient": _("Waiting on patient"),
        "physician": _("Waiting on physician"),
        "supplier": _("Waiting on supplier"),
        "other": _("Waiting on somebody else"),
    }


def series_names() -> list[str]:
    """Return the words of the chart's series, in the order of rules.SERIES."""
    return [
        _("Waiting on facility"),
        _("Waiting on payer"),
        _("Ours, not started"),
        _("Family or patient"),
        pgettext("cause", "Others"),
    ]


def band_names() -> dict[str, str]:
    """Return the words of the age bands (bd: business days)."""
    return {
        "0-24h": _("under 24 h"),
        "1-2bd": _("1 to 2 business days"),
        "3-5bd": _("3 to 5 business days"),
        "6-10bd": _("6 to 10 business days"),
        "over-10bd": _("over 10 business days"),
    }


def name_of(owner: Owner) -> str:
    """Return whose work it is, or that it is nobody's yet."""
    return f"{owner.first_name} {owner.last_name}".strip() if owner.pk else _("Nobody yet")
