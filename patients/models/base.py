"""What every record of this room shares: where it came from."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from coordination.records import Record


class Imported(Record):
    """A record that may have come over a wire, and where from, so that a second run finds it."""

    external_id = models.CharField(max_length=255, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="%(class)s_external_once",
            )
        ]
