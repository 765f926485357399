"""Reference tables that belong to no organization: where a ZIP code lies, what a specialty is."""

from __future__ import annotations

from django.db import models


class ZipPlace(models.Model):
    """The middle of one ZIP code: what distances are measured from and, lacking better, to."""

    zip_code = models.CharField(max_length=5, primary_key=True)
    lat = models.FloatField()
    lon = models.FloatField()
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return f"zip place {self.pk}"


class Taxonomy(models.Model):
    """One specialty by its code of the NUCC provider taxonomy."""

    code = models.CharField(max_length=10, primary_key=True)
    display = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "taxonomies"

    def __str__(self) -> str:
        return f"taxonomy {self.pk}"
