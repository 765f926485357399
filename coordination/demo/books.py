"""The playbook that a team of the story has made its own, and one it is still at."""

from __future__ import annotations

from datetime import datetime

from coordination.demo.people import People
from coordination.worklist import actions
from coordination.worklist.rules import find_step

EARLY = "-20d 10:30"
TODAY = "-50m"
WHY = "Wrong numbers were kept as no answer, and nobody asked the family."
ASKED = "Ask whom to call after leaving, when, and in which language"


def write_books(people: People) -> None:
    """Add the scene in which a supervisor publishes a copy, and the one in which she drafts."""
    after_home, west = people.cast.teams["afterhome"], people.cast.teams["westnorth"]

    def publish(now: datetime) -> None:
        actor = people.cast.actor("radeyemi")
        draft = actions.begin_draft(actor, "thirty-days", after_home.public_id, now)
        step = dict(find_step(draft.definition, "contact") or {})
        wrong = {"code": "wrong-number", "label": "Wrong number", "next": "again"}
        step["results"] = [*step["results"], wrong]
        draft = actions.put_draft_step(actor, draft.public_id, draft.version, step, now)
        actions.publish_draft(actor, draft.public_id, draft.version, WHY, now)

    def think(now: datetime) -> None:
        actor = people.cast.actor("radeyemi")
        draft = actions.begin_draft(actor, "discharge-home", west.public_id, now)
        step = {**(find_step(draft.definition, "may-we-call") or {}), "title": ASKED}
        actions.put_draft_step(actor, draft.public_id, draft.version, step, now)

    people.script.add(people.at(EARLY), 12, publish)
    people.script.add(people.at(TODAY), 12, think)
