"""The verbs of clocks."""

from coordination.clocks.actions.anchors import move_anchor, preview_anchor
from coordination.clocks.actions.closing import explain, not_applicable, satisfy, unsatisfy
from coordination.clocks.actions.opening import open_clock
from coordination.clocks.actions.packs import fill_holidays, load_rules
from coordination.clocks.actions.sweep import breach_due

__all__ = [
    "breach_due", "explain", "fill_holidays", "load_rules", "move_anchor", "not_applicable",
    "open_clock", "preview_anchor", "satisfy", "unsatisfy",
]  # fmt: skip
