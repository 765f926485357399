"""The mark each view carries. A view without one is refused, and fails the URL walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks of whoever calls it.

    permission: the name in roles.py, or "" for any signed-in person. scope: what the URL's ids hang
    on ("patient", "task", "organization", "" for none), for the generated table. trail: the audit
    action of a read ("read", "list", "search", "print", "export"). background: a poll, which never
    counts as activity. public: why anybody may come here without signing in.
    """

    permission: str = ""
    scope: str = ""
    trail: str = "read"
    background: bool = False
    public: str = ""


def access(
    permission: str = "", *, scope: str = "", trail: str = "read", background: bool = False
) -> Callable[[View], View]:
    """Mark a view with the permission it needs; the fields are those of Access."""

    def mark(view: View) -> View:
        view.access = Access(permission, scope, trail, background)  # type: ignore[attr-defined]
        return view

    return mark


def public(reason: str) -> Callable[[View], View]:
    """Mark a view that anybody may open, with the reason why."""

    def mark(view: View) -> View:
        view.access = Access(public=reason)  # type: ignore[attr-defined]
        return login_not_required(view)

    return mark
