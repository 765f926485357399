"""The views a person keeps, and those their teams share."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from coordination.access.actor import Actor
from coordination.worklist.models import SavedView

# For the frame of every page: name, page, query and whether a team shares it, a dozen at most.
VIEWS_OF = """
(SELECT coalesce(jsonb_agg(jsonb_build_array(v.name, v.page, v.query, v.team_id IS NOT NULL)), '[]')
  FROM (SELECT * FROM worklist_savedview
    WHERE user_id = %(user_id)s OR team_id = ANY(%(view_teams)s)
    ORDER BY lower(name), id LIMIT 12) v)
"""


def own_views(actor: Actor) -> QuerySet[SavedView]:
    """Return the views this person made."""
    return SavedView.objects.filter(organization_id=actor.organization_id, user=actor.user)


def views_in_scope(actor: Actor) -> list[SavedView]:
    """Return one's own views and those of one's teams, by name. 1 statement."""
    seen = Q(user=actor.user) | Q(team__in=actor.team_ids)
    views = SavedView.objects.filter(seen, organization_id=actor.organization_id)
    return list(views.select_related("user", "team").order_by(Lower("name"), "pk"))
