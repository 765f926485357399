"""Who calls: the actor the Guard made. DRF asks nobody else."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission

from coordination.access.actor import Actor


class AsTheGuardSays(BaseAuthentication):
    """The actor the Guard made of the session or the token."""

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        """Return the actor, and the session's user as it is: a token begins no session."""
        actor: Actor = request.actor
        return (request._request.user, actor) if actor.user else None

    def authenticate_header(self, request: Any) -> str:  # noqa: ARG002
        """Say how to sign in."""
        return "Bearer"


class SignedIn(BasePermission):
    """Somebody is asking. What they may do is asked by the mark, the scope and the action."""

    def has_permission(self, request: Any, view: Any) -> bool:  # noqa: ARG002
        """Let people and programs in."""
        return bool(request.actor.kind in {"user", "client"})
