"""The first day: a real organization, its first facility, and somebody to set up the rest."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from coordination.access.actions.roles import sync_roles
from coordination.access.actor import system_actor
from coordination.access.audit import record
from coordination.access.models import Facility, Membership, Organization, User
from coordination.records import Refused

LOCK = "SELECT pg_advisory_xact_lock(hashtext('access.found_organization'))"


@transaction.atomic
def found_organization(
    organization: Organization,
    facility_name: str,
    administrator: User,
    password: str,
    now: datetime,
) -> Organization:
    """Write an organization, one facility of it and its first administrator, once per database.

    organization, administrator: unsaved and validated rows. Raises Refused where an organization
    lives already, however many ask at once. Messages stay off; the password is only ever hashed.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    if there := Organization.objects.order_by("pk").first():
        raise Refused(
            _("This database already holds an organization: %(name)s. Nothing was changed.")
            % {"name": there.name}
        )
    sync_roles()
    organization.save()
    facility = Facility.objects.create(
        organization=organization, name=facility_name, slug=slugify(facility_name)[:50] or "main",
        state=organization.state,
    )  # fmt: skip
    administrator.organization = organization
    administrator.set_password(password)
    administrator.save()
    membership = Membership.objects.create(
        organization=organization, user=administrator, role_id="admin", starts_at=now
    )
    system = system_actor("set_up", organization)
    record(system, "setting.change", organization, now, detail={"added": ["organization"]})
    record(system, "setting.change", facility, now, detail={"added": ["facility"]})
    record(system, "privilege.change", administrator, now, detail={"added": ["user"]})
    record(system, "privilege.change", membership, now, detail={"added": ["membership"]})
    return organization
