"""What may be said to one person about one patient, and the sentence for all the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.words import day_words
from patients.models import ContactKind, ContactPerson, DisclosurePermission, Patient, Topic
from patients.queries.family import May, may_be_told

NOTHING = frozenset({"late", "none"})  # tones of a May that allows nothing


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller may hear. line: why, in one sentence; say: the words to speak, or empty.

    may, may_not: topics in words, where a permission is in force. tone: ok, soon, late, none, info.
    """

    line: str
    tone: str
    may: tuple[str, ...] = ()
    may_not: tuple[str, ...] = ()
    say: str = ""

    @property
    def is_silent(self) -> bool:
        """Say whether nothing at all may be confirmed."""
        return self.tone in NOTHING


def neutral() -> str:
    """Return what to say to somebody who must not learn even that the patient is here."""
    return _("I can't confirm whether anyone by that name is here.")


def told(
    patient: Patient,
    contact: ContactPerson | None,
    permission: DisclosurePermission | None,
    now: datetime,
    zone: ZoneInfo,
) -> Told:
    """Return what one person may be told now. contact: None is the patient's own number.

    Who is unlisted is confirmed to nobody, whatever was signed: what a permission in force allows
    is said beside it, for somebody who has made sure who is speaking.
    """
    heard = of_patient(patient) if contact is None else of_contact(contact, permission, now, zone)
    if not patient.is_unlisted:
        return heard
    return Told(heard.line, "late", heard.may, heard.may_not, neutral())


def of_patient(patient: Patient) -> Told:
    """Return what to do when the call comes from the patient's own number."""
    line = _("The patient's own number: ask for the full name and the birth date first.")
    return Told(line, "info") if not patient.deceased_at else Told(line, "none", say=neutral())


def of_contact(
    contact: ContactPerson, permission: DisclosurePermission | None, now: datetime, zone: ZoneInfo
) -> Told:
    """Return what a contact may be told, by the permission that stands."""
    if contact.ended_at is not None:
        day = day_words(contact.ended_at.astimezone(zone).date())
        line = _("No longer a contact since %(day)s: may be told nothing.") % {"day": day}
        return Told(line, "late", say=neutral())
    may = may_be_told(contact, permission, now, zone)
    if may.tone in NOTHING:
        return Told(may.sentence, may.tone, say=neutral())
    if permission is None or contact.kind == ContactKind.PROFESSIONAL:
        line = _("Looks after the patient: may be told what that care needs. Check who calls.")
        return Told(may.sentence or line, "info")
    return by_topics(may, permission)


def by_topics(may: May, permission: DisclosurePermission) -> Told:
    """Return what a permission in force allows and leaves out, with the words for the latter."""
    allowed = tuple(str(topic.label) for topic in Topic if topic in permission.topics)
    others = tuple(str(topic.label) for topic in Topic if topic not in permission.topics)
    if set(others) <= {str(Topic.WHERE_AND_WHEN.label)}:
        others = ()  # who may know everything medical may know where
    rest = _("I'm not able to speak about that. Please ask the family member who is named for it.")
    return Told(may.sentence, may.tone, allowed, others, rest if others else "")


def standing(permissions: list[DisclosurePermission]) -> dict[int, DisclosurePermission]:
    """Return by contact pk the permission that counts: the one in force, else the newest."""
    found: dict[int, DisclosurePermission] = {}
    for row in sorted(permissions, key=lambda p: (p.status == "active", p.pk)):
        found[row.contact_id] = row
    return found
