"""Rows to tables: COPY to staging, then set-based SQL, one transaction a batch (speed.md 5)."""
