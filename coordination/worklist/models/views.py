"""Lists as people keep them: filters and columns under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class SavedView(Record):
    """One list with its filters under a name: one person's own, or a whole team's.

    page: the name of the list's address. It never widens what somebody sees: it is only an address.
    """

    user = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+", help_text=_("Empty: only its maker sees it."),
    )  # fmt: skip
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("user", Lower("name"), name="savedview_name_once"),
            models.CheckConstraint(
                condition=~Q(name=""), name="savedview_has_a_name",
                violation_error_message=_("Give it a name."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["team"], name="savedview_team_idx", condition=Q(team__isnull=False)
            )
        ]  # what a team shares
