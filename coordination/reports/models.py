"""What was counted each day: the past of the reports."""

from __future__ import annotations

from django.db import models


class DailyCount(models.Model):
    """One number of one team on one day, as counted at that day's counting hour."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    team = models.ForeignKey("access.Team", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    measure = models.CharField(max_length=32)
    value = models.IntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "day", "measure"], name="dailycount_once")
        ]

    def __str__(self) -> str:
        return f"daily count {self.pk}"
