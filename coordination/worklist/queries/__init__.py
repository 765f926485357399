"""Read side of the worklist. Every query starts from the patients the actor may see."""

from coordination.worklist.queries.playbooks import (
    current_playbook,
    definition_of,
    playbooks,
    runs_of,
)
from coordination.worklist.queries.scoped import tasks_in_scope

__all__ = ["current_playbook", "definition_of", "playbooks", "runs_of", "tasks_in_scope"]
