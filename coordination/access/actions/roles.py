"""The role rows as roles.py has them."""

from __future__ import annotations

from django.db import transaction

from coordination.access.models import Role
from coordination.access.roles import ROLES


@transaction.atomic
def sync_roles() -> int:
    """Bring the role rows in line with roles.py. Returns how many were written. Safe to repeat."""
    for slug, (name, permissions) in ROLES.items():
        Role.objects.update_or_create(
            slug=slug, defaults={"name": name, "permissions": sorted(permissions)}
        )
    return len(ROLES)
