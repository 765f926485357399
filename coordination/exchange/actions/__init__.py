"""Verbs of exchange."""

from coordination.exchange.actions.fhir import Plan, import_fhir

__all__ = ["Plan", "import_fhir"]
