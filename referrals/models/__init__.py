"""The directory: who helps with what, where, and who verified it when."""

from referrals.models.checking import CheckCall, CheckMethod, CheckOutcome, Verification
from referrals.models.entries import Network, Provider, ProviderKind, Service
from referrals.models.needs import Need, NeedGroup
from referrals.models.places import Taxonomy, ZipPlace
from referrals.models.programs import MeetingForm, Meets, Program

__all__ = [
    "CheckCall", "CheckMethod", "CheckOutcome", "MeetingForm", "Meets", "Need", "NeedGroup",
    "Network", "Program", "Provider", "ProviderKind", "Service", "Taxonomy", "Verification",
    "ZipPlace",
]  # fmt: skip
