"""Whose work a list of mine holds: my own, and that of whoever I cover at this moment."""

from __future__ import annotations

from typing import Any

from coordination.access.actor import Actor

# One row an owner; where several share an absent one's list, only_patient: that one's work alone,
# or but: the patients whose work is another's.
# Each owner's work is then read in due order by the index that begins with the owner.
MINE_SQL = """
mine (owner, only_patient, but) AS (
  SELECT o, NULL::bigint, ARRAY(SELECT p FROM unnest(
    %(but_owners)s::bigint[], %(but_patients)s::bigint[]) x (whose, p) WHERE whose = o)
  FROM unnest(%(owners)s::bigint[]) o
  UNION ALL SELECT o, p, ARRAY[]::bigint[] FROM unnest(
    %(shared_owners)s::bigint[], %(shared_patients)s::bigint[]) x (o, p))
"""
IN_PART = (
    "(m.only_patient IS NULL OR {0}.patient_id = m.only_patient) AND {0}.patient_id <> ALL(m.but)"
)
IS_MINE = f"t.assignee_id = m.owner AND {IN_PART.format('t')}"
OWNER_TYPES = dict.fromkeys(
    ("owners", "shared_owners", "shared_patients", "but_owners", "but_patients"), "bigint[]"
)


def owner_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters MINE_SQL needs."""
    shared, but = actor.acts_for_patients, actor.acts_not_for
    return {
        "owners": list(actor.acts_for),
        "shared_owners": [owner for owner, _patient in shared],
        "shared_patients": [patient for _owner, patient in shared],
        "but_owners": [owner for owner, _patient in but],
        "but_patients": [patient for _owner, patient in but],
    }
