"""Pages of the directory."""

from referrals.views.checking import check, checks
from referrals.views.entries import add, correct, entry
from referrals.views.finding import directory
from referrals.views.programs import meetings

__all__ = ["add", "check", "checks", "correct", "directory", "entry", "meetings"]
