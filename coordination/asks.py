"""What may be asked of a supervisor: the one table. A room that brings an act adds its row here.

An act whose room does not exist is not offered.
"""

from __future__ import annotations

from coordination.worklist.asked import CANCEL_OWED, EXPLAIN_BREACH
from coordination.worklist.asked_merge import MERGE_CHARTS
from coordination.worklist.rules import Act

TABLE: tuple[Act, ...] = (CANCEL_OWED, EXPLAIN_BREACH, MERGE_CHARTS)
