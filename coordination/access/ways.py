"""Where a page leads back to: only to an address of ours."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(text: str) -> bool:
    """Say whether a text is a path of this service.

    A word without a slash is none, though a browser would read it as one: Django takes it for the
    name of an address, and breaks where there is none of that name.
    """
    return text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
