"""The verbs of clocks."""

from coordination.clocks.actions.anchors import (
    Moved,
    bring_forward,
    extend,
    may_extend,
    move_anchor,
    preview_anchor,
)
from coordination.clocks.actions.closing import (
    explain,
    not_applicable,
    satisfy,
    stop_subject,
    unlink_late,
    unsatisfy,
)
from coordination.clocks.actions.opening import open_clock
from coordination.clocks.actions.packs import RuleChanged, fill_holidays, load_rules
from coordination.clocks.actions.signing import sign_off
from coordination.clocks.actions.starts import correct_start
from coordination.clocks.actions.sweep import breach_due

__all__ = [
    "Moved", "RuleChanged", "breach_due", "bring_forward", "correct_start", "explain", "extend",
    "fill_holidays", "load_rules", "may_extend", "move_anchor", "not_applicable", "open_clock",
    "preview_anchor", "satisfy", "sign_off", "stop_subject", "unlink_late", "unsatisfy",
]  # fmt: skip
