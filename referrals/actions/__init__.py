"""Verbs of the directory."""

from referrals.actions.checking import CapacityIn, CheckIn, raise_checks, verify
from referrals.actions.entries import EntryIn, add_entry, correct_entry
from referrals.actions.programs import ProgramIn, set_program

__all__ = [
    "CapacityIn", "CheckIn", "EntryIn", "ProgramIn", "add_entry", "correct_entry", "raise_checks",
    "set_program", "verify",
]  # fmt: skip
