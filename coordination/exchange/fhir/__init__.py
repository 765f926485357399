"""FHIR R4 as plain dicts: reading, and mapping to rows. Pure; nothing here knows the database."""
