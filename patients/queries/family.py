"""Family and contacts: how each is reached, and in one sentence what each may be told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.words import day_words
from patients.models import (
    Channel,
    ContactKind,
    ContactPerson,
    ContactPreference,
    DisclosurePermission,
    Patient,
    PermissionStatus,
    Topic,
)

SOON = timedelta(days=7)


class May(NamedTuple):
    """What one person may be told now. tone: ok, soon, late, none, or "" for a professional."""

    sentence: str
    tone: str


@dataclass(frozen=True, slots=True)
class Person:
    """One contact. may: what they may be told; wishes: how they want to be reached."""

    contact: ContactPerson
    initials: str
    permission: DisclosurePermission | None
    may: May
    wishes: list[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished for one channel, in words. is_out: they want no more of it."""

    channel: str
    label: str
    words: str
    is_out: bool
    is_preferred: bool


@dataclass(frozen=True, slots=True)
class Family:
    """The contacts of a patient, and the patient's own wishes."""

    people: list[Person]
    wishes: list[Wish]


def contacts_with_permissions(patient: Patient, now: datetime, zone: ZoneInfo) -> list[Person]:
    """Return the contacts of an opened chart, family first, by rank. 3 statements."""
    return family(patient, now, zone).people


def family(patient: Patient, now: datetime, zone: ZoneInfo) -> Family:
    """Return the contacts of an opened chart and everybody's wishes. 3 statements."""
    contacts = list(ContactPerson.objects.filter(patient=patient, ended_at=None))
    contacts.sort(key=lambda c: (c.kind != ContactKind.FAMILY, c.rank, c.pk))
    latest: dict[int, DisclosurePermission] = {}
    for permission in DisclosurePermission.objects.filter(patient=patient).order_by("pk"):
        standing = latest.get(permission.contact_id)
        if standing is None or permission.status == PermissionStatus.ACTIVE:
            latest[permission.contact_id] = permission
    wishes: dict[int | None, list[ContactPreference]] = defaultdict(list)
    for preference in ContactPreference.objects.filter(patient=patient):
        wishes[preference.contact_id].append(preference)
    people = [
        Person(
            contact=contact,
            initials=initials(contact.name),
            permission=latest.get(contact.pk),
            may=may_be_told(contact, latest.get(contact.pk), now, zone),
            wishes=[words_of(wish) for wish in wishes[contact.pk]],
        )
        for contact in contacts
    ]
    return Family(people, spoken_wishes(wishes[None]))


def initials(name: str) -> str:
    """Return two letters for the round badge."""
    words = [word for word in name.split() if word[0].isalpha()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else name[:2]).upper()


def may_be_told(
    contact: ContactPerson, permission: DisclosurePermission | None, now: datetime, zone: ZoneInfo
) -> May:
    """Say what a person may be told now; permissions that have run out allow nothing."""
    if contact.must_not_be_told:
        return May(_("Must not be told anything, at the patient's wish."), "late")
    if contact.kind == ContactKind.PROFESSIONAL:
        return May("", "")
    unsaid = {PermissionStatus.DRAFT, PermissionStatus.PROPOSED}
    if permission is None or permission.status in unsaid:
        return May(_("Nothing agreed yet: may be told nothing."), "none")
    if permission.status == PermissionStatus.REJECTED:
        return May(_("The patient said no: may be told nothing."), "late")
    return told_by_permission(permission, now, zone)


def told_by_permission(permission: DisclosurePermission, now: datetime, zone: ZoneInfo) -> May:
    """Say what a permission that was given allows now."""
    ends_at = permission.ends_at
    if permission.status == PermissionStatus.INACTIVE or ends_at is None or ends_at <= now:
        return May(_("The permission has ended: may be told nothing until it is renewed."), "late")
    if permission.starts_at is not None and permission.starts_at > now:
        day = day_words(permission.starts_at.astimezone(zone).date())
        return May(_("May be told nothing before %(day)s.") % {"day": day}, "none")
    last = ends_at.astimezone(zone).date()
    says = {"topics": topics_of(permission), "until": day_words(last)}
    if ends_at - now <= SOON:
        says["days"] = str((last - now.astimezone(zone).date()).days)
        return May(_("May be told %(topics)s; ends in %(days)s d, on %(until)s.") % says, "soon")
    return May(_("May be told %(topics)s, until %(until)s.") % says, "ok")


def topics_of(permission: DisclosurePermission) -> str:
    """Return the topics as one says them: "everything", or "diagnosis, treatment"."""
    medical = {topic for topic in Topic if topic != Topic.WHERE_AND_WHEN}
    if medical <= set(permission.topics):
        return _("everything")
    listed = [str(topic.label) for topic in Topic if topic in permission.topics]
    only = _("only %(topics)s") % {"topics": listed[0]} if len(listed) == 1 else ""
    return only or ", ".join(listed)


def preferences(patient: Patient) -> list[Wish]:
    """Return what the patient wishes for each channel, the preferred one first. 1 statement."""
    return spoken_wishes(list(ContactPreference.objects.filter(patient=patient, contact=None)))


def preference(patient: Patient, channel: str) -> ContactPreference | None:
    """Return the row of the patient's own wishes for one channel. 1 statement."""
    return ContactPreference.objects.filter(patient=patient, contact=None, channel=channel).first()


def spoken_wishes(rows: list[ContactPreference]) -> list[Wish]:
    """Return wishes in words, the preferred one first."""
    wishes = [
        Wish(
            channel=row.channel,
            label=row.get_channel_display(),
            words=words_of(row),
            is_out=row.opt_out_at is not None,
            is_preferred=row.is_preferred,
        )
        for row in rows
    ]
    return sorted(wishes, key=lambda wish: (not wish.is_preferred, wish.is_out, wish.channel))


def words_of(preference: ContactPreference) -> str:
    """Return one channel's wishes: "Text message preferred, 17:00-20:00"."""
    label = preference.get_channel_display()
    if preference.opt_out_at is not None:
        return _("No %(channel)s") % {"channel": label.lower()}
    parts = [_("%(channel)s preferred") % {"channel": label} if preference.is_preferred else label]
    if preference.hours:
        parts.append(preference.hours)
    if preference.channel == Channel.PHONE:
        is_ok = preference.ok_voicemail
        parts.append(_("voicemail is fine") if is_ok else _("no voicemail"))
    return ", ".join(parts)
