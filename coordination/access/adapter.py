"""Signing in and out through allauth: nobody signs up, guessing is slow, all of it is on record."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.access.actor import Actor, user_actor
from coordination.access.audit import record
from coordination.access.backend import load_user
from coordination.access.throttle import client_address, give_back, name_hash, take_try
from coordination.nav import home_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What we ask of allauth beyond its defaults."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many tries. Wait a few minutes, fifteen at most, then sign in again."
        ),
        "username_password_mismatch": _("This name and password do not go together. Try again."),
        "email_password_mismatch": _("This name and password do not go together. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up: an administrator makes the account."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address allauth's own limits count by, read as ours is."""
        return client_address(request) or "0.0.0.0"  # noqa: S104  a socket has no address

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Judge one try, or say that it must wait. A disabled person fails like a wrong password.

        Raises ValidationError (the same for known and unknown names) when it must wait.
        """
        name = str(credentials.get("username") or credentials.get("email") or "")
        taken, _wait = take_try(name, client_address(request))
        if taken is None:
            record(stranger(request), "sign-in", outcome="throttled", detail=named(name))
            raise self.validation_error("too_many_login_attempts")
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is None or not user.is_active:
            record(stranger(request), "sign-in", outcome="failed", detail=named(name))
            return None
        give_back(taken)
        return user

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the person in, on record first: who cannot be recorded does not come in."""
        known = load_user(user.pk)
        if known is not None:
            record(user_actor(known, **where(request)), "sign-in")
        super().login(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Ask who works with patients where they are on duty; lead the others to their first page.

        An administrator has no caseload, and nobody on duty already is asked again.
        """
        known = load_user(request.user.pk) if request.user.pk else None
        if known is None:
            return str(super().get_login_redirect_url(request))
        actor = user_actor(known)
        is_asked = actor.may("duty.keep") and not actor.duty
        return reverse("access:start_duty") if is_asked else home_of(actor)

    def logout(self, request: HttpRequest) -> None:
        """Sign the person out: the session row is gone, not only the cookie."""
        record(request.actor, "sign-out")  # type: ignore[attr-defined]
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change a password; every other session of this person ends with it."""
        super().set_password(user, password)
        record(self.request.actor, "password.change", user)


def where(request: HttpRequest) -> dict[str, Any]:
    """Return what a row of the trail says about where a request came from."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"request_id": actor.request_id, "address": actor.address, "view": actor.view}


def stranger(request: HttpRequest) -> Actor:
    """Return the actor of somebody who has not shown who they are."""
    return Actor(kind="anonymous", organization=None, **where(request))


def named(name: str) -> dict[str, object]:
    """Return the detail of a failed try: the name only as its keyed hash."""
    return {"name": name_hash(name)}
