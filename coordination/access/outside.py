"""URLs of third-party apps, listed once by module, with their access and why (trust.md D2)."""

from __future__ import annotations

from coordination.access.markers import Access

OUTSIDE: dict[str, Access] = {
    "django.contrib.admin": Access("settings.change", scope="set-up"),
    "django.contrib.auth.admin": Access("user.change", scope="set-up"),
    "django.views.static": Access(public="static files in development"),
    "django.contrib.staticfiles": Access(public="static files in development"),
    "django.views.i18n": Access(public="texts for scripts"),
}


def outside(module: str) -> Access | None:
    """Return the access of a third-party view by its module; the longest listed prefix wins."""
    while module:
        if module in OUTSIDE:
            return OUTSIDE[module]
        module = module.rpartition(".")[0]
    return None
