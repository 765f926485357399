"""What hangs on a chart: the one list of every room's tables, for merging two charts.

A model with a column that names a patient is in its room's list, or in ALOOF with the reason why it
stays where it is; a test walks them all (`tests/patients/test_every_chart_table.py`).
"""

from __future__ import annotations

from coordination.clocks import joining as clocks
from coordination.exchange import joining as exchange
from coordination.outreach import joining as outreach
from coordination.paperwork import joining as paperwork
from coordination.worklist import joining as worklist
from patients import drafts
from patients import tables as patients

TABLES = (
    *patients.TABLES, *drafts.TABLES, *clocks.TABLES, *worklist.TABLES, *outreach.TABLES,
    *paperwork.TABLES, *exchange.TABLES,
)  # fmt: skip

ALOOF = {
    "patients.patient": "the chart itself; merged_into names the chart it became part of",
    "patients.merge": "says which charts were merged; it would lose that by moving",
}
