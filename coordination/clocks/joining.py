"""The clocks of two charts that become one.

Both may run the same clock: the same rule, from the same event, at the same instant, as where one
stay was entered on both. The clock of the chart that stays runs on; the other no longer applies.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.clocks.models import Clock, ClockState
from coordination.clocks.models.clock import LIVE
from patients.joining import Joining, Table

PATIENT = "patient"
GOING = (ClockState.RUNNING, ClockState.BREACHED)


def run_once(joining: Joining) -> None:
    """Stop the clocks of the chart that goes where the same one runs on the chart that stays."""
    live = Clock.objects.select_related("rule").order_by("pk")
    standing = {
        (c.slug, c.anchor_event, c.anchor_at): c.pk
        for c in live.filter(patient=joining.into, state__in=LIVE)
    }
    for clock in live.filter(patient=joining.gone, state__in=GOING):
        other = standing.get((clock.slug, clock.anchor_event, clock.anchor_at))
        if other is None:
            continue
        why = _("The charts were merged: the same clock runs already.")
        joining.change(clock, state=ClockState.NOT_APPLICABLE, why=why)
        joining.replaced[clock.pk] = other
        said = {"title": clock.rule.title}
        joining.said.append(_("%(title)s ran on both charts and runs once") % said)
    about_the_chart(joining)


def about_the_chart(joining: Joining) -> None:
    """Let the clocks of the chart itself be about the chart that stays, where there is no other."""
    about = Clock.objects.filter(subject_kind=PATIENT)
    standing = set(
        about.filter(subject_id=joining.into.pk, state__in=LIVE).values_list("slug", "anchor_event")
    )
    for clock in about.filter(subject_id=joining.gone.pk).order_by("pk"):
        if clock.state not in LIVE or (clock.slug, clock.anchor_event) not in standing:
            joining.change(clock, subject_id=joining.into.pk)


TABLES = (Table(model="clocks.Clock", what=gettext_lazy("clocks"), settle=run_once),)
