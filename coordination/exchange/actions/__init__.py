"""Verbs of exchange."""

from coordination.exchange.actions.directory import import_directory
from coordination.exchange.actions.fhir import Plan, import_fhir
from coordination.exchange.actions.tables import import_taxonomy, import_zips

__all__ = ["Plan", "import_directory", "import_fhir", "import_taxonomy", "import_zips"]
