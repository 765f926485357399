"""Every column that names a patient is on the list of what moves when two charts are merged."""

from __future__ import annotations

from django.apps import apps

from coordination.charts import ALOOF, TABLES
from patients.models import Patient


def columns_of_patients():
    """Yield (model label, column) of everything that hangs on a chart."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            names = column.is_relation and column.related_model is Patient
            if names or column.attname == "patient_id":
                yield model._meta.label_lower, column.attname


def test_every_table_that_names_a_patient_is_listed():
    listed = {(table.name, table.column) for table in TABLES}
    missing = [
        f"{label}.{column}: list it in its room's joining.py, or in ALOOF of coordination/charts.py"
        for label, column in columns_of_patients()
        if (label, column) not in listed and label not in ALOOF
    ]
    assert not missing, "\n".join(missing)


def test_nothing_is_listed_that_is_not_there():
    there = set(columns_of_patients())
    assert {(table.name, table.column) for table in TABLES} <= there
    assert len({table.name for table in TABLES}) == len(TABLES)
