"""Whose work a list of mine holds: my own, and that of whoever I cover at this moment."""

from __future__ import annotations

from typing import Any

from coordination.access.actor import Actor

# One row an owner; patient: only that patient's work, where several share an absent one's list.
# Each owner's work is then read in due order by the index that begins with the owner.
MINE_SQL = """
mine (owner, only_patient) AS (
  SELECT o, NULL::bigint FROM unnest(%(owners)s::bigint[]) o
  UNION ALL SELECT * FROM unnest(%(shared_owners)s::bigint[], %(shared_patients)s::bigint[]))
"""
IS_MINE = "t.assignee_id = m.owner AND (m.only_patient IS NULL OR t.patient_id = m.only_patient)"
OWNER_TYPES = {"owners": "bigint[]", "shared_owners": "bigint[]", "shared_patients": "bigint[]"}


def owner_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters MINE_SQL needs."""
    shared = actor.acts_for_patients
    return {
        "owners": list(actor.acts_for),
        "shared_owners": [owner for owner, _patient in shared],
        "shared_patients": [patient for _owner, patient in shared],
    }
