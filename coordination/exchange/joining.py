"""What an import knows by its source finds the chart that stays, once two charts become one."""

from __future__ import annotations

from patients.joining import Table

TABLES = (Table(model="exchange.SourceRecord"),)
