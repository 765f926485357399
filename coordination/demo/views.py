"""The views that people of the story keep: one of Maria's own, one that Ruth shares."""

from __future__ import annotations

from datetime import datetime

from coordination.demo.people import People
from coordination.worklist import actions
from coordination.worklist.actions import ViewIn

KEPT = "-9d 08:40"


def write_views(people: People) -> None:
    """Add the scene in which both keep their lists."""
    cast = people.cast

    def keep(now: datetime) -> None:
        leaving, quiet = [("lane", "leaving")], [("whose", "team"), ("quiet", "1")]
        maria, ruth = cast.actor("mdelgado"), cast.actor("radeyemi")
        actions.save_view(maria, "caseload:day", leaving, ViewIn(name="Leaving today"), now)
        shared = ViewIn(name="No contact in 48 h", team=cast.teams["westnorth"])
        actions.save_view(ruth, "caseload:patients", quiet, shared, now)

    people.script.add(people.at(KEPT), 12, keep)
