"""Whom a command works for: the organization and the person its options name."""

from __future__ import annotations

from django.core.management.base import CommandError

from coordination.access.models import Organization, User


def organization_named(slug: str | None) -> Organization:
    """Return the organization of a slug, else the only one. Raises CommandError."""
    found = Organization.objects.order_by("slug")
    if slug:
        one = found.filter(slug=slug).first()
        if one is None:
            raise CommandError(f"There is no organization {slug}.")
        return one
    few = list(found[:2])
    if not few:
        raise CommandError("There is no organization yet. Set one up first, or run: manage.py demo")
    if len(few) > 1:
        raise CommandError("There are several organizations: name one with --organization.")
    return few[0]


def user_named(organization: Organization, username: str | None) -> User | None:
    """Return a person of the organization, None when none is named. Raises CommandError."""
    if not username:
        return None
    user = User.objects.filter(username=username, organization=organization).first()
    if user is None:
        raise CommandError(f"There is no user {username} in this organization.")
    return user
