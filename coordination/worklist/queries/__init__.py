"""Read side of the worklist. Every query starts from the patients the actor may see."""

from coordination.worklist.queries.scoped import tasks_in_scope

__all__ = ["tasks_in_scope"]
